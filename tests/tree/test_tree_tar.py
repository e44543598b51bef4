"""Compressed tar archives: what is listed, what is read, and which deceptions are called so."""

from __future__ import annotations

import random
import struct
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tree_archives import SDIST_MEMBERS, make_tar, make_zip, member, pack, raw_header

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.tree import Tree, open_tree, tar_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Opener = Callable[..., Tree]

HEAD = make_tar(SDIST_MEMBERS).rstrip(b"\0")
HEAD += bytes(-len(HEAD) % 512)


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    def open_bytes(data: bytes, name: str = "demo-1.0.tar.gz") -> Tree:
        (tmp_path / name).write_bytes(data)
        return open_tree(str(tmp_path / name))

    return open_bytes


def blocking(tree: Tree) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for problem in tree.problems():
        if problem.blocking:
            found[problem.path] = found.get(problem.path, "") + problem.what + "; "
    return found


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_an_honest_sdist(opened: Opener, form: int) -> None:
    long = "demo-1.0/" + "long/" * 30 + "name.py"
    members = [
        member("demo-1.0", type=tarfile.DIRTYPE),
        *SDIST_MEMBERS,
        member(long, b"long"),
        member("demo-1.0/é.txt", b"x" * 5000),
        member("demo-1.0/empty"),
    ]
    tree = opened(pack(make_tar(members, form)))
    assert (tree.source, tree.name) == ("sdist", "demo-1.0")
    assert set(tree.files()) == {"empty", long[9:], "pyproject.toml", "src/demo.py", "é.txt"}
    assert tree.read(long[9:]) == b"long"
    assert (tree.size("é.txt"), tree.head("é.txt", 3)) == (5000, b"xxx")
    assert tree.read("empty") == b""
    assert tree.sub("src").read("demo.py") == b"x = 1\n"
    assert tree.problems() == ()
    with pytest.raises(ReadError, match="larger"):
        tree.read("é.txt", limit=4999)


def test_names_that_are_not_utf8_and_leading_dots(opened: Opener) -> None:
    members = [member("./demo-1.0/caf\udce9.py", b"1"), member("./demo-1.0/b.py", b"2")]
    tree = opened(pack(make_tar(members, tarfile.GNU_FORMAT)))
    assert tree.files() == ("b.py", "caf\udce9.py")
    assert tree.problems() == ()


def test_several_gzip_members_and_padding(opened: Opener) -> None:
    data = make_tar(SDIST_MEMBERS)
    tree = opened(pack(data[:700]) + pack(data[700:]) + bytes(70_000))
    assert tree.files() == ("pyproject.toml", "src/demo.py")
    assert tree.problems() == ()
    for tail in (b"x" * 10, bytes(65_535) + b"x"):
        assert any("after the end" in what for what in blocking(opened(pack(data) + tail)).values())


def test_links_are_listed_and_never_followed(opened: Opener) -> None:
    members = [
        *SDIST_MEMBERS,
        member("demo-1.0/docs/link", type=tarfile.SYMTYPE, linkname="../src/demo.py"),
        member("demo-1.0/hard", type=tarfile.LNKTYPE, linkname="demo-1.0/src/demo.py"),
    ]
    tree = opened(pack(make_tar(members)))
    assert tree.files() == ("pyproject.toml", "src/demo.py")
    assert tree.links() == ("docs/link", "hard")
    assert not blocking(tree)
    with pytest.raises(ReadError, match="symbolic link"):
        tree.read("docs/link")


@pytest.mark.parametrize(
    ("path", "bad"),
    [
        ("out", [member("demo-1.0/out", type=tarfile.SYMTYPE, linkname="../x")]),
        ("out", [member("demo-1.0/out", type=tarfile.SYMTYPE, linkname="/etc/passwd")]),
        ("a/out", [member("demo-1.0/a/out", type=tarfile.SYMTYPE, linkname="b/../../../x")]),
        ("hard", [member("demo-1.0/hard", type=tarfile.LNKTYPE, linkname="/etc/passwd")]),
        ("hard", [member("demo-1.0/hard", type=tarfile.LNKTYPE, linkname="demo-1.0/hard")]),
        ("d", [member("demo-1.0/d", type=tarfile.SYMTYPE, linkname="src"), member("demo-1.0/d/x.py", b"x")]),
        ("null", [member("demo-1.0/null", type=tarfile.CHRTYPE)]),
        ("sda", [member("demo-1.0/sda", type=tarfile.BLKTYPE)]),
        ("fifo", [member("demo-1.0/fifo", type=tarfile.FIFOTYPE)]),
        ("odd", [member("demo-1.0/odd", type=b"Z")]),
        ("../out", [member("../out", b"x")]),
        ("../../out", [member("demo-1.0/../../out", b"x")]),
        ("/tmp/out", [member("/tmp/out", b"x")]),
        ("src/demo.py", [member("demo-1.0/src/demo.py", b"x = 2\n")]),
        ("pyproject.toml", [member("demo-1.0/pyproject.toml", type=tarfile.DIRTYPE)]),
    ],
)
def test_members_that_lead_elsewhere_are_blocking(
    opened: Opener, path: str, bad: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    tree = opened(pack(make_tar([*SDIST_MEMBERS, *bad])))
    assert path in blocking(tree)
    assert tree.read("src/demo.py") == b"x = 1\n"


def test_the_same_file_twice_is_harmless(opened: Opener) -> None:
    tree = opened(pack(make_tar([*SDIST_MEMBERS, *SDIST_MEMBERS])))
    assert (len(tree.files()), tree.problems()) == (2, ())


NEGATIVE = b"\xff" * 12
HUGE = b"\x80" + struct.pack(">11s", b"\x7f" * 11)


@pytest.mark.parametrize(
    ("what", "tail"),
    [
        ("negative", raw_header(b"demo-1.0/x", NEGATIVE)),
        ("impossible", raw_header(b"demo-1.0/x", HUGE)),
        ("malformed number", raw_header(b"demo-1.0/x", b"-1")),
        ("malformed number", raw_header(b"demo-1.0/x", b"99999")),
        ("extended header is too large", raw_header(b"x", b"%o" % (1 << 20), b"x") + bytes(1 << 20)),
        ("extended header is too large", raw_header(b"x", b"%o" % (50 << 20), b"L") + bytes(1 << 20)),
        ("extended header is malformed", raw_header(b"x", b"10", b"x") + b"0 =".ljust(512, b"\0")),
        ("extended header is malformed", raw_header(b"x", b"10", b"x") + b"-5 a=b\n".ljust(512, b"\0")),
        ("extended header is malformed", raw_header(b"x", b"10", b"x") + b"9999 a=b\n".ljust(512, b"\0")),
        (
            "sparse",
            raw_header(b"x", b"26", b"x") + b"22 GNU.sparse.major=1\n".ljust(512, b"\0") + raw_header(b"x", b"0"),
        ),
        (
            "impossible size",
            raw_header(b"x", b"14", b"x") + b"12 size=-1\xff\n".ljust(512, b"\0") + raw_header(b"x", b"0"),
        ),
        ("checksum", raw_header(b"demo-1.0/x", b"0").replace(b"demo", b"emo!")),
        ("truncated within a header", raw_header(b"demo-1.0/x", b"0")[:300]),
        ("truncated within a member", raw_header(b"demo-1.0/x", b"2000") + b"x" * 512),
        ("after the end", bytes(1024) + raw_header(b"demo-1.0/hidden.py", b"0")),
        ("inflates to more", raw_header(b"demo-1.0/x", b"%o" % (40 << 20)) + bytes(40 << 20)),
    ],
)
def test_damage_keeps_what_came_before_and_blocks(opened: Opener, what: str, tail: bytes) -> None:
    tree = opened(pack(HEAD + tail))
    assert {"pyproject.toml", "src/demo.py"} <= set(tree.files())
    assert any(what in text for text in blocking(tree).values()), blocking(tree)


def test_a_cut_stream_blocks(opened: Opener) -> None:
    noise = random.Random(1).randbytes(150_000)
    data = pack(make_tar([*SDIST_MEMBERS, member("demo-1.0/noise", noise)]))
    tree = opened(data[: len(data) * 2 // 3])
    assert "pyproject.toml" in tree.files()
    assert "truncated" in blocking(tree)[None]
    tree = opened(data[:-8] + bytes(4) + data[-4:])
    assert "corrupt" in blocking(tree)[None]


def test_large_members_are_listed_and_not_kept(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_reader, "KEEP_MEMBER", 10_000)
    monkeypatch.setattr(tar_reader, "KEEP_TOTAL", 25_000)
    members = [member(f"demo-1.0/{i}", bytes([i]) * 9_000) for i in range(4)]
    tree = opened(pack(make_tar([*members, member("demo-1.0/big", b"\x7fELF" * 5_000)])))
    assert tree.read("1") == b"\1" * 9_000
    assert (tree.size("big"), tree.head("big", 4)) == (20_000, b"\x7fELF")
    for path in ("3", "big"):
        with pytest.raises(ReadError) as caught:
            tree.read(path)
        assert caught.value.reason == "too-large"
    assert not blocking(tree)


def test_too_many_members(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_reader, "MAX_MEMBERS", 2)
    assert "more than 2 members" in blocking(opened(pack(make_tar([*SDIST_MEMBERS, member("demo-1.0/x")]))))[None]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b",
        b"\x1f\x8b\x08" + bytes(50),
        pack(b""),
        pack(bytes(10240)),
        pack(b"hello"),
        pack(make_tar(SDIST_MEMBERS))[:20],
        make_tar(SDIST_MEMBERS),
        make_zip({"a/b": b""}),
    ],
)
def test_what_is_no_archive_at_all(opened: Opener, data: bytes) -> None:
    with pytest.raises(TreeError, match="demo"):
        opened(data)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_never_escapes(tmp_path: Path, data: st.DataObject) -> None:
    bad = bytearray(make_tar([*SDIST_MEMBERS, member("demo-1.0/" + "l" * 200, b"x" * 600)]))
    for _ in range(data.draw(st.integers(1, 4))):
        bad[data.draw(st.integers(0, 4000))] = data.draw(st.integers(0, 255))
    packed = bytearray(pack(bytes(bad)))
    if data.draw(st.booleans()):
        packed[data.draw(st.integers(3, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    target = tmp_path / "demo-1.0.tar.gz"
    target.write_bytes(packed)
    try:
        tree = open_tree(str(target))
    except TreeError:
        return
    for path in tree.files():
        try:
            tree.read(path)
        except ReadError:
            continue
