"""Turn what the rules select into findings and doubts, each with its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import WHOLE_PROJECT, Place
from pkg_audit.facts.problem import Problem
from pkg_audit.model import Doubt, Edit, Finding, Fix, Location, NotEvaluated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pkg_audit.ruleset import Rule
    from pkg_audit.ruleset.selection import Chosen

FINDINGS_LIMIT = 1_000
"""Findings of one rule in one file beyond this many are counted, not listed."""

INTERNAL = "internal-error"


@dataclass(slots=True)
class Found:
    """What the rules made of one document. `findings` are sorted, with ids and fingerprints."""

    findings: tuple[Finding, ...] = ()
    doubts: list[Doubt] = field(default_factory=list)
    not_evaluated: list[NotEvaluated] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find(
    document: dict[str, Any],
    chosen: Iterable[Chosen],
    excerpt: Callable[[str, int], str | None] | None,
    available: Collection[str],
) -> Found:
    """Evaluate the rules. A rule that fails is an internal problem and a doubt about all that it speaks of."""
    found = Found()
    collected: list[Finding] = []
    for choice in chosen:
        rule = choice.rule
        if not choice.runs:
            found.not_evaluated.append(NotEvaluated(rule.id, "persona"))
        elif rule.needs is not None and rule.needs not in available:
            found.not_evaluated.append(NotEvaluated(rule.id, f"needs-{rule.needs}"))
        else:
            try:
                hits, doubts = _evaluate(document, choice, excerpt, found.problems)
            except Exception as error:  # noqa: BLE001  one broken rule must not take the audit down
                what = f"rule {rule.id} failed: {type(error).__name__}: {error}"
                found.problems.append(Problem(what, probe="judge", internal=True))
                found.doubts.append(
                    Doubt(rule.id, (*rule.breaks, *rule.hinders, *rule.unsure_of), INTERNAL, WHOLE_PROJECT)
                )
                continue
            collected += hits
            found.doubts += doubts
    found.findings = _numbered(collected)
    return found


def _evaluate(
    document: dict[str, Any],
    choice: Chosen,
    excerpt: Callable[[str, int], str | None] | None,
    problems: list[Problem],
) -> tuple[list[Finding], list[Doubt]]:
    rule = choice.rule
    finding_idle = rule.find.idle(document)
    if finding_idle and (rule.unsure is None or rule.unsure.idle(document)):
        return [], []
    if rule.given is not None and not rule.given.search(document):
        return [], []
    records = [] if finding_idle else rule.find.select(document)
    hits = [_finding(record, choice, excerpt) for record in _within_limit(records, rule, problems)]
    unsure = rule.unsure.select(document) if rule.unsure is not None else []
    doubts = [_doubt(record, rule) for record in unsure[:FINDINGS_LIMIT]]
    return hits, doubts


def _within_limit(records: list[dict[str, Any]], rule: Rule, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    counts: Counter[str | None] = Counter()
    for record in records:
        path = record["at"]["path"] if record["at"] else None
        counts[path] += 1
        if counts[path] <= FINDINGS_LIMIT:
            yield record
    for path, count in counts.items():
        if count > FINDINGS_LIMIT:
            rest = count - FINDINGS_LIMIT
            more = "1 further finding, which is" if rest == 1 else f"{rest} further findings, which are"
            what = f"rule {rule.id} has {more} not listed"
            problems.append(Problem(what, path=path, probe="judge"))


def _doubt(record: dict[str, Any], rule: Rule) -> Doubt:
    about = " ".join(rule.unsure_about.render(record).split()) if rule.unsure_about is not None else ""
    return Doubt(rule.id, rule.unsure_of, record["reason"], _place(record["at"]), about)


def _finding(record: dict[str, Any], choice: Chosen, excerpt: Callable[[str, int], str | None] | None) -> Finding:
    rule = choice.rule
    related = []
    for place in rule.related:
        message = place.message.render(record) if place.message else None
        related += [_location(at, excerpt, message) for at in _places(record, place.path)]
    return Finding(
        id="",
        rule=rule.id,
        family=rule.family,
        severity=choice.severity,
        confidence=rule.confidence,
        title=rule.title,
        message=" ".join(rule.message.render(record).split()),
        location=_location(_place(record["at"]), excerpt, None),
        related=tuple(related),
        fix=_fix(record, rule),
        status="ignored" if choice.ignored_because else "open",
        ignored_because=choice.ignored_because,
        url=rule.url,
        breaks=rule.breaks,
        hinders=rule.hinders,
    )


def _fix(record: dict[str, Any], rule: Rule) -> Fix:
    description = " ".join(rule.fix.split())
    edit = rule.edit
    if edit is None or (edit.when is not None and not edit.when.search(record)):
        return Fix(description)
    spans = [at for at in _places(record, edit.path) if at.path is not None and at.end_column is not None]
    if not spans:
        return Fix(description)
    text = edit.text.render(record)
    return Fix(description, edit.safe, tuple(Edit(at, text) for at in spans))


def _places(record: Any, path: tuple[str, ...]) -> list[Place]:
    for step in path:
        record = record.get(step) if isinstance(record, dict) else None
    if isinstance(record, list):
        return [_place(item) for item in record if item is not None]
    return [] if record is None else [_place(record)]


def _place(at: dict[str, Any] | None) -> Place:
    return WHOLE_PROJECT if at is None else Place(**at)


def _location(at: Place, excerpt: Callable[[str, int], str | None] | None, message: str | None) -> Location:
    text = None
    if excerpt is not None and at.path is not None and at.line is not None:
        text = excerpt(at.path, at.line)
    return Location(at, text, message)


def _order(finding: Finding) -> tuple[str, int, str, int, str]:
    at = finding.location.at
    return at.path or "", at.line or 0, finding.rule, at.column or 0, finding.message


def _numbered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort, number and fingerprint: the print depends on rule, file and the line's words, not on where it stands."""
    seen: Counter[tuple[str, str, str]] = Counter()
    result = []
    for number, finding in enumerate(sorted(findings, key=_order), 1):
        words = " ".join((finding.location.excerpt or "").split())
        key = (finding.rule, finding.location.at.path or "", words)
        material = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        print_ = sha256(material.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        result.append(replace(finding, id=f"f{number}", fingerprint=print_))
    return tuple(result)
