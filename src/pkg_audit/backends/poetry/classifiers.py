"""Add the classifiers that poetry-core writes by itself, for supported Pythons and the licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Text
from pkg_audit.standards import NotStandard, parse_specifiers

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.place import Place

_PYTHONS = ("2", "2.7", "3", *(f"3.{minor}" for minor in range(4, 16)))
_ANY_PYTHON = ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*"
_APPROVED = "License :: OSI Approved"
_LICENSES = {
    "mit": f"{_APPROVED} :: MIT License",
    "apache-2.0": f"{_APPROVED} :: Apache Software License",
    "bsd-2-clause": f"{_APPROVED} :: BSD License",
    "bsd-3-clause": f"{_APPROVED} :: BSD License",
    "mpl-2.0": f"{_APPROVED}",
    "isc": f"{_APPROVED}",
    "unlicense": f"{_APPROVED}",
    "bsl-1.0": f"{_APPROVED} :: Boost Software License 1.0 (BSL-1.0)",
    "gpl-2.0": f"{_APPROVED} :: GNU General Public License v2 (GPLv2)",
    "gpl-2.0-only": f"{_APPROVED} :: GNU General Public License v2 (GPLv2)",
    "gpl-2.0-or-later": f"{_APPROVED} :: GNU General Public License v2 or later (GPLv2+)",
    "gpl-3.0": f"{_APPROVED} :: GNU General Public License v3 (GPLv3)",
    "gpl-3.0-only": f"{_APPROVED} :: GNU General Public License v3 (GPLv3)",
    "gpl-3.0-or-later": f"{_APPROVED} :: GNU General Public License v3 or later (GPLv3+)",
    "lgpl-3.0": f"{_APPROVED} :: GNU Lesser General Public License v3 (LGPLv3)",
    "lgpl-3.0-only": f"{_APPROVED} :: GNU Lesser General Public License v3 (LGPLv3)",
    "lgpl-3.0-or-later": f"{_APPROVED} :: GNU Lesser General Public License v3 or later (LGPLv3+)",
    "agpl-3.0": f"{_APPROVED} :: GNU Affero General Public License v3",
    "agpl-3.0-only": f"{_APPROVED} :: GNU Affero General Public License v3",
    "agpl-3.0-or-later": f"{_APPROVED} :: GNU Affero General Public License v3 or later (AGPLv3+)",
    "proprietary": "License :: Other/Proprietary License",
}
"""The licences of nearly all projects; of the hundreds of others it is not known what poetry-core writes."""


def with_automatic(given: Texts, requires_python: str, license_id: str, at: Place) -> Texts | None:
    """Return the classifiers with those that poetry-core adds; None where it is not known what it adds."""
    texts = {text.value: text for text in given}
    pythons = _python_classifiers(requires_python or _ANY_PYTHON)
    if pythons is None:
        return None
    for value in pythons:
        texts.setdefault(value, Text(value, at))
    if license_id:
        license_classifier = _LICENSES.get(license_id.lower())
        if license_classifier is None:
            return None
        texts.setdefault(license_classifier, Text(license_classifier, at))
    return tuple(texts[value] for value in sorted(texts))


def _python_classifiers(requires_python: str) -> list[str] | None:
    try:
        allowed = parse_specifiers(requires_python)
    except NotStandard:
        return None
    found = []
    for python in _PYTHONS:
        series = [python] if "." in python else [f"{python}.{minor}" for minor in range(30)]
        if any(allowed.contains(item) for item in series):
            found.append(f"Programming Language :: Python :: {python}")
    return found
