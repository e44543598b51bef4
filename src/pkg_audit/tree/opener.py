"""Open what lies below one directory: the only code that hands a path of the audited tree to the system.

Every open refuses links, never blocks on a FIFO or device, keeps descriptors from child processes, and is followed by
`fstat`: nothing but a regular file is read. Where the system can, each path component is opened from its parent's
descriptor, so that a component swapped for a link in the middle of a scan is refused too, and paths may be longer
than the system's limit. Elsewhere (Windows) each component is checked just before the open.

Paths are posix, relative, and UTF-8 with surrogate escapes whatever the locale.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import weakref
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["file", "dir", "link", "other"]

FILE_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY", "O_NOINHERIT"):
    FILE_FLAGS |= getattr(os, _name, 0)
DIR_FLAGS = FILE_FLAGS | getattr(os, "O_DIRECTORY", 0)

HAS_DIR_FD = (
    os.open in os.supports_dir_fd
    and os.stat in os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)

_UTF8 = sys.getfilesystemencoding().lower().replace("-", "") == "utf8"
_REPARSE_POINT = 0x400  # stat.FILE_ATTRIBUTE_REPARSE_POINT: links and junctions on Windows
_CHUNK = 1 << 20

MAX_DESCRIPTORS = 16
"""Directories held open at a time; deeper paths are walked anew from the root, which few projects need."""


class Opener(Protocol):
    """List directories and read files below one root. Every method may raise OSError."""

    def entries(self, path: str) -> Iterator[tuple[str, Kind]]:
        """Yield the names in a directory with their kinds, in the system's order."""

    def identity(self, path: str) -> tuple[int, int]:
        """Return a directory's device and inode numbers."""

    def size(self, path: str) -> int | None:
        """Return a regular file's size in bytes, None for anything else."""

    def head(self, path: str, count: int) -> bytes:
        """Return at most `count` bytes of a regular file, whatever size it claims."""

    def close(self) -> None:
        """Release what the opener holds; it must not be used afterwards."""


def make_opener(root: str) -> Opener:
    """Open the root directory, which the user named and which may be a link. Raises OSError."""
    return DescriptorOpener(root) if HAS_DIR_FD else PathOpener(root)


class DescriptorOpener:
    """Walk by directory descriptors. Keeps those of the last path open, so neighbours cost one open each."""

    def __init__(self, root: str) -> None:
        self._chain = [os.open(root, DIR_FLAGS & ~os.O_NOFOLLOW)]
        self._parts: list[str] = []
        self._at: str | None = ""
        self._finalizer = weakref.finalize(self, _close_all, self._chain)

    def close(self) -> None:
        self._finalizer()

    def entries(self, path: str) -> Iterator[tuple[str, Kind]]:
        with os.scandir(self._directory(path)) as listing:
            for entry in listing:
                yield _inner(entry.name), _kind(entry)

    def identity(self, path: str) -> tuple[int, int]:
        found = os.fstat(self._directory(path))
        return found.st_dev, found.st_ino

    def size(self, path: str) -> int | None:
        parent, _, name = path.rpartition("/")
        found = os.stat(_outer(name), dir_fd=self._directory(parent), follow_symlinks=False)
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def head(self, path: str, count: int) -> bytes:
        parent, _, name = path.rpartition("/")
        return _read_regular(os.open(_outer(name), FILE_FLAGS, dir_fd=self._directory(parent)), count)

    def _directory(self, path: str) -> int:
        """Return a descriptor that stays valid until the next call."""
        if path == self._at:
            return self._chain[-1]
        self._at = None
        wanted = path.split("/") if path else []
        common = 0
        for have, want in zip(self._parts, wanted, strict=False):
            if have != want:
                break
            common += 1
        while self._chain[common] < 0:  # given back to stay within MAX_DESCRIPTORS
            common -= 1
        _close_all(self._chain, common + 1)
        del self._parts[common:]
        for part in wanted[common:]:
            self._chain.append(self._open_below(_outer(part)))
            self._parts.append(part)
        self._at = path
        return self._chain[-1]

    def _open_below(self, name: str) -> int:
        if len(self._chain) - self._chain.count(-1) >= MAX_DESCRIPTORS:
            for level in range(1, len(self._chain) - 1):
                if self._chain[level] >= 0:
                    os.close(self._chain[level])
                    self._chain[level] = -1
        return os.open(name, DIR_FLAGS, dir_fd=self._chain[-1])


class PathOpener:
    """Walk by joined paths, for systems without directory descriptors."""

    def __init__(self, root: str) -> None:
        self._root = os.path.abspath(root)
        if not stat.S_ISDIR(os.stat(self._root).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def close(self) -> None:
        """Hold nothing, release nothing."""

    def entries(self, path: str) -> Iterator[tuple[str, Kind]]:
        self._check_directories(path)
        with os.scandir(self._join(path)) as listing:
            for entry in listing:
                yield _inner(entry.name), _kind(entry)

    def identity(self, path: str) -> tuple[int, int]:
        self._check_directories(path)
        found = os.stat(self._join(path))
        return found.st_dev, found.st_ino

    def size(self, path: str) -> int | None:
        self._check_directories(path.rpartition("/")[0])
        found = os.lstat(self._join(path))
        return found.st_size if _is_plain(found) and stat.S_ISREG(found.st_mode) else None

    def head(self, path: str, count: int) -> bytes:
        self._check_directories(path.rpartition("/")[0])
        full = self._join(path)
        before = os.lstat(full)
        if not (_is_plain(before) and stat.S_ISREG(before.st_mode)):
            raise OSError(errno.EINVAL, "not a regular file")
        return _read_regular(os.open(full, FILE_FLAGS), count, before)

    def _join(self, path: str) -> str:
        return os.path.join(self._root, *(_outer(part) for part in path.split("/"))) if path else self._root

    def _check_directories(self, path: str) -> None:
        parts = path.split("/") if path else []
        for depth in range(1, len(parts) + 1):
            found = os.lstat(self._join("/".join(parts[:depth])))
            if not (_is_plain(found) and stat.S_ISDIR(found.st_mode)):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def read_named_file(path: str) -> int:
    """Open the file that the user named (a link is the user's own word) for reading. Raises OSError."""
    descriptor = os.open(path, FILE_FLAGS & ~getattr(os, "O_NOFOLLOW", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return descriptor


def _read_regular(descriptor: int, count: int, expected: os.stat_result | None = None) -> bytes:
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        if expected is not None and not os.path.samestat(found, expected):
            raise OSError(errno.ESTALE, "replaced while it was opened")
        pieces = []
        # The claimed size is a hint for the first read only: it lies for procfs, sparse and growing files.
        want = min(count, max(found.st_size + 1, 512), _CHUNK)
        while count > 0 and (piece := os.read(descriptor, want)):
            pieces.append(piece)
            count -= len(piece)
            # A short read is nearly always the end; asking for a large piece again would cost its allocation.
            want = min(count, _CHUNK if len(piece) == want else 512)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _kind(entry: os.DirEntry[str]) -> Kind:
    try:
        if entry.is_symlink():
            return "link"
        if entry.is_file(follow_symlinks=False):
            return "file"
        if not entry.is_dir(follow_symlinks=False):
            return "other"
        if sys.platform == "win32" and not _is_plain(entry.stat(follow_symlinks=False)):
            return "link"
    except OSError:
        return "other"
    return "dir"


def _is_plain(found: os.stat_result) -> bool:
    """Tell whether a path is neither a link nor, on Windows, a junction."""
    return not stat.S_ISLNK(found.st_mode) and not getattr(found, "st_file_attributes", 0) & _REPARSE_POINT


def _inner(name: str) -> str:
    return name if _UTF8 else os.fsencode(name).decode("utf-8", "surrogateescape")


def _outer(name: str) -> str:
    return name if _UTF8 else os.fsdecode(name.encode("utf-8", "surrogateescape"))


def _close_all(chain: list[int], start: int = 0) -> None:
    for descriptor in chain[start:]:
        if descriptor >= 0:
            os.close(descriptor)
    del chain[start:]
