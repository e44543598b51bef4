"""Answer which names of the C API of Python and NumPy went, in which release, and what to use now, from `c_api.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["function", "macro", "variable", "constant", "type", "header", "member", "assigned"]


NUMPY = ((2, 0), (2, 1), (2, 2), (2, 3), (2, 4))
"""The releases of NumPy that the table speaks of, as (major, minor)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the first release without it: `gone` is (3, 13) for Python, (2, 0) for NumPy.

    `owner` is the struct that a member belonged to. What is `assigned` exists, and no value can be assigned to it any
    more. `instead` says what to use, in words.
    """

    library: Literal["python", "numpy"]
    name: str
    kind: Kind
    owner: str
    gone: tuple[int, int]
    instead: str


@cache
def names() -> dict[str, Name]:
    """Return every name of the table; those of headers are what stands between the brackets of `#include`."""
    text = (files("pkg_audit.knowledge") / "c_api.tsv").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            library, name, kind, gone, instead = line.split("\t")
            major, _, minor = gone.partition(".")
            kind, _, owner = kind.partition(":")
            found[name] = Name(library, name, kind, owner, (int(major), int(minor)), instead)  # type: ignore[arg-type]
    return found


def is_macro(name: str, minor: int) -> bool | None:
    """Tell whether Python 3.`minor` defines a macro of this name; None where that is not known."""
    entry = names().get(name)
    if entry is None or entry.library != "python" or entry.kind in {"member", "header"}:
        return None
    if entry.kind == "assigned":
        return True
    if (3, minor) >= entry.gone:
        return False
    return True if entry.kind == "macro" else None
