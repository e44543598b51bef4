"""Read a project from a directory."""

from __future__ import annotations

import os
from typing import Literal

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.facts.problem import Problem
from pkg_audit.tree.port import MIB, Tree


class DirectoryTree(Tree):
    """Placeholder: a plain walk."""

    source: Literal["directory", "sdist", "wheel"] = "directory"

    def __init__(self, root: str) -> None:
        if not os.path.isdir(root):
            raise TreeError(f"{root}: no such directory")
        self._root = os.path.abspath(root)
        self.name = os.path.basename(self._root)
        self._sizes: dict[str, int] = {}
        self._links: list[str] = []
        for base, dirs, names in os.walk(self._root):
            dirs[:] = [d for d in dirs if d not in {".git", "__pycache__", ".venv"}]
            for name in names:
                full = os.path.join(base, name)
                relative = os.path.relpath(full, self._root).replace(os.sep, "/")
                if os.path.islink(full):
                    self._links.append(relative)
                elif os.path.isfile(full):
                    self._sizes[relative] = os.path.getsize(full)
        self._dirs = {d for path in self._sizes for d in _parents(path)}

    def files(self) -> tuple[str, ...]:
        return tuple(sorted(self._sizes))

    def links(self) -> tuple[str, ...]:
        return tuple(sorted(self._links))

    def size(self, path: str) -> int | None:
        return self._sizes.get(path)

    def read(self, path: str, limit: int = MIB) -> bytes:
        data = self.head(path, limit + 1)
        if len(data) > limit:
            raise ReadError(path, "too-large", f"larger than {limit} bytes")
        return data

    def head(self, path: str, count: int = 64) -> bytes:
        if path not in self._sizes:
            raise ReadError(path, "file-missing", "no such file")
        with open(os.path.join(self._root, path), "rb") as file:
            return file.read(count)

    def sub(self, path: str) -> Tree:
        return DirectoryTree(os.path.join(self._root, path))

    def problems(self) -> tuple[Problem, ...]:
        return ()

    def is_dir(self, path: str) -> bool:
        return path in {"", "."} or path in self._dirs


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]
