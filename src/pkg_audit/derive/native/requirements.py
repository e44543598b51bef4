"""Judge what a build of compiled code needs: tools in the build environment, NumPy at run time, a lock file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import normalize
from pkg_audit.facts.native_records import NativeFault
from pkg_audit.facts.place import Place
from pkg_audit.scan.native import backend_of
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_NATIVE = frozenset({"native", "native-abi3", "native+pure-fallback"})
_NUMPY = ("numpy", "oldest-supported-numpy")

# Import names of tools that a build script uses, and the distributions that bring them.
_TOOLS: dict[str, tuple[str, ...]] = {
    "Cython": ("cython",), "numpy": _NUMPY, "pybind11": ("pybind11",), "cffi": ("cffi",), "mypyc": ("mypy",),
    "setuptools_rust": ("setuptools-rust",),
    "nanobind": ("nanobind",), "skbuild": ("scikit-build",),
    "torch": ("torch",), "pythran": ("pythran",),
}  # fmt: skip


def build_requirement_missing(tree: Tree, scanned: Scanned) -> Iterator[NativeFault]:
    """Yield tools that the build uses and `build-system.requires` does not bring, with where they are used.

    setuptools' backend also asks the script for `setup_requires`, and for what it raises as `SetupRequirementsError`;
    that comes too late for what the script imports in any case.
    """
    declared = _declared(scanned)
    if declared is None:
        return
    system = scanned.pyproject.build_system if scanned.pyproject is not None else None
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    imported = _imported(scanned)
    asked = _asked_by_script(tree, scanned)
    for tool, used in _used(tree, scanned).items():
        brings = _TOOLS[tool]
        if declared.intersection(brings):
            continue
        if (system is None or tool not in imported) and (asked is None or asked.intersection(brings)):
            continue
        if system is None or document is None:
            yield NativeFault(used, "build-requirement-missing", brings[0], tool)
        else:
            at = document.at("build-system", "requires")
            yield NativeFault(at, "build-requirement-missing", brings[0], tool, (used,))


def _declared(scanned: Scanned) -> set[str] | None:
    """Return the normalised names of the build requirements in pyproject.toml; None where they are not known."""
    pyproject = scanned.pyproject
    if pyproject is not None and pyproject.error is not None:
        return None
    system = pyproject.build_system if pyproject is not None else None
    if system is not None and system.backend is not None and system.backend_path:
        # A backend of the project's own may ask for more when it is called.
        return None
    return _names(text.value for text in system.requires or ()) if system is not None else set()


def _asked_by_script(tree: Tree, scanned: Scanned) -> set[str] | None:
    """Return the normalised names of what the build script asks for when it runs; None where that is not known."""
    if backend_of(scanned.pyproject) != "setuptools":
        return set()
    if scanned.setup_py is not None and "SetupRequirementsError" in (read_text(tree, "setup.py", 1 << 20) or ""):
        return None
    texts: list[str] = []
    for options in (
        scanned.setup_py.setuptools if scanned.setup_py else None,
        scanned.setup_cfg.setuptools if scanned.setup_cfg else None,
    ):
        value = options.setup_requires if options is not None else None
        if value is not None:
            if value.value is None:
                return None
            texts += value.value
    return _names(texts)


def _names(requirements: Iterable[str]) -> set[str]:
    return {normalize(match[1]) for text in requirements if (match := _NAME.match(text))}


def _imported(scanned: Scanned) -> dict[str, Place]:
    """Return the tools that the build script imports in any case."""
    found: dict[str, Place] = {}
    for imported in scanned.setup_py.imports if scanned.setup_py is not None else ():
        top = imported.module.split(".")[0]
        if top in _TOOLS and not imported.level and not imported.context:
            found.setdefault(top, imported.at)
    return found


def _used(tree: Tree, scanned: Scanned) -> dict[str, Place]:
    used: dict[str, Place] = {}
    native = scanned.native
    backend = backend_of(scanned.pyproject)
    cython = _compiled_cython(tree, scanned, backend)
    if cython is not None:
        used["Cython"] = cython
    if backend != "setuptools" or not (native.extensions or native.opt_in):
        return used
    for extension in native.extensions:
        if extension.by == "mypycify":
            used.setdefault("mypyc", extension.at)
        elif extension.by in {"rust_extensions", "rust program"}:
            used.setdefault("setuptools_rust", extension.at)
    setup_py = scanned.setup_py
    if setup_py is None:
        return used
    if setup_py.setuptools is not None and "cffi_modules" in setup_py.setuptools.setup_keywords:
        used.setdefault("cffi", setup_py.setuptools.setup_keywords["cffi_modules"])
    for tool, at in _imported(scanned).items():
        used.setdefault(tool, at)
    return used


def _compiled_cython(tree: Tree, scanned: Scanned, backend: str) -> Place | None:
    """Return where a Cython source is compiled that has no C file beside it already."""
    native = scanned.native
    for extension in native.extensions:
        for path in extension.sources:
            if path.endswith(".pyx") and not _translated(tree, path):
                return extension.at
    if backend not in {"meson-python", "scikit-build-core"} or not native.extensions:
        return None
    modules = {extension.name.rsplit(".", 1)[-1] for extension in native.extensions}
    top = "meson.build" if backend == "meson-python" else "CMakeLists.txt"
    for source in native.sources:
        if (
            source.language == "cython"
            and source.init_symbol in modules
            and not _translated(tree, source.at.path or "")
        ):
            for path in (posixpath.join(posixpath.dirname(source.at.path or ""), top), top):
                text = read_text(tree, path, 1 << 20)
                if text is not None and re.search("cython", text, re.IGNORECASE):
                    return source.at
    return None


def _translated(tree: Tree, path: str) -> bool:
    """Tell whether the C or C++ that Cython makes of a source lies beside it already."""
    stem = posixpath.splitext(path)[0]
    return any(tree.is_file(stem + suffix) for suffix in (".c", ".cpp", ".cxx"))


def numpy_not_required(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield the build requirement on NumPy of a compiled project that does not require NumPy at run time."""
    system = scanned.pyproject.build_system if scanned.pyproject is not None else None
    metadata = distribution.metadata
    if distribution.wheel.kind not in _NATIVE or system is None or not system.requires:
        return
    if any(item.field == "dependencies" for item in metadata.unknown):
        return
    names = _names(text.value for text in metadata.dependencies)
    if "numpy" in names:
        return
    for text in system.requires:
        match = _NAME.match(text.value)
        if match and normalize(match[1]) in _NUMPY:
            yield NativeFault(text.at, "numpy-not-required", text.value)
            return


def cargo_lock_missing(tree: Tree, scanned: Scanned) -> Iterator[NativeFault]:
    """Yield manifests of compiled crates without a Cargo.lock beside or above them."""
    manifests: dict[str, Place] = {}
    crate = scanned.native.crate
    if crate is not None and crate.package:
        manifests[crate.manifest] = Place(crate.manifest)
    for extension in scanned.native.extensions:
        if extension.by in {"rust_extensions", "rust program"}:
            path = extension.sources[0] if extension.sources else "Cargo.toml"
            manifests.setdefault(path if path.endswith(".toml") else f"{path}/Cargo.toml", extension.at)
    for manifest, at in manifests.items():
        directory = posixpath.dirname(manifest)
        if not tree.is_file(manifest):
            continue
        while not tree.is_file(f"{directory}/Cargo.lock" if directory else "Cargo.lock"):
            if not directory:
                yield NativeFault(at, "cargo-lock-missing", manifest)
                break
            directory = posixpath.dirname(directory)
