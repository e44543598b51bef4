"""Answer whether a distribution's newest release holds compiled code, and whether its packages import without it.

Origins stand in the head of each file. The tables are about dependencies only.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli


def kind_of(distribution: str) -> str:
    """Return the kind of a distribution's wheels (normalized name), "pure" where the table does not list it."""
    text = _kinds()
    start = text.find(f"\n{distribution}\t")
    if start < 0:
        return "pure"
    return text[start + len(distribution) + 2 : text.find("\n", start + 1)]


def needs_compiled_code(distribution: str) -> bool:
    """Tell whether importing a distribution's packages fails where compiled modules cannot be loaded."""
    return (
        kind_of(distribution) in ("native", "native-abi3") and distribution not in _table()["imports-without"]["names"]
    )


def data_read_by(distribution: str) -> str:
    """Return the file and line of a distribution that opens its own data by path in ordinary use, "" for none known."""
    return str(_table()["reads-data-by-path"].get(distribution, ""))


def pyinstaller_knows(package: str) -> bool:
    """Tell whether PyInstaller or its contributed hooks know what a package needs."""
    return package in _hooks()


@cache
def _hooks() -> frozenset[str]:
    text = (files("pkg_audit.knowledge") / "pyinstaller_hooks.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _kinds() -> str:
    return (files("pkg_audit.knowledge") / "compiled_distributions.tsv").read_text(encoding="utf-8")


@cache
def _table() -> dict[str, Any]:
    return tomli.loads((files("pkg_audit.knowledge") / "zip_imports.toml").read_text(encoding="utf-8"))
