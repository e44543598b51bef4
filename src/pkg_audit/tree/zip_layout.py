"""Read a zip file's directory strictly: every byte of the file must belong to exactly one listed member.

Installers and scanners that read local headers, the central directory or the end record by different rules can be
shown different files (CVE-2025-54368; the index's own rules of 2025-08). Whatever they could disagree on is a fault
here. Source: PKWARE APPNOTE 6.3.10 (2022-11).
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.tree.source import ArchiveFile, DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree.opener import Kind

MAX_MEMBERS = 50_000
MAX_DIRECTORY_BYTES = 64 << 20

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 0xFFFF
_LIMIT32 = 0xFFFFFFFF

_DESCRIPTOR_FOLLOWS = 0x08
_UTF8 = 0x800
_HARMLESS_FLAGS = 0x06 | _DESCRIPTOR_FOLLOWS | _UTF8
STORED, DEFLATED = 0, 8
_UNIX = 3


@dataclass(slots=True)
class ZipMember:
    """One entry of the central directory. `start` is where its data begins, None where that cannot be trusted."""

    name: str
    raw_name: bytes
    kind: Kind
    mode: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    start: int | None = None


def read_layout(file: ArchiveFile, fault: Callable[[str, str | None], None]) -> list[ZipMember]:
    """Return the members in the directory's order and call `fault` for whatever makes them untrustworthy.

    Raises DamagedError where there is no directory to read.
    """
    end, count, size, offset = _find_end(file, fault)
    shift = end - size - offset
    if shift < 0:
        raise DamagedError("truncated: the central directory lies outside the file")
    if shift:
        fault("data before the archive or within it that no entry accounts for", None)
    if size > MAX_DIRECTORY_BYTES:
        raise DamagedError(f"the central directory is larger than {MAX_DIRECTORY_BYTES:,} bytes")
    members = _read_central(file.read_at(end - size, size), count, fault)
    for member in members:
        member.header += shift
    _check_tiling(file, members, shift, end - size, fault)
    return members


def _find_end(file: ArchiveFile, fault: Callable[[str, str | None], None]) -> tuple[int, int, int, int]:
    """Return where the directory ends, its number of entries, its size and its offset."""
    tail_size = min(file.size, _END.size + _MAX_COMMENT)
    tail = file.read_at(file.size - tail_size, tail_size)
    found = []
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if at + _END.size <= len(tail):
            found.append(at)
        at = tail.rfind(b"PK\5\6", 0, at)
    if not found:
        raise DamagedError("truncated: a zip file's end record is missing")
    fitting = [at for at in found if at + _END.size + _END.unpack_from(tail, at)[7] == len(tail)]
    if len(fitting) != 1:
        fault("two end records" if fitting else "data after the end of the archive", None)
    at = fitting[-1] if fitting else found[0]
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
    end = file.size - tail_size + at
    if end >= _LOCATOR.size:
        locator = file.read_at(end - _LOCATOR.size, _LOCATOR.size)
        if locator[:4] == b"PK\6\7":
            return _find_end64(file, locator, end - _LOCATOR.size, (count, size, offset), fault)
    if disk or first_disk or here != count:
        fault("an archive in several parts", None)
    return end, count, size, offset


def _find_end64(
    file: ArchiveFile,
    locator: bytes,
    at: int,
    short: tuple[int, int, int],
    fault: Callable[[str, str | None], None],
) -> tuple[int, int, int, int]:
    _, disk, where, disks = _LOCATOR.unpack(locator)
    if disk or disks != 1 or where + _END64.size != at:
        raise DamagedError("the zip64 end record is not where it must be")
    magic, length, _, _, disk, first_disk, here, count, size, offset = _END64.unpack(file.read_at(where, _END64.size))
    if magic != b"PK\6\6" or length != _END64.size - 12:
        raise DamagedError("the zip64 end record is malformed")
    limits = (0xFFFF, _LIMIT32, _LIMIT32)
    agree = all(a in {b, limit} for a, b, limit in zip(short, (count, size, offset), limits, strict=True))
    if disk or first_disk or here != count or not agree:
        fault("two end records disagree", None)
    return where, count, size, offset


def _read_central(data: bytes, count: int, fault: Callable[[str, str | None], None]) -> list[ZipMember]:
    members: list[ZipMember] = []
    at = 0
    while at < len(data):
        if len(members) >= MAX_MEMBERS:
            fault(f"partial: more than {MAX_MEMBERS:,} members; the rest was not listed", None)
            return members
        if at + _CENTRAL.size > len(data) or data[at : at + 4] != b"PK\1\2":
            fault("the central directory is malformed", None)
            return members
        fields = _CENTRAL.unpack_from(data, at)
        made_by, flags, method, crc, packed, size = fields[1], fields[3], fields[4], fields[7], fields[8], fields[9]
        name_size, extra_size, comment_size, disk, attributes, header = *fields[10:14], fields[15], fields[16]
        start = at + _CENTRAL.size
        at = start + name_size + extra_size + comment_size
        if at > len(data):
            fault("the central directory is malformed", None)
            return members
        raw_name = data[start : start + name_size]
        extra = data[start + name_size : start + name_size + extra_size]
        size, packed, header = _long_values(extra, (size, packed, header))
        mode = attributes >> 16 if made_by >> 8 == _UNIX else 0
        name = _decode_name(raw_name, flags)
        if disk:
            fault("an archive in several parts", name)
        members.append(
            ZipMember(name, raw_name, _kind(name, mode), mode, flags, method, crc, packed, size, header),
        )
    if len(members) != count:
        fault("the end record counts other entries than the central directory holds", None)
    return members


def _check_tiling(
    file: ArchiveFile,
    members: list[ZipMember],
    begin: int,
    end: int,
    fault: Callable[[str, str | None], None],
) -> None:
    """Find each member's data and check that the members fill the file from `begin` to `end`, each as listed."""
    ordered = sorted(members, key=lambda member: member.header)
    if not ordered or ordered[0].header != begin:
        fault("data before the archive or within it that no entry accounts for", None)
    for position, member in enumerate(ordered):
        following = ordered[position + 1].header if position + 1 < len(ordered) else end
        try:
            problem = _check_local(file, member, following)
        except DamagedError:
            problem = "its local header lies outside the file"
        if problem:
            fault(problem, member.name)


def _check_local(file: ArchiveFile, member: ZipMember, following: int) -> str | None:
    header = file.read_at(member.header, _LOCAL.size)
    magic, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(header)
    if magic != b"PK\3\4":
        return "its local header is missing"
    rest = file.read_at(member.header + _LOCAL.size, name_size + extra_size)
    size, packed, _ = _long_values(rest[name_size:], (size, packed, 0))
    listed = (member.crc, member.packed, member.size)
    streamed = bool(flags & _DESCRIPTOR_FOLLOWS)
    same_values = (crc, packed, size) == listed or (streamed and not (crc or packed or size))
    if rest[:name_size] != member.raw_name or flags != member.flags or method != member.method or not same_values:
        return "local header and central directory disagree"
    start = member.header + _LOCAL.size + name_size + extra_size
    stop = start + member.packed
    gap = following - stop
    if gap < 0:
        return "overlaps the next entry"
    if not streamed:
        member.start = start
        return "followed by data that no entry accounts for" if gap else None
    if gap not in {12, 16, 20, 24}:
        return "followed by data that no entry accounts for"
    descriptor = file.read_at(stop, gap)
    if gap in {16, 24}:
        if descriptor[:4] != b"PK\7\10":
            return "its data descriptor is malformed"
        descriptor = descriptor[4:]
    if struct.unpack("<3L" if len(descriptor) == 12 else "<L2Q", descriptor) != listed:
        return "its data descriptor and central directory disagree"
    member.start = start
    return None


def content_fault(member: ZipMember) -> str | None:
    """Say why a member's content cannot be had, None where it can."""
    if member.flags & ~_HARMLESS_FLAGS:
        return "encrypted, or packed in a way that is not read"
    if member.method not in {STORED, DEFLATED}:
        return f"compression method {member.method} is not read"
    if member.method == STORED and member.packed != member.size:
        return "its two sizes disagree"
    if member.kind == "dir" and member.size:
        return "a directory with content"
    if member.start is None:
        return "its data cannot be trusted"
    return None


def _long_values(extra: bytes, values: tuple[int, int, int]) -> tuple[int, int, int]:
    """Replace values that do not fit 32 bits by those of the zip64 extra field, in its fixed order."""
    if _LIMIT32 not in values:
        return values
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        at += 4
        if kind == 1:
            field = extra[at : at + length]
            given = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            a, b, c = (next(given, value) if value == _LIMIT32 else value for value in values)
            return a, b, c
        at += length
    return values


def _decode_name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8", "surrogateescape") if flags & _UTF8 or raw.isascii() else raw.decode("cp437")


def _kind(name: str, mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return "link"
    if name.endswith("/") or stat.S_ISDIR(mode):
        return "dir"
    return "file" if stat.S_IFMT(mode) in {0, stat.S_IFREG} else "other"
