"""Answer a tree's questions from a list of paths and something that reads them; directories and archives share it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.facts.problem import Problem
from pkg_audit.tree.display import display
from pkg_audit.tree.names import parents, path_bytes
from pkg_audit.tree.port import MIB, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

PROBE = "tree"
MAX_PROBLEMS = 200
"""More would flood a report; the rest is counted."""


class Reader(Protocol):
    """What reads the bytes behind a list of paths; paths count from the outermost root."""

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where it cannot be had."""

    def head(self, path: str, count: int) -> bytes:
        """Return at most `count` bytes from the start. Raises ReadError."""


class ProblemLog:
    """Collect what could not be listed or read, each fault once, with an end."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, str | None], Problem] = {}
        self._more = 0

    def add(self, what: str, path: str | None = None, *, blocking: bool = False) -> None:
        """Record a fault; `path` counts from the outermost root."""
        key = (what, path)
        if key in self._problems:
            return
        if len(self._problems) >= MAX_PROBLEMS and not blocking:
            self._more += 1
            return
        if len(self._problems) >= 2 * MAX_PROBLEMS:
            self._more += 1
            return
        self._problems[key] = Problem(what, path, probe=PROBE, blocking=blocking)

    def rebase(self, top: str) -> None:
        """Count paths from the directory `top` (with its final slash) from now on; those outside keep their names."""
        before = self._problems.values()
        moved = [
            replace(problem, path=problem.path.removeprefix(top)) if problem.path else problem for problem in before
        ]
        self._problems = {(problem.what, problem.path): problem for problem in moved}

    def below(self, prefix: str) -> tuple[Problem, ...]:
        """Return the faults of a directory ("" or a path with its final slash), paths relative to it, sorted."""
        found = []
        for problem in self._problems.values():
            path = problem.path
            if path is not None and prefix:
                if not path.startswith(prefix):
                    continue
                path = path[len(prefix) :]
            found.append(replace(problem, path=path))
        if self._more:
            found.append(Problem(f"{self._more} more paths could not be listed or read", probe=PROBE))
        return tuple(sorted(found, key=lambda p: (path_bytes(p.path or ""), p.what)))


class ListedTree(Tree):
    """A tree whose files are known from the start and read on demand.

    Nothing but listed paths is ever read, so no path that a project names can lead anywhere else.
    """

    source: Literal["directory", "sdist", "wheel"]

    def __init__(
        self,
        source: Literal["directory", "sdist", "wheel"],
        name: str,
        files: Iterable[str],
        links: Iterable[str],
        log: ProblemLog,
        reader: Reader,
        *,
        prefix: str = "",
        tracked: frozenset[str] | None = None,
    ) -> None:
        self.source = source
        self.name = name
        self._files = tuple(files)
        self._links = tuple(links)
        self._log = log
        self._reader = reader
        self._prefix = prefix
        self._tracked = tracked
        self._known = frozenset(self._files)
        self._dirs: frozenset[str] | None = None

    def files(self) -> tuple[str, ...]:
        return self._files

    def links(self) -> tuple[str, ...]:
        return self._links

    def problems(self) -> tuple[Problem, ...]:
        return self._log.below(self._prefix)

    def size(self, path: str) -> int | None:
        return self._reader.size(self._prefix + path) if path in self._known else None

    def is_file(self, path: str) -> bool:
        return path in self._known

    def is_tracked(self, path: str) -> bool:
        if path not in self._known:
            return False
        return self._tracked is None or self._prefix + path in self._tracked

    def is_dir(self, path: str) -> bool:
        path = path.removesuffix("/")
        if path in {"", "."}:
            return True
        if self._dirs is None:
            self._dirs = frozenset(parents(self._files))
        return path in self._dirs

    def read(self, path: str, limit: int = MIB) -> bytes:
        data = self.head(path, limit + 1)
        if len(data) > limit:
            raise ReadError(path, "too-large", f"larger than {limit} bytes")
        return data

    def head(self, path: str, count: int = 64) -> bytes:
        if path not in self._known:
            link = "a symbolic link, which is never followed" if path in self._links else "no such file in the project"
            raise ReadError(path, "file-missing", link)
        try:
            return self._reader.head(self._prefix + path, count)
        except ReadError as error:
            if not self._prefix:
                raise
            raise ReadError(path, error.reason, str(error)) from None

    def sub(self, path: str) -> Tree:
        path = path.removesuffix("/")
        if path in {"", "."}:
            return self
        if not self.is_dir(path):
            raise TreeError(f"{display(path)}: no such directory in {display(self.name)}")
        start = path + "/"
        cut = len(start)
        return ListedTree(
            self.source,
            path.rpartition("/")[2],
            (file[cut:] for file in self._files if file.startswith(start)),
            (link[cut:] for link in self._links if link.startswith(start)),
            self._log,
            self._reader,
            prefix=self._prefix + start,
            tracked=self._tracked,
        )
