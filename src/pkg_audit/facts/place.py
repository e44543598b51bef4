"""Say where something stands and what cannot be known: the two words every other fact is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

Answer = Literal["yes", "no", "unknown"]

UnknownReason = Literal[
    "dynamic-expression",
    "not-parseable",
    "file-missing",
    "generated",
    "conditional",
    "needs-network",
    "needs-build",
    "too-large",
    "encoding",
    "not-installed",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a file of the audited project.

    `path` is posix and relative to the project root; None means the whole project. Lines and columns
    count from 1, columns in code points; the end column is exclusive (one past the last character).
    """

    path: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


WHOLE_PROJECT = Place()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why static reading cannot know something, and the place that makes it so."""

    reason: UnknownReason
    at: Place = WHOLE_PROJECT
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the project with its place."""

    value: str
    at: Place = WHOLE_PROJECT


@dataclass(frozen=True, slots=True)
class Value(Generic[T_co]):
    """A declared value: known (`unknown` is None) or not (`value` is None and `unknown` says why).

    Absence is not a Value: a field that nobody declares is None instead of a Value.
    """

    value: T_co | None
    at: Place = WHOLE_PROJECT
    unknown: Unknown | None = None


def any_yes(answers: list[Answer] | tuple[Answer, ...]) -> Answer:
    """Fold answers with OR: any yes is yes, else any unknown is unknown, else no."""
    if "yes" in answers:
        return "yes"
    return "unknown" if "unknown" in answers else "no"
