"""Hold what the run itself has to say: ignores that cover nothing."""

from __future__ import annotations

from dataclasses import dataclass

from pkg_audit.facts.place import Answer, Place


@dataclass(frozen=True, slots=True)
class UnusedIgnore:
    """An ignore that covers no finding. `known`: every rule that it names exists."""

    at: Place
    rules: str
    known: Answer
