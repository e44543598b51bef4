"""Reckon with sets of Python versions as bit masks, one bit for every minor release, and write them as specifiers.

Bit 0 stands for Python 2, bit 1 + n for 3.n. The highest bit stands for itself and everything later.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pkg_audit.standards import NotStandard, admits, parse_specifiers

LAST_MINOR = 40
ALL = (1 << (LAST_MINOR + 2)) - 1
PYTHON_2 = 1


def bit(minor: int) -> int:
    """Return the mask of 3.`minor`; releases beyond the last known one share its bit."""
    return 1 << (1 + min(max(minor, 0), LAST_MINOR))


def releases() -> list[tuple[int, int, int]]:
    """Return (mask, major, minor) of every release in the universe, oldest first; 2.7 stands for Python 2."""
    return [(PYTHON_2, 2, 7)] + [(bit(minor), 3, minor) for minor in range(LAST_MINOR + 1)]


def at_least(minor: int) -> int:
    """Return the mask of 3.`minor` and everything later."""
    return ALL & ~(bit(minor) - 1)


def to_specifier(mask: int) -> str:
    """Write a mask as a specifier set, "" for all Pythons. The empty set gives "<0", which admits none.

    Gaps become `!=3.n.*`, so that the specifier set admits exactly the releases of the mask.
    """
    mask &= ALL
    if mask == ALL:
        return ""
    if not mask:
        return "<0"
    low = (mask & -mask).bit_length() - 1
    high = mask.bit_length() - 1
    parts = []
    if low:
        parts.append(f">=3.{low - 1}" if low > 1 else ">=3")
    if high <= LAST_MINOR:
        parts.append(f"<3.{high}" if high else "<3")
    parts += [f"!=3.{place - 1}.*" for place in range(low + 1, high) if not mask >> place & 1 and place]
    return ",".join(parts)


# The clauses that projects write; anything else goes to the packaging library, which costs a slow import.
_CLAUSE = re.compile(r"(>=|<|!=)\s*(2|3|4)(?:\.(\d{1,2}))?(\.\*|(?:\.\d{1,3})?)")


@lru_cache(maxsize=256)
def from_specifier(text: str) -> int | None:
    """Return the mask of the releases that a specifier set admits, None where it is not a specifier set.

    A minor release counts as admitted if any of its patch releases is: its first, its last, or one that the
    specifiers name (Version specifiers, packaging.python.org, read November 2026).
    """
    if len(text) > 2000:
        return None
    simple = _simple(text)
    return _full(text) if simple is None else simple


def _simple(text: str) -> int | None:
    """Return the mask for clauses such as `>=3.9`, `<4` and `!=3.0.*`, None where there is any other."""
    mask = ALL
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause.strip())
        if match is None:
            return None
        operator, major, minor, rest = match.groups()
        number = int(minor or 0)
        if operator == "!=":
            if rest != ".*" or major != "3" or minor is None:
                return None
            mask &= ~bit(number)
            continue
        if rest == ".*" or (operator == "<" and rest and rest.strip(".0")):
            return None
        if major == "2":
            if operator == "<":
                return None
            mask &= ALL
        elif operator == ">=":
            mask &= at_least(number) if major == "3" else 0
        else:
            mask &= (ALL & ~at_least(number)) if major == "3" else ALL
    return mask


def _full(text: str) -> int | None:
    try:
        specifiers = parse_specifiers(text)
    except NotStandard:
        return None
    named = [specifier.version.removesuffix(".*") for specifier in specifiers]
    mask = 0
    for release, major, minor in releases():
        prefix = f"{major}.{minor}."
        patches = [
            f"{prefix}0",
            f"{prefix}9999",
            f"{major}.{minor}",
            *(name for name in named if name.startswith(prefix)),
        ]
        if any(admits(specifiers, patch) for patch in patches):
            mask |= release
    return mask
