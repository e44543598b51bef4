"""Say what a tree can be asked, whatever it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pkg_audit.facts.problem import Problem

MIB = 1 << 20


class Tree(ABC):
    """The regular files below one root. Paths are posix, relative to the root, without `.` or `..`."""

    source: Literal["directory", "sdist", "wheel"]
    name: str
    """The root's last path component, for display and for naming a project without metadata."""

    @abstractmethod
    def files(self) -> tuple[str, ...]:
        """Return the regular files that belong to the project (tracked, or not ignored), sorted."""

    @abstractmethod
    def links(self) -> tuple[str, ...]:
        """Return the symbolic links, sorted; they are data and never followed."""

    @abstractmethod
    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where it is not a regular file of the tree."""

    @abstractmethod
    def read(self, path: str, limit: int = MIB) -> bytes:
        """Return a file's bytes. Raises ReadError: `file-missing`, or `too-large` beyond `limit` bytes."""

    @abstractmethod
    def head(self, path: str, count: int = 64) -> bytes:
        """Return a file's first `count` bytes at most, whatever its size. Raises ReadError."""

    @abstractmethod
    def sub(self, path: str) -> Tree:
        """Return the tree of a directory below this one."""

    @abstractmethod
    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be listed or read so far."""

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file of the tree."""
        return self.size(path) is not None

    def is_tracked(self, path: str) -> bool:
        """Tell whether version control tracks the file; without a readable git index every file counts as tracked."""
        return self.is_file(path)

    @abstractmethod
    def is_dir(self, path: str) -> bool:
        """Tell whether any file of the tree lies below the path ("" and "." are the root)."""
