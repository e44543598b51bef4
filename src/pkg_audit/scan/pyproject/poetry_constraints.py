"""Translate Poetry's version constraints (caret, tilde, wildcards, `||`) to PEP 440 specifiers and PEP 508 markers.

Says what poetry-core 2.5 (2026) would write into metadata. A constraint that does not parse gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.standards import NotStandard, parse_version

if TYPE_CHECKING:
    from packaging.version import Version

MAX_LENGTH = 2_000

_OR = re.compile(r" ?\|{1,2} ?")
_OPERATOR_SPACE = re.compile(r"(?<=[\^~=<>!]) ")
_AND = re.compile(r"[, ]")
_CLAUSE = re.compile(r"(\^|~=|~|===|==|=|!=|<>|<=|>=|<|>)?v?(.+)", re.DOTALL)
_ANY = re.compile(r"v?[xX*](?:\.[xX*])*")

_PYTHONS = ((2, 7), *((3, minor) for minor in range(16)))
"""The Python series that poetry-core spells out when it turns a union into Requires-Python."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range; `text` is the version as it is written out."""

    version: Version
    text: str
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Range:
    """One alternative of a constraint: an interval with exclusions. `exact` is a single version (`==`)."""

    low: Bound | None = None
    high: Bound | None = None
    excluded: tuple[str, ...] = ()
    wildcard: str = ""
    exact: str = ""

    def specifier(self) -> str:
        """Write the range as a PEP 440 specifier set, "" for any version."""
        if self.exact:
            return f"=={self.exact}"
        if self.wildcard:
            return f"=={self.wildcard}"
        parts = []
        if self.low:
            parts.append(f"{'>=' if self.low.inclusive else '>'}{self.low.text}")
        parts += [f"!={version}" for version in self.excluded]
        if self.high:
            parts.append(f"{'<=' if self.high.inclusive else '<'}{self.high.text}")
        return ",".join(parts)


def parse_constraint(text: str) -> tuple[Range, ...] | None:
    """Parse a constraint into its alternatives, adjoining ones merged; None where it does not parse."""
    if len(text) > MAX_LENGTH:
        return None
    text = " ".join(text.split())
    ranges = []
    for alternative in _OR.split(text):
        parsed = _parse_and(alternative.rstrip(", "))
        if parsed is None:
            return None
        ranges.append(parsed)
    return _merge(ranges)


def specifier_text(text: str) -> str | None:
    """Write a dependency's constraint as a specifier set, "" for any version; None where it does not parse.

    Alternatives that leave a gap have no PEP 440 form; poetry-core writes them with `||`, which is invalid
    metadata, and so does this function.
    """
    ranges = parse_constraint(text)
    if ranges is None:
        return None
    return " || ".join(item.specifier() for item in ranges)


def requires_python(text: str) -> str | None:
    """Write the `python` constraint as Requires-Python; "" for any, None where it does not parse."""
    ranges = parse_constraint(text)
    if ranges is None:
        return None
    if len(ranges) == 1:
        exact = ranges[0].exact
        if exact and exact.count(".") < 2:
            ranges = parse_constraint(f"~{exact}" if "." in exact else f"^{exact}.0")
        return ranges[0].specifier() if ranges else None
    accepted = [python for python in _PYTHONS if any(_allows_series(item, python) for item in ranges)]
    if not accepted:
        return None
    gaps = [f"!={major}.{minor}.*" for major, minor in _PYTHONS if (major, minor) not in accepted]
    return ",".join([f">={accepted[0][0]}.{accepted[0][1]}", *gaps])


def python_marker(text: str) -> str | None:
    """Write a dependency's `python` constraint as a marker; "" for any, None where it does not parse."""
    ranges = parse_constraint(text)
    if ranges is None:
        return None
    alternatives = [" and ".join(_marker_parts(item)) for item in ranges]
    if not all(alternatives):
        return ""
    return alternatives[0] if len(alternatives) == 1 else " or ".join(f"({item})" for item in alternatives)


def _marker_parts(item: Range) -> list[str]:
    def part(operator: str, version: str) -> str:
        full = version.count(".") >= 2
        if operator in {">", "<="} and not full:
            version, full = version + ".0" * (2 - version.count(".")), True
        return f'{"python_full_version" if full else "python_version"} {operator} "{version}"'

    if item.exact:
        return [part("==", item.exact)]
    parts = []
    if item.low:
        parts.append(part(">=" if item.low.inclusive else ">", _stable(item.low)))
    parts += [f'python_full_version != "{version}"' for version in item.excluded]
    if item.high:
        parts.append(part("<=" if item.high.inclusive else "<", _stable(item.high)))
    return parts


def _stable(bound: Bound) -> str:
    return ".".join(str(number) for number in bound.version.release)


def _parse_and(text: str) -> Range | None:
    """Parse clauses joined by commas or spaces."""
    clauses = [clause for clause in _AND.split(_OPERATOR_SPACE.sub("", text)) if clause]
    if not clauses:
        return None
    result = Range()
    for clause in clauses:
        parsed = _parse_clause(clause)
        if parsed is None:
            return None
        result = parsed if len(clauses) == 1 else _intersect(result, parsed)
    return result


def _parse_clause(clause: str) -> Range | None:
    if _ANY.fullmatch(clause):
        return Range()
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        return None
    operator, body = match[1] or "==", match[2]
    if body.endswith((".*", ".x", ".X")):
        return _wildcard(operator, body)
    version = _version(body)
    if version is None:
        return None
    low = Bound(version, body, inclusive=True)
    if operator == "^":
        return Range(low, _next(version, _breaking(version)))
    if operator == "~":
        return Range(low, _next(version, min(2, len(version.release))))
    if operator == "~=":
        return Range(low, _next(version, max(1, len(version.release) - 1)))
    if operator in {">=", ">"}:
        return Range(low=Bound(version, body, operator == ">="))
    if operator in {"<=", "<"}:
        return Range(high=Bound(version, body, operator == "<="))
    if operator in {"!=", "<>"}:
        return Range(excluded=(body,))
    return Range(low, low, exact=body)


def _wildcard(operator: str, body: str) -> Range | None:
    while body.endswith((".*", ".x", ".X")):
        body = body[:-2]
    version = _version(body)
    if version is None or operator not in {"==", "=", "!=", "^", "~"}:
        return None
    if operator == "!=":
        return Range(excluded=(f"{body}.*",))
    return Range(Bound(version, body, inclusive=True), _next(version, len(version.release)), wildcard=f"{body}.*")


def _version(text: str) -> Version | None:
    try:
        return parse_version(text)
    except NotStandard:
        return None


def _breaking(version: Version) -> int:
    """Return which release part (from 1) a caret raises: the first that is not zero, else the last that is given."""
    for number, part in enumerate(version.release[:3], 1):
        if part:
            return number
    return min(3, len(version.release))


def _next(version: Version, part: int) -> Bound | None:
    """Return the bound below which a range ends that starts at a version and lets all but `part` vary."""
    release = list(version.release)
    raised = [*release[: part - 1], release[part - 1] + 1, *[0] * (len(release) - part)]
    text = ".".join(str(number) for number in raised)
    if version.epoch:
        text = f"{version.epoch}!{text}"
    high = _version(text)
    return Bound(high, text, inclusive=False) if high else None


def _intersect(one: Range, other: Range) -> Range:
    lows = [bound for bound in (one.low, other.low) if bound]
    highs = [bound for bound in (one.high, other.high) if bound]
    return Range(
        low=max(lows, key=lambda bound: (bound.version, not bound.inclusive), default=None),
        high=min(highs, key=lambda bound: (bound.version, bound.inclusive), default=None),
        excluded=(*one.excluded, *other.excluded),
    )


def _merge(ranges: list[Range]) -> tuple[Range, ...]:
    """Unite alternatives that overlap or adjoin; ranges with exclusions stay as they are."""
    if len(ranges) == 1:
        return tuple(ranges)
    if any(item == Range() for item in ranges):
        return (Range(),)
    if any(item.excluded for item in ranges):
        return tuple(ranges)
    unbounded_low = [item for item in ranges if item.low is None]
    bounded = [item for item in ranges if item.low]
    bounded.sort(key=lambda item: (item.low.version, not item.low.inclusive) if item.low else ())
    merged: list[Range] = []
    for item in (*unbounded_low, *bounded):
        last = merged[-1] if merged else None
        if last and _touch(last, item):
            high = None
            if last.high and item.high:
                high = max(last.high, item.high, key=lambda bound: (bound.version, bound.inclusive))
            merged[-1] = Range(last.low, high)
        else:
            merged.append(item)
    return tuple(merged)


def _touch(lower: Range, upper: Range) -> bool:
    if lower.high is None or upper.low is None:
        return True
    if lower.high.version == upper.low.version:
        return lower.high.inclusive or upper.low.inclusive
    return lower.high.version > upper.low.version


def _allows_series(item: Range, python: tuple[int, int]) -> bool:
    """Tell whether a range holds any release of a Python series."""
    start, end = parse_version(f"{python[0]}.{python[1]}"), parse_version(f"{python[0]}.{python[1] + 1}")
    if f"{python[0]}.{python[1]}.*" in item.excluded:
        return False
    if item.low and item.low.version >= end:
        return False
    return not (item.high and (item.high.version < start or (item.high.version == start and not item.high.inclusive)))
