"""Z: the binaries of a wheel may lie about every offset and count; reading them is bounded and never fails."""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from hostile_case import Box, Builder, add
from tree_archives import DIST_INFO, Entries, record

sys.path.insert(0, str(Path(__file__).parents[1] / "scan" / "binaries"))

from binary_builder import elf, fat, mach_o, pe

ANY = frozenset({0, 1, 3})
LINUX = "cp312-cp312-manylinux_2_17_x86_64"
MACOS = "cp312-cp312-macosx_11_0_universal2"
WINDOWS = "cp312-cp312-win_amd64"
ESCAPES = "\x1b[31m\n::error::x\u202e"


def _wheel(tags: str, files: Entries, *, listed: bytes = b"") -> bytes:
    whole = {
        **files,
        "demo/__init__.py": b"x = 1\n",
        f"{DIST_INFO}/METADATA": b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
    }
    whole[f"{DIST_INFO}/WHEEL"] = listed or b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: " + tags.encode() + b"\n"
    whole[f"{DIST_INFO}/RECORD"] = record(whole)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in whole.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _module(data: bytes, name: str = "demo/_fast.so", tags: str = LINUX) -> Callable[[], bytes]:
    return lambda: _wheel(tags, {name: data})


def _in_circles() -> bytes:
    """A universal file whose one image is the file itself, nine times."""
    return fat(*((0x01000007, b"") for _ in range(9)), offsets=(0,) * 9)


def _nested_universal() -> bytes:
    data = mach_o()
    for _ in range(200):
        data = fat((0x0100000C, data))
    return data


def _imports_in_circles() -> bytes:
    """An import table that has no end within the section."""
    data = bytearray(pe() + bytes(40 << 20))
    section = data.index(b".data\0\0\0")
    struct.pack_into("<IIII", data, section + 8, 40 << 20, 0x1000, 40 << 20, 0x400)
    entry = struct.pack("<IIIII", 0x1000, 0, 0, 0x1040, 0x1000)
    data[0x400:] = (entry * (len(data) // 20 + 1))[: len(data) - 0x400]
    return bytes(data)


def _many(count: int, padding: bytes = b"") -> bytes:
    data = elf(needed=("libc.so.6", "libssl.so.3")) + padding
    return _wheel(LINUX, {f"demo/m{index}.so": data for index in range(count)})


BINARIES = {
    "elf-forged-counts": _module(elf(change={"nchain": 0xFFFFFFFF})),
    "elf-forged-segments": _module(elf(change={"phnum": 0xFFFE})),
    "elf-forged-versions": _module(elf(versions={"a": (("A_1", 0),)}, change={"vn-next": 1, "verneednum": 0xFFFFFFFF}) + b"\1" * (9 << 20)),
    "elf-many-symbols": _module(elf(change={"nchain": 400_000}) + bytes(24 << 20)),
    "elf-names-of-escapes": _module(elf(needed=(ESCAPES, "$ORIGIN/../../../../etc/passwd", "a" * 4000), soname=ESCAPES, runpath="/" * 4000)),
    "elf-paths-upwards": _module(elf(needed=("libx.so",), runpath=":".join(["$ORIGIN" + "/.." * 300] * 400))),
    "elf-symbols-of-escapes": _module(elf(symbols=(("Py" + ESCAPES, 1, 0), ("_Py\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), 1, 0), ("PyInit__fast", 1, 7))), tags="cp39-abi3-manylinux_2_17_x86_64"),
    "elf-truncated": _module(elf()[:300]),
    "universal-in-circles": _module(_in_circles(), tags=MACOS),
    "universal-nested": _module(_nested_universal(), tags=MACOS),
    "universal-of-4-billion": _module(b"\xca\xfe\xba\xbe\0\0\0\x13" + b"\xff" * 4000, tags=MACOS),
    "mach-o-forged-commands": _module(mach_o(change={"ncmds": 0xFFFFFFFF}), tags=MACOS),
    "mach-o-forged-symbols": _module(mach_o(change={"nsyms": 399_999}) + bytes(7 << 20), tags=MACOS),
    "pe-imports-without-end": _module(_imports_in_circles(), "demo/_fast.pyd", WINDOWS),
    "pe-forged-exports": _module(pe(change={"names": 0xFFFFFFFF}), "demo/_fast.pyd", WINDOWS),
    "pe-header-far-away": _module(pe(change={"e_lfanew": 0xFFFFFFF0}), "demo/_fast.pyd", WINDOWS),
    "larger-than-is-read": lambda: _wheel(LINUX, {"demo/_fast.so": elf() + b"\1\2\3" * (23 << 20)}),
    "more-than-are-read": lambda: _many(7, b"\1\2\3" * (15 << 20)),
    "three-thousand": lambda: _many(3_000),
    "tags-of-escapes": lambda: _wheel(LINUX, {"demo/_fast.so": elf()}, listed=f"Root-Is-Purelib: {ESCAPES}\nTag: {ESCAPES}\nTag: a.b.c-d-e\n".encode()),
    "tags-without-end": lambda: _wheel(LINUX, {"demo/_fast.so": elf()}, listed=b"Tag: a-b-c\n" * 20_000 + b"Tag: " + b"a." * 9_000 + b"-b.c-" + b"d." * 9_000 + b"\n"),
}  # fmt: skip


def _archive(build: Callable[[], bytes], tags: str) -> Builder:
    def builder(box: Box) -> None:
        box.archive(f"demo-1.0-{tags}.whl", build())
        box.exits = ANY
        box.megabytes = 450

    return builder


for _name, _build in BINARIES.items():
    _tags = MACOS if _name.startswith(("universal", "mach-o")) else WINDOWS if _name.startswith("pe") else LINUX
    _tags = "cp39-abi3-manylinux_2_17_x86_64" if _name == "elf-symbols-of-escapes" else _tags
    add("Z2", f"binary-{_name}", _archive(_build, _tags))
