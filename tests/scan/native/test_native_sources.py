from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan.native.binaries import find_binaries
from pkg_audit.scan.native.sources import find_sources, scan_native_text
from pkg_audit.scan.native.text import blank_c_comments

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import Language
    from pkg_audit.tree import Tree


@pytest.mark.parametrize(
    ("text", "path", "language", "symbol"),
    [
        ("PyMODINIT_FUNC PyInit__fast(void) {", "a.c", "c", "_fast"),
        ("PyMODINIT_FUNC\nPyInit_fast(void)\n{", "a.c", "c", "fast"),
        ("PyMODEXPORT_FUNC PyModExport_slots(void) {", "a.c", "c", "slots"),
        ("PYBIND11_MODULE(core, m) {", "a.cpp", "c++", "core"),
        ("NB_MODULE(core, m) {", "a.cpp", "c++", "core"),
        ("BOOST_PYTHON_MODULE(core) {", "a.cpp", "c++", "core"),
        ("#[pymodule]\nfn _rust(m: &Bound<'_, PyModule>) -> PyResult<()> {", "src/lib.rs", "rust", "_rust"),
        ('#[pymodule]\n#[pyo3(name = "_core")]\nfn other(m: &Bound<PyModule>) {', "src/lib.rs", "rust", "_core"),
        ("%Module(name=pkg.core, use_limited_api=True)", "core.sip", "other", "pkg.core"),
        ("%module fast\n%{\n", "fast.i", "swig", "_fast"),
        ("python module fort\n", "fort.pyf", "fortran", "fort"),
        ("cdef int x", "pkg/fast.pyx", "cython", "fast"),
    ],
)
def test_init_symbols(text: str, path: str, language: Language, symbol: str) -> None:
    (found,) = scan_native_text(text, path, language)
    assert found.init_symbol == symbol
    assert found.at.path == path


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("// PyMODINIT_FUNC PyInit_x(void)", "c"),
        ("/* PYBIND11_MODULE(x, m) */", "c++"),
        ('char *s = "/*"; int PyInit_x;', "c"),
        ("int main(void) { return 0; }", "c"),
        ("//! `#[pymodule]` is explained here\nfn main() {}", "rust"),
    ],
)
def test_what_initialises_nothing(text: str, language: Language) -> None:
    assert scan_native_text(text, "a", language) == ()


def test_declarations_of_the_module() -> None:
    text = "#define Py_LIMITED_API 0x030A0000\nPyMODINIT_FUNC PyInit_x(void) {}\n{Py_mod_gil, Py_MOD_GIL_NOT_USED},\n"
    (found,) = scan_native_text(text, "x.c", "c")
    assert (found.limited_api, found.free_threaded) == ("yes", "yes")
    (found,) = scan_native_text("# cython: freethreading_compatible=True\n", "x.pyx", "cython")
    assert found.free_threaded == "yes"
    (found,) = scan_native_text("/* Py_MOD_GIL_NOT_USED */ PyMODINIT_FUNC PyInit_x(void) {}", "x.c", "c")
    assert found.free_threaded == "no"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("meson.build", "cython_args += ['-Xfreethreading_compatible=True']\n", "yes"),
        ("setup.py", "directives = {'freethreading_compatible': True}\n", "yes"),
        ("setup.py", "directives['freethreading_compatible'] = True\n", "yes"),
        ("pkg/Makefile", "\tcython -3 -X freethreading_compatible=True $<\n", "yes"),
        ("setup.py", "directives = {'freethreading_compatible': new}\n", "unknown"),
        ("README", "-X freethreading_compatible=True\n", "no"),
    ],
)
def test_a_directive_for_all_of_cython(make_tree: Callable[..., Tree], path: str, text: str, expected: str) -> None:
    tree = make_tree({"pkg/_x.pyx": "", "pkg/_y.c": "PyMODINIT_FUNC PyInit__y(void) {}\n", path: text})
    found, _ = find_sources(tree, tree.files())
    assert {source.at.path: source.free_threaded for source in found} == {"pkg/_x.pyx": expected, "pkg/_y.c": "no"}


def test_comments_keep_offsets() -> None:
    text = 'a // b\n/* c\nd */ e "//f" /* open'
    blanked = blank_c_comments(text)
    assert len(blanked) == len(text)
    assert blanked.count("\n") == text.count("\n")
    assert "e" in blanked
    assert '"//f"' in blanked
    assert "b" not in blanked.split("\n")[0].replace("a", "")
    assert "open" not in blanked


def test_a_file_that_cannot_be_read_is_unknown(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree({"huge.pyx": b"#" * (5 << 20), "bad.c": b"\xff\xfePyMODINIT_FUNC PyInit_b(void)"})
    found, unread = find_sources(tree, tree.files())
    assert [s.init_symbol for s in found] == ["b"]
    assert [u.reason for u in unread] == ["too-large"]


ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00" + bytes(44)
PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0x8664) + bytes(20)


@pytest.mark.parametrize(
    ("name", "data", "kind", "architecture", "extension"),
    [
        ("pkg/_x.cpython-312-x86_64-linux-gnu.so", ELF, "elf", "x86_64", "yes"),
        ("pkg/_x.abi3.so", ELF, "elf", "x86_64", "yes"),
        ("pkg/_x.so", ELF + b"\0PyInit__x\0", "elf", "x86_64", "yes"),
        ("pkg/libfoo.so", ELF, "elf", "x86_64", "no"),
        ("pkg/tool", ELF, "elf", "x86_64", "no"),
        ("pkg/_x.cp312-win_amd64.pyd", PE, "pe", "x86_64", "yes"),
        ("pkg/tool.exe", PE, "pe", "x86_64", "no"),
        ("pkg/x.dylib", b"\xcf\xfa\xed\xfe" + struct.pack("<I", 0x0100000C) + bytes(24), "mach-o", "arm64", "no"),
        ("pkg/fat.dylib", b"\xca\xfe\xba\xbe" + struct.pack(">I", 2) + bytes(24), "mach-o", "universal", "no"),
        ("pkg/A.class", b"\xca\xfe\xba\xbe" + struct.pack(">HH", 0, 61) + bytes(24), "java-class", "", "no"),
        ("pkg/lib.a", b"!<arch>\nfoo", "ar", "", "no"),
        ("pkg/m.wasm", b"\0asm\1\0\0\0", "wasm", "", "no"),
    ],
)
def test_binaries_by_magic(
    make_tree: Callable[[dict[str, str | bytes]], Tree],
    name: str,
    data: bytes,
    kind: str,
    architecture: str,
    extension: str,
) -> None:
    tree = make_tree({name: data, "pkg/linker.so": "GROUP ( libx.so.1 )", "notes.txt": "MZ is text", "empty.bin": b""})
    (found,) = find_binaries(tree, tree.files())
    assert (found.at.path, found.format, found.architecture, found.extension_module) == (
        name,
        kind,
        architecture,
        extension,
    )
