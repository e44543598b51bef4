"""Index the files of a tree by directory, so that models can walk and glob without the file system."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class FileIndex:
    """The regular files of a project by directory. Directories are posix paths; "" is the root."""

    __slots__ = ("_dirs", "_names", "_paths", "files", "links")

    def __init__(self, files: Iterable[str], links: Iterable[str] = ()) -> None:
        self.files = tuple(files)
        self.links = tuple(links)
        self._paths = frozenset(self.files)
        self._names: dict[str, list[str]] = {"": []}
        self._dirs: dict[str, list[str]] = {"": []}
        for path in self.files:
            head, _, name = path.rpartition("/")
            if head not in self._names:
                self._add_directory(head)
            self._names[head].append(name)

    def _add_directory(self, directory: str) -> None:
        while directory not in self._names:
            self._names[directory] = []
            self._dirs.setdefault(directory, [])
            parent, _, name = directory.rpartition("/")
            self._dirs.setdefault(parent, []).append(name)
            directory = parent

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file of the project."""
        return path in self._paths

    def is_dir(self, path: str) -> bool:
        """Tell whether any file lies below the path ("" is the root)."""
        return path in self._names

    def is_linked(self, path: str) -> bool:
        """Tell whether the path is a symbolic link or lies behind one, where what is there is not known."""
        return any(path == link or path.startswith(f"{link}/") for link in self.links)

    def names(self, directory: str) -> list[str]:
        """Return the names of the files directly in a directory, empty where there is no such directory."""
        return self._names.get(directory, [])

    def dirs(self, directory: str) -> list[str]:
        """Return the names of the directories directly in a directory."""
        return self._dirs.get(directory, [])

    def below(self, directory: str) -> Iterator[str]:
        """Yield every file at any depth below a directory, by full path."""
        if not directory:
            yield from self.files
            return
        pending = [directory]
        while pending:
            here = pending.pop()
            yield from (f"{here}/{name}" for name in self.names(here))
            pending.extend(f"{here}/{name}" for name in reversed(self.dirs(here)))


def join(*parts: str) -> str:
    """Join posix paths and normalise `.`, `..` and double slashes; "" is the root.

    A path that leaves the root, or is absolute, starts with `..` and so is in no index.
    """
    out: list[str] = [".."] if any(part.startswith("/") for part in parts) else []
    for part in "/".join(parts).split("/"):
        if part == ".." and out and out[-1] != "..":
            out.pop()
        elif part not in {"", "."}:
            out.append(part)
    return "/".join(out)
