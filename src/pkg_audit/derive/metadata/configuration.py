"""Find files that do not parse, and tables and keys that no specification knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import capped, nearest
from pkg_audit.facts.metadata_records import ConfigurationFault, EntryPointGroupFault
from pkg_audit.scan.pyproject import PROJECT_KEYS

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import Pyproject, Scanned

PYPROJECT = "pyproject.toml"

TABLES = ("build-system", "project", "dependency-groups", "tool")
"""The tables that specifications define (pyproject.toml specification, 2026)."""

_SETUPTOOLS: dict[tuple[str, ...], tuple[str, ...]] = {
    (): (
        "platforms", "provides", "obsoletes", "zip-safe", "script-files", "eager-resources", "packages", "package-dir",
        "package-data", "include-package-data", "exclude-package-data", "namespace-packages", "py-modules",
        "ext-modules", "data-files", "cmdclass", "license-files", "dynamic",
    ),
    ("packages",): ("find",),
    ("packages", "find"): ("where", "include", "exclude", "namespaces"),
    ("dynamic",): (
        "version", "classifiers", "description", "entry-points", "dependencies", "optional-dependencies", "readme",
    ),
}  # fmt: skip
"""The keys that the schema of setuptools 80 allows in its tables; it refuses every other one."""

_DRAFT_TABLES = {"external"}  # PEP 725: not accepted yet, and deliberate where it stands

_OWN_TABLES = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


def configuration_faults(scanned: Scanned) -> tuple[ConfigurationFault, ...]:
    """Return what is wrong with pyproject.toml and setup.cfg as files, and with keys of the standard tables."""
    faults: list[ConfigurationFault] = []
    pyproject, cfg = scanned.pyproject, scanned.setup_cfg
    if cfg is not None and cfg.error is not None:
        faults.append(ConfigurationFault(cfg.error.at, "invalid-file", "setup.cfg", "", cfg.error.message))
    faults += [
        ConfigurationFault(misfit.at, "invalid-file", "setup.cfg", misfit.key, misfit.message)
        for misfit in (cfg.misfits if cfg else ())
    ]
    if pyproject is None:
        return capped(faults)
    if pyproject.error is not None:
        error = pyproject.error
        faults.append(ConfigurationFault(error.at, "invalid-file", PYPROJECT, "", error.message))
        return capped(faults)
    faults += [
        ConfigurationFault(misfit.at, "wrong-type", PYPROJECT, misfit.key, misfit.message)
        for misfit in pyproject.misfits
    ]
    faults += _unknown_tables(pyproject)
    faults += _unknown_setuptools_keys(pyproject)
    if pyproject.project is not None:
        for key, at in pyproject.project.other.items():
            faults.append(ConfigurationFault(at, "unknown-project-key", PYPROJECT, key, "", nearest(key, PROJECT_KEYS)))
    return capped(faults)


def _unknown_tables(pyproject: Pyproject) -> list[ConfigurationFault]:
    faults: list[ConfigurationFault] = []
    document = pyproject.document
    for key in document.data if document else ():
        if key in TABLES or key in _DRAFT_TABLES or document is None:
            continue
        at = document.key_at(key)
        if key == "tools":
            faults.append(ConfigurationFault(at, "tools-table", PYPROJECT, key, "", "tool"))
        else:
            faults.append(ConfigurationFault(at, "unknown-table", PYPROJECT, key, "", nearest(key, TABLES)))
    return faults


def _unknown_setuptools_keys(pyproject: Pyproject) -> list[ConfigurationFault]:
    """Return the keys of `[tool.setuptools]` at which setuptools stops; none where another backend is named."""
    document, build = pyproject.document, pyproject.build_system
    if document is None or (build and build.backend and not build.backend.value.startswith("setuptools.")):
        return []
    faults = []
    for table, allowed in _SETUPTOOLS.items():
        keys = ("tool", "setuptools", *table)
        value = document.get(*keys)
        for key in value if isinstance(value, dict) else ():
            if key not in allowed:
                name = ".".join([*keys, key])
                at = document.key_at(*keys, key)
                near = nearest(key.replace("_", "-"), allowed)
                faults.append(ConfigurationFault(at, "unknown-setuptools-key", PYPROJECT, name, "", near))
    return faults


def entry_point_group_faults(scanned: Scanned) -> tuple[EntryPointGroupFault, ...]:
    """Return the groups under `[project.entry-points]` that the specification reserves for other tables."""
    document = scanned.pyproject.document if scanned.pyproject else None
    groups = document.get("project", "entry-points") if document else None
    if document is None or not isinstance(groups, dict):
        return ()
    return tuple(
        EntryPointGroupFault(document.key_at("project", "entry-points", group), group, _OWN_TABLES[group])
        for group in groups
        if group in _OWN_TABLES
    )
