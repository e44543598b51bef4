"""Judge binary interfaces: the two halves of abi3, and free threading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.native_records import NativeFault
from pkg_audit.facts.place import Place
from pkg_audit.scan.native import backend_of
from pkg_audit.scan.native.cargo import free_threaded_by_default, read_crate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.native import ExtensionDeclaration, NativeSource
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_NATIVE = frozenset({"native", "native-abi3", "native+pure-fallback"})
_BY_SETUPTOOLS = frozenset({"ext_modules", "cythonize", "tool.setuptools.ext-modules"})


def limited_api_halves(scanned: Scanned) -> Iterator[NativeFault]:
    """Yield extensions that are compiled for the limited API without a wheel tagged so, and the reverse."""
    native = scanned.native
    backend = backend_of(scanned.pyproject)
    if native.unknown or not native.extensions:
        return
    modules = [e for e in native.extensions if e.by in _BY_SETUPTOOLS]
    if backend == "setuptools" and not native.abi3_wheel and not native.abi3_opt_in:
        for extension in modules:
            if extension.abi3 == "yes":
                yield NativeFault(extension.at, "limited-api-not-tagged", extension.name)
    if not native.abi3_wheel:
        return
    for extension in native.extensions:
        if (
            extension.abi3 == "no"
            and extension.language != "rust"
            and (backend != "setuptools" or extension in modules)
        ):
            yield NativeFault(extension.at, "tagged-without-limited-api", extension.name, "", native.abi3_wheel[:1])


def free_threading_undeclared(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield the sources of extensions that do not say that they need no GIL."""
    if distribution.wheel.kind not in _NATIVE:
        return
    undeclared = [pair for pair in _sources_of(scanned) if pair[1].free_threaded == "no"]
    if any(source.language == "rust" for _, source in undeclared) and not _old_rust_bindings(tree, scanned):
        undeclared = [pair for pair in undeclared if pair[1].language != "rust"]
    for extension, source in undeclared:
        if source.language in {"c", "c++", "cython", "rust"}:
            yield NativeFault(source.at, "free-threading-undeclared", extension.name or source.init_symbol)


def _sources_of(scanned: Scanned) -> list[tuple[ExtensionDeclaration, NativeSource]]:
    """Pair each extension with the source that initialises it, where one is known."""
    native = scanned.native
    by_path = {source.at.path: source for source in native.sources}
    by_symbol = {source.init_symbol: source for source in native.sources}
    pairs = []
    for extension in native.extensions:
        source = next((by_path[s] for s in extension.sources if s in by_path), None)
        source = source or by_symbol.get(extension.name.rsplit(".", 1)[-1]) if extension.name else source
        if source is not None:
            pairs.append((extension, source))
    return pairs


def _old_rust_bindings(tree: Tree, scanned: Scanned) -> bool:
    """Tell whether the crate's PyO3 leaves the GIL on unless a module says otherwise; no where that is not known."""
    native = scanned.native
    manifests = [native.crate.manifest] if native.crate is not None else []
    manifests += [e.sources[0] if e.sources else "Cargo.toml" for e in native.extensions if e.by == "rust_extensions"]
    for manifest in manifests:
        crate = read_crate(tree, manifest)
        if crate is not None and free_threaded_by_default([crate]) == "no":
            return True
    return False


def abi3_unaudited(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield the place that builds abi3 wheels where no step checks them with abi3audit."""
    builders = scanned.native.wheel_builders
    if distribution.wheel.kind != "native-abi3" or not builders or any(b.tool == "abi3audit" for b in builders):
        return
    yield NativeFault(Place(builders[0].at.path, builders[0].at.line), "abi3-unaudited", builders[0].tool)
