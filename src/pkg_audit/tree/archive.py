"""Read a project from an sdist or a wheel without extracting it."""

from __future__ import annotations

import os
import weakref
from typing import Literal

from pkg_audit.errors import TreeError
from pkg_audit.tree.display import display
from pkg_audit.tree.listed import ListedTree, ProblemLog
from pkg_audit.tree.names import path_bytes
from pkg_audit.tree.source import ArchiveFile, DamagedError
from pkg_audit.tree.tar_reader import TarReader
from pkg_audit.tree.wheel_record import check_wheel
from pkg_audit.tree.zip_reader import ZipReader

Format = Literal["zip", "gzip"]

_SUFFIXES: dict[str, tuple[Format, Literal["sdist", "wheel"]]] = {
    ".whl": ("zip", "wheel"),
    ".zip": ("zip", "sdist"),
    ".tar.gz": ("gzip", "sdist"),
    ".tgz": ("gzip", "sdist"),
}
_MAGIC: dict[bytes, Format] = {b"PK\3\4": "zip", b"PK\5\6": "zip", b"\x1f\x8b\x08": "gzip"}


class ArchiveTree(ListedTree):
    """The files of an sdist (below its one top-level directory) or of a wheel.

    An anomaly that leaves the content in doubt is a blocking problem; an archive of which nothing can be read, or
    whose name and content disagree, raises TreeError.
    """

    def __init__(self, path: str) -> None:
        shown = display(path)
        form, source = _recognise(path)
        try:
            file = ArchiveFile(path)
        except OSError as error:
            raise TreeError(f"{shown}: cannot be read: {error.strerror or type(error).__name__}") from None
        weakref.finalize(self, file.close)
        base = os.path.basename(path)
        stem = next(base[: -len(suffix)] for suffix in _SUFFIXES if base.lower().endswith(suffix))
        log = ProblemLog()
        try:
            self._check_magic(file, form)
            reader = ZipReader(file, log) if form == "zip" else TarReader(file, log)
        except DamagedError as error:
            raise TreeError(f"{shown}: not a readable archive: {error}") from None
        members = reader.listed
        if not members.kinds:
            faults = [problem.what for problem in log.below("")]
            raise TreeError(f"{shown}: not a readable archive: {faults[0] if faults else 'it is empty'}")
        members.check_parents()
        if source == "sdist":
            top = members.single_top()
            if top is None:
                log.add("an sdist holds one top-level directory; this archive does not")
            else:
                reader.strip = top
                stem = top.removesuffix("/")
        if isinstance(reader, TarReader):
            reader.check_links()
        elif source == "wheel":
            check_wheel(base, members.kinds, reader, log)
        log.rebase(reader.strip)
        cut = len(reader.strip)
        super().__init__(
            source,
            stem,
            sorted((name[cut:] for name in members.of_kind("file")), key=path_bytes),
            sorted((name[cut:] for name in members.of_kind("link")), key=path_bytes),
            log,
            reader,
        )

    @staticmethod
    def _check_magic(file: ArchiveFile, form: Format) -> None:
        if file.size == 0:
            raise DamagedError("the file is empty")
        start = file.read_at(0, min(4, file.size))
        found = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)
        # A zip file may begin with foreign data; the layout says so, and where.
        if found != form and not (form == "zip" and found is None):
            raise DamagedError(f"its name says {form}, its content says {found or 'something else'}")


def is_archive_name(path: str) -> bool:
    """Tell whether a path has an sdist's or a wheel's suffix."""
    return path.lower().endswith(tuple(_SUFFIXES))


def _recognise(path: str) -> tuple[Format, Literal["sdist", "wheel"]]:
    for suffix, found in _SUFFIXES.items():
        if path.lower().endswith(suffix):
            return found
    known = ", ".join(_SUFFIXES)
    raise TreeError(f"{display(path)}: neither a directory nor an archive that is read ({known})")
