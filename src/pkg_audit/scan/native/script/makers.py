"""Build extension objects from the calls that make them, and name them as they are named in the wheel.

Sources: setuptools 82 `Extension`, Cython 3.2 `cythonize` (module names from packages), mypyc 1.18 `mypycify`,
pybind11 3.0 `Pybind11Extension`, setuptools-rust 1.12 `RustExtension`/`RustBin`, torch `CppExtension`, as of 2026-11.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from pkg_audit.scan.native.script.paths import glob, module_name
from pkg_audit.scan.native.script.values import UNK, Cls, Ext, PathVal, Ref, Unk, extensions_in, relative

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer, Place
    from pkg_audit.scan.native.script.state import State

CONSTRUCTORS = frozenset({
    "Extension", "Pybind11Extension", "CMakeExtension", "RustExtension", "RustBin", "CppExtension", "CUDAExtension",
    "SyclExtension", "NumpyExtension", "CythonExtension", "MesonExtension", "BazelExtension", "IntreeExtension",
    "Library", "GoExtension", "StrippedRustExtension", "NanobindExtension",
})  # fmt: skip
_GLOB = re.compile(r"[*?\[]")


def constructor(name: str) -> bool:
    """Tell whether a dotted name of another package is a constructor of extensions."""
    return name.rsplit(".", 1)[-1] in CONSTRUCTORS and not name.startswith("builtins.")


def build(makes: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Ext:
    """Return the extension that a constructor call makes."""
    base = makes.rsplit(".", 1)[-1]
    rust = base in {"RustExtension", "RustBin", "StrippedRustExtension"}
    name = kwargs.get("target" if rust else "name", args[0] if args else UNK)
    if isinstance(name, dict) and len(name) == 1:
        name = next(iter(name.values()))
    by = "rust_extensions" if rust else "ext_modules"
    ext = Ext(at, by, name if isinstance(name, str) else "")
    sources = (
        kwargs.get("path", args[1] if len(args) > 1 else UNK)
        if rust
        else kwargs.get("sources", args[1] if len(args) > 1 else [])
    )
    if isinstance(sources, (list, tuple)):
        ext.sources = [s.value if isinstance(s, PathVal) else s for s in sources]
    elif isinstance(sources, (str, PathVal)):
        ext.sources = [sources.value if isinstance(sources, PathVal) else sources]
    libraries = kwargs.get("libraries")
    ext.libraries = (
        [item for item in libraries if isinstance(item, str)] if isinstance(libraries, (list, tuple)) else []
    )
    language = kwargs.get("language")
    ext.language = "rust" if rust else language if isinstance(language, str) else ""
    ext.optional = _answer(kwargs.get("optional", False))
    ext.abi3 = _answer(kwargs.get("py_limited_api", False))
    if rust and kwargs.get("py_limited_api", "auto") == "auto":
        ext.abi3 = "unknown"
    binding = kwargs.get("binding")
    ext.program = base == "RustBin" or (isinstance(binding, Ref) and binding.name.endswith(".Exec"))
    for key in ("define_macros", "extra_compile_args", "include_dirs"):
        if key in kwargs:
            ext.attributes[key] = kwargs[key]
    return ext


def cythonize(machine: State, modules: Any, kwargs: dict[str, Any], at: Place) -> Any:
    """Return the extensions that `cythonize` makes of patterns and extensions."""
    items = modules if isinstance(modules, (list, tuple)) else [modules]
    excluded = kwargs.get("exclude")
    exclude = [excluded] if isinstance(excluded, str) else excluded if isinstance(excluded, list) else []
    exclude = [relative(e) for e in exclude if isinstance(e, str)]
    out: list[Ext] = []
    known = True
    for item in items:
        if isinstance(item, PathVal):
            item = item.value
        if isinstance(item, str):
            files = _expand(machine, item)
            known = known and files is not None
            out += [
                Ext(at, "cythonize", module_name(machine.tree, path), [path], language="cython")
                for path in files or ()
                if not any(fnmatch(path, pattern) for pattern in exclude)
            ]
        elif isinstance(item, Ext):
            more = _cythonized(machine, item, exclude)
            known = known and more is not None
            out.extend(more if more is not None else [item])
        else:
            out.extend(extensions_in(item)[0])
            known = False
    return out if known else Unk(tuple(out))


def _cythonized(machine: State, ext: Ext, exclude: list[str]) -> list[Ext] | None:
    ext.by = "cythonize"
    pattern = next((s for s in ext.sources if isinstance(s, str) and _GLOB.search(s)), None)
    if "*" not in ext.name and (pattern is None or ext.name):
        return [ext]
    out = []
    for source in ext.sources:
        files = _expand(machine, source) if isinstance(source, str) else None
        if files is None:
            return None
        for path in files:
            if path.endswith((".pyx", ".py")) and not any(fnmatch(path, e) for e in exclude):
                name = module_name(machine.tree, path)
                out.append(
                    Ext(
                        ext.at,
                        ext.by,
                        name,
                        [path],
                        ext.libraries,
                        "cython",
                        ext.optional,
                        ext.abi3,
                        False,
                        ext.attributes,
                    )
                )
    return out


def mypycify(machine: State, arguments: Any, at: Place) -> Any:
    """Return the modules that `mypycify` compiles; its shared helper module has a name that only the build knows."""
    if not isinstance(arguments, (list, tuple)):
        return Unk((Ext(at, "mypycify"),))
    out: list[Ext] = []
    known = True
    for item in arguments:
        if isinstance(item, PathVal):
            item = item.value
        if not isinstance(item, str):
            known = False
        elif not item.startswith("-"):
            path = relative(item)
            files = _expand(machine, path) if _GLOB.search(path) else [path]
            if files is None or not all(f.endswith(".py") for f in files):
                known = False
                continue
            out += [Ext(at, "mypycify", module_name(machine.tree, f), [f]) for f in files]
    if not out:
        out = [Ext(at, "mypycify")]
        known = False
    return out if known else Unk(tuple(out))


def _expand(machine: State, pattern: str) -> list[str] | None:
    path = relative(pattern)
    if not _GLOB.search(path):
        return [path]
    found = glob(machine.tree, path, recursive=True) if machine.search() else None
    return [relative(f) for f in found] if found is not None else None


def _answer(value: Any) -> Answer:
    if value is None or isinstance(value, (bool, int)):
        return "yes" if value else "no"
    return "unknown" if isinstance(value, (Unk, Ref, Cls)) else "yes" if value else "no"
