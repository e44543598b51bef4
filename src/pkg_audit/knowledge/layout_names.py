"""Answer what the name of a folder or file says about its purpose, from `layout_names.toml`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@cache
def _table() -> dict[str, Any]:
    text = (files("pkg_audit.knowledge") / "layout_names.toml").read_text(encoding="utf-8")
    return tomli.loads(text)


@cache
def folder_roles() -> dict[str, str]:
    """Map lower-case folder names to `test`, `docs`, `example`, `tooling` or `vendored`."""
    return {name: role for role, names in _table()["folders"].items() for name in names}


@cache
def file_roles() -> dict[str, str]:
    """Map file names to `build` or `tooling`."""
    return {name: role for role, names in _table()["files"].items() for name in names}


@cache
def generic_names() -> frozenset[str]:
    """Return the lower-case top-level names that nobody owns."""
    return frozenset(_table()["top-level"]["generic"])


@cache
def oddities() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return (kind, pattern over the whole file name) for files that have no business in a wheel."""
    return tuple((kind, re.compile("|".join(patterns))) for kind, patterns in _table()["oddities"].items())


@cache
def odd_folders() -> dict[str, str]:
    """Map folder names that have no business in a wheel to their kind."""
    return {name: kind for kind, names in _table()["odd-folders"].items() for name in names}


@cache
def not_data() -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the suffixes and the names of files in a package that are code or build input, not data."""
    table = _table()["not-data"]
    return tuple(table["suffixes"]), frozenset(table["names"])
