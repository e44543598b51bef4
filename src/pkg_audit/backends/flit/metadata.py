"""Say what metadata flit writes, the legacy table and the version of the module included."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.module_values import literal_assignment, read_module, read_text, unknown
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.place import WHOLE_PROJECT, Text, Value
from pkg_audit.scan.attr import resolve_attr
from pkg_audit.scan.entry_points_text import parse_entry_points

if TYPE_CHECKING:
    from pkg_audit.backends.flit.module import Module
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.scanned import TomlDocument

_LICENSE_GLOBS = ("COPYING*", "LICEN[CS]E*", "NOTICE*", "AUTHORS*")
_LEGACY = ("tool", "flit", "metadata")


def metadata_of(project: Project, module: Module | None, *, from_tags: bool) -> CoreMetadata:
    """Return the core metadata. `module` None: it was not found. `from_tags`: flit_scm makes the version."""
    pyproject = project.scanned.pyproject
    declared = (pyproject.project or pyproject.flit) if pyproject else None
    if declared is None:
        declared = Declared("project", pyproject.at if pyproject else WHOLE_PROJECT)
    document = pyproject.document if pyproject else None
    if declared.source == "flit":
        declared = _with_legacy_keys(project, declared, document)
    if declared.source == "flit" or "version" in dynamic_fields(declared):
        declared = replace(declared, version=_version(project, declared, module, from_tags=from_tags))
    return core_metadata(with_canonical_license(declared), _license_files(project, declared))


def _version(project: Project, declared: Declared, module: Module | None, *, from_tags: bool) -> Value[str]:
    """Return the version that the module's source assigns, following re-exports to a literal."""
    if from_tags:
        return unknown("generated", declared.at, "flit_scm makes the version from tags")
    if module is None:
        return unknown("file-missing", declared.at, "the module that holds the version is not found")
    found: Value[str] | None = None
    for path in module.version_files(project.index):
        parsed = read_module(project.tree, path)
        if parsed is None:
            return unknown("not-parseable", declared.at, f"{path} is missing or does not parse")
        found = literal_assignment(parsed, "__version__", path) or found
    if found is not None:
        return found
    return resolve_attr(project.tree, f"{module.name}.__version__", {"": module.root}, declared.at)


def _with_legacy_keys(project: Project, declared: Declared, document: TomlDocument | None) -> Declared:
    """Add what the legacy table has beyond the common fields: development requirements, a file of entry points."""
    table = Table(document, _LEGACY)
    development = table.strings("dev-requires")
    if development is not None:
        extras = dict(known(declared.optional_dependencies) or {})
        extras["dev"] = tuple(Text(line, table.at("dev-requires")) for line in development)
        declared = replace(declared, optional_dependencies=Value(MappingProxyType(extras), table.at("dev-requires")))
    name = table.text("entry-points-file") or "entry_points.txt"
    text = read_text(project.tree, join(name)) if project.index.is_file(join(name)) else None
    if text is not None:
        found = (*(known(declared.entry_points) or ()), *parse_entry_points(text, join(name)))
        declared = replace(declared, entry_points=Value(found, table.at("entry-points-file")))
    return declared


def _license_files(project: Project, declared: Declared) -> tuple[str, ...]:
    configured = known(declared.license_files)
    if configured is not None:
        return tuple(sorted(license_files(project.index, (text.value for text in configured))))
    found = set(license_files(project.index, _LICENSE_GLOBS))
    single = known(declared.license_file)
    if single and project.index.is_file(join(single)):
        found.add(join(single))
    return tuple(sorted(found))
