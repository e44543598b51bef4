"""Hold what points at compiled code: declared extensions, native sources, bundled binaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Answer, Place

Language = Literal["c", "c++", "cython", "rust", "fortran", "swig", "cuda", "go", "d", "other"]

WheelKind = Literal["pure", "native", "native-abi3", "native+pure-fallback", "platform-no-abi", "unknown"]


@dataclass(frozen=True, slots=True)
class ExtensionDeclaration:
    """An extension module that build configuration declares.

    `name` is dotted, "" when not evaluable. `by` names the mechanism: `ext_modules`, `cythonize`, `cffi_modules`,
    `rust_extensions`, `mypycify`, `maturin`, `scikit-build-core`, `meson-python`, `tool.setuptools.ext-modules` ...
    `optional`: the build goes on without it. `condition` is the guard it stands under, "" for none.
    """

    at: Place
    name: str
    by: str
    language: Language = "other"
    optional: Answer = "no"
    abi3: Answer = "no"
    condition: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NativeSource:
    """A native source file; `init_symbol` is the module it initialises (`PyInit_x`, `NB_MODULE(x, ...)`) or empty."""

    at: Place
    language: Language
    init_symbol: str = ""
    limited_api: Answer = "no"
    free_threaded: Answer = "no"


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary file by magic number, whatever its suffix; `scope` as in `pkg_audit.facts.document.Scope`."""

    at: Place
    format: Literal["elf", "mach-o", "pe", "ar", "wasm", "java-class", "pyc"]
    architecture: str = ""
    extension_module: Answer = "unknown"
