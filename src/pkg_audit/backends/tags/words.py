"""Spell the parts of tags, and find the options of setuptools that decide them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import TagOption
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned

INTERPRETER = "cp3*"
"""Stands for the interpreter that builds the wheel, in the tag's first two parts."""

PLATFORM = "<platform>"
"""Stands for the platform that the wheel is built on."""

_CPYTHON = re.compile(r"cp3(\d{1,3})")
_FILES = {"pyproject.toml": 2, "setup.cfg": 1}


class UndecidedError(Exception):
    """Static reading cannot tell the tag; `unknown` says why."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.detail)
        self.unknown = unknown


def undecided(at: Place, detail: str) -> UndecidedError:
    """Return the exception to raise for something that is computed."""
    return UndecidedError(Unknown("dynamic-expression", at, detail))


def option(scanned: Scanned, name: str) -> TagOption | None:
    """Return the option of `bdist_wheel` that counts: pyproject.toml before setup.cfg before setup.py.

    Raises UndecidedError where it is given and cannot be evaluated.
    """
    given = [item for item in scanned.native.tag_options if item.name == name]
    if not given:
        return None
    last = max(given, key=lambda item: _FILES.get(item.at.path or "", 0))
    if last.value is None:
        raise undecided(last.at, f"the option `{name}` of bdist_wheel is computed")
    return last


def floor_of(python: str) -> str:
    """Return "3.9" for `cp39`, "" for anything else."""
    match = _CPYTHON.fullmatch(python)
    return f"3.{match[1]}" if match else ""


def normal_platform(name: str) -> str:
    """Return a platform's name as tags spell it."""
    return re.sub(r"[-. ]", "_", name.lower())
