"""Find native sources that define a Python module, and what they declare: limited API, free threading.

Sources: docs.python.org/3.15 C API (PyInit, PyModExport of PEP 793, Py_LIMITED_API, Py_mod_gil of PEP 703), pybind11
3.0, nanobind 2.9, Cython 3.2, PyO3 0.28, Boost.Python 1.89, SIP 6, SWIG 4.3 manuals, as of 2026-11.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.native import NativeSource
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.limited_api import floor_of_source
from pkg_audit.scan.native.text import Lines, blank_c_comments, blank_hash_comments, read_text

if TYPE_CHECKING:
    from pkg_audit.facts.native import Language
    from pkg_audit.facts.place import Answer
    from pkg_audit.tree import Tree

LANGUAGES: dict[str, Language] = {
    "c": "c", "m": "c", "cc": "c++", "cpp": "c++", "cxx": "c++", "c++": "c++", "mm": "c++", "pyx": "cython",
    "rs": "rust",
    "f": "fortran", "for": "fortran", "f77": "fortran", "f90": "fortran", "f95": "fortran", "f03": "fortran",
    "pyf": "fortran",
    "i": "swig", "swg": "swig", "cu": "cuda", "go": "go", "d": "d", "sip": "other", "zig": "other", "nim": "other",
}  # fmt: skip

_C_INIT = re.compile(
    r"\b(?:(?:PyMODINIT_FUNC|PyObject\s*\*)\s*(?:PyInit_|PyModExport_)(?P<c>\w+)"
    r"|PyMODEXPORT_FUNC\s+PyModExport_(?P<x>\w+)"
    r"|(?P<by>PYBIND11_MODULE|PYBIND11_PLUGIN|PYBIND11_EMBEDDED_MODULE|NB_MODULE|BOOST_PYTHON_MODULE|TORCH_LIBRARY)"
    r"\s*\(\s*(?P<m>\w+))"
)
_RUST_INIT = re.compile(r"#\s*\[\s*(?:pyo3\s*::\s*)?pymodule\b[^\]]*\]")
_RUST_NAME = re.compile(r"\b(?:fn|mod)\s+([A-Za-z_]\w*)")
_RUST_RENAMED = re.compile(r'name\s*=\s*"([A-Za-z_]\w*)"')
_SIP_MODULE = re.compile(r"^%Module\b\s*(?:\(\s*([^)]*)\)|([\w.]+))", re.MULTILINE)
_SWIG_MODULE = re.compile(r"^%module\s{0,99}+(?:\([^)]{0,999}\)\s{0,99}+)?([A-Za-z_]\w*)", re.MULTILINE)
_PYF_MODULE = re.compile(r"^[ \t]*python[ \t]+module[ \t]+(\w+)", re.MULTILINE | re.IGNORECASE)
_LIMITED = re.compile(r"^[ \t]*#[ \t]*define[ \t]+Py_LIMITED_API\b", re.MULTILINE)
_FREE = re.compile(
    r"\bPy_MOD_GIL_NOT_USED\b|\bPyUnstable_Module_SetGIL\b|\bmod_gil_not_used\s*\("
    r"|freethreading_compatible\s*=\s*True|\bgil_used\s*=\s*false\b"
)
_TOKENS = (b"PyInit_", b"PyModExport_", b"PYBIND11_", b"NB_MODULE", b"BOOST_PYTHON_MODULE", b"pymodule")
_NEEDS_TOKEN = frozenset({"c", "c++", "rust", "cuda"})
_BUILD_FILE = re.compile(
    r"(?:^|/)(?:setup\.py|pyproject\.toml|setup\.cfg|meson\.build|CMakeLists\.txt|Makefile|hatch_build\.py|build[^/]*\.py)$"
)
_DIRECTIVE = re.compile(r"freethreading_compatible\b(?P<on>[\"']?\]?\s{0,9}[=:]\s{0,9}[\"']?(?:True|true)\b)?")
_BUILD_FILES = 300
_FILE_LIMIT = 4 << 20
_FILES = 4000
_TOTAL = 96 << 20


def find_sources(tree: Tree, files: tuple[str, ...]) -> tuple[tuple[NativeSource, ...], tuple[Unknown, ...]]:
    """Return native sources that initialise a Python module, and why some could not be looked at.

    A Cython file always initialises one; C, C++ and Rust only with an init symbol. Libraries that are merely linked in
    are not listed.
    """
    found: list[NativeSource] = []
    unknown: list[Unknown] = []
    total = count = 0
    for path in files:
        language = LANGUAGES.get(path.rsplit(".", 1)[-1].lower()) if "." in path else None
        if language is None or language in {"go", "d"}:
            continue
        count += 1
        total += tree.size(path) or 0
        if count > _FILES or total > _TOTAL:
            unknown.append(Unknown("too-large", Place(path), "too many native sources to read"))
            break
        try:
            data = tree.read(path, _FILE_LIMIT)
        except ReadError as error:
            unknown.append(Unknown(error.reason, Place(path), "a native source could not be read"))  # type: ignore[arg-type]
            continue
        if language in _NEEDS_TOKEN and not any(token in data for token in _TOKENS):
            continue
        text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        found.extend(scan_native_text(text, path, language))
    if any(source.language == "cython" and source.free_threaded == "no" for source in found):
        found = _with_directive(tree, files, found)
    return tuple(found), tuple(unknown)


def _with_directive(tree: Tree, files: tuple[str, ...], found: list[NativeSource]) -> list[NativeSource]:
    """Return the sources with what build files say of Cython's directive for all modules; a mere mention is unknown."""
    answer: Answer | None = None
    for path in [path for path in files if _BUILD_FILE.search(path)][:_BUILD_FILES]:
        for match in _DIRECTIVE.finditer(read_text(tree, path, 1 << 20) or ""):
            answer = "yes" if match["on"] or answer == "yes" else "unknown"
    if answer is None:
        return found
    return [
        replace(source, free_threaded=answer) if (source.language, source.free_threaded) == ("cython", "no") else source
        for source in found
    ]


def scan_native_text(text: str, path: str, language: Language) -> tuple[NativeSource, ...]:
    """Return the modules that one native source initialises. Never raises; linear in the text's length."""
    if language == "cython":
        return _cython(text, path)
    if path.endswith(".sip"):
        return _sip(text, path)
    if language == "swig":
        return _named(_SWIG_MODULE, text, path, "swig", "_")
    if path.endswith(".pyf"):
        return _named(_PYF_MODULE, text, path, "fortran", "")
    if language not in _NEEDS_TOKEN:
        return ()
    text = blank_c_comments(text)
    lines = Lines(path, text)
    free: Answer = "yes" if _FREE.search(text) else "no"
    if language == "rust":
        return _rust(text, lines, free)
    limited: Answer = "yes" if _LIMITED.search(text) else "no"
    floor = floor_of_source(text) if limited == "yes" else ""
    found: dict[str, NativeSource] = {}
    for match in _C_INIT.finditer(text):
        name = match.group("c") or match.group("x") or match.group("m") or ""
        if match.group("by") in {"PYBIND11_EMBEDDED_MODULE", "TORCH_LIBRARY"}:
            continue
        at = lines.at(match.start(), match.end())
        found.setdefault(name, NativeSource(at, language, name, limited, free, floor))
    return tuple(found.values())


def _cython(text: str, path: str) -> tuple[NativeSource, ...]:
    stem = path.rsplit("/", 1)[-1].removesuffix(".pyx")
    head = text[:4000]
    # Cython reads its directives from comments at the top of the file, so those are kept and only code is blanked.
    free: Answer = (
        "yes" if "freethreading_compatible" in text and _FREE.search(head + blank_hash_comments(text)) else "no"
    )
    return (NativeSource(Place(path, 1, 1), "cython", stem, "no", free),)


def _rust(text: str, lines: Lines, free: Answer) -> tuple[NativeSource, ...]:
    found = []
    for match in _RUST_INIT.finditer(text):
        window = text[match.end() : match.end() + 400]
        name = _RUST_NAME.search(window)
        renamed = _RUST_RENAMED.search(match.group() + window[: name.start() if name else 0])
        symbol = renamed.group(1) if renamed else name.group(1) if name else ""
        found.append(NativeSource(lines.at(match.start(), match.end()), "rust", symbol, "no", free))
    return tuple(found)


def _sip(text: str, path: str) -> tuple[NativeSource, ...]:
    lines = Lines(path, text)
    found = []
    for match in _SIP_MODULE.finditer(text):
        arguments = match.group(1)
        name = match.group(2) or ""
        if arguments is not None:
            named = re.search(r"\bname\s*=\s*([\w.]+)", arguments)
            name = named.group(1) if named else ""
        limited: Answer = "yes" if arguments and re.search(r"use_limited_api\s*=\s*True", arguments) else "no"
        found.append(NativeSource(lines.at(match.start(), match.end()), "other", name, limited, "no"))
    return tuple(found)


def _named(pattern: re.Pattern[str], text: str, path: str, language: Language, prefix: str) -> tuple[NativeSource, ...]:
    match = pattern.search(text)
    if match is None:
        return ()
    return (NativeSource(Lines(path, text).at(match.start(), match.end()), language, prefix + match.group(1)),)
