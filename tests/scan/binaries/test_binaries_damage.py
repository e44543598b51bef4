"""Whatever happens to a binary's bytes, reading it raises nothing, takes no second and little memory."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from binary_builder import elf, fat, mach_o, pe
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.facts.wheel_contents import WheelBinary
from pkg_audit.scan.binaries import read_binary

SAMPLES = Path(__file__).parent / "samples"
WHOLE = {
    "elf": elf(versions={"libc.so.6": (("GLIBC_2.17", 0), ("GLIBC_2.34", 0))}, soname="x", runpath="$ORIGIN"),
    "elf-gnu-hash": elf(gnu_hash=True),
    "elf-narrow": elf(wide=False, little=False, machine=20),
    "mach-o": mach_o(rpaths=("@loader_path",), name="@rpath/x"),
    "mach-o-universal": fat((0x01000007, mach_o(processor=0x01000007)), (0x0100000C, mach_o())),
    "pe": pe(imports=(("KERNEL32.dll", ("Sleep",)), ("python3.dll", ("PyList_New", "PyInit")))),
    "pe-narrow": pe(wide=False, machine=0x14C),
    "pe-sample": (SAMPLES / "limited.dll").read_bytes(),
}
SECOND = 1.0


def read(data: bytes) -> WheelBinary:
    start = time.perf_counter()
    binary = read_binary(data, "x")
    assert time.perf_counter() - start < SECOND
    assert bool(binary.images) != bool(binary.unknown)
    return binary


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_cut_anywhere(name: str) -> None:
    data = WHOLE[name]
    for end in range(0, len(data), max(1, len(data) // 700)):
        read(data[:end])


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_byte_of_the_headers_at_its_ends(name: str) -> None:
    data = WHOLE[name]
    for at in range(4, min(len(data), 900)):
        for value in (0, 0x7F, 0xFF):
            read(data[:at] + bytes([value]) + data[at + 1 :])


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_number_of_the_headers_at_its_ends(name: str) -> None:
    data = WHOLE[name]
    for at in range(4, min(len(data), 900), 4):
        for value in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x01", b"\x10\0\0\0", b"\xff\xff\x0f\0"):
            read(data[:at] + value + data[at + 4 :])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_bits_flipped(name: str, draw: st.DataObject) -> None:
    data = bytearray(WHOLE[name])
    for at, value in draw.draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=12)):
        data[at] = value
    read(bytes(data))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"\x7fELF\x02\x01", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe\0\0\0\x02", b"MZ"]),
    st.binary(max_size=600),
)
def test_noise_behind_a_magic_number(magic: bytes, noise: bytes) -> None:
    read(magic + noise)


@pytest.mark.parametrize(
    "data",
    [
        elf(change={"nchain": 399_999}) + bytes(24 * 400_000),
        elf(versions={"a": (("A_1", 0),)}, change={"vn-next": 1, "verneednum": 0xFFFFFFFF}) + b"\1" * (8 << 20),
        mach_o(change={"nsyms": 399_999}) + bytes(16 * 400_000),
        fat(*((0x0100000C, mach_o(change={"nsyms": 399_999}) + bytes(7 << 20)) for _ in range(3))),
        pe(change={"names": 399_999}) + bytes(8 << 20),
        pe() + bytes(30 << 20),
    ],
    ids=["elf-symbols", "elf-versions", "mach-o-symbols", "universal-symbols", "pe-exports", "pe-padding"],
)
def test_large_counts_cost_little(data: bytes) -> None:
    read(data)
    tracemalloc.start()
    try:
        read_binary(data, "x")
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
