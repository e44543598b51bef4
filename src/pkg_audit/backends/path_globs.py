"""Match patterns as `pathlib.Path.glob` does: hidden names like others, directories as well as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import glob_dirs, glob_files
from pkg_audit.backends.index import join

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex


@dataclass(frozen=True, slots=True)
class Matches:
    """The files and directories that one pattern matches, by full path."""

    files: tuple[str, ...] = ()
    dirs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.dirs)

    def everything(self, index: FileIndex) -> set[str]:
        """Return the matched files and all files below the matched directories."""
        return set(self.files).union(*(index.below(directory) for directory in self.dirs))


def path_glob(index: FileIndex, base: str, pattern: str) -> Matches:
    """Return what `Path(base).glob(pattern)` matches; a pattern that it refuses matches nothing."""
    full = join(base, pattern)
    if pattern.startswith("/") or not pattern.strip() or full.startswith(".."):
        return Matches()
    if not full:
        return Matches(dirs=("",))
    parts = full.split("/")
    if parts[-1] == "**":  # directories only; the files below them follow by themselves
        return Matches(dirs=tuple(glob_dirs(index, full, hidden=True, recursive=True)))
    files = () if pattern.endswith("/") else tuple(glob_files(index, "", full, hidden=True))
    return Matches(files, tuple(glob_dirs(index, full, hidden=True, recursive=True)))
