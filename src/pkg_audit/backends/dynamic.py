"""Say which metadata of a `[project]` table is left to the backend, for models that fill but a few fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.metadata import dynamic_fields
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from pkg_audit.facts.declared import Declared

FIELDS = {
    "dependencies": "dependencies",
    "optional-dependencies": "optional_dependencies",
    "requires-python": "requires_python",
    "scripts": "entry_points",
    "gui-scripts": "entry_points",
    "entry-points": "entry_points",
    "license": "license_expression",
    "license-files": "license_files",
    "classifiers": "classifiers",
}
"""The fields of `[project] dynamic` by the core metadata that they fill; each backend has its own way to a version."""

_WITH_VERSION = {"version": "version", **FIELDS}


def dynamic_doubts(declared: Declared, why: str, filled: Collection[str] = ()) -> list[FieldUnknown]:
    """Return a doubt for each dynamic field but those in `filled`; `why` says who gives them their values."""
    return [
        FieldUnknown(_WITH_VERSION[key], Unknown("generated", place, why))
        for key, place in dynamic_fields(declared).items()
        if key in _WITH_VERSION and key not in filled
    ]
