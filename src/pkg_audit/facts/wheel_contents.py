"""Hold what a wheel given as input says about itself, and what its binaries need; no judgement yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Answer, Place, Text, Unknown

BinaryFormat = Literal["elf", "mach-o", "pe"]


@dataclass(frozen=True, slots=True)
class Image:
    """The code for one architecture in a binary file; a universal Mach-O file holds several.

    `architecture` is a platform tag's word (`x86_64`, `aarch64`, `arm64`, `amd64`, `win32` ...), "" for one that is not
    known. `needed` are the shared libraries without which it cannot be loaded, as written; optional ones are left out.
    `versions` are symbol versions such as `GLIBC_2.17`. `python_symbols` are the names of the C API that it takes from
    the interpreter (`PyList_New`, `_Py_Dealloc`), without those it can do without; `python_exports` are names like
    them that it gives. `modules` are what its `PyInit_*` functions initialise. `search_paths` are RPATH, RUNPATH and
    LC_RPATH. `name` is its SONAME or install name. `minimum_system` is the oldest macOS (`11.0`), "" for none.
    """

    architecture: str
    needed: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    python_symbols: tuple[str, ...] = ()
    python_exports: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    search_paths: tuple[str, ...] = ()
    name: str = ""
    minimum_system: str = ""


@dataclass(frozen=True, slots=True)
class WheelBinary:
    """A binary file of the wheel. With `unknown` it was not read, or not to its end, and what it needs is not known.

    `format` None: it was too large, or too damaged, to say.
    """

    at: Place
    format: BinaryFormat | None
    images: tuple[Image, ...] = ()
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class WheelContents:
    """A wheel's own account of itself, and its binaries.

    `name_tags` are the compatibility tags of the file's name, expanded, each `python-abi-platform`; empty where the
    name is not a wheel's. `tags`, `root_is_purelib` and `build` stand in WHEEL at `at`. `other_binaries` holds archives
    of objects and WebAssembly: compiled code that is not read. `looked_everywhere`: every file was looked at.
    """

    at: Place
    name_tags: tuple[str, ...] = ()
    name_build: str = ""
    tags: tuple[Text, ...] = ()
    root_is_purelib: Text | None = None
    build: Text | None = None
    binaries: tuple[WheelBinary, ...] = ()
    other_binaries: tuple[Place, ...] = ()
    looked_everywhere: Answer = "yes"
