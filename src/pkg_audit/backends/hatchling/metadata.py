"""Say what metadata hatchling writes: dynamic fields, metadata hooks, extras that name each other, licence files."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.backends.dynamic import FIELDS
from pkg_audit.backends.globs import glob_files
from pkg_audit.backends.hatchling.version import version_from_source
from pkg_audit.backends.licences import DEFAULT_LICENSE_GLOBS, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known, requirements
from pkg_audit.backends.names import normalized
from pkg_audit.backends.requirements_txt import requirements_of
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Text, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.hatchling.options import Configuration
    from pkg_audit.backends.port import Project
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.distribution import CoreMetadata

_HOOK_FIELDS: Mapping[str, frozenset[str]] = {
    "fancy-pypi-readme": frozenset({"readme"}),
    "vcs": frozenset({"urls"}),
    "docstring-description": frozenset({"description"}),
    "uv-dynamic-versioning": frozenset({"dependencies", "optional-dependencies"}),
    "requirements_txt": frozenset({"dependencies", "optional-dependencies"}),
}
"""What known hooks may fill; an unknown one may fill every dynamic field."""

_REFERENCE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*\[([^\]]*)\]")


def metadata_of(project: Project, configuration: Configuration) -> CoreMetadata:
    """Return the core metadata; without a `[project]` table hatchling stops, and nothing is known."""
    pyproject = project.scanned.pyproject
    declared = pyproject.project if pyproject else None
    if declared is None:
        declared = (
            Declared("project", pyproject.at) if pyproject else Declared("project", configuration.section("").at())
        )
    hooks = configuration.section("metadata").table("hooks")
    dynamic = dynamic_fields(declared)
    doubts: list[FieldUnknown] = []
    if "version" in dynamic and declared.version is None:
        declared = replace(declared, version=version_from_source(project, configuration.section("version")))
    for key, place in dynamic.items():
        if key == "version" or key not in FIELDS:
            continue
        filler = next((name for name in hooks.data if key in _HOOK_FIELDS.get(name, {key})), None)
        if filler == "requirements_txt":
            declared = _from_requirements_txt(project, declared, key, hooks.table(filler))
        elif filler is not None:
            reason = Unknown("generated", place, f"metadata hook {filler} gives {key}")
            doubts.append(FieldUnknown(FIELDS[key], reason))
    doubts += _formatted(declared)
    declared = _with_resolved_extras(with_canonical_license(declared))
    return core_metadata(declared, _license_files(project, declared), doubts)


def _from_requirements_txt(project: Project, declared: Declared, key: str, options: Table) -> Declared:
    """Read the files of the hook hatch-requirements-txt."""
    if key == "dependencies":
        return replace(
            declared, dependencies=requirements_of(project.tree, options.one_or_more("files") or [], options)
        )
    table = options.table("optional-dependencies")
    extras: dict[str, Texts] = {}
    for name in table.data:
        value = requirements_of(project.tree, table.one_or_more(name) or [], table)
        if value.unknown is not None:
            return replace(declared, optional_dependencies=Value(None, value.at, value.unknown))
        extras[name] = value.value or ()
    return replace(declared, optional_dependencies=Value(MappingProxyType(extras), table.at()))


def _formatted(declared: Declared) -> list[FieldUnknown]:
    """Doubt requirements with fields such as `{root:uri}`, which hatchling fills with paths of the machine."""
    doubts = []
    lists: list[tuple[str, Texts]] = [("dependencies", known(declared.dependencies) or ())]
    lists += [("optional_dependencies", texts) for texts in (known(declared.optional_dependencies) or {}).values()]
    for field, texts in lists:
        for text in texts:
            if "{" in text.value and "}" in text.value:
                reason = Unknown("generated", text.at, "a path of the machine stands in it")
                doubts.append(FieldUnknown(field, reason))
    return doubts


def _with_resolved_extras(declared: Declared) -> Declared:
    """Replace requirements of the project's own extras by what those hold, as hatchling does."""
    value, name = declared.optional_dependencies, known(declared.name)
    if value is None or value.value is None or not name:
        return declared
    own: dict[str, list[Text]] = {}
    wanted: dict[str, list[str]] = {}
    for extra, texts in value.value.items():
        key = normalized(extra)
        own[key], wanted[key] = [], []
        for text in requirements(texts):
            found = _REFERENCE.match(text.value)
            if found and normalized(found[1]) == normalized(name):
                wanted[key] += [normalized(part.strip()) for part in found[2].split(",") if part.strip()]
            else:
                own[key].append(text)
    if not any(wanted.values()):
        return declared
    resolved: dict[str, Texts] = {}
    for extra in own:
        reached = [extra]
        for other in reached:  # grows while it is walked
            reached += [item for item in wanted.get(other, ()) if item not in reached]
        merged = {text.value: text for other in reached for text in own.get(other, ())}
        resolved[extra] = tuple(merged.values())
    return replace(declared, optional_dependencies=replace(value, value=MappingProxyType(resolved)))


def _license_files(project: Project, declared: Declared) -> tuple[str, ...]:
    patterns: list[str] = list(DEFAULT_LICENSE_GLOBS)
    configured = known(declared.license_files)
    if configured is not None:
        patterns = [text.value for text in configured]
    found = (path for pattern in patterns for path in glob_files(project.index, "", pattern.replace("**", "*")))
    return tuple(sorted(dict.fromkeys(found)))
