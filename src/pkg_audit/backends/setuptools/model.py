"""Answer for setuptools what every model answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.licences import DEFAULT_LICENSE_GLOBS, license_files
from pkg_audit.backends.metadata import core_metadata, known
from pkg_audit.backends.port import Prediction
from pkg_audit.backends.setuptools.declared import merged_declaration
from pkg_audit.backends.setuptools.layout import Layout, layout_of
from pkg_audit.backends.setuptools.limits import too_large
from pkg_audit.backends.setuptools.options import merge
from pkg_audit.backends.setuptools.pbr import uses_pbr, with_pbr
from pkg_audit.backends.setuptools.version import version_of
from pkg_audit.backends.setuptools.wheel import files_of
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Value

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.declared import Declared


class SetuptoolsModel:
    """The setuptools backend, also as PEP 517's legacy fallback."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as setuptools would make them."""
        if uses_pbr(project.scanned):
            project = with_pbr(project)
        options = merge(project.scanned)
        refused = too_large(project.scanned, project.index, options)
        layout = Layout(unknown=FieldUnknown("files", refused)) if refused else layout_of(project.index, options)
        declared = merged_declaration(project, layout.package_dir)
        declared = replace(declared, version=version_of(project, declared, options), name=_name(declared, layout))
        metadata = core_metadata(declared, _license_files(project, declared))
        files = files_of(project, options, layout, declared, metadata)
        return Prediction(metadata, files.wheel, files.sdist)


def _name(declared: Declared, layout: Layout) -> Value[str] | None:
    """Return the declared name, or the one that setuptools takes from the only package or module."""
    if declared.name is not None and (declared.name.value or declared.name.unknown):
        return declared.name
    for names in (layout.packages, layout.py_modules):
        if len(names) == 1:
            return Value(names[0], declared.at)
    shortest = sorted(layout.packages, key=len)[:1]
    if shortest and all(name.startswith(f"{shortest[0]}.") for name in layout.packages if name != shortest[0]):
        return Value(shortest[0], declared.at)
    return None


def _license_files(project: Project, declared: Declared) -> tuple[str, ...]:
    """Return the licence files: by the patterns of any of the three files, or by the default ones."""
    patterns: list[str] | None = None
    configured = known(declared.license_files)
    if configured is not None:
        patterns = [text.value for text in configured]
    document = project.scanned.pyproject.document if project.scanned.pyproject else None
    listed = document.get("tool", "setuptools", "license-files") if document else None
    if isinstance(listed, list):
        patterns = [item for item in listed if isinstance(item, str)]
    single = known(declared.license_file)
    if single:
        patterns = [*(patterns or ()), single]
    return license_files(project.index, DEFAULT_LICENSE_GLOBS if patterns is None else patterns)
