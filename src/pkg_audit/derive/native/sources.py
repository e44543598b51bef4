"""Judge native sources and binaries: what nothing compiles, what is missing, what is shipped ready-made."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pkg_audit.derive.scope import runtime_sources
from pkg_audit.facts.native_records import NativeFault
from pkg_audit.scan.native.sources import LANGUAGES
from pkg_audit.scan.submodules import absent_submodules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.native import NativeSource
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import Import
    from pkg_audit.tree import Tree

_GUARDS = frozenset({"try-fallback", "suppress", "except-handler", "type-checking", "never"})
_BY_SETUPTOOLS = frozenset({"ext_modules", "cythonize", "tool.setuptools.ext-modules"})
_GENERATED_FROM = {".c": (".pyx", ".py"), ".cpp": (".pyx", ".py", ".i"), ".cxx": (".pyx", ".i"), ".cc": (".pyx",)}
# Folders that a tree without version control does not list.
_UNLISTED = frozenset({"build", "dist", "target", "node_modules", "_build", ".tox", ".nox", "venv", ".venv"})
_PROGRAMS = (".exe",)
_FORMATS = {"elf": "Linux", "mach-o": "macOS", "pe": "Windows"}


def source_not_compiled(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield native sources whose module shipped code imports, unguarded, where the backend compiles nothing."""
    if distribution.wheel.kind != "pure" or distribution.wheel.files is None:
        return
    dotted = {
        posixpath.dirname(file.source): posixpath.dirname(file.path).replace("/", ".")
        for file in distribution.wheel.files
        if file.source.endswith(".py")
    }
    shipped = {file.path for file in distribution.wheel.files}
    wanted: dict[str, NativeSource] = {}
    for source in scanned.native.sources:
        path = source.at.path or ""
        package = dotted.get(posixpath.dirname(path))
        if package is None or not source.init_symbol:
            continue
        name = f"{package}.{source.init_symbol}" if package else source.init_symbol
        base = name.replace(".", "/")
        if not any(other in shipped for other in (f"{base}.py", f"{base}/__init__.py")):
            wanted.setdefault(name, source)
    if not wanted:
        return
    for name, at in _unguarded(scanned, distribution, frozenset(wanted)).items():
        path = wanted[name].at.path or ""
        yield NativeFault(wanted[name].at, "source-not-compiled", name, path, (at,))


def _unguarded(scanned: Scanned, distribution: Distribution, names: frozenset[str]) -> dict[str, Place]:
    """Return where shipped code imports these modules with nothing to fall back on."""
    paths = {file.source: file.path for file in distribution.wheel.files or ()}
    found: dict[str, Place] = {}
    for path in runtime_sources(scanned, distribution):
        for imported in scanned.sources[path].imports:
            if _GUARDS & set(imported.context):
                continue
            for target in _targets(imported, paths.get(path, path)):
                if target in names:
                    found.setdefault(target, imported.at)
    return found


def _targets(imported: Import, path: str) -> list[str]:
    """Return the dotted names that an import may bind or load, relative ones resolved from the file's place."""
    base = imported.module
    if imported.level:
        parts = posixpath.dirname(path).split("/") if "/" in path else []
        parts = parts[: len(parts) - imported.level + 1]
        base = ".".join([*parts, *([base] if base else [])])
    return [base, *(f"{base}.{name}" if base else name for name in imported.names)]


def source_missing(tree: Tree, scanned: Scanned) -> Iterator[NativeFault]:
    """Yield declared sources that are not in the tree, where no command of the project's own could write them."""
    options = scanned.setup_py.setuptools if scanned.setup_py is not None else None
    own_commands = options is not None and options.cmdclass is not None and options.cmdclass.value != ()
    if own_commands:
        return
    absent = tuple(f"{folder}/" for folder in absent_submodules(tree))
    for extension in scanned.native.extensions:
        if extension.by not in _BY_SETUPTOOLS or extension.condition:
            continue
        for path in extension.sources:
            stem, suffix = posixpath.splitext(path)
            if suffix.lstrip(".").lower() not in LANGUAGES or _is_written(path):
                continue
            if tree.is_file(path) or any(tree.is_file(stem + s) for s in _GENERATED_FROM.get(suffix, ())):
                continue
            if path.startswith(absent):
                continue
            yield NativeFault(extension.at, "source-missing", path, extension.name)


def _is_written(path: str) -> bool:
    """Tell whether a path lies outside, or looks like what a tool writes before the compiler runs."""
    *folders, name = path.lower().split("/")
    outside = path.startswith(("..", "/")) or "*" in path or not _UNLISTED.isdisjoint(folders)
    return outside or any(word in name for word in ("_wrap.", ".pb.", "generated", ".tab.", "lex.yy"))


def prebuilt_binary(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield binaries for one platform that a wheel for any platform would hold; launchers for Windows are data.

    An extension module in a package of the wheel that is left out is a build's remains: it hides that nothing ships it.
    """
    files = distribution.wheel.files
    if distribution.wheel.kind != "pure" or files is None:
        return
    shipped = {file.source for file in files}
    packages = {posixpath.dirname(path) for path in shipped if path.endswith(".py")}
    for binary in scanned.native.binaries:
        path = binary.at.path or ""
        if path in shipped and binary.format in _FORMATS and not path.endswith(_PROGRAMS):
            machine = f", {binary.architecture}" if binary.architecture else ""
            yield NativeFault(binary.at, "prebuilt-binary", path, f"{_FORMATS[binary.format]}{machine}")
        elif binary.extension_module == "yes" and posixpath.dirname(path) in packages:
            yield NativeFault(binary.at, "binary-in-package", path)
