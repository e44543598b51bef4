"""Hold the report: findings, verdicts, advice and what could not be judged, as `--format json` writes them.

The shape is a contract with other programs: keys may be added, never removed or changed in meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pkg_audit.facts.distribution import Distribution
from pkg_audit.facts.place import Place
from pkg_audit.facts.problem import Problem

SCHEMA_VERSION = "1.0"

Severity = Literal["error", "warning", "info"]
Confidence = Literal["certain", "likely", "guess"]
Persona = Literal["default", "pedantic"]
Status = Literal["ready", "ready-with-work", "blocked", "unknown", "not-suited"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Location:
    """A place with the line of text that stands there (cut, made printable), for code frames."""

    at: Place
    excerpt: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the span `at` by `text`."""

    at: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding; `edits` is empty where only a person can do it. `safe`: changes no behaviour."""

    description: str
    safe: bool = False
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit of one rule. `breaks`/`hinders` are traits; `technologies` those it harms in this report."""

    id: str
    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    title: str
    message: str
    location: Location
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    status: Literal["open", "ignored", "baseline"] = "open"
    ignored_because: str | None = None
    fingerprint: str = ""
    url: str = ""
    breaks: tuple[str, ...] = ()
    hinders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record on which a rule could not decide; makes the verdicts of the technologies it concerns unknown.

    `about` says what is not known, as a clause: "whether anything in it is compiled"; "" where the rule does not say.
    """

    rule: str
    traits: tuple[str, ...]
    reason: str
    at: Place
    about: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How ready the project is for one technology; `findings` are ids, blockers first."""

    technology: str
    title: str
    level: int
    status: Status
    summary: str
    findings: tuple[str, ...] = ()
    next_action: str | None = None
    basis: Literal["static", "proved"] = "static"
    proof: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Inference:
    """Why a question of the decision tree was answered as it was."""

    question: str
    because: str
    at: Place


@dataclass(frozen=True, slots=True)
class Advice:
    """The one recommended form for this audience and environment, and up to four alternatives."""

    kind: str = "unknown"
    audience: str = "unknown"
    environment: str = "unknown"
    deployment: str = "unknown"
    inferred_from: tuple[Inference, ...] = ()
    primary: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule that did not run, so that no finding is never taken for not looked."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """One project's audit. `root` and `source` name what was read; `files` counts the files of the tree."""

    root: str
    source: Literal["directory", "sdist", "wheel"]
    rules: int
    distribution: Distribution
    verdicts: tuple[Verdict, ...] = ()
    advice: Advice = field(default_factory=Advice)
    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: Any = None
    files: int = 0
    exit_code: int = 0
