"""Answer what a distribution is for, from `distributions.toml`. Names are normalized."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@cache
def _table() -> dict[str, Any]:
    return tomli.loads((files("pkg_audit.knowledge") / "distributions.toml").read_text(encoding="utf-8"))


def is_tool(name: str) -> bool:
    """Tell whether a distribution is a developer's tool: a test runner, linter, type checker, builder or stubs."""
    tools = _table()["tools"]
    return (
        name in tools["names"] or name.startswith(tuple(tools["prefixes"])) or name.endswith(tuple(tools["suffixes"]))
    )


def works_unimported(name: str) -> bool:
    """Tell whether a distribution does its work without being imported by name."""
    table = _table()["not-imported"]
    return name in table["names"] or name.startswith(tuple(table["prefixes"]))


def users_of(name: str) -> tuple[str, ...]:
    """Return the distributions that import this one when they find it."""
    return tuple(_table()["used-by"].get(name, ()))


def brought_by(name: str) -> tuple[str, ...]:
    """Return the import names that a distribution's own requirements bring along, as far as they are well known."""
    return tuple(_table()["brings"].get(name, ()))


def requirements_known(name: str) -> bool:
    """Tell whether a distribution's own requirements are known in full: it has none, or `brought_by` has them all."""
    return name in _settled()


@cache
def _settled() -> frozenset[str]:
    table = _table()["requirements-known"]
    return frozenset((*table["alone"], *table["in-full"]))


@cache
def not_from_an_index() -> frozenset[str]:
    """Return import names that name no distribution: shared namespaces, and modules that come from elsewhere."""
    return frozenset(_table()["not-from-an-index"]["names"])
