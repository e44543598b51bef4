"""Read the 512-byte headers of a tar stream and the extended headers before them.

Source: POSIX.1-2017 pax(1) "ustar Interchange Format" and "pax Header Block", and GNU tar's format notes (long names,
base-256 numbers); read 2026-11. Sparse files are refused, as are negative and absurd sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

from pkg_audit.tree.source import DamagedError

BLOCK = 512
REGULAR = frozenset(b"0\x007")
HARD_LINK, SYMBOLIC_LINK, DIRECTORY = ord("1"), ord("2"), ord("5")
PAX, PAX_GLOBAL = ord("x"), ord("g")
GNU_LONG_NAME, GNU_LONG_LINK = ord("L"), ord("K")
_MAX_SIZE = 1 << 50


@dataclass(slots=True)
class TarHeader:
    """One header block."""

    name: str
    size: int
    type: int
    link: str
    mode: int


def parse_header(block: bytes) -> TarHeader:
    """Return what a header block says. Raises DamagedError."""
    # The sum is over the bytes with the checksum's own field as spaces; some writers added signed bytes.
    stated = _number(block[148:156])
    unsigned = sum(block[:148]) + sum(block[156:]) + 8 * 32
    signed = unsigned - 256 * sum(byte > 127 for byte in block[:148] + block[156:])
    if stated not in {unsigned, signed}:
        raise DamagedError("a header's checksum is wrong")
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = f"{prefix}/{name}"
    size = _number(block[124:136])
    if size > _MAX_SIZE:
        raise DamagedError("a header states an impossible size")
    return TarHeader(name, size, block[156], _text(block[157:257]), _number(block[100:108]) & 0o7777)


def parse_pax(data: bytes) -> dict[str, str]:
    """Return an extended header's records. Raises DamagedError."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + 20)
        digits = data[at:space] if space > 0 else b""
        if not digits.isdigit():
            raise DamagedError("an extended header is malformed")
        end = at + int(digits)
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if end <= space + 1 or end > len(data) or data[end - 1 : end] != b"\n" or not equals or not key:
            raise DamagedError("an extended header is malformed")
        records[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        at = end
    return records


def apply_pax(header: TarHeader, records: dict[str, str]) -> None:
    """Change a header as its extended header says. Raises DamagedError."""
    if any(key.startswith("GNU.sparse.") for key in records):
        raise DamagedError("a sparse member")
    header.name = records.get("path", header.name)
    header.link = records.get("linkpath", header.link)
    size = records.get("size")
    if size is not None:
        if not size.isascii() or not size.isdigit() or len(size) > 15:
            raise DamagedError("a header states an impossible size")
        header.size = int(size)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    if field[0] & 0x80:  # base 256, GNU; a leading 0xFF is negative
        if field[0] != 0x80:
            raise DamagedError("a header states a negative or impossible number")
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\0 ")
    if digits and not all(0x30 <= digit <= 0x37 for digit in digits):
        raise DamagedError("a header states a malformed number")
    return int(digits, 8) if digits else 0
