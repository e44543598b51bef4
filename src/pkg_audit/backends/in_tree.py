"""Look through an in-tree backend at the one that it wraps, from what its module imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.index import join

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.sources import Import

_WRAPPED = (
    "setuptools.build_meta",
    "hatchling.build",
    "flit_core.buildapi",
    "poetry.core.masonry.api",
    "pdm.backend",
    "uv_build",
    "scikit_build_core.build",
    "scikit_build_core.setuptools.build_meta",
    "mesonpy",
    "maturin",
)


def wrapped_backend(project: Project, backend: str) -> str | None:
    """Return the backend that a module of the project builds upon, None where none or several are imported.

    Whatever it adds is not seen, so that the files of such a prediction are never complete.
    """
    pyproject = project.scanned.pyproject
    system = pyproject.build_system if pyproject else None
    if system is None or not system.backend_path:
        return None
    module = backend.partition(":")[0].replace(".", "/")
    for directory in system.backend_path:
        for path in (join(directory.value, f"{module}.py"), join(directory.value, module, "__init__.py")):
            source = project.scanned.sources.get(path)
            if source is not None:
                found = {name for imported in source.imports for name in _backends(imported)}
                return found.pop() if len(found) == 1 else None
    return None


def _backends(imported: Import) -> list[str]:
    """Return the known backends that one import names, as a module or as a name taken from its parent."""
    if imported.level:
        return []
    named = {imported.module, *(f"{imported.module}.{name}" for name in imported.names)}
    return [backend for backend in _WRAPPED if backend in named]
