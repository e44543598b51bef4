"""Read what a PE file (DLL, `.pyd`, program) needs and gives.

Source: Microsoft, PE Format (learn.microsoft.com, read November 2026): optional header, section table, directories of
exports and imports. Libraries that are loaded with delay are found when first used: the file loads without them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.facts.wheel_contents import Image
from pkg_audit.scan.binaries.names import PYTHON_PREFIXES, is_python_symbol, modules_of, unique
from pkg_audit.scan.binaries.window import Allowance, BrokenBinaryError, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"MZ"
MAX_SECTIONS = 200
MAX_LIBRARIES = 2_000
MAX_IMPORTS = 200_000
MAX_EXPORTS = 400_000

_ARCHITECTURES = {0x14C: "win32", 0x8664: "win_amd64", 0xAA64: "win_arm64"}
_NARROW, _WIDE = 0x10B, 0x20B
_PYTHON_DLL = re.compile(r"python\d*t?(?:_d)?\.dll", re.IGNORECASE)


def read_pe(whole: Window) -> tuple[Image, ...]:
    """Return the one image of a PE program or DLL. Raises BrokenBinaryError."""
    return (_Reader(whole.ordered("<")).image(),)


class _Reader:
    def __init__(self, file: Window) -> None:
        if not file.starts_with(MAGIC, 0):
            raise BrokenBinaryError("not a PE file")
        (header,) = file.unpack("I", 60)
        if not file.starts_with(b"PE\0\0", header):
            raise BrokenBinaryError("not a PE file")
        self.file = file
        self.machine, sections = file.unpack("HH", header + 4)
        (size,) = file.unpack("H", header + 20)
        optional = header + 24
        (magic,) = file.unpack("H", optional)
        if magic not in (_NARROW, _WIDE) or sections > MAX_SECTIONS:
            raise BrokenBinaryError("its headers are malformed")
        self.wide = magic == _WIDE
        (self.headers_size,) = file.unpack("I", optional + 60)
        directories = optional + (108 if self.wide else 92)
        (count,) = file.unpack("I", directories)
        self.export = self._directory(directories, count, 0)
        self.imports = self._directory(directories, count, 1)
        self.sections = []
        for index in range(sections):
            virtual, address, raw, offset = file.unpack("IIII", optional + size + 40 * index + 8)
            self.sections.append((address, min(virtual, raw) if virtual else raw, offset))

    def _directory(self, at: int, count: int, index: int) -> int:
        return self.file.unpack("II", at + 4 + 8 * index)[0] if index < count else 0

    def place(self, address: int) -> int:
        """Return where an address of the loaded image stands in the file."""
        for start, size, offset in self.sections:
            if start <= address < start + size:
                return offset + address - start
        if address < self.headers_size:
            return address
        raise BrokenBinaryError("an address lies in no section")

    def image(self) -> Image:
        needed: list[str] = []
        symbols: list[str] = []
        allowance = Allowance(MAX_IMPORTS)
        for name, lookup in self._libraries():
            needed.append(name)
            if _PYTHON_DLL.fullmatch(name):
                symbols += self._imported(lookup, allowance)
        given = list(self._exported())
        return Image(
            _ARCHITECTURES.get(self.machine, ""),
            needed=tuple(dict.fromkeys(needed)),
            python_symbols=unique(symbols),
            python_exports=unique(given),
            modules=modules_of(given),
        )

    def _libraries(self) -> Iterator[tuple[str, int]]:
        """Yield each imported DLL with the address of its table of names."""
        if not self.imports:
            return
        at = self.place(self.imports)
        allowance = Allowance(MAX_LIBRARIES)
        while True:
            lookup, _, _, name, addresses = self.file.unpack("IIIII", at)
            if not name or not addresses:
                return
            allowance.take()
            yield self.file.name(self.place(name), 512), lookup or addresses
            at += 20

    def _imported(self, lookup: int, allowance: Allowance) -> Iterator[str]:
        at = self.place(lookup)
        step, layout, ordinal = (8, "Q", 1 << 63) if self.wide else (4, "I", 1 << 31)
        while True:
            (entry,) = self.file.unpack(layout, at)
            if not entry:
                return
            allowance.take()
            if not entry & ordinal:
                name = self.file.name(self.place(entry & 0x7FFFFFFF) + 2)
                if is_python_symbol(name):
                    yield name
            at += step

    def _exported(self) -> Iterator[str]:
        if not self.export:
            return
        at = self.place(self.export)
        count, _, names = self.file.unpack("III", at + 24)
        if not count:
            return
        allowance = Allowance(MAX_EXPORTS)
        allowance.take(count)
        for (address,) in self.file.records("I", self.place(names), count):
            where = self.place(address)
            if self.file.starts_with(PYTHON_PREFIXES, where):
                yield self.file.name(where)
