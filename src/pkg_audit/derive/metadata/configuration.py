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
