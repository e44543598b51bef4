"""Find syntax that the oldest supported Pythons do not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code
from pkg_audit.derive.scope import runtime_sources
from pkg_audit.facts.code_records import NewerSyntax, UnreadSource
from pkg_audit.facts.place import Place
from pkg_audit.scan.sources.versions import LAST_MINOR, PYTHON_2, bit

if TYPE_CHECKING:
    from pkg_audit.facts.place import UnknownReason
    from pkg_audit.facts.sources import Feature

_EVALUATED = frozenset(
    ("built-in generic in an annotation", "union in an annotation", "union of types", "union of types in a function")
)
_REASONS: dict[str, UnknownReason] = {"encoding": "encoding", "too-large": "too-large"}


def newer_syntax(code: Code) -> tuple[NewerSyntax, ...]:
    """Return, for every file and kind of syntax, the first place that an admitted Python refuses.

    A guard in the file does not help, the whole file must parse; one around every import of the file does.
    """
    if code.window is None or not code.window:
        return ()
    found: dict[tuple[str, str], NewerSyntax] = {}
    requires = code.distribution.metadata.requires_python
    for path, module, facts in code.sources():
        reached = code.reach.pythons.get(module, -1)
        for feature in facts.features:
            if (path, feature.name) in found:
                continue
            pythons = _lacking(code.window, feature)
            if not pythons:
                continue
            evaluated = feature.name in _EVALUATED
            if evaluated and (feature.python or set(feature.context) & {"type-checking", "never"}):
                continue
            found[path, feature.name] = NewerSyntax(
                at=feature.at,
                name=feature.name,
                since=feature.since,
                floor=_floor(pythons),
                requires_python=code.requires_python,
                evaluated="yes" if evaluated else "no",
                alone="yes" if not pythons & reached else "no",
                related=(requires.at,) if requires else (),
            )
    return tuple(found.values())[:MAX_RECORDS]


def _lacking(window: int, feature: Feature) -> int:
    """Return the mask of supported Pythons older than the feature."""
    return window & (bit(int(feature.since.partition(".")[2])) - 1)


def _floor(mask: int) -> str:
    if mask & PYTHON_2:
        return "2.7"
    return next((f"3.{minor}" for minor in range(LAST_MINOR) if mask & bit(minor)), "")


def unread_sources(code: Code) -> tuple[UnreadSource, ...]:
    """Return the shipped sources that do not parse, with why."""
    found = []
    for path in runtime_sources(code.scanned, code.distribution):
        problem = code.scanned.sources[path].problem
        if problem is not None:
            reason = _REASONS.get(problem.kind, "not-parseable")
            at = Place(path, problem.line, problem.column)
            found.append(UnreadSource(at, problem.kind, problem.message, reason))
    return tuple(found)[:MAX_RECORDS]
