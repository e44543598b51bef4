"""Read what an ELF file needs and gives: by its dynamic segment, as a loader does; sections may have been stripped.

Sources: System V ABI, gABI 4.1 (dynamic linking, symbol table, hash table); Linux Standard Base 5.0, symbol versioning;
the GNU hash section as glibc 2.42 reads it. Read November 2026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.wheel_contents import Image
from pkg_audit.scan.binaries.names import PYTHON_PREFIXES, modules_of, unique
from pkg_audit.scan.binaries.window import Allowance, BrokenBinaryError, LargeBinaryError, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\x7fELF"
MAX_SEGMENTS = 1_000
MAX_DYNAMIC = 10_000
MAX_SYMBOLS = 400_000
MAX_VERSIONS = 20_000

_EXECUTABLE, _SHARED = 2, 3
_LOAD, _DYNAMIC = 1, 2
_NEEDED, _HASH, _STRTAB, _SYMTAB, _STRSZ, _SONAME, _RPATH = 1, 4, 5, 6, 10, 14, 15
_RUNPATH, _GNU_HASH, _VERNEED, _VERNEEDNUM = 29, 0x6FFFFEF5, 0x6FFFFFFE, 0x6FFFFFFF
_WEAK_SYMBOL, _WEAK_VERSION = 2, 2
_LITTLE, _WIDE = 1, 2


def read_elf(whole: Window) -> tuple[Image, ...]:
    """Return the one image of an ELF program or shared library. Raises BrokenBinaryError."""
    return (_Reader(whole).image(),)


class _Reader:
    def __init__(self, whole: Window) -> None:
        magic = whole.bytes_at(0, 16)
        if magic[:4] != MAGIC or magic[4] not in (1, _WIDE) or magic[5] not in (_LITTLE, 2):
            raise BrokenBinaryError("not an ELF file")
        self.wide = magic[4] == _WIDE
        self.little = magic[5] == _LITTLE
        self.file = whole.ordered("<" if self.little else ">")
        self.kind, self.machine = self.file.unpack("HH", 16)
        if self.kind not in (_EXECUTABLE, _SHARED):
            raise BrokenBinaryError("neither a program nor a shared library")
        # e_phoff; then e_flags, e_ehsize, e_phentsize, e_phnum behind e_shoff
        if self.wide:
            (self.table,) = self.file.unpack("Q", 32)
            self.flags, _, self.entry_size, self.entries = self.file.unpack("IHHH", 48)
        else:
            (self.table,) = self.file.unpack("I", 28)
            self.flags, _, self.entry_size, self.entries = self.file.unpack("IHHH", 36)
        if self.entries > MAX_SEGMENTS or self.entry_size < (56 if self.wide else 32):
            raise BrokenBinaryError("its program headers are malformed")
        self.loads: list[tuple[int, int, int]] = []
        self.dynamic: tuple[int, int] | None = None
        self._segments()

    def _segments(self) -> None:
        for index in range(self.entries):
            at = self.table + index * self.entry_size
            if self.wide:
                kind, _, offset, address, _, size = self.file.unpack("IIQQQQ", at)
            else:
                kind, offset, address, _, size = self.file.unpack("IIIII", at)
            if kind == _LOAD:
                self.loads.append((address, size, offset))
            elif kind == _DYNAMIC:
                self.dynamic = (offset, size)

    def place(self, address: int) -> tuple[int, int]:
        """Return where an address of the loaded image stands in the file, and how many bytes follow there."""
        for start, size, offset in self.loads:
            if start <= address < start + size:
                at = offset + address - start
                room = min(size - (address - start), self.file.size - at)
                if room > 0:
                    return at, room
        raise BrokenBinaryError("an address lies in no segment")

    def image(self) -> Image:
        architecture = _architecture(self.machine, self.wide, self.little)
        if self.dynamic is None:
            return Image(architecture)  # linked statically: it needs nothing
        single: dict[int, int] = {}
        needed, paths = [], []
        for tag, value in self._dynamic_entries(*self.dynamic):
            if tag == _NEEDED:
                needed.append(value)
            elif tag in (_RPATH, _RUNPATH):
                paths.append(value)
            else:
                single[tag] = value
        if _STRTAB not in single:
            return Image(architecture)
        at, room = self.place(single[_STRTAB])
        names = self.file.part(at, min(room, single.get(_STRSZ, room)))
        taken, given = self._symbols(single, names)
        return Image(
            architecture,
            needed=tuple(names.name(offset) for offset in needed),
            versions=tuple(dict.fromkeys(self._versions(single, names))),
            python_symbols=unique(taken),
            python_exports=unique(given),
            modules=modules_of(given),
            search_paths=tuple(part for offset in paths for part in names.name(offset).split(":") if part),
            name=names.name(single[_SONAME]) if _SONAME in single else "",
        )

    def _dynamic_entries(self, offset: int, size: int) -> Iterator[tuple[int, int]]:
        step = 16 if self.wide else 8
        layout = "QQ" if self.wide else "II"
        for index in range(size // step):
            if index >= MAX_DYNAMIC:
                raise LargeBinaryError("more records than are read")
            tag, value = self.file.unpack(layout, offset + index * step)
            if tag == 0:
                return
            yield tag, value

    def _versions(self, single: dict[int, int], names: Window) -> Iterator[str]:
        """Yield the symbol versions without which it is not loaded, of every library."""
        if _VERNEED not in single:
            return
        allowance = Allowance(MAX_VERSIONS)
        at, _ = self.place(single[_VERNEED])
        for _ in range(single.get(_VERNEEDNUM, 0)):
            allowance.take()
            _, count, _, first, step = self.file.unpack("HHIII", at)
            entry = at + first
            for _ in range(count):
                allowance.take()
                _, flags, _, name, ahead = self.file.unpack("IHHII", entry)
                if not flags & _WEAK_VERSION:
                    yield names.name(name)
                if not ahead:
                    break
                entry += ahead
            if not step:
                return
            at += step

    def _symbols(self, single: dict[int, int], names: Window) -> tuple[list[str], list[str]]:
        """Return the names of the C API that it takes, and those like them that it gives."""
        if _SYMTAB not in single:
            return [], []
        at, room = self.place(single[_SYMTAB])
        step = 24 if self.wide else 16
        count = self._symbol_count(single, room // step)
        taken: list[str] = []
        given: list[str] = []
        for fields in self.file.records("IBBHQQ" if self.wide else "IIIBBH", at, count):
            name = fields[0]
            if not names.starts_with(PYTHON_PREFIXES, name):
                continue
            bind, section = (fields[1] >> 4, fields[3]) if self.wide else (fields[3] >> 4, fields[5])
            if section:
                given.append(names.name(name))
            elif bind != _WEAK_SYMBOL:
                taken.append(names.name(name))
        return taken, given

    def _symbol_count(self, single: dict[int, int], most: int) -> int:
        """Return how many symbols there are: no entry says so, the hash tables do."""
        if _HASH in single:
            at, _ = self.place(single[_HASH])
            # Alpha and 64-bit S/390 have entries of eight bytes here; they state GNU hashes as well.
            _, count = self.file.unpack("II", at)
            if count <= most:
                return self._bounded(count)
        if _GNU_HASH not in single:
            raise BrokenBinaryError("it does not say how many symbols it has")
        at, room = self.place(single[_GNU_HASH])
        buckets, first, bloom, _ = self.file.unpack("IIII", at)
        start = at + 16 + bloom * (8 if self.wide else 4)
        if buckets > room // 4:
            raise BrokenBinaryError("its hash table lies outside the file")
        last = max(self.file.unpack(f"{buckets}I", start), default=0)
        if last < first:
            return self._bounded(min(first, most))  # it gives nothing; what it takes stands before
        chain = start + 4 * buckets
        allowance = Allowance(MAX_SYMBOLS)
        while True:
            allowance.take()
            (value,) = self.file.unpack("I", chain + 4 * (last - first))
            last += 1
            if value & 1:
                break
        if last > most:
            raise BrokenBinaryError("its symbol table lies outside the file")
        return self._bounded(last)

    @staticmethod
    def _bounded(count: int) -> int:
        if count > MAX_SYMBOLS:
            raise LargeBinaryError("more symbols than are read")
        return count


def _architecture(machine: int, wide: bool, little: bool) -> str:
    """Return the word of a platform tag for an ELF machine, "" for one that is not known."""
    if machine == 62:
        return "x86_64" if wide else ""  # x32
    if machine == 21:
        return "ppc64le" if little else "ppc64"
    if machine == 243:
        return "riscv64" if wide else ""
    if machine == 258:
        return "loongarch64" if wide else ""
    return {3: "i686", 22: "s390x" if wide else "", 40: "armv7l", 183: "aarch64" if wide else ""}.get(machine, "")
