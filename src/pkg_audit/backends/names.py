"""Spell project names the way wheels and sdists do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.place import Place


def normalized(name: str) -> str:
    """Return a project name in its normalised form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def module_name(name: str) -> str:
    """Return the normalised name as it would be spelt as a module: with underscores."""
    return normalized(name).replace("-", "_")


def data_directory(metadata: CoreMetadata) -> str | None:
    """Return the wheel's `*.data` directory (binary distribution format), None where name or version is not known."""
    if metadata.name is None or metadata.version is None:
        return None
    return f"{module_name(metadata.name.value)}-{metadata.version.value.replace('-', '_')}.data"


def data_directory_unknown(at: Place) -> FieldUnknown:
    """Return the doubt about files of a data directory whose name cannot be told."""
    reason = Unknown("generated", at, "the folder of these files carries name and version, which are not known")
    return FieldUnknown("files", reason)
