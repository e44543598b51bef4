"""Zip archives: what is listed, what is read, and which deceptions are called so."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tree_archives import DIST_INFO, WHEEL, RawZip, make_streamed_zip, make_zip, raw_wheel, record, wheel_files

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.tree import Tree, open_tree, zip_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Opener = Callable[..., Tree]


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    def open_bytes(data: bytes, name: str = WHEEL) -> Tree:
        (tmp_path / name).write_bytes(data)
        return open_tree(str(tmp_path / name))

    return open_bytes


def blocking(tree: Tree) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for problem in tree.problems():
        if problem.blocking:
            found[problem.path] = found.get(problem.path, "") + problem.what + "; "
    return found


@pytest.mark.parametrize("form", ["plain", "streamed", "stored", "comment", "directories"])
def test_an_honest_wheel(opened: Opener, form: str) -> None:
    files = wheel_files({"demo/data/é x.bin": bytes(range(256)) * 1000})
    if form == "plain":
        data = make_zip(files)
    elif form == "streamed":
        data = make_streamed_zip(files)
    elif form == "stored":
        data = make_zip(files, method=zipfile.ZIP_STORED)
    elif form == "comment":
        data = make_zip(files, comment=b"built by hand")
    else:
        data = make_zip({"demo/": b"", "demo/data/": b"", **files})
    tree = opened(data)
    assert (tree.source, tree.name) == ("wheel", "demo-1.0-py3-none-any")
    assert tree.files() == tuple(sorted(files))
    assert {path: tree.read(path) for path in tree.files()} == files
    assert tree.head("demo/data/é x.bin", 3) == b"\0\1\2"
    assert tree.size("demo/data/é x.bin") == 256_000
    assert tree.problems() == ()
    assert tree.sub("demo").read("__init__.py") == b"x = 1\n"
    with pytest.raises(ReadError, match="larger"):
        tree.read("demo/data/é x.bin", limit=255_999)


def test_an_honest_zip_sdist(opened: Opener) -> None:
    tree = opened(make_zip({"demo-1.0/setup.py": b"s", "demo-1.0/a/b.py": b"b"}), "demo-1.0.zip")
    assert (tree.source, tree.name, tree.files()) == ("sdist", "demo-1.0", ("a/b.py", "setup.py"))
    assert (tree.read("setup.py"), tree.problems()) == (b"s", ())
    flat = opened(make_zip({"setup.py": b"s", "a/b.py": b"b"}), "flat-1.0.zip")
    assert (flat.name, flat.files()) == ("flat-1.0", ("a/b.py", "setup.py"))
    assert "top-level" in flat.problems()[0].what


def test_zip64_is_read(opened: Opener, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "demo-1.0.zip", "w") as archive, archive.open("d/x", "w", force_zip64=True) as file:
        file.write(b"content")
    tree = open_tree(str(tmp_path / "demo-1.0.zip"))
    assert (tree.read("x"), tree.problems()) == (b"content", ())


def raw(**options: object) -> bytes:
    archive = RawZip()
    for name, data in wheel_files({"demo/odd.py": b"y = 2\n"}).items():
        archive.add(name, data, **(options if name == "demo/odd.py" else {}))  # type: ignore[arg-type]
    return archive.bytes()


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("disagree", raw(listed="demo/other.py")),
        ("no entry accounts for", raw(listed=None)),
        ("disagree", raw(local_size=7)),
        ("encrypted", raw(flags=1)),
        ("encrypted", raw(flags=0x2000)),
        ("method 99", raw(method=99)),
        ("checksum is wrong", raw(crc=1)),
        ("size is not", raw(size=5)),
        ("size is not", raw(size=500)),
        ("symbolic link", raw(mode=stat.S_IFLNK | 0o777)),
        ("device", raw(mode=stat.S_IFCHR)),
        ("device", raw(mode=stat.S_IFIFO)),
        ("end record counts", raw_wheel().body + raw_wheel().directory + raw_wheel().end(count=3)),
        ("before the archive", b"#!/bin/sh\n" + raw_wheel().bytes()),
        ("after the end", raw_wheel().bytes() + b"x"),
        ("two end records", raw_wheel().bytes()[:-2] + struct.pack("<H", 22) + raw_wheel().end()),
    ],
)
def test_deceptions_are_blocking(opened: Opener, what: str, data: bytes) -> None:
    tree = opened(data)
    assert any(what in text for text in blocking(tree).values()), blocking(tree)


@pytest.mark.parametrize(
    "name",
    [
        "../out.py",
        "demo/../../out.py",
        "/etc/out.py",
        "C:/out.py",
        "c:out.py",
        "demo\\out.py",
        "\\\\host\\share",
        "demo//out.py",
        "demo/./out.py",
        "demo/\x1b[2J.py",
        "demo/\n.py",
        "d" * 5000,
        "/",
    ],
)
def test_names_that_lead_elsewhere_are_blocking_and_never_listed(opened: Opener, name: str) -> None:
    files = wheel_files({name: b"x"})
    archive = RawZip()
    for each, data in files.items():
        archive.add(each, data)
    tree = opened(archive.bytes())
    assert len(tree.files()) == len(files) - 1
    assert blocking(tree)


def test_duplicates_and_collisions(opened: Opener) -> None:
    archive = raw_wheel()
    archive.add("demo/__init__.py", b"y = 2\n")
    assert "two members" in blocking(opened(archive.bytes()))["demo/__init__.py"]
    archive = raw_wheel()
    archive.add("demo/__init__.py/x.py", b"")
    assert "not a directory" in blocking(opened(archive.bytes()))["demo/__init__.py"]
    tree = opened(make_zip(wheel_files({"demo/A.py": b"", "demo/a.py": b""})))
    assert not blocking(tree)
    assert "upper and lower case" in tree.problems()[0].what


def test_overlapping_members(opened: Opener) -> None:
    archive = raw_wheel()
    archive.directory += archive.directory
    archive.count *= 2
    assert any("overlaps" in what for what in blocking(opened(archive.bytes())).values())


def test_a_bomb_is_bounded(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = raw_wheel()
    archive.add("demo/big.py", bytes(30 << 20))
    archive.add("demo/liar.py", bytes(30 << 20), size=90)
    tree = opened(archive.bytes())
    assert "200 times" in blocking(tree)["demo/big.py"]
    for path in ("demo/big.py", "demo/liar.py"):
        with pytest.raises(ReadError):
            tree.read(path)
    assert tree.head("demo/big.py") == bytes(64)
    monkeypatch.setattr(zip_reader, "MAX_READ", 1000)
    tree = opened(make_zip(wheel_files({"demo/a.py": bytes(900)})))
    tree.read("demo/a.py")
    with pytest.raises(ReadError, match="partial"):
        tree.read("demo/a.py")


@pytest.mark.parametrize(
    ("what", "files"),
    [
        ("holds no", {"demo/__init__.py": b""}),
        ("more than one", wheel_files({"other-1.0.dist-info/METADATA": b""})),
        ("does not", {name: data for name, data in wheel_files().items() if not name.endswith("/METADATA")}),
        ("does not", {name: data for name, data in wheel_files().items() if not name.endswith("/RECORD")}),
        ("not listed in RECORD", {**wheel_files(), "demo/hidden.py": b""}),
        ("does not hold", {**wheel_files(), f"{DIST_INFO}/RECORD": record({"demo/absent.py": b""})}),
        ("another hash", {**wheel_files(), "demo/__init__.py": b"x = 2\n"}),
        ("no usable hash", {**wheel_files(), f"{DIST_INFO}/RECORD": b"demo/__init__.py,md5=x,1\n"}),
        ("no usable hash", {**wheel_files(), f"{DIST_INFO}/RECORD": b"demo/__init__.py,,\n"}),
        ("malformed", {**wheel_files(), f"{DIST_INFO}/RECORD": b"\xff"}),
        ("malformed", {**wheel_files(), f"{DIST_INFO}/RECORD": b"a,b\n"}),
        ("listed twice", {**wheel_files(), f"{DIST_INFO}/RECORD": b"a,,\na,,\n"}),
        ("`demo/absent.py`", {**wheel_files(), f"{DIST_INFO}/RECORD": record({"demo/absent.py": b""})}),
        ("5 more files", {**wheel_files(), f"{DIST_INFO}/RECORD": record({f"demo/{n}.py": b"" for n in range(25)})}),
        ("malformed", {**wheel_files(), f"{DIST_INFO}/RECORD": b'"' + b"a" * 200_000 + b'",,\n'}),
    ],
)
def test_a_wheel_must_hold_what_it_records(opened: Opener, what: str, files: dict[str, bytes]) -> None:
    assert any(what in text for text in blocking(opened(make_zip(files))).values())


@pytest.mark.parametrize(
    "name",
    [
        "demo.whl",
        "demo--1.0-x-y-z-w-v.whl",
        "demo-1.0_[red]-py3-none-any.whl",
        "other-1.0-py3-none-any.whl",
        "demo-2.0-py3-none-any.whl",
        "demo-" + "9" * 200 + "-py3-none-any.whl",
        f"demo-1.0-{'.'.join('abcdefghijk')}-{'.'.join('abcdefghijk')}-{'.'.join('abcdefghijk')}.whl",
    ],
)
def test_a_wheels_name_must_fit(opened: Opener, name: str) -> None:
    assert blocking(opened(make_zip(wheel_files()), name))


@pytest.mark.parametrize("name", ["Demo-1.0-py3-none-any.whl", "demo-1.0.0-1-py2.py3-none-any.whl", WHEEL.upper()])
def test_a_wheels_name_may_be_written_otherwise(opened: Opener, name: str) -> None:
    tree = opened(make_zip(wheel_files()), name)
    assert tree.source == "wheel"
    assert not blocking(tree) or name.endswith(".WHL")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (WHEEL, b""),
        (WHEEL, make_zip(wheel_files())[:300]),
        (WHEEL, b"\x1f\x8b\x08" + bytes(100)),
        (WHEEL, b"x" * 1000),
        (WHEEL, make_zip({})),
        ("demo.zip", make_zip({"../x": b""})),
        ("demo.zip", b"PK\3\4" + bytes(100)),
        ("demo-1.0.tar.gz", make_zip({"a/b": b""})),
        ("demo-1.0.exe", make_zip({"a/b": b""})),
    ],
)
def test_what_is_no_archive_at_all(opened: Opener, name: str, data: bytes) -> None:
    with pytest.raises(TreeError, match="demo"):
        opened(data, name)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_never_escapes(tmp_path: Path, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([make_zip(wheel_files()), make_streamed_zip(wheel_files())]))
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    target = tmp_path / WHEEL
    target.write_bytes(bad[: data.draw(st.sampled_from([len(bad), len(bad), len(bad) - 1, len(bad) // 2]))])
    try:
        tree = open_tree(str(target))
    except TreeError:
        return
    for path in tree.files():
        try:
            content = tree.read(path)
        except ReadError:
            continue
        if not blocking(tree):  # unblamed content is the right content
            assert zlib.crc32(content) == zlib.crc32(wheel_files().get(path, content))
