"""What the readers say about binaries that are in order, and that damage is a value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from binary_builder import elf, fat, mach_o, pe

from pkg_audit.scan.binaries import format_of, read_binary

if TYPE_CHECKING:
    from pkg_audit.facts.wheel_contents import Image

SAMPLES = Path(__file__).parent / "samples"
X86_64, ARM64 = 0x01000007, 0x0100000C


def only(data: bytes) -> Image:
    binary = read_binary(data, "x")
    assert binary.unknown is None
    (image,) = binary.images
    return image


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("gnu_hash", [True, False])
def test_elf(wide: bool, little: bool, gnu_hash: bool) -> None:
    symbols = (("PyList_New", 1, 0), ("PyWeak_New", 2, 0), ("puts", 1, 0), ("PyInit__fast", 1, 7), ("PyOwn", 1, 7))
    data = elf(
        needed=("libc.so.6", "libssl.so.3"),
        versions={"libc.so.6": (("GLIBC_2.17", 0), ("GLIBC_2.34", 2)), "libssl.so.3": (("OPENSSL_3.0.0", 0),)},
        symbols=symbols,
        soname="libacme.so.1",
        runpath="$ORIGIN/../acme.libs:/opt/lib",
        wide=wide,
        little=little,
        gnu_hash=gnu_hash,
    )
    image = only(data)
    assert image.needed == ("libc.so.6", "libssl.so.3")
    assert image.versions == ("GLIBC_2.17", "OPENSSL_3.0.0")  # a weak version is no need
    assert image.python_symbols == ("PyList_New",)  # nor is a weak symbol
    assert image.python_exports == ("PyInit__fast", "PyOwn")
    assert image.modules == ("_fast",)
    assert image.search_paths == ("$ORIGIN/../acme.libs", "/opt/lib")
    assert image.name == "libacme.so.1"


@pytest.mark.parametrize(
    ("machine", "wide", "little", "word"),
    [
        (62, True, True, "x86_64"), (62, False, True, ""), (3, False, True, "i686"), (183, True, True, "aarch64"),
        (40, False, True, "armv7l"), (21, True, True, "ppc64le"), (21, True, False, "ppc64"),
        (22, True, False, "s390x"), (243, True, True, "riscv64"), (258, True, True, "loongarch64"),
        (9999, True, True, ""),
    ],
)  # fmt: skip
def test_elf_architecture(machine: int, wide: bool, little: bool, word: str) -> None:
    assert only(elf(machine=machine, wide=wide, little=little)).architecture == word


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("wide", [True, False])
def test_mach_o(wide: bool, legacy: bool) -> None:
    image = only(
        mach_o(
            needed=("/usr/lib/libSystem.B.dylib", "@rpath/libacme.dylib"),
            weak=("/usr/lib/libmaybe.dylib",),
            name="@rpath/_fast.so",
            rpaths=("@loader_path/.dylibs",),
            symbols=(
                ("_PyList_New", 0x01, 0),
                ("__Py_Dealloc", 0x01, 0),
                ("_PyWeak", 0x01, 0x40),
                ("_PyInit__fast", 0x0F, 0),
                ("_PyLocal", 0x0E, 0),
                ("_PyDebug", 0x2F, 0),
                ("_malloc", 0x01, 0),
            ),
            minimum=(10, 13),
            legacy=legacy,
            wide=wide,
            processor=X86_64 if wide else 7,
        )
    )
    assert image.architecture == ("x86_64" if wide else "i386")
    assert image.needed == ("/usr/lib/libSystem.B.dylib", "@rpath/libacme.dylib")
    assert image.python_symbols == ("PyList_New", "_Py_Dealloc")
    assert image.python_exports == ("PyInit__fast",)
    assert (image.name, image.search_paths, image.minimum_system) == (
        "@rpath/_fast.so",
        ("@loader_path/.dylibs",),
        "10.13",
    )


@pytest.mark.parametrize("wide", [True, False])
def test_universal_mach_o(wide: bool) -> None:
    data = fat((X86_64, mach_o(processor=X86_64, minimum=(10, 9))), (ARM64, mach_o()), (3, b"?"), wide=wide)
    images = read_binary(data, "x").images
    assert [(image.architecture, image.minimum_system) for image in images] == [("x86_64", "10.9"), ("arm64", "11.0")]


@pytest.mark.parametrize(("machine", "wide", "word"), [(0x8664, True, "win_amd64"), (0x14C, False, "win32")])
def test_pe(machine: int, wide: bool, word: str) -> None:
    imports = (("KERNEL32.dll", ("Sleep", "PyFake")), ("python312.dll", ("PyList_New", "_Py_Dealloc")))
    image = only(
        pe(imports=imports, exports=("PyInit__fast", "acme"), machine=machine, wide=wide, change={"ordinal": 7})
    )
    assert image.architecture == word
    assert image.needed == ("KERNEL32.dll", "python312.dll")
    assert image.python_symbols == ("PyList_New", "_Py_Dealloc")
    assert image.modules == ("_fast",)


def test_samples() -> None:
    limited, versioned = (only((SAMPLES / name).read_bytes()) for name in ("limited.dll", "versioned.dll"))
    assert limited.needed == ("python3.dll",)
    assert versioned.needed == ("python312.dll",)
    assert limited.python_symbols == versioned.python_symbols == ("PyModuleDef_Init",)


def test_names_beyond_ascii() -> None:
    assert only(elf(symbols=(("PyInitU_lanmt_2sa6t", 1, 7),))).modules == ("lančmít",)
    assert only(elf(symbols=(("PyModExport_x", 1, 7), ("PyInitU_" + "a" * 1000, 1, 7)))).modules == ("x",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-parseable"),
        (b"\x7fELF", "not-parseable"),
        (elf()[:200], "not-parseable"),
        (elf(change={"nchain": 0x7FFFFFFF}), "not-parseable"),
        (elf(change={"phnum": 0xFFFF}), "not-parseable"),
        (elf(change={"strsz": 3}), "not-parseable"),
        (elf(change={"dynamic-size": 1 << 60}), None),  # ends at its own end mark
        (elf(versions={"a": (("A_1", 0),)}, change={"vn-next": 0xFFFFFFF0, "verneednum": 9}), "not-parseable"),
        (elf(versions={"a": (("A_1", 0),)}, change={"vn-next": 16, "verneednum": 1 << 31}), None),  # so does this
        (elf(kind=1), "not-parseable"),
        (mach_o(change={"ncmds": 0xFFFFFFFF}), "too-large"),
        (mach_o(change={"ncmds": 500}), "not-parseable"),
        (mach_o(change={"cmdsize": 0xFFFFFFF0}), "not-parseable"),
        (mach_o(change={"nsyms": 0xFFFFFFFF}), "too-large"),
        (mach_o(change={"nsyms": 300_000}), "not-parseable"),
        (fat((X86_64, mach_o()), (ARM64, mach_o()), offsets=(48, 48)), "not-parseable"),
        (fat((X86_64, fat((X86_64, mach_o())))), "not-parseable"),
        (fat((X86_64, mach_o()), offsets=(0,)), "not-parseable"),
        (fat((X86_64, mach_o()), offsets=(1 << 31,)), "not-parseable"),
        (b"\xca\xfe\xba\xbe" + bytes(60), "not-parseable"),
        (pe(change={"sections": 0xFFFF}), "not-parseable"),
        (pe(change={"names": 0xFFFFFFFF}), "too-large"),
        (pe(change={"names": 200_000}), "not-parseable"),
        (pe(change={"e_lfanew": 0xFFFFFFFF}), "not-parseable"),
        (pe(imports=(("python3.dll", ("a" * 5_000,)),)), "not-parseable"),
    ],
)
def test_damage_is_a_value(data: bytes, reason: str | None) -> None:
    unknown = read_binary(data, "x").unknown
    assert (unknown.reason if unknown else None) == reason


def test_formats() -> None:
    assert [format_of(data[:64]) for data in (elf(), mach_o(), fat((X86_64, mach_o())), pe())] == [
        "elf",
        "mach-o",
        "mach-o",
        "pe",
    ]
    java = b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(56)
    for other in (java, b"MZ, he wrote\n" * 8, b"#!/bin/sh\n", b""):
        assert format_of(other) is None
