"""Put the report's numbers and the project's texts into words that every text format shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOUNS = {"error": "error", "warning": "warning", "info": "note"}


def printable(text: str, limit: int = 200) -> str:
    """Return text of the project without anything that a terminal or a log would act on, cut at `limit`."""
    from pkg_audit.tree.display import display

    return display(text, limit)


def plural(count: int, noun: str) -> str:
    """Return "1 error", "2 errors"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def count_line(counts: Mapping[str, int]) -> str:
    """Return "2 errors, 1 warning, 3 notes (1 ignored)"; always the three, so that lines can be compared."""
    line = ", ".join(plural(counts[severity], noun) for severity, noun in NOUNS.items())
    return f"{line} ({counts['ignored']} ignored)" if counts["ignored"] else line


def spoken_counts(counts: Mapping[str, int]) -> str:
    """Return the counts that are not zero: "2 errors and 1 note"."""
    parts = [plural(counts[severity], noun) for severity, noun in NOUNS.items() if counts.get(severity)]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "none"
