"""Answer which Pythons have a standard-library module or a name in one.

Top-level modules come from the `stdlibs` package, release by release; submodules and names that came or went from
`stdlib_names.tsv`; replacements from `stdlib_replacements.toml`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import tomli

_BUILT_DIFFERENTLY = frozenset(
    ("os", "posix", "nt", "socket", "select", "signal", "fcntl", "mmap", "ssl", "sqlite3", "curses", "tkinter",
     "termios", "resource", "errno", "token", "symbol", "sre_constants", "sre_parse", "sre_compile", "builtins")
)  # fmt: skip
"""Modules whose names differ with the system, its headers and its libraries; a name that came may only be theirs."""

NEWEST = 15
"""The newest 3.x whose modules are known; later releases are taken to have the same."""


def is_stdlib(module: str) -> bool:
    """Tell whether any Python from 2.7 on has a standard-library module of this top-level name."""
    return any(module in _names(version) for version in (f"3.{NEWEST}", "3.11", "3.8", "3.0", "2.7"))


def first_and_last(module: str, name: str = "") -> tuple[int, int | None] | None:
    """Return the first 3.x minor that has a module (or a name in it) and the first that lacks it again.

    None where no change is known: then every Python that has the top-level module has it, as far as we know.
    """
    row = _changes().get((module, name))
    if row is None:
        return None
    since, until = row
    return _minor(since) if since else 0, _minor(until) if until else None


def has_module(module: str, minor: int) -> bool:
    """Tell whether 3.`minor` has a top-level module of this name."""
    return module in _names(f"3.{min(minor, NEWEST)}")


def python_2_has(module: str) -> bool:
    """Tell whether Python 2.7 has a top-level module of this name."""
    return module in _names("2.7")


def replacement(module: str, name: str = "") -> str:
    """Return what to use in place of a removed module or name, "" where nothing is known."""
    table = _replacements()
    if name:
        return table["names"].get(f"{module}.{name}") or table["names"].get(module) or ""
    return table["modules"].get(module) or table["modules"].get(module.partition(".")[0]) or ""


@cache
def changed_names(module: str) -> frozenset[str]:
    """Return the names of a module that came or went, empty for one whose names hang on how Python was built."""
    return frozenset(_changed().get(module, ()))


@cache
def _changed() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for module, name in _changes():
        if len(name) > 1 and not name.startswith("_") and module.partition(".")[0] not in _BUILT_DIFFERENTLY:
            found.setdefault(module, set()).add(name)
    return found


@cache
def _names(version: str) -> frozenset[str]:
    import stdlibs

    found: frozenset[str] = stdlibs.stdlib_module_names(version)
    return found


@cache
def _changes() -> dict[tuple[str, str], tuple[str, str]]:
    text = (files("pkg_audit.knowledge") / "stdlib_names.tsv").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            module, name, since, until = line.split("\t")
            found[module, name] = (since, until)
    return found


@cache
def _replacements() -> dict[str, dict[str, str]]:
    text = (files("pkg_audit.knowledge") / "stdlib_replacements.toml").read_text(encoding="utf-8")
    return tomli.loads(text)


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
