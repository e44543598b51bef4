"""Read what the binaries of a wheel need: ELF, Mach-O and PE, by readers of our own that run nothing and trust nothing.

Every offset and count is the file's own word: each read is checked against the bytes that there are, each table has a
limit, and what goes wrong is a value. Only wheels that are given as input are read this way; of a source tree
nothing more is asked than what a file is (`pkg_audit.scan.native.binaries`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.facts.wheel_contents import WheelBinary
from pkg_audit.scan.binaries.elf import MAGIC as ELF
from pkg_audit.scan.binaries.elf import read_elf
from pkg_audit.scan.binaries.mach_o import FAT, THIN, read_mach_o
from pkg_audit.scan.binaries.pe import MAGIC as PE
from pkg_audit.scan.binaries.pe import read_pe
from pkg_audit.scan.binaries.window import BrokenBinaryError, LargeBinaryError, Window

if TYPE_CHECKING:
    from pkg_audit.facts.wheel_contents import BinaryFormat

__all__ = ["format_of", "read_binary"]

_JAVA = 45
"""A universal Mach-O file counts its architectures where a Java class has its version, which began here."""


def format_of(head: bytes) -> BinaryFormat | None:
    """Name the format by a file's first 64 bytes, None for anything else. An `MZ` program for DOS counts as PE."""
    if head.startswith(ELF):
        return "elf"
    if head[:4] in THIN or (head.startswith(FAT) and int.from_bytes(head[4:8], "big") < _JAVA):
        return "mach-o"
    # Text may begin with MZ as well: a PE file has the offset of its header at 60.
    return "pe" if head.startswith(PE) and len(head) >= 64 and b"\0" in head else None


def read_binary(data: bytes, path: str) -> WheelBinary:
    """Return what a binary file needs and gives. Raises nothing: damage is `unknown`, with its reason."""
    form = format_of(data[:64])
    if form is None:
        return WheelBinary(
            Place(path), None, unknown=Unknown("not-parseable", Place(path), "not a binary that is known")
        )
    read = {"elf": read_elf, "mach-o": read_mach_o, "pe": read_pe}[form]
    try:
        return WheelBinary(Place(path), form, read(Window(data, "<")))
    except LargeBinaryError as error:
        return WheelBinary(Place(path), form, unknown=Unknown("too-large", Place(path), str(error)))
    except BrokenBinaryError as error:
        return WheelBinary(Place(path), form, unknown=Unknown("not-parseable", Place(path), str(error)))
