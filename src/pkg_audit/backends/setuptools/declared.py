"""Merge the metadata of setup.py, setup.cfg and `[project]` as setuptools does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.metadata import dynamic_fields
from pkg_audit.backends.setuptools.dynamic import dynamic_value
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.place import Place, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.port import Project
    from pkg_audit.facts.declared import EntryPointDeclaration
    from pkg_audit.facts.scanned import Scanned, SetupPy

MERGED_FIELDS = (
    "name",
    "version",
    "description",
    "requires_python",
    "dependencies",
    "optional_dependencies",
    "entry_points",
    "license_expression",
    "license_text",
    "license_file",
    "license_files",
    "readme",
    "classifiers",
)

_PROJECT_KEYS = {
    "requires_python": "requires-python",
    "optional_dependencies": "optional-dependencies",
    "license_expression": "license",
    "license_text": "license",
    "license_files": "license-files",
}
_KEPT_FROM_LEGACY = frozenset({"name", "version", "license_files"})
_ENTRY_POINT_KEYS = frozenset({"entry-points", "scripts", "gui-scripts"})
_SCRIPT_GROUPS = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


def merged_declaration(project: Project, package_dir: Mapping[str, str]) -> Declared:
    """Return the metadata that wins: `[project]` for what it may say, the older files for the rest.

    A field that only setup.py or setup.cfg declares counts beside a `[project]` table if `dynamic` lists it; else
    setuptools drops it with a warning. `package_dir` tells where `attr:` finds modules.
    """
    scanned = project.scanned
    legacy = legacy_declaration(scanned)
    pyproject = scanned.pyproject
    if pyproject is None or pyproject.project is None:
        return legacy
    table = pyproject.project
    dynamic = dynamic_fields(table)
    values: dict[str, Any] = {}
    for field in MERGED_FIELDS:
        key = _PROJECT_KEYS.get(field, field.replace("_", "-"))
        own, older = getattr(table, field), getattr(legacy, field)
        if field == "license_file":
            values[field] = older  # `license = {file = ...}` names a text, no licence file of the wheel
        elif field == "entry_points":
            values[field] = _entry_points(project, table, legacy, dynamic, package_dir)
        elif key in dynamic:
            found = dynamic_value(project, key, package_dir)
            values[field] = own if found is None and older is None else found or older
        else:
            values[field] = older if own is None and field in _KEPT_FROM_LEGACY else own
    return replace(table, **values)


def legacy_declaration(scanned: Scanned) -> Declared:
    """Return what setup.py says, and setup.cfg where setup.py says nothing."""
    at = Place()
    first = setup_py_declaration(scanned.setup_py)
    second = scanned.setup_cfg.declared if scanned.setup_cfg else None
    if first is None or second is None:
        return first or second or Declared("setup.py", at)
    values: dict[str, Any] = {}
    for field in MERGED_FIELDS:
        own, other = getattr(first, field), getattr(second, field)
        empty = own is None or (own.unknown is None and not own.value)
        values[field] = other if empty and other is not None else own
    return replace(first, **values)


def setup_py_declaration(setup_py: SetupPy | None) -> Declared | None:
    """Return what setup.py declares; every field unknown where its call of `setup()` cannot be read."""
    if setup_py is None:
        return None
    if setup_py.error is None and setup_py.declared is not None:
        return setup_py.declared
    unknown = Unknown("dynamic-expression", setup_py.at, "no call of setup() was found")
    if setup_py.error is not None:
        unknown = Unknown("not-parseable", setup_py.error.at, setup_py.error.message)
    values: dict[str, Any] = dict.fromkeys(MERGED_FIELDS, Value(None, unknown.at, unknown))
    return replace(Declared("setup.py", setup_py.at), **values)


def _entry_points(
    project: Project,
    table: Declared,
    legacy: Declared,
    dynamic: Mapping[str, Place],
    package_dir: Mapping[str, str],
) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    """Return the entry points of `[project]`, or all of setup.py's where setuptools leaves those alone.

    It replaces all groups or none: one group in `[project]`, or a script group of setup.py that is not dynamic (and
    so counts as given and empty), drops every entry point that setup.py declares.
    """
    own = (table.entry_points.value or ()) if table.entry_points is not None else ()
    if not _ENTRY_POINT_KEYS.isdisjoint(dynamic):
        found = dynamic_value(project, "entry-points", package_dir)
        if found is not None:
            groups = {entry.group for entry in found.value or ()}
            kept = [entry for entry in own if entry.group in _SCRIPT_GROUPS and entry.group not in groups]
            return found if found.value is None else Value((*found.value, *kept), found.at)
    older = legacy.entry_points
    if own or older is None:
        return table.entry_points
    document = project.scanned.pyproject.document if project.scanned.pyproject else None
    groups = {entry.group for entry in older.value or ()}
    for group, key in _SCRIPT_GROUPS.items():
        written = document is not None and document.get("project", key) is not None
        if written or (group in groups and key not in dynamic):
            return None
    return older
