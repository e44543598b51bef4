"""Say which metadata of a `[project]` table is left to the backend, for models that fill but a few fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.metadata import DYNAMIC_FIELDS, dynamic_fields
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from pkg_audit.facts.declared import Declared

FIELDS = {key: field for key, field in DYNAMIC_FIELDS.items() if key != "version"}
"""The dynamic fields by the core metadata that they fill, but for the version: each backend has its own way to it."""


def dynamic_doubts(declared: Declared, why: str, filled: Collection[str] = ()) -> list[FieldUnknown]:
    """Return a doubt for each dynamic field but those in `filled`; `why` says who gives them their values."""
    return [
        FieldUnknown(DYNAMIC_FIELDS[key], Unknown("generated", place, why))
        for key, place in dynamic_fields(declared).items()
        if key in DYNAMIC_FIELDS and key not in filled
    ]
