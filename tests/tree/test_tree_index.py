"""A damaged or foreign index is refused, never misread and never fatal."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg_audit.tree.git_index import parse_index


def entry(name: bytes, mode: int = 0o100644, flags: int | None = None, extended: bytes = b"") -> bytes:
    flags = min(len(name), 0xFFF) if flags is None else flags
    data = struct.pack(">10I", 0, 0, 0, 0, 0, 0, mode, 0, 0, 0) + bytes(20) + struct.pack(">H", flags) + extended + name
    return data + bytes(8 - len(data) % 8)


def index(
    *entries: bytes, version: int = 2, count: int | None = None, tail: bytes = b"", checksum: bool = True
) -> bytes:
    body = b"DIRC" + struct.pack(">2I", version, len(entries) if count is None else count) + b"".join(entries) + tail
    return body + (hashlib.sha1(body).digest() if checksum else bytes(20))


def test_reads_files_links_and_submodules() -> None:
    found = parse_index(
        index(
            entry(b"a.py"),
            entry(b"caf\xe9"),
            entry(b"link", 0o120000),
            entry(b"n" * 5000),
            entry(b"sub", 0o160000),
            tail=b"TREE" + struct.pack(">I", 3) + b"xyz",
        )
    )
    assert found is not None
    assert found.files == {"a.py", "caf\udce9", "link", "n" * 5000}
    assert found.submodules == {"sub"}


def test_reads_conflicts_sparse_entries_and_missing_checksums() -> None:
    skipped = entry(b"b", flags=0x4001, extended=struct.pack(">H", 0x4000))
    found = parse_index(index(entry(b"a", flags=0x1001), entry(b"a", flags=0x2001), skipped, version=3, checksum=False))
    assert found is not None
    assert (sorted(found.files), sorted(found.left_out)) == (["a", "b"], ["b"])
    assert parse_index(index()) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"DIRC",
        b"x" * 100,
        index(entry(b"a"), version=4),
        index(entry(b"a"), count=2),
        index(entry(b"a"), count=0xFFFFFFFF),
        index(entry(b"b"), entry(b"a")),
        index(entry(b"dir", 0o040000)),
        index(entry(b"a", flags=5)),
        index(entry(b"")),
        index(entry(b"a", flags=0x4001, extended=b"\0\0")),
        index(entry(b"a"), tail=b"link" + struct.pack(">I", 0)),
        index(entry(b"a"), tail=b"TREE" + struct.pack(">I", 1000)),
        index(entry(b"a"), tail=b"TRE"),
        index(entry(b"a"))[:-1] + b"\0",
    ],
)
def test_refuses_what_it_does_not_read(data: bytes) -> None:
    assert parse_index(data) is None


@given(st.binary(max_size=300), st.integers(0, 5), st.integers(0, 5))
def test_never_fails(body: bytes, version: int, count: int) -> None:
    parse_index(b"DIRC" + struct.pack(">2I", version, count) + body + bytes(20))


@given(st.data())
def test_never_fails_on_damage(data: st.DataObject) -> None:
    good = bytearray(
        index(entry(b"a"), entry(b"b/c" * 20), tail=b"TREE" + struct.pack(">I", 3) + b"xyz", checksum=False)
    )
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    parse_index(bytes(good[:-20]) + bytes(20))
