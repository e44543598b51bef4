"""Answer which distribution brings a build backend, and what backends fill in, from `build_backends.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@cache
def _table() -> dict[str, Any]:
    return tomli.loads((files("pkg_audit.knowledge") / "build_backends.toml").read_text(encoding="utf-8"))


def _longest(section: str, backend: str) -> Any:
    """Return the entry of the longest leading part of a dotted backend name."""
    parts = backend.partition(":")[0].split(".")
    for count in range(len(parts), 0, -1):
        if (found := _table()[section].get(".".join(parts[:count]))) is not None:
            return found
    return None


def distributions_of(backend: str) -> tuple[str, ...]:
    """Return the normalised names of the distributions that hold a backend, empty for one that is not known."""
    return tuple(_longest("distributions", backend) or ())


def brings_along(requirement: str, backend: str) -> bool:
    """Tell whether a build requirement (a normalised name) is a plugin that depends on the backend."""
    prefixes = [prefix for name in distributions_of(backend) for prefix in _table()["plugins"].get(name, ())]
    return any(
        requirement == prefix or (prefix.endswith("-") and requirement.startswith(prefix)) for prefix in prefixes
    )


def current_name(backend: str) -> str:
    """Return today's name of a retired backend, "" for any other."""
    return str(_table()["retired"].get(backend, ""))


def dynamic_providers(backend: str) -> dict[str, Any] | None:
    """Return where a backend takes dynamic fields from, None where that is not known.

    `fields`: it fills exactly these. `table`: a table whose keys are the fields. `config`: field to the table that
    fills it. `hooks`: a table whose presence may fill anything, and `files` likewise.
    """
    found: dict[str, Any] | None = _longest("dynamic", backend)
    return found
