"""Answer what an import, a call, a file or a table tells about a project's purpose, from `signs.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@cache
def _table() -> dict[str, Any]:
    return tomli.loads((files("pkg_audit.knowledge") / "signs.toml").read_text(encoding="utf-8"))


@cache
def _inverted(kind: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sign, names in _table()[kind].items():
        for name in names:
            found[name] = (*found.get(name, ()), sign)
    return found


def import_signs() -> dict[str, tuple[str, ...]]:
    """Map top-level import names to signs."""
    return _inverted("imports")


def call_signs() -> dict[str, tuple[str, ...]]:
    """Map dotted names of calls to signs."""
    return _inverted("calls")


def table_signs() -> dict[str, tuple[str, ...]]:
    """Map tables below `[tool]` to signs."""
    return _inverted("tables")


def file_signs(name: str) -> tuple[str, ...]:
    """Return what a file's name tells, empty if nothing."""
    lower = name.lower()
    table = _inverted("files")
    ending = tuple(
        s for pattern, signs in table.items() if pattern[0] == "*" and lower.endswith(pattern[1:]) for s in signs
    )
    return table.get(lower, ()) + ending
