"""Read numbers and names out of bytes that may lie about themselves: nothing outside, nothing without an end."""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NAME = 4_096
"""Bytes of one name; mangled C++ names are longer, but none of those is asked for."""


class BrokenBinaryError(Exception):
    """The bytes are not what their format demands. It never leaves `pkg_audit.scan.binaries`."""


class LargeBinaryError(BrokenBinaryError):
    """There is more than is read."""


class Window:
    """A part of a file's bytes. Offsets count from the part's start; reading outside it raises BrokenBinaryError."""

    __slots__ = ("_data", "_order", "_start", "size")

    def __init__(self, data: bytes, order: str, start: int = 0, size: int | None = None) -> None:
        size = len(data) - start if size is None else size
        if start < 0 or size < 0 or start + size > len(data):
            raise BrokenBinaryError("a part lies outside the file")
        self._data = data
        self._order = order
        self._start = start
        self.size = size

    def ordered(self, order: str) -> Window:
        """Return the same part, read in another byte order: `<` or `>`."""
        return Window(self._data, order, self._start, self.size)

    def part(self, start: int, size: int) -> Window:
        """Return a part of this part."""
        if start < 0 or size < 0 or start + size > self.size:
            raise BrokenBinaryError("a part lies outside the file")
        return Window(self._data, self._order, self._start + start, size)

    def unpack(self, layout: str, offset: int) -> tuple[int, ...]:
        """Return the numbers at an offset, by a layout of `struct` without its byte order."""
        form = _compiled(self._order + layout)
        if offset < 0 or offset + form.size > self.size:
            raise BrokenBinaryError("a record lies outside the file")
        return form.unpack_from(self._data, self._start + offset)

    def records(self, layout: str, offset: int, count: int) -> Iterator[tuple[int, ...]]:
        """Return an iterator over records that stand one behind the other. Raises BrokenBinaryError at once."""
        form = _compiled(self._order + layout)
        if offset < 0 or count < 0 or offset + count * form.size > self.size:
            raise BrokenBinaryError("a table lies outside the file")
        start = self._start + offset
        return form.iter_unpack(memoryview(self._data)[start : start + count * form.size])

    def bytes_at(self, offset: int, count: int) -> bytes:
        """Return exactly so many bytes."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise BrokenBinaryError("a part lies outside the file")
        return self._data[self._start + offset : self._start + offset + count]

    def starts_with(self, text: bytes | tuple[bytes, ...], offset: int) -> bool:
        """Tell whether a text, or one of several, stands at an offset; False outside."""
        end = self._start + self.size
        return 0 <= offset < self.size and self._data.startswith(text, self._start + offset, end)

    def name(self, offset: int, limit: int = MAX_NAME) -> str:
        """Return the text that ends with a NUL. Raises BrokenBinaryError where there is none within `limit` bytes.

        Bytes that are no UTF-8 are shown by escapes: names are compared and displayed, never opened.
        """
        if not 0 <= offset < self.size:
            raise BrokenBinaryError("a name lies outside the file")
        start = self._start + offset
        stop = min(start + limit, self._start + self.size)
        end = self._data.find(b"\0", start, stop)
        if end < 0:
            raise BrokenBinaryError("a name has no end")
        return self._data[start:end].decode("utf-8", "backslashreplace")


@cache
def _compiled(layout: str) -> struct.Struct:
    return struct.Struct(layout)


class Allowance:
    """So many steps for one file, whatever its headers say; taking more raises LargeBinaryError."""

    __slots__ = ("_left",)

    def __init__(self, steps: int) -> None:
        self._left = steps

    def take(self, steps: int = 1) -> None:
        """Use up some steps."""
        self._left -= steps
        if self._left < 0:
            raise LargeBinaryError("more records than are read")
