"""Model sphinx-theme-builder (observed: sphinx-theme-builder 0.3, its documentation, 2026-11)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.dynamic import dynamic_doubts
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, known
from pkg_audit.backends.module_values import literal_assignment, read_module, unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project

_ROOT = "src"


class SphinxThemeBuilderModel:
    """The backend sphinx_theme_builder: everything below `src`, and the assets that Node.js compiles into it."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as sphinx-theme-builder would make them; never complete."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
        package = join(_ROOT, (known(declared.name) or "").replace("-", "_"))
        init = f"{package}/__init__.py"
        if declared.version is None:
            source = read_module(project.tree, init)
            found = literal_assignment(source, "__version__", init) if source is not None else None
            missing = unknown("dynamic-expression", declared.at, f"no `__version__` is assigned as a literal in {init}")
            declared = replace(declared, version=found or missing)
        doubts = dynamic_doubts(declared, "sphinx-theme-builder gives only the version", {"version"})
        listed = known(declared.license_files)
        licences = license_files(project.index, [text.value for text in listed]) if listed else ()
        metadata = core_metadata(with_canonical_license(declared), tuple(sorted(licences)), doubts)
        if not project.index.is_file(init):
            failure = DiscoveryError(declared.at, "package-missing", (package,), f"{init} does not exist")
            return Prediction(metadata, WheelFiles((), failure=failure), Sdist())
        at = Table(document, ("tool", "sphinx-theme-builder")).at()
        reason = Unknown("generated", at, "the compiled scripts and styles are made by Node.js")
        files = tuple(
            ShippedFile(path[len(_ROOT) + 1 :], path, f"everything in `{_ROOT}` is shipped")
            for path in project.index.below(_ROOT)
            if "__pycache__" not in path.split("/")
        )
        sdist = tuple(path for path in project.index.files if not path.startswith("."))
        return Prediction(
            metadata, WheelFiles(files, unknown=(FieldUnknown("files", reason),)), Sdist(sdist, complete=False)
        )
