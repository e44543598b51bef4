"""Find settings of setuptools and flit that are deprecated or gone (setuptools 84, flit_core 4; 2026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.metadata.common import capped, known
from pkg_audit.facts.metadata_records import LegacyFault
from pkg_audit.scan.sources.versions import PYTHON_2, from_specifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned, SetupCfg

_KEYWORDS: dict[str, tuple[Literal["setup-requires", "removed-option"], str]] = {
    "setup_requires": ("setup-requires", "[build-system] requires in pyproject.toml"),
    "tests_require": ("removed-option", "a dependency group or an extra"),
    "test_suite": ("removed-option", "a test runner of its own"),
    "dependency_links": ("removed-option", "an index given to the installer"),
    "use_2to3": ("removed-option", "sources that are Python 3"),
}

_FREE_SECTIONS = {
    "options.extras_require",
    "options.data_files",
    "options.entry_points",
    "options.package_data",
    "options.exclude_package_data",
}
"""Sections whose keys are names of the project's own (setuptools 84)."""


def legacy_faults(scanned: Scanned) -> tuple[LegacyFault, ...]:
    """Return deprecated and removed settings with what replaces them."""
    if scanned.source == "wheel":
        return ()
    faults = list(_keywords(scanned))
    if scanned.setup_cfg is not None:
        faults += _setup_cfg(scanned.setup_cfg)
    for option in scanned.native.tag_options:
        path = option.at.path or ""
        if option.name == "universal" and option.value == "yes" and path != "setup.cfg":
            faults.append(_universal(option.at, "bdist_wheel", "universal", path))
    flit = scanned.pyproject.flit if scanned.pyproject else None
    if flit is not None:
        faults.append(LegacyFault(flit.at, "flit-metadata-table", "pyproject.toml", "tool.flit.metadata", "project"))
    if _supports_python_2(scanned):
        faults = [fault for fault in faults if fault.kind != "universal-wheel"]
    return capped(faults)


def _supports_python_2(scanned: Scanned) -> bool:
    """Tell whether requires-python admits Python 2, or the classifiers name it where that is not declared."""
    found = [source.declared for source in (scanned.setup_cfg, scanned.setup_py) if source is not None]
    if scanned.pyproject is not None and scanned.pyproject.project is not None:
        found = [scanned.pyproject.project]
    for declared in found:
        if declared is not None and declared.requires_python is not None:
            mask = from_specifier(declared.requires_python.value or "")
            return declared.requires_python.value is None or mask is None or bool(mask & PYTHON_2)
    named = [item.value for declared in found if declared is not None for item in known(declared.classifiers) or ()]
    return any(name.startswith("Programming Language :: Python :: 2") for name in named)


def _keywords(scanned: Scanned) -> Iterator[LegacyFault]:
    for source, file in ((scanned.setup_cfg, "setup.cfg"), (scanned.setup_py, "setup.py")):
        options = source.setuptools if source else None
        for key, at in options.setup_keywords.items() if options else ():
            found = _KEYWORDS.get(key.replace("-", "_").lower())
            if found is not None:
                yield LegacyFault(at, found[0], file, key, found[1])


def _setup_cfg(cfg: SetupCfg) -> Iterator[LegacyFault]:
    for (section, key), at in cfg.option_places.items():
        normal = key.replace("-", "_").lower()
        checked = section == "metadata" or (section.startswith("options") and section not in _FREE_SECTIONS)
        if checked and key != normal:
            yield LegacyFault(at, "setup-cfg-key", "setup.cfg", key, normal)
        if section in {"bdist_wheel", "wheel"} and normal == "universal" and _true(cfg, section, key):
            yield _universal(at, section, key, "setup.cfg")


def _true(cfg: SetupCfg, section: str, key: str) -> bool:
    return cfg.sections[section][key].value.lower() in {"1", "true", "yes", "on"}


def _universal(at: Place, section: str, key: str, file: str) -> LegacyFault:
    return LegacyFault(at, "universal-wheel", file, f"{section}.{key}", "requires-python")
