"""Read an archive's bytes: at an offset for zip, as one inflated and counted stream for tar.gz."""

from __future__ import annotations

import os
import zlib

from pkg_audit.tree.opener import read_named_file

_RAW = 64 << 10
_STEP = 256 << 10
MAX_GZIP_MEMBERS = 1_000


class DamagedError(Exception):
    """The archive's bytes are not what its format demands; the message says what and never quotes them."""


class ArchiveFile:
    """The archive that the user named. Raises OSError on opening."""

    def __init__(self, path: str) -> None:
        self._file = os.fdopen(read_named_file(path), "rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size

    def read_at(self, offset: int, count: int) -> bytes:
        """Return exactly `count` bytes. Raises DamagedError where the file ends before."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise DamagedError("a part lies outside the file")
        try:
            self._file.seek(offset)
            pieces = []
            while count > 0 and (piece := self._file.read(count)):
                pieces.append(piece)
                count -= len(piece)
        except OSError as error:
            raise DamagedError(f"cannot be read: {error.strerror or 'input/output error'}") from None
        if count:
            raise DamagedError("the file became shorter while it was read")
        return b"".join(pieces)

    def close(self) -> None:
        """Close the file; it must not be read afterwards."""
        self._file.close()


class InflatedStream:
    """The content of a gzip file from front to back, never more than `limit` bytes of it."""

    def __init__(self, file: ArchiveFile, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._offset = 0
        self._pending = b""  # read and not yet inflated
        self._inflater = zlib.decompressobj(31)
        self._members = 1
        self._buffer = bytearray()
        self._produced = 0
        self._ended = False
        self._damage: DamagedError | None = None

    def take(self, count: int) -> bytes:
        """Return `count` bytes, fewer only at the end. Raises DamagedError, once what came before is used up."""
        while len(self._buffer) < count and not self._ended:
            if self._damage:
                raise self._damage
            try:
                self._inflate()
            except DamagedError as error:
                self._damage = error
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def skip(self, count: int) -> int:
        """Pass over `count` bytes and return how many there were. Raises DamagedError."""
        left = count
        while left > 0 and (piece := self.take(min(left, _STEP))):
            left -= len(piece)
        return count - left

    def _inflate(self) -> None:
        if not self._pending:
            count = min(_RAW, self._file.size - self._offset)
            if count == 0:
                raise DamagedError("truncated: the compressed stream has no end")
            self._pending = self._file.read_at(self._offset, count)
            self._offset += count
        try:
            piece = self._inflater.decompress(self._pending, _STEP)
        except zlib.error:
            raise DamagedError("the compressed stream is corrupt") from None
        self._pending = self._inflater.unconsumed_tail
        self._produced += len(piece)
        self._buffer += piece
        if self._produced > self._limit:
            raise DamagedError(f"inflates to more than {self._limit:,} bytes")
        if self._inflater.eof:
            self._pending = self._inflater.unused_data
            self._start_next_member()

    def _start_next_member(self) -> None:
        """Go on with the next gzip member, past zeros that pad the file; anything else there is a fault."""
        while True:
            self._pending = self._pending.lstrip(b"\0")
            count = min(_RAW, self._file.size - self._offset)
            if len(self._pending) >= 2 or count == 0:
                break
            self._pending += self._file.read_at(self._offset, count)
            self._offset += count
        if not self._pending:
            self._ended = True
            return
        if self._pending[:2] != b"\x1f\x8b" or self._members >= MAX_GZIP_MEMBERS:
            raise DamagedError("data after the end of the compressed stream")
        self._members += 1
        self._inflater = zlib.decompressobj(31)
