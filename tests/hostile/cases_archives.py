"""Z: a damaged or deceptive archive never passes, is never unpacked, and never costs more than its limit."""

from __future__ import annotations

import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from hostile_case import Box, Builder, add, case
from tree_archives import (
    DIST_INFO,
    SDIST_MEMBERS,
    WHEEL,
    RawZip,
    make_streamed_zip,
    make_tar,
    make_zip,
    member,
    pack,
    raw_header,
    raw_wheel,
    record,
    wheel_files,
)

SDIST = "demo-1.0.tar.gz"
ANY = frozenset({0, 1, 3})


def _zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def _wheel_with(**names: bytes) -> bytes:
    return make_zip(wheel_files(names))


def _declaring_less() -> bytes:
    archive = raw_wheel()
    archive.add("demo/big.py", b"x" * 90)
    packed = _zeros(300 << 20)
    name = b"demo/bomb.py"
    fields = (0, 8, 0, 33, zlib.crc32(b""), len(packed), 90)
    offset = len(archive.body)
    archive.body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *fields, len(name), 0) + name + packed
    archive.directory += (
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, 20, *fields, len(name), 0, 0, 0, 0, 0o100644 << 16, offset) + name
    )
    archive.count += 1
    return archive.bytes()


def _overlapping() -> bytes:
    """Many entries over one kernel of data."""
    archive = raw_wheel()
    packed = _zeros(10 << 20)
    for index in range(200):
        name = f"demo/m{index:04}.py".encode()
        fields = (0, 8, 0, 33, 0, len(packed), 10 << 20)
        if index == 0:
            offset = len(archive.body)
            archive.body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *fields, len(name), 0) + name + packed
        archive.directory += (
            struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, 20, *fields, len(name), 0, 0, 0, 0, 0o100644 << 16, offset)
            + name
        )
        archive.count += 1
    return archive.bytes()


def _zip64() -> bytes:
    archive = raw_wheel()
    body = archive.body + archive.directory
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1 << 62, 1 << 62, 1 << 62, 1 << 62)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body), 1)
    return body + end64 + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def _two_ends() -> bytes:
    return raw_wheel().bytes() + RawZip().bytes()


def _listed_and_local() -> bytes:
    archive = raw_wheel()
    archive.add("demo/shown.py", b"x = 1\n", listed="demo/other.py")
    archive.add("demo/hidden.py", b"x = 2\n", listed=None)
    return archive.bytes()


def _encrypted() -> bytes:
    archive = raw_wheel()
    archive.add("demo/a.py", b"x = 1\n", flags=1)
    archive.add("demo/b.py", b"x = 1\n", method=99)
    archive.add("demo/c.py", b"x = 1\n", crc=1)
    archive.add("demo/d.py", b"x = 1\n", size=0xFFFFFFFF)
    return archive.bytes()


def _special() -> bytes:
    archive = raw_wheel()
    for name, mode in (
        ("l", stat.S_IFLNK),
        ("c", stat.S_IFCHR),
        ("p", stat.S_IFIFO),
        ("s", stat.S_IFREG | 0o6755),
        ("k", stat.S_IFSOCK),
    ):
        archive.add(f"demo/{name}.py", b"../../../../etc/passwd", mode=mode)
    return archive.bytes()


NAMES = ("../outside/x.py", "/tmp/hostile-x.py", "demo/../../x.py", "C:\\x.py", "\\\\host\\share\\x.py", "demo\\x.py", "demo/a\0b.py", "demo/\x1b[31m.py",
         "demo//x.py", "./demo/y.py", "demo/.", "demo/..", "CON", "demo/" + "a" * 60_000 + ".py", "demo/a\n::error::b.py", "demo/\u202e.py", "DEMO/__INIT__.PY",
         "demo-1.0.data/scripts/../../../x", "evil.pth", "demo/__init__.py/x", "")  # fmt: skip


def _zip_names() -> bytes:
    archive = raw_wheel()
    for name in NAMES:
        archive.add(name, b"x = 1\n")
    return archive.bytes()


def _duplicates() -> bytes:
    archive = raw_wheel()
    archive.add("demo/__init__.py", b"import evil\n")
    archive.add("demo/A.py", b"")
    archive.add("demo/a.py", b"")
    return archive.bytes()


def _record(text: bytes) -> bytes:
    files = wheel_files()
    files[f"{DIST_INFO}/RECORD"] = text
    return make_zip(files)


def _unlisted() -> bytes:
    files = wheel_files()
    files["demo/hidden.py"] = b"x = 1\n"
    return make_zip(files)


def _two_dist_infos() -> bytes:
    files = wheel_files()
    files["other-2.0.dist-info/METADATA"] = b"Name: other\n"
    return make_zip(files)


def _many(count: int) -> bytes:
    files = {f"demo/m{index}.py": b"" for index in range(count)}
    return make_zip(wheel_files(files), method=zipfile.ZIP_STORED)


def _nested() -> bytes:
    inner = make_zip(wheel_files())
    for _ in range(20):
        inner = make_zip({"demo-1.0-py3-none-any.whl": inner, "demo.zip": inner})
        if len(inner) > 200_000:
            break
    return make_zip(wheel_files({"demo/inner.whl": inner, "demo/inner.tar.gz": pack(b"x" * 1000)}))


def _noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


ZIPS = {
    "declares-less-than-it-holds": (_declaring_less, WHEEL),
    "overlapping-members": (_overlapping, WHEEL),
    "zip64-of-exabytes": (_zip64, WHEEL),
    "two-end-records": (_two_ends, WHEEL),
    "trailing-data": (lambda: raw_wheel().bytes() + b"x" * 100, WHEEL),
    "prepended-data": (lambda: b"#!/bin/sh\n" + raw_wheel().bytes(), WHEEL),
    "comment-that-holds-an-archive": (lambda: make_zip(wheel_files(), comment=make_zip(wheel_files())), WHEEL),
    "empty-directory": (lambda: raw_wheel().body + RawZip().end(), WHEEL),
    "directory-beyond-the-end": (lambda: raw_wheel().body + raw_wheel().directory + raw_wheel().end(offset=1 << 30), WHEEL),
    "count-too-high": (lambda: raw_wheel().body + raw_wheel().directory + raw_wheel().end(count=60_000), WHEEL),
    "local-and-listed-disagree": (_listed_and_local, WHEEL),
    "encrypted-unknown-damaged": (_encrypted, WHEEL),
    "special-members": (_special, WHEEL),
    "names": (_zip_names, WHEEL),
    "duplicates": (_duplicates, WHEEL),
    "truncated": (lambda: raw_wheel().bytes()[:300], WHEEL),
    "no-bytes": (lambda: b"", WHEEL),
    "one-byte": (lambda: b"P", WHEEL),
    "noise": (lambda: b"PK\3\4" + _noise(50_000, 1), WHEEL),
    "gzip-behind-the-name": (lambda: pack(make_tar(SDIST_MEMBERS)), WHEEL),
    "html-behind-the-name": (lambda: b"<html>not found</html>", WHEEL),
    "no-dist-info": (lambda: make_zip({"demo/__init__.py": b""}), WHEEL),
    "two-dist-infos": (_two_dist_infos, WHEEL),
    "record-with-a-field-beyond-csv": (lambda: _record(b'"' + b"x" * 200_000 + b'",sha256=x,1\n'), WHEEL),
    "record-of-quotes": (lambda: _record(b'"' * 100_001), WHEEL),
    "record-of-commas": (lambda: _record(b"," * 100_000 + b"\n\0\n\xff,,\n"), WHEEL),
    "record-empty": (lambda: _record(b""), WHEEL),
    "record-with-odd-hashes": (lambda: _record(b"demo/__init__.py,md5=x,1\ndemo/__init__.py,=,-1\ndemo/__init__.py,shake_128=a," + b"9" * 5000 + b"\n"), WHEEL),
    "member-not-in-record": (_unlisted, WHEEL),
    "file-name-of-dashes": (lambda: make_zip(wheel_files()), "demo-" + "-" * 60 + ".whl"),
    "file-name-with-many-tags": (lambda: make_zip(wheel_files()), "demo-1.0-" + ".".join("abcdefghijklm") + "-" + ".".join("abcdefghijklm") + "-" + ".".join("abcdefghijklm") + ".whl"),
    "file-name-with-a-huge-version": (lambda: make_zip(wheel_files()), f"demo-{'9' * 200}-py3-none-any.whl"),
    "file-name-of-another-project": (lambda: make_zip(wheel_files()), "other-2.0-py3-none-any.whl"),
}  # fmt: skip


def _archive(build: Callable[[], bytes], name: str, exits: frozenset[int] | None = None) -> Builder:
    def builder(box: Box) -> None:
        box.outside("secret.txt")
        box.archive(name, build())
        box.exits = exits or box.exits
        box.megabytes = 400

    return builder


for _name, (_build, _file) in ZIPS.items():
    add("Z4" if "record" in _name or "file-name" in _name else "Z1", f"zip-{_name}", _archive(_build, _file))
add("Z2", "zip-many-members", _archive(lambda: _many(20_000), WHEEL, ANY))
add("Z2", "zip-nested", _archive(_nested, WHEEL, ANY))
add("Z2", "zip-streamed", _archive(lambda: make_streamed_zip(wheel_files()), WHEEL, ANY))


def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    info = tarfile.TarInfo("demo-1.0/big.py")
    info.size = 400 << 20
    pieces = [packer.compress(make_tar(SDIST_MEMBERS)[:-10_240]), packer.compress(info.tobuf())]
    pieces += [packer.compress(bytes(1 << 20)) for _ in range(400)]
    return b"".join([*pieces, packer.compress(bytes(1024)), packer.flush()])


def _pax(**headers: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, data in SDIST_MEMBERS:
            archive.addfile(info, io.BytesIO(data))
        info = tarfile.TarInfo("demo-1.0/x.py")
        info.pax_headers = headers
        archive.addfile(info)
    return buffer.getvalue()


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    return make_tar([*SDIST_MEMBERS, *members])


def _link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, type=kind, linkname=to)


def _raw(size: bytes, kind: bytes = b"0", data: bytes = b"") -> bytes:
    return make_tar(SDIST_MEMBERS)[:-10_240] + raw_header(b"demo-1.0/x.py", size, kind) + data + bytes(1024)


TARS = {
    "bomb": (_gzip_bomb, SDIST),
    "traversal": (lambda: pack(_tar(member("demo-1.0/../../x"), member("/tmp/hostile-x"), member("../x"), member("demo-1.0/..\\x"))), SDIST),
    "links": (lambda: pack(_tar(_link("demo-1.0/out", "../../outside"), member("demo-1.0/out/x.py", b"x"), _link("demo-1.0/README", "../../outside/secret.txt"),
                                _link("demo-1.0/h", "/etc/passwd", tarfile.LNKTYPE), _link("demo-1.0/self", "self"))), SDIST),
    "devices": (lambda: pack(_tar(*(member(f"demo-1.0/d{i}", type=kind) for i, kind in enumerate((tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z", b"V", b"M", tarfile.CONTTYPE))))), SDIST),
    "negative-size": (lambda: pack(_raw(b"-0000000001")), SDIST),
    "binary-negative-size": (lambda: pack(_raw(b"\xff" * 12)), SDIST),
    "exabyte-size": (lambda: pack(_raw(b"\x80" + b"\x7f" * 11)), SDIST),
    "size-of-letters": (lambda: pack(_raw(b"zzzzzzzzzzz")), SDIST),
    "long-name-of-megabytes": (lambda: pack(_raw(b"00600000000", b"L", b"a" * (1 << 20))), SDIST),
    "pax-record-of-length-zero": (lambda: pack(_raw(b"00000000020", b"x", b"0 path=x\n".ljust(512, b"\0"))), SDIST),
    "pax-record-too-long": (lambda: pack(_raw(b"00000001000", b"x", b"999999999999 path=x\n".ljust(512, b"\0"))), SDIST),
    "pax-header-huge": (lambda: pack(_pax(comment="x" * (2 << 20))), SDIST),
    "pax-path-that-leaves": (lambda: pack(_pax(path="../../outside/x")), SDIST),
    "pax-size-negative": (lambda: pack(_pax(size="-1")), SDIST),
    "pax-odd-values": (lambda: pack(_pax(**{"GNU.sparse.size": "9" * 30, "GNU.sparse.map": "0,1,2", "GNU.sparse.major": "1", "SCHILY.realsize": "x", "mtime": "nan"})), SDIST),
    "gnu-sparse": (lambda: pack(_raw(b"00000000000", b"S", bytes(512))), SDIST),
    "many-members-of-gzip": (lambda: b"".join(gzip.compress(b"", mtime=0) for _ in range(50_000)) + pack(_tar()) + b"trailing", SDIST),
    "truncated": (lambda: pack(_tar(member("demo-1.0/n.py", _noise(20_000, 2))))[:9000], SDIST),
    "bad-checksum": (lambda: pack(_raw(b"00000000000").replace(b"demo-1.0/x.py", b"demo-1.0/y.py")), SDIST),
    "noise": (lambda: b"\x1f\x8b\x08" + _noise(50_000, 3), SDIST),
    "gzip-of-noise": (lambda: pack(_noise(50_000, 4)), SDIST),
    "gzip-crc": (lambda: pack(_tar())[:-8] + bytes(8), SDIST),
    "no-bytes": (lambda: b"", SDIST),
    "zip-behind-the-name": (lambda: make_zip({"demo-1.0/setup.py": b""}), SDIST),
    "control-characters": (lambda: pack(_tar(member("demo-1.0/\x1b[31m\n::error::.py", b"x = (\n"), member("demo-1.0/\udcff.py", b"x = (\n"))), SDIST),
    "duplicates": (lambda: pack(_tar(member("demo-1.0/src/demo.py", b"import evil\n"), member("demo-1.0/pyproject.toml", b"[project]\nname='x'\n"))), SDIST),
    "file-below-a-file": (lambda: pack(_tar(member("demo-1.0/src/demo.py/x.py", b""))), SDIST),
}  # fmt: skip
for _name, (_build, _file) in TARS.items():
    add(
        "Z5",
        f"tar-{_name}",
        _archive(_build, _file, ANY if _name in ("bomb", "gnu-sparse", "duplicates", "control-characters") else None),
    )
add(
    "Z5", "tar-several-tops", _archive(lambda: pack(make_tar([member("a/setup.py"), member("b/setup.py")])), SDIST, ANY)
)


@case("Z6")
def archives_of_other_kinds(box: Box) -> None:
    box.archive("demo-1.0.tar.xz", b"\xfd7zXZ\0" + _noise(1000, 5))
    box.exits = frozenset({2, 3})


@case("Z3")
def hidden_start_file(box: Box) -> None:
    files = wheel_files(
        {
            "evil.pth": f"import os; {box.payload}".encode(),
            f"{DIST_INFO[:-10]}.data/scripts/run": f"#!/bin/sh\n{box.shell}\n".encode(),
        }
    )
    del files[f"{DIST_INFO}/RECORD"]
    files[f"{DIST_INFO}/RECORD"] = record(files)
    box.archive(WHEEL, make_zip(files))
    box.exits = ANY


@case("Z2")
def archives_lying_in_the_tree(box: Box) -> None:
    box.project()
    box.write(f"dist/{WHEEL}", _declaring_less())
    box.write(f"dist/{SDIST}", _gzip_bomb())
    box.write("src/demo/data.zip", _zip64())
