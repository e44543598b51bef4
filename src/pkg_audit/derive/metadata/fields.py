"""Judge name, version, requires-python and description (core metadata and version specifiers, 2026)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import IDENTIFIER, effective, known
from pkg_audit.facts.metadata_records import FieldFault
from pkg_audit.knowledge import stdlib
from pkg_audit.scan.sources.versions import at_least, bit, from_specifier
from pkg_audit.standards import NotStandard, parse_specifiers, parse_version

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

MAX_NAME = 256
MAX_SUMMARY = 512

_CAPS = {"<", "<=", "~=", "==", "==="}
_BETWEEN_RELEASES = re.compile(r"(?:dev|git|unreleased)\d*(?:[._-]|$)")


def field_faults(scanned: Scanned, distribution: Distribution) -> tuple[FieldFault, ...]:
    """Return the faults of single fields, in every source of metadata that counts."""
    sources = effective(scanned, distribution)
    faults: list[FieldFault] = []
    for declared in sources:
        faults += _name(declared)
        faults += _version(declared, released=scanned.source != "directory" or scanned.built is not None)
        faults += _requires_python(declared)
        faults += _description(declared)
    faults += _missing(scanned, sources)
    faults += _other_requires_python(scanned, distribution)
    return tuple(faults)


def _name(declared: Declared) -> list[FieldFault]:
    name = known(declared.name)
    if declared.name is None or name is None or IDENTIFIER.fullmatch(name[:MAX_NAME]):
        return []
    return [FieldFault(declared.name.at, "name-invalid", "name", name)]


def _version(declared: Declared, *, released: bool) -> list[FieldFault]:
    text = known(declared.version)
    if declared.version is None or text is None:
        return []
    at = declared.version.at
    try:
        version = parse_version(text)
    except NotStandard:
        version = None
    if version is None:
        return [FieldFault(at, "version-invalid", "version", text)]
    # Between releases some projects write `1.2+dev`: no release has it, and it keeps the tree from being uploaded.
    if version.local is not None and (released or not _BETWEEN_RELEASES.match(version.local)):
        return [FieldFault(at, "version-local", "version", text, near=version.public)]
    return []


def _requires_python(declared: Declared) -> list[FieldFault]:
    text = known(declared.requires_python)
    if declared.requires_python is None or text is None:
        return []
    at = declared.requires_python.at
    try:
        specifiers = parse_specifiers(text)
    except NotStandard:
        specifiers = None
    if specifiers is None:
        return [FieldFault(at, "requires-python-invalid", "requires-python", text)]
    caps = sorted(str(specifier) for specifier in specifiers if specifier.operator in _CAPS)
    if not caps:
        return []
    floor = ",".join(sorted(str(item) for item in specifiers if item.operator not in _CAPS))
    faults = [FieldFault(at, "requires-python-capped", "requires-python", text, near=floor, detail=", ".join(caps))]
    if shut_out := _shut_out(text):
        faults.append(FieldFault(at, "requires-python-outdated", "requires-python", text, detail=", ".join(shut_out)))
    return faults


def _shut_out(text: str) -> list[str]:
    """Return the Pythons that have been out for a year and are newer than any that a specifier set admits."""
    admitted = from_specifier(text)
    established = range(stdlib.NEWEST)
    newest = max((minor for minor in established if admitted is not None and admitted & bit(minor)), default=None)
    return [] if newest is None else [f"3.{minor}" for minor in established if minor > newest]


def _description(declared: Declared) -> list[FieldFault]:
    text = known(declared.description)
    if declared.description is None or text is None or declared.source in {"setup.py", "setup.cfg", "poetry"}:
        return []  # these backends cut or join the lines themselves
    at = declared.description.at
    if "\n" in text.strip():
        return [FieldFault(at, "description-not-one-line", "description", text, detail="it has several lines")]
    if len(text) > MAX_SUMMARY:
        detail = f"it has {len(text)} characters, and indexes allow {MAX_SUMMARY}"
        return [FieldFault(at, "description-not-one-line", "description", text, detail=detail)]
    return []


def _missing(scanned: Scanned, sources: tuple[Declared, ...]) -> list[FieldFault]:
    """Return the fields that should stand somewhere and stand nowhere."""
    faults: list[FieldFault] = []
    pyproject = scanned.pyproject
    project = pyproject.project if pyproject else None
    if project is not None and pyproject is not None:
        wrong = {misfit.key for misfit in pyproject.misfits}
        dynamic = {text.value for text in project.dynamic}
        poetry = pyproject.poetry
        if project.name is None and "project.name" not in wrong and not (poetry and poetry.name):
            faults.append(FieldFault(project.at, "name-missing", "name"))
        absent = project.version is None and "version" not in dynamic and "project.version" not in wrong
        if absent and not (poetry and poetry.version):
            faults.append(FieldFault(project.at, "version-missing", "version"))
        if "requires-python" in dynamic or "project.requires-python" in wrong or (poetry and poetry.requires_python):
            return faults
    if sources and all(declared.requires_python is None for declared in sources):
        unread = scanned.setup_py is not None and scanned.setup_py.declared is None and project is None
        if not unread:
            faults.append(FieldFault(sources[0].at, "requires-python-missing", "requires-python"))
    return faults


def _other_requires_python(scanned: Scanned, distribution: Distribution) -> list[FieldFault]:
    """Return what setup.py or setup.cfg say of Pythons where `[project]`, which wins, admits others."""
    project = scanned.pyproject.project if scanned.pyproject else None
    text = known(project.requires_python) if project is not None else None
    if project is None or project.requires_python is None or text is None:
        return []
    if not (distribution.backend or "").startswith("setuptools."):
        return []
    faults = []
    for source in (scanned.setup_cfg, scanned.setup_py):
        declared = source.declared if source is not None else None
        other = known(declared.requires_python) if declared is not None else None
        if declared is None or declared.requires_python is None or other is None:
            continue
        ours, theirs = from_specifier(text), from_specifier(other)
        if ours is not None and theirs is not None and ours & at_least(0) != theirs & at_least(0):
            faults.append(
                FieldFault(
                    declared.requires_python.at,
                    "requires-python-differs",
                    "requires-python",
                    other,
                    detail=text,
                    related=(project.requires_python.at,),
                )
            )
    return faults
