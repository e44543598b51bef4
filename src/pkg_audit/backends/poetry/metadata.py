"""Say what metadata poetry-core writes from `[project]` and `[tool.poetry]` together."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.licences import with_canonical_license
from pkg_audit.backends.metadata import core_metadata, known
from pkg_audit.backends.names import normalized
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.poetry.classifiers import with_automatic
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import WHOLE_PROJECT, Text, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.port import Project
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.facts.declared import EntryPointDeclaration, Texts
    from pkg_audit.facts.distribution import CoreMetadata

_LICENSE_GLOBS = ("COPYING*", "LICEN[SC]E*", "AUTHORS*", "NOTICE*", "LICENSES/**/*")
_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
_VERSION_PLUGINS = ("poetry-dynamic-versioning", "poetry-version-plugin", "poetry-git-version-plugin")


def metadata_of(project: Project, tool: Table, backend: str) -> CoreMetadata:
    """Return the core metadata. The version is unknown where a plugin replaces it."""
    pyproject = project.scanned.pyproject
    at = pyproject.at if pyproject else WHOLE_PROJECT
    standard = (pyproject.project if pyproject else None) or Declared("project", at)
    poetry = (pyproject.poetry if pyproject else None) or Declared("poetry", at)
    declared = replace(
        standard if standard.name else poetry,
        name=standard.name or poetry.name,
        version=_plugin_version(tool, backend) or standard.version or poetry.version,
        requires_python=standard.requires_python or poetry.requires_python,
        entry_points=_entry_points(standard, poetry),
        license_expression=standard.license_expression,
        dynamic=(),
    )
    declared = _with_requirements(declared, standard, poetry)
    doubts = []
    if not known(standard.classifiers):
        given = known(poetry.classifiers) or ()
        place = poetry.classifiers.at if poetry.classifiers else at
        python = known(declared.requires_python) or ""
        all_of_them = with_automatic(given, python, _license_id(standard, poetry), place)
        if all_of_them is None:
            reason = Unknown("generated", place, "poetry adds classifiers for the licence and Python versions")
            doubts.append(FieldUnknown("classifiers", reason))
        declared = replace(declared, classifiers=Value(all_of_them or given, place))
    return core_metadata(with_canonical_license(declared), _license_files(project, standard), doubts)


def _plugin_version(tool: Table, backend: str) -> Value[str] | None:
    for name in _VERSION_PLUGINS:
        table = tool.table(name)
        enabled = table.flag("enable") is True if name == _VERSION_PLUGINS[0] else bool(table.data)
        if enabled or (name == _VERSION_PLUGINS[0] and backend.startswith("poetry_dynamic_versioning")):
            at = table.at()
            return Value(None, at, Unknown("generated", at, f"{name} makes the version"))
    return None


def _license_id(standard: Declared, poetry: Declared) -> str:
    """Return the licence that gets a classifier: a deprecated one, not an expression of the `[project]` table."""
    if standard.license_expression is not None:
        return ""
    text = known(standard.license_text)
    if text is None and standard.license_file is not None:
        return "?"  # the text of a whole file
    return text or known(poetry.license_text) or ""


def _entry_points(standard: Declared, poetry: Declared) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    """Merge scripts and plugins: each kind comes from `[project]` if it has any, else from `[tool.poetry]`."""
    ours, theirs = known(standard.entry_points) or (), known(poetry.entry_points) or ()
    scripts = [item for item in ours if item.group == "console_scripts"]
    graphical = [item for item in ours if item.group == "gui_scripts"]
    others = [item for item in ours if item.group not in _SCRIPTS]
    scripts = scripts or [item for item in theirs if item.group == "console_scripts"]
    others = others or [item for item in theirs if item.group not in _SCRIPTS]
    first = standard.entry_points or poetry.entry_points
    return Value((*scripts, *graphical, *others), first.at) if first else None


def _with_requirements(declared: Declared, standard: Declared, poetry: Declared) -> Declared:
    """Choose the requirements: those of `[project]`, with the other kind from `[tool.poetry]` where it is dynamic."""
    required, optional = standard.dependencies, standard.optional_dependencies
    extras_of_project = None if optional is None else optional.value
    if not known(required) and not any((extras_of_project or {}).values()):
        extras = optional if extras_of_project else _merged(poetry.optional_dependencies)
        return replace(declared, dependencies=poetry.dependencies, optional_dependencies=extras)
    dynamic = {text.value for text in standard.dynamic}
    if not known(required) and dynamic & {"dependencies", "optional-dependencies"}:
        required = poetry.dependencies
    return replace(
        declared, dependencies=required, optional_dependencies=optional or Value(MappingProxyType({}), declared.at)
    )


def _merged(extras: Value[Mapping[str, Texts]] | None) -> Value[Mapping[str, Texts]] | None:
    """Let each requirement that several extras name carry all of them in its marker: poetry writes one line for it.

    It stands in each of the extras then, as a line of built metadata does that names several.
    """
    if extras is None or not extras.value:
        return extras
    homes: dict[Text, list[str]] = {}
    for name, texts in extras.value.items():
        for text in texts:
            homes.setdefault(text, []).append(normalized(name))
    merged = {
        name: tuple(text if len(homes[text]) == 1 else _for_extras(text, homes[text]) for text in texts)
        for name, texts in extras.value.items()
    }
    return replace(extras, value=MappingProxyType(merged))


def _for_extras(text: Text, extras: list[str]) -> Text:
    body, semicolon, marker = text.value.partition(";")
    condition = " or ".join(f'extra == "{name}"' for name in dict.fromkeys(extras))
    both = f"({marker.strip()}) and ({condition})" if semicolon else condition
    return replace(text, value=f"{body.strip()} ; {both}")


def _license_files(project: Project, standard: Declared) -> tuple[str, ...]:
    configured = known(standard.license_files)
    patterns = _LICENSE_GLOBS if configured is None else tuple(text.value for text in configured)
    found = {path for pattern in patterns for path in path_glob(project.index, "", pattern).files}
    single = known(standard.license_file)
    if configured is None and single and project.index.is_file(join(single)):
        found.add(join(single))
    return tuple(sorted(found))
