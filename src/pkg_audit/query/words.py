"""Find the valid word that a mistyped one was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 12


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """Return the valid word closest to this one, None where nothing is close."""
    from difflib import get_close_matches

    options = sorted(valid)
    folded = {option.lower().replace("_", "-"): option for option in reversed(options)}
    found = get_close_matches(word.lower().replace("_", "-"), folded, 1, 0.6)
    return folded[found[0]] if found else None


def suggestion(word: str, valid: Iterable[str]) -> str:
    """Return "did you mean 'x'?", or the valid words where none is close."""
    options = sorted(valid)
    near = nearest(word, options)
    if near is not None:
        return f"did you mean {near!r}?"
    if not options:
        return "there is none to choose from"
    more = f" and {len(options) - _SHOWN} more" if len(options) > _SHOWN else ""
    return "valid: " + ", ".join(option or "''" for option in options[:_SHOWN]) + more
