"""Judge `[project] dynamic`: unknown fields, fields given twice, fields that nothing fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.derive.metadata.common import known, nearest, normalize
from pkg_audit.facts.metadata_records import FieldFault
from pkg_audit.knowledge.build_backends import distributions_of, dynamic_providers
from pkg_audit.scan.pyproject import PROJECT_KEYS

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Pyproject, Scanned
    from pkg_audit.tree import Tree

ALLOWED = tuple(key for key in PROJECT_KEYS if key not in {"name", "dynamic"})

_COMMON_REQUIREMENTS = {"wheel"}

_OUTSIDE = (
    ("dependencies", "dependencies"),
    ("optional-dependencies", "optional_dependencies"),
    ("scripts", "entry_points"),
    ("classifiers", "classifiers"),
    ("keywords", "keywords"),
    ("urls", "urls"),
)
"""Fields that setuptools takes back where `[project]` neither gives nor lists them (setuptools 84), by our names."""

_DECLARED = {
    "version": "version",
    "description": "description",
    "requires-python": "requires_python",
    "dependencies": "dependencies",
    "optional-dependencies": "optional_dependencies",
    "entry-points": "entry_points",
    "scripts": "entry_points",
    "gui-scripts": "entry_points",
    "classifiers": "classifiers",
    "keywords": "keywords",
    "urls": "urls",
    "license": "license_text",
    "readme": "readme",
}


def dynamic_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[FieldFault, ...]:
    """Return the faults of `dynamic`, and the metadata outside `[project]` that it should have listed."""
    pyproject = scanned.pyproject
    if pyproject is None or pyproject.project is None:
        return ()
    project = pyproject.project
    faults: list[FieldFault] = []
    for text in project.dynamic:
        field = text.value
        raw = pyproject.document.get("project", field) if pyproject.document else None
        if field not in ALLOWED:
            faults.append(FieldFault(text.at, "dynamic-unknown", field, near=nearest(field, ALLOWED)))
        elif isinstance(raw, str) and pyproject.document:
            place = pyproject.document.key_at("project", field)
            faults.append(FieldFault(text.at, "static-and-dynamic", field, related=(place,)))
        elif _unprovided(tree, scanned, pyproject, distribution, field):
            faults.append(FieldFault(text.at, "dynamic-not-provided", field, value=distribution.backend or ""))
    if (distribution.backend or "").startswith("setuptools."):
        faults += _outside(scanned, project)
    return tuple(faults)


def _unprovided(tree: Tree, scanned: Scanned, pyproject: Pyproject, distribution: Distribution, field: str) -> bool:
    """Tell whether it is sure that the backend cannot fill a field: a known backend without plugins and hooks."""
    backend = distribution.backend or ""
    build = pyproject.build_system
    providers = dynamic_providers(backend)
    document = pyproject.document
    if providers is None or document is None or (build is not None and build.backend_path):
        return False
    if "fields" in providers:
        return field not in providers["fields"]
    if any(tree.is_file(path) for path in providers.get("files", ())) or _has(document.data, providers.get("hooks")):
        return False
    requires = build.requires if build and build.requires else ()
    plain = {*distributions_of(backend), *_COMMON_REQUIREMENTS}
    if any(_bare_name(text.value) not in plain for text in requires):
        return False  # a plugin may fill it
    if _has(document.data, providers.get("config", {}).get(field)):
        return False
    if _has(document.data, [*providers["table"], field] if "table" in providers else None):
        return False
    if backend.startswith("poetry") and field not in {"version", "readme"}:
        return False  # translated from other keys of [tool.poetry]
    return not _in_setup_cfg(scanned, field)


def _in_setup_cfg(scanned: Scanned, field: str) -> bool:
    """Tell whether setup.cfg gives a field; of people and further ones that is not asked, so it counts as given."""
    declared = scanned.setup_cfg.declared if scanned.setup_cfg else None
    if declared is None:
        return False
    name = _DECLARED.get(field)
    return name is None or getattr(declared, name) is not None


def _bare_name(requirement: str) -> str:
    end = next((index for index, char in enumerate(requirement) if not (char.isalnum() or char in "._-")), None)
    return normalize(requirement[:end])


def _has(data: Any, path: list[str] | None) -> bool:
    if path is None:
        return False
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True


def _outside(scanned: Scanned, project: Declared) -> list[FieldFault]:
    """Return metadata of setup.py and setup.cfg that setuptools drops because `[project]` stands."""
    faults = []
    dynamic = {text.value for text in project.dynamic}
    for source in (scanned.setup_cfg, scanned.setup_py):
        declared = source.declared if source else None
        for field, name in _OUTSIDE if declared else ():
            value = getattr(declared, name)
            listed = {"scripts", "gui-scripts", "entry-points"} if field == "scripts" else {field}
            if known(value) and getattr(project, name) is None and not listed & dynamic:
                where = declared.source if declared else ""
                faults.append(FieldFault(value.at, "outside-project", field, value=where, related=(project.at,)))
    return faults
