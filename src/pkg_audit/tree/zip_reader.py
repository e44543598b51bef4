"""Read a zip file's members in memory: inflated in pieces, counted, checked against what the directory says."""

from __future__ import annotations

import stat
import zlib
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.tree.members import Members
from pkg_audit.tree.source import ArchiveFile, DamagedError
from pkg_audit.tree.zip_layout import DEFLATED, ZipMember, content_fault, read_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.tree.listed import ProblemLog

_PIECE = 64 << 10
MAX_RATIO = 200
RATIO_FREE = 10 << 20
MAX_READ = 500 << 20
"""Bytes that all reads of one archive together may inflate."""


class ZipReader:
    """The members of a zip file, named as in the archive; `strip` is cut from the paths that are asked for.

    Raises DamagedError where there is no directory to read.
    """

    def __init__(self, file: ArchiveFile, log: ProblemLog) -> None:
        self._file = file
        self._log = log
        self._left = MAX_READ
        self.strip = ""
        self.listed = Members(log)
        self._members: dict[str, ZipMember] = {}
        for member in read_layout(file, self._fault):
            name = self.listed.add(member.name, member.kind)
            if name is None:
                continue
            self._members[name] = member
            self._check(name, member)

    def _check(self, name: str, member: ZipMember) -> None:
        problem = content_fault(member)
        if problem is None and member.kind == "link":
            problem = "a symbolic link, which zip installers write as a plain file"
        if problem is None and member.size > max(RATIO_FREE, MAX_RATIO * member.packed):
            problem = f"inflates to more than {MAX_RATIO} times its size"
        if problem:
            self._fault(problem, name)
        if member.mode & (stat.S_ISUID | stat.S_ISGID):
            self._log.add("set-uid or set-gid", name)

    def size(self, path: str) -> int | None:
        member = self._members.get(self.strip + path)
        return None if member is None else member.size

    def head(self, path: str, count: int) -> bytes:
        pieces = []
        left = count
        try:
            for piece in self.stream(self.strip + path):
                pieces.append(piece[:left])
                left -= len(piece)
                self._left -= len(piece)
                if self._left < 0:
                    message = f"partial: more than {MAX_READ:,} bytes inflated; not read"
                    self._log.add(message, path)
                    raise ReadError(path, "too-large", message)
                if left <= 0:
                    break
        except DamagedError as error:
            self._fault(str(error), path)
            raise ReadError(path, "not-parseable", str(error)) from None
        return b"".join(pieces)

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield a member's content in pieces; reading to the end checks size and checksum. Raises DamagedError."""
        member = self._members[name]
        problem = content_fault(member)
        if problem or member.start is None:
            raise DamagedError(problem or "its data cannot be trusted")
        crc, size = 0, 0
        for piece in self._unpack(member.start, member):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            if size > member.size:
                break
            yield piece
        if size != member.size:
            raise DamagedError("its size is not the one that the directory states")
        if crc != member.crc:
            raise DamagedError("its checksum is wrong")

    def _unpack(self, start: int, member: ZipMember) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-15) if member.method == DEFLATED else None
        end = start + member.packed
        while start < end:
            piece = self._file.read_at(start, min(_PIECE, end - start))
            start += len(piece)
            if inflater is None:
                yield piece
                continue
            while piece:
                try:
                    yield inflater.decompress(piece, _PIECE)
                except zlib.error:
                    raise DamagedError("its compressed data is corrupt") from None
                if inflater.eof and (inflater.unused_data or start < end):
                    raise DamagedError("data after the end of its compressed data")
                piece = inflater.unconsumed_tail
        if inflater is not None and not inflater.eof:
            # What is still held back is small: the window was drained with every piece.
            try:
                yield inflater.flush(_PIECE)
            except zlib.error:
                raise DamagedError("its compressed data is corrupt") from None
            if not inflater.eof:
                raise DamagedError("its compressed data is truncated")

    def _fault(self, what: str, path: str | None) -> None:
        self._log.add(what, path, blocking=True)
