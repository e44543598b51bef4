"""Read which files git tracks from the bytes of `.git/index`, without git.

Format: git's Documentation/gitformat-index (2.52, read 2026-11): a header of 12 bytes, entries sorted by name and
padded with NULs to multiples of eight, extensions, a checksum. Versions 2 and 3 with SHA-1 names are read; anything
else (version 4, a split or sparse index, SHA-256, damage) is answered by None, and the caller lists the directory.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from struct import Struct

MAX_INDEX_BYTES = 128 << 20
"""Larger than an index of 250,000 entries with long names."""

_HASH = 20
_FIXED = 62  # ten 32-bit numbers, the object's name, 16 bits of flags
_EXTENDED = 0x4000
_SKIP_WORKTREE = 0x4000  # in the second pair of flags
_LONG_NAME = 0xFFF
_LINK, _GITLINK, _REGULAR = 0o12, 0o16, 0o10
_MODE = Struct(">I").unpack_from
_FLAGS = Struct(">H").unpack_from


@dataclass(frozen=True, slots=True)
class GitIndex:
    """What git tracks: paths of files and links, of submodules, and of files that a sparse checkout left out."""

    files: frozenset[str]
    submodules: frozenset[str]
    left_out: frozenset[str]


def parse_index(data: bytes) -> GitIndex | None:
    """Return what an index tracks; None where it is damaged or of a kind that is not read here."""
    if len(data) < 12 + _HASH or data[:4] != b"DIRC":
        return None
    version = int.from_bytes(data[4:8], "big")
    if version not in {2, 3} or not _has_checksum(data):
        return None
    names: list[bytes] = []
    submodules: list[bytes] = []
    left_out: list[bytes] = []
    position, end_of_body = 12, len(data) - _HASH
    previous = b""
    for _ in range(int.from_bytes(data[8:12], "big")):
        if position + _FIXED > end_of_body:
            return None
        (mode,) = _MODE(data, position + 24)
        (flags,) = _FLAGS(data, position + 60)
        start = position + _FIXED
        skipped = False
        if flags & _EXTENDED:
            if version < 3:
                return None
            skipped = bool(_FLAGS(data, start)[0] & _SKIP_WORKTREE)
            start += 2
        end = data.find(b"\0", start, end_of_body)
        if end <= start or min(end - start, _LONG_NAME) != flags & _LONG_NAME:
            return None
        name = data[start:end]
        if name < previous:
            return None
        previous = name
        kind = mode >> 12
        if kind == _GITLINK:
            submodules.append(name)
        elif kind in {_REGULAR, _LINK}:
            names.append(name)
            if skipped:
                left_out.append(name)
        else:  # a sparse index holds directories
            return None
        position += (end - position + 8) & ~7
    if not _has_only_optional_extensions(data, position, end_of_body):
        return None
    return GitIndex(_decode(names), _decode(submodules), _decode(left_out))


def _has_checksum(data: bytes) -> bool:
    checksum = data[-_HASH:]
    # `index.skipHash` writes zeros instead of a checksum.
    return checksum == bytes(_HASH) or checksum == hashlib.sha1(data[:-_HASH], usedforsecurity=False).digest()


def _has_only_optional_extensions(data: bytes, position: int, end: int) -> bool:
    """Tell whether the rest is a row of extensions that a reader may skip (their names start with a capital)."""
    while position < end:
        if position + 8 > end or not data[position : position + 1].isupper():
            return False
        position += 8 + int.from_bytes(data[position + 4 : position + 8], "big")
    return position == end


def _decode(names: list[bytes]) -> frozenset[str]:
    return frozenset(b"\0".join(names).decode("utf-8", "surrogateescape").split("\0")) if names else frozenset()
