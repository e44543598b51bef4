"""Find everything that points at compiled code, whatever the build backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.scan.native.binaries import find_binaries
from pkg_audit.scan.native.findings import Builder
from pkg_audit.scan.native.hooks import read_hatch, read_pdm, read_poetry
from pkg_audit.scan.native.maturin import read_maturin
from pkg_audit.scan.native.setuptools import read_setuptools
from pkg_audit.scan.native.sip import read_sip
from pkg_audit.scan.native.sources import find_sources
from pkg_audit.scan.native.wheel_builders import find_wheel_builders

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.facts.scanned import Pyproject, SetupCfg, SetupPy
    from pkg_audit.tree import Tree

__all__ = ["read_native"]


def read_native(
    tree: Tree, pyproject: Pyproject | None, setup_cfg: SetupCfg | None, setup_py: SetupPy | None
) -> NativeFindings:
    """Read declared extensions, native sources, binaries and what configures their build.

    Only the configuration of the backend in use counts; sources and binaries count wherever they stand, and whether
    they would be shipped is not decided here. What cannot be followed stands in `unknown`.
    """
    out = Builder()
    files = tree.files()
    out.sources, unread = find_sources(tree, files)
    out.unread = unread
    out.binaries = find_binaries(tree, files)
    document = pyproject.document if pyproject is not None else None
    backend = backend_of(pyproject)
    if backend == "setuptools":
        read_setuptools(tree, document, setup_cfg, setup_py, out)
    elif document is not None:
        if backend == "maturin":
            read_maturin(tree, document, out)
        elif backend == "hatchling":
            read_hatch(tree, document, out)
        elif backend == "poetry":
            read_poetry(tree, document, out)
        elif backend == "pdm":
            read_pdm(tree, document, out)
        elif backend == "sip":
            read_sip(tree, document, out)
        elif backend in {"scikit-build-core", "py-build-cmake"}:
            from pkg_audit.scan.native.cmake import read_cmake

            read_cmake(tree, document, backend, out)
        elif backend == "meson-python":
            from pkg_audit.scan.native.meson import read_meson

            read_meson(tree, document, out)
    find_wheel_builders(tree, document, out)
    return out.done()


def backend_of(pyproject: Pyproject | None) -> str:
    """Name the backend's family; setuptools where none is declared (PEP 517's fallback), "" where it is not known.

    A backend inside the tree (`backend-path`) mostly wraps a well-known one: the first one in `requires` counts.
    """
    system = pyproject.build_system if pyproject is not None else None
    if system is None or system.backend is None:
        return "setuptools"
    module = system.backend.value.partition(":")[0].strip()
    family = _FAMILIES.get(module.split(".")[0], "")
    if family or not system.backend_path:
        return family
    for requirement in system.requires or ():
        name = requirement.value.replace("_", "-").lower()
        for prefix, family in _REQUIREMENTS:
            if name.startswith(prefix):
                return family
    return ""


_FAMILIES = {
    "setuptools": "setuptools", "maturin": "maturin", "hatchling": "hatchling", "poetry": "poetry", "pdm": "pdm",
    "poetry_dynamic_versioning": "poetry", "pdm_pep517": "pdm", "sipbuild": "sip",
    "scikit_build_core": "scikit-build-core",
    "mesonpy": "meson-python", "py_build_cmake": "py-build-cmake", "flit_core": "flit", "flit": "flit",
    "flit_scm": "flit", "uv_build": "uv", "whey": "whey", "pbr": "setuptools", "enscons": "enscons",
    "hatch": "hatchling",
    "setuptools_rust": "setuptools", "skbuild": "setuptools", "trampolim": "trampolim",
    "jupyter_packaging": "setuptools",
    "sphinx_theme_builder": "sphinx-theme-builder",
}  # fmt: skip
_REQUIREMENTS = (
    ("maturin", "maturin"), ("scikit-build-core", "scikit-build-core"), ("meson-python", "meson-python"),
    ("hatchling", "hatchling"), ("flit-core", "flit"), ("poetry-core", "poetry"), ("pdm-backend", "pdm"),
    ("setuptools", "setuptools"),
)  # fmt: skip
