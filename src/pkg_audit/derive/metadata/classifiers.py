"""Judge classifiers against the list that indexes accept, and against requires-python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import capped, effective, known, nearest
from pkg_audit.facts.metadata_records import ClassifierFault
from pkg_audit.standards import NotStandard, admits, parse_specifiers

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

MAX_SUGGESTIONS = 20

_PYTHON = re.compile(r"Programming Language :: Python :: ([0-9]+)\.([0-9]+)")
_PATCHES = (0, 1, 2, 5, 10, 99)


def classifier_faults(scanned: Scanned, distribution: Distribution) -> tuple[ClassifierFault, ...]:
    """Return classifiers that are unknown, deprecated, given twice, or of a Python outside requires-python."""
    faults: list[ClassifierFault] = []
    for declared in effective(scanned, distribution):
        if known(declared.classifiers):
            faults += _faults(declared)
    return capped(faults)


def _faults(declared: Declared) -> list[ClassifierFault]:
    from trove_classifiers import classifiers, deprecated_classifiers

    faults: list[ClassifierFault] = []
    seen: set[str] = set()
    supported = _specifiers(declared)
    for text in known(declared.classifiers) or ():
        value = text.value
        if value in seen:
            faults.append(ClassifierFault(text.at, "duplicate", value))
            continue
        seen.add(value)
        if value in deprecated_classifiers:
            successors = ", ".join(deprecated_classifiers[value])
            faults.append(ClassifierFault(text.at, "deprecated", value, successors))
        elif value not in classifiers and not value.startswith("Private ::"):
            near = nearest(value, classifiers) if len(faults) < MAX_SUGGESTIONS else ""
            faults.append(ClassifierFault(text.at, "unknown", value, near))
        elif supported is not None and not _supports(supported, value):
            detail = known(declared.requires_python) or ""
            faults.append(ClassifierFault(text.at, "outside-requires-python", value, detail=detail))
    return faults


def _specifiers(declared: Declared) -> SpecifierSet | None:
    text = known(declared.requires_python)
    if text is None:
        return None
    try:
        return parse_specifiers(text)
    except NotStandard:
        return None


def _supports(supported: SpecifierSet, classifier: str) -> bool:
    """Tell whether any patch release of the Python series that a classifier names is allowed."""
    match = _PYTHON.fullmatch(classifier)
    if match is None:
        return True
    return any(admits(supported, f"{match[1]}.{match[2]}.{patch}") for patch in _PATCHES)
