"""Choose the metadata that counts, and say words about it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Value
    from pkg_audit.facts.scanned import Scanned

T = TypeVar("T")

MAX_RECORDS = 1_000

IDENTIFIER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
"""A valid name of a distribution or an extra (names and normalization specification)."""


def effective(scanned: Scanned, distribution: Distribution) -> tuple[Declared, ...]:
    """Return the sources of metadata that the build uses: `[project]`, else the backend's own files.

    Metadata of an archive counts where its sources say nothing.
    """
    pyproject = scanned.pyproject
    if pyproject is not None and pyproject.project is not None:
        return (pyproject.project,)
    if pyproject is not None and pyproject.error is not None:
        return ()
    backend = distribution.backend or ""
    if pyproject is not None and pyproject.poetry is not None and backend.startswith("poetry"):
        return (pyproject.poetry,)
    if pyproject is not None and pyproject.flit is not None and backend.startswith("flit"):
        return (pyproject.flit,)
    candidates = (
        scanned.setup_cfg.declared if scanned.setup_cfg else None,
        scanned.setup_py.declared if scanned.setup_py else None,
    )
    found = tuple(declared for declared in candidates if declared is not None)
    if found or scanned.built is None:
        return found
    return (scanned.built,)


def only_warns(distribution: Distribution) -> str:
    """Say what the backend does where a file that `[project]` names is not there, "" where it stops.

    setuptools writes a warning and goes on (`_filter_existing_files` of 61 to 80); all others raise.
    """
    backend = (distribution.backend or "").partition(":")[0].partition(".")[0]
    return "setuptools warns, and leaves the field empty" if backend == "setuptools" else ""


def known(value: Value[T] | None) -> T | None:
    """Return a declared value, None where it is absent or unknown."""
    return None if value is None else value.value


def normalize(name: str) -> str:
    """Normalise a name (PEP 503, PEP 685)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_linked(path: str, scanned: Scanned) -> bool:
    """Tell whether a path is a symbolic link or lies behind one, where what is there is not known."""
    return any(path == link or path.startswith(f"{link}/") for link in scanned.links)


def nearest(word: str, options: Iterable[str]) -> str:
    """Return the option most like a word, "" where none is close."""
    if len(word) > 200:
        return ""
    by_lower = {option.lower(): option for option in options}
    if word.lower() in by_lower:
        return by_lower[word.lower()]
    found = get_close_matches(word.lower(), by_lower, 1, 0.75)
    return by_lower[found[0]] if found else ""


def capped(records: Sequence[T]) -> tuple[T, ...]:
    """Return the records up to the limit of one list."""
    return tuple(records[:MAX_RECORDS])
