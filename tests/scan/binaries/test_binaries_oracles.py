"""Our readers against pyelftools, macholib and pefile, on the real binaries of this machine and of the fixtures."""

from __future__ import annotations

import sys
import sysconfig
import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import macholib.mach_o
import macholib.MachO
import pefile
import pytest
from binary_builder import elf, fat, mach_o, pe
from elftools.elf.dynamic import DynamicSection, DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import SymbolTableSection

from pkg_audit.scan.binaries import format_of, read_binary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.wheel_contents import Image

ROOT = Path(__file__).parents[3]
MOST = 400
LARGEST = 30 << 20


def candidates() -> Iterator[Path]:
    yield from sorted((ROOT / "fixtures" / "rules").glob("*/*/*.whl/**/*.so*"))
    yield from sorted((ROOT / "tests" / "scan" / "binaries" / "samples").iterdir())
    for folder in {sysconfig.get_path("platlib"), sysconfig.get_path("platstdlib"), f"{sys.base_prefix}/lib"}:
        for suffix in ("so", "so.*", "pyd", "dll", "dylib", "exe"):
            yield from sorted(Path(folder).rglob(f"*.{suffix}"))


def binaries() -> list[Path]:
    found: dict[Path, None] = {}
    for path in candidates():
        resolved = path.resolve()
        if path.is_file() and path.stat().st_size <= LARGEST:
            with path.open("rb") as file:
                if format_of(file.read(64)):
                    found[resolved] = None
        if len(found) >= MOST:
            break
    return list(found)


def python_like(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name.startswith(("Py", "_Py"))))


def elf_facts(data: bytes) -> dict[str, Any] | None:
    """Return what pyelftools says, None for files that have lost their sections."""
    file = ELFFile(BytesIO(data))
    facts: dict[str, Any] = {"needed": (), "paths": (), "name": ""}
    dynamic = next((s for s in file.iter_segments() if isinstance(s, DynamicSegment)), None)
    if dynamic is None:
        return {"needed": (), "paths": (), "name": "", "versions": set(), "taken": (), "given": ()}
    tags: list[Any] = list(dynamic.iter_tags())
    facts["needed"] = tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED")
    paths = [
        tag.rpath if tag.entry.d_tag == "DT_RPATH" else tag.runpath for tag in tags if "PATH" in str(tag.entry.d_tag)
    ]
    facts["paths"] = tuple(part for path in paths for part in path.split(":") if part)
    facts["name"] = next((tag.soname for tag in tags if tag.entry.d_tag == "DT_SONAME"), "")
    sections = list(file.iter_sections())
    if not any(isinstance(section, DynamicSection) for section in sections):
        return None
    facts["versions"] = {
        auxiliary.name
        for section in sections
        if isinstance(section, GNUVerNeedSection)
        for _, auxiliaries in section.iter_versions()
        for auxiliary in auxiliaries
        if not auxiliary.entry.vna_flags & 2
    }
    table = next(s for s in sections if isinstance(s, SymbolTableSection) and s.name == ".dynsym")
    taken, given = set(), set()
    for symbol in table.iter_symbols():
        if symbol.entry.st_shndx != "SHN_UNDEF":
            given.add(symbol.name)
        elif symbol.entry.st_info.bind != "STB_WEAK":
            taken.add(symbol.name)
    return {**facts, "taken": python_like(taken), "given": python_like(given)}


def check_elf(data: bytes, image: Image) -> None:
    facts = elf_facts(data)
    if facts is None:
        return
    assert image.needed == facts["needed"]
    assert image.search_paths == facts["paths"]
    assert image.name == facts["name"]
    assert set(image.versions) == facts["versions"]
    assert image.python_symbols == facts["taken"]
    assert image.python_exports == facts["given"]


def check_pe(data: bytes, image: Image) -> None:
    file = pefile.PE(data=data, fast_load=True)
    names = ("IMAGE_DIRECTORY_ENTRY_IMPORT", "IMAGE_DIRECTORY_ENTRY_EXPORT")
    file.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY[name] for name in names])
    imports = getattr(file, "DIRECTORY_ENTRY_IMPORT", [])
    assert image.needed == tuple(dict.fromkeys(entry.dll.decode() for entry in imports))
    python = [entry for entry in imports if entry.dll.lower().startswith(b"python")]
    taken = {item.name.decode() for entry in python for item in entry.imports if item.name}
    assert image.python_symbols == python_like(taken)
    exports = getattr(file, "DIRECTORY_ENTRY_EXPORT", None)
    given = {symbol.name.decode() for symbol in exports.symbols if symbol.name} if exports else set()
    assert image.python_exports == python_like(given)


def check_mach_o(path: Path, images: tuple[Image, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        headers = macholib.MachO.MachO(str(path)).headers
    assert len(headers) == len(images)
    loads = (macholib.mach_o.LC_LOAD_DYLIB, macholib.mach_o.LC_REEXPORT_DYLIB, macholib.mach_o.LC_LOAD_UPWARD_DYLIB)
    for header, image in zip(headers, images, strict=True):
        needed, paths, minimum = [], [], ""
        for load, command, data in header.commands:
            if load.cmd in loads:
                needed.append(data.rstrip(b"\0").decode())
            elif load.cmd == macholib.mach_o.LC_RPATH:
                paths.append(data.rstrip(b"\0").decode())
            elif load.cmd == macholib.mach_o.LC_BUILD_VERSION:
                minimum = f"{command.minos >> 16}.{command.minos >> 8 & 0xFF}"
            elif load.cmd == macholib.mach_o.LC_VERSION_MIN_MACOSX:
                minimum = f"{command.version >> 16}.{command.version >> 8 & 0xFF}"
        assert (image.needed, image.search_paths, image.minimum_system) == (tuple(needed), tuple(paths), minimum)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return binaries of our own making, for formats of which this machine may have none."""
    folder = tmp_path_factory.mktemp("built")
    contents = {
        "a.so": elf(versions={"libc.so.6": (("GLIBC_2.17", 0),)}, soname="a", runpath="$ORIGIN"),
        "b.dylib": mach_o(rpaths=("@loader_path",), name="@rpath/b.dylib"),
        "c.dylib": mach_o(legacy=True, minimum=(10, 9), processor=0x01000007),
        "d.dylib": fat((0x01000007, mach_o(processor=0x01000007)), (0x0100000C, mach_o())),
        "e.pyd": pe(imports=(("KERNEL32.dll", ("Sleep",)), ("python3.dll", ("PyList_New",)))),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def test_every_binary_at_hand_is_read_as_others_read_it(built: list[Path]) -> None:
    counts: dict[str, int] = {}
    for path in [*binaries(), *built]:
        data = path.read_bytes()
        binary = read_binary(data, path.name)
        assert binary.unknown is None, f"{path}: {binary.unknown}"
        counts[str(binary.format)] = counts.get(str(binary.format), 0) + 1
        try:
            if binary.format == "elf":
                check_elf(data, binary.images[0])
            elif binary.format == "pe":
                check_pe(data, binary.images[0])
            else:
                check_mach_o(path, binary.images)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
    print(counts)
    assert min(counts.get(form, 0) for form in ("elf", "mach-o", "pe")) >= 3
