"""Judge each technology: the worst effect of any finding on one of its demands, with what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit.model import SEVERITIES, Doubt, Finding, Status, Verdict
from pkg_audit.standards import NotStandard, admits, parse_specifiers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pkg_audit.ruleset import Rule, Technology

SUMMARY_LIMIT = 300

_REASONS = {
    "dynamic-expression": "code computes it",
    "not-parseable": "a file does not parse",
    "file-missing": "the file that would say it is missing",
    "generated": "the build generates it",
    "conditional": "it depends on a condition",
    "needs-network": "no file of the project says it",
    "needs-build": "only a build can tell",
    "too-large": "a file is too large to read",
    "encoding": "a file's encoding cannot be read",
    "not-installed": "the data that would say it is not installed, or too old",
    "internal-error": "an error of this program hides it",
}

_SURE = {"certain", "likely"}
_NEWEST_MINOR = 30


@dataclass(frozen=True, slots=True)
class Effects:
    """The findings and doubts that concern one technology."""

    breaking: tuple[Finding, ...]
    guessed: tuple[Finding, ...]
    hindering: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]

    @property
    def status(self) -> Status:
        """Return the worst effect."""
        if self.breaking:
            return "blocked"
        if self.guessed or self.doubts:
            return "unknown"
        return "ready-with-work" if self.hindering else "ready"


def verdict(
    technology: Technology,
    document: dict[str, Any],
    rules: Mapping[str, Rule],
    findings: Sequence[Finding],
    doubts: Sequence[Doubt],
    switched_off: Collection[str] = (),
    platforms: Collection[str] = (),
) -> Verdict:
    """Judge one technology. `document` has the answers of the decision tree beside the facts.

    `switched_off` are traits that nobody demands here; `platforms` those that the project must run on, empty for
    any: names of systems, with or without an architecture.
    """
    pointless = _not_suited(technology, document, platforms)
    if pointless is not None:
        return _verdict(technology, "not-suited", document, pointless, (), None)
    effects = _effects(technology, findings, doubts, switched_off)
    status = effects.status
    decisive = effects.breaking or effects.guessed or effects.hindering
    because = _doubt(effects.doubts, rules) if status == "unknown" and effects.doubts else _because(decisive, rules)
    shown = {"blocked": effects.breaking + effects.guessed + effects.hindering}.get(
        status, effects.guessed + effects.hindering
    )
    next_action = _next_action(technology, status, decisive, document)
    return _verdict(technology, status, document, because, shown, next_action)


def _verdict(
    technology: Technology,
    status: Status,
    document: dict[str, Any],
    because: str,
    findings: Sequence[Finding],
    next_action: str | None,
) -> Verdict:
    template = technology.summaries.get(status)
    summary = template.render({**document, "because": because}) if template is not None else because
    # a sentence that holds the evidence is as long as the evidence: a template cuts each value by itself
    summary = because if template is not None and template.text == "{because}" else summary
    ids = tuple(dict.fromkeys(finding.id for finding in findings))
    return Verdict(technology.id, technology.title, technology.level, status, _cut(summary), ids, next_action)


def _effects(
    technology: Technology, findings: Sequence[Finding], doubts: Sequence[Doubt], switched_off: Collection[str]
) -> Effects:
    demands = set(technology.traits) - set(switched_off)
    breaking = [finding for finding in findings if not demands.isdisjoint(finding.breaks)]
    return Effects(
        tuple(finding for finding in breaking if finding.confidence in _SURE),
        tuple(finding for finding in breaking if finding.confidence not in _SURE),
        tuple(
            finding
            for finding in findings
            if demands.isdisjoint(finding.breaks) and not demands.isdisjoint(finding.hinders)
        ),
        tuple(doubt for doubt in doubts if not demands.isdisjoint(doubt.traits)),
    )


def _because(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> str:
    """Say what the worst rule found, and how many other rules object."""
    if not findings:
        return ""
    worst = min(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    rule = rules[worst.rule]
    count = sum(finding.rule == rule.id for finding in findings)
    if count == 1:
        text = worst.message
    elif rule.summary is not None:
        text = rule.summary.render({"count": str(count)})
    else:
        text = f"{rule.title} ({count} times)"
    others = len({finding.rule for finding in findings}) - 1
    return f"{text}; and {others} more" if others else text


def _doubt(doubts: Sequence[Doubt], rules: Mapping[str, Rule]) -> str:
    """Say what is not known, why, and where that stands: "Not known whether ...: only a build can tell (x.py:3)"."""
    first = doubts[0]
    about = first.about or f"about `{first.rule}` ({rules[first.rule].title})"
    place = first.at.path or ""
    place += f":{first.at.line}" if place and first.at.line is not None else ""
    others = len({doubt.rule for doubt in doubts}) - 1
    more = f"; and {others} more doubt{'s' if others > 1 else ''}" if others else ""
    return f"Not known {about}: {_REASONS.get(first.reason, first.reason)}{f' ({place})' if place else ''}{more}"


def _next_action(
    technology: Technology, status: Status, decisive: Sequence[Finding], document: dict[str, Any]
) -> str | None:
    template = technology.next_actions.get(status)
    if template is not None:
        return template.render(document, _shell_word)
    if decisive:
        worst = min(decisive, key=lambda finding: SEVERITIES.index(finding.severity))
        return worst.fix.description if worst.fix is not None else None
    return None


def _shell_word(field: str, value: str) -> str:
    """Write a value of the project into a command that somebody may paste into a shell."""
    from shlex import quote

    from pkg_audit.tree.display import display

    return quote(display(value)) if value and value != "none" else field.upper().replace("_", "-")


def _not_suited(technology: Technology, document: dict[str, Any], platforms: Collection[str]) -> str | None:
    for case in technology.not_suited:
        if case.when.search(document):
            return case.because.render(document)
    runs_on = technology.applies.platforms
    wanted = {platform.partition("-")[0] for platform in platforms}
    if runs_on and wanted and wanted.isdisjoint(runs_on):
        return f"It runs on {', '.join(runs_on)} only"
    asked = document["project"]["requires_python"]
    if technology.applies.python and asked and not _overlap(technology.applies.python, asked):
        return f"It supports Python {technology.applies.python}; the project asks for {asked}"
    return None


def _overlap(supported: str, asked: str) -> bool:
    """Tell whether some Python 3 minor version is in both sets; a set that cannot be read excludes nothing."""
    try:
        both = parse_specifiers(supported), parse_specifiers(asked)
    except NotStandard:
        return True
    # the last micro version too: `>=3.15.2` leaves Python 3.15 in
    versions = [f"3.{minor}.{micro}" for minor in range(_NEWEST_MINOR) for micro in (0, 99)]
    return any(all(admits(each, version) for each in both) for version in versions)


def _cut(text: str) -> str:
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"
