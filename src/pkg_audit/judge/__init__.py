"""Judge a facts document by a ruleset: findings, doubts, and one verdict per technology."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.document import document as as_document
from pkg_audit.facts.problem import Problem
from pkg_audit.judge.findings import FINDINGS_LIMIT, find
from pkg_audit.judge.verdicts import verdict
from pkg_audit.model import Verdict
from pkg_audit.ruleset.answers import ANSWERS, Answered
from pkg_audit.ruleset.selection import Selection, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pkg_audit.model import Doubt, Finding, NotEvaluated
    from pkg_audit.ruleset import Ruleset

__all__ = ["FINDINGS_LIMIT", "Judgement", "Selection", "judge"]

UPLOADED = "uploaded-to-index"
"""The trait that a project for no public index does not need: pass it in `switched_off`."""

Settled = tuple[Literal["open", "ignored", "baseline"], str | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say about one project. Findings are sorted by path, line and rule; verdicts by level."""

    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    verdicts: tuple[Verdict, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    problems: tuple[Problem, ...]


def judge(
    document: dict[str, Any],
    ruleset: Ruleset,
    *,
    selection: Selection | None = None,
    answers: Answered | None = None,
    excerpt: Callable[[str, int], str | None] | None = None,
    settle: Callable[[Finding], Settled | None] | None = None,
    switched_off: Collection[str] = (),
    platforms: Collection[str] = (),
    targets: Collection[str] = (),
    available: Collection[str] = (),
) -> Judgement:
    """Evaluate the rules on a document made by `pkg_audit.facts.document.document`.

    `excerpt` returns a line of a file, None where there is none. `settle` returns the status of a finding that the
    configuration ignores or the baseline knows, None to leave it as it is: neither changes a verdict.
    `switched_off` are traits that do not matter for this project, `platforms` those that it must run on, `targets`
    the technologies to judge (none named: all), `available` what rules may need beyond the files (`network`, `build`).
    Raises ConfigError for a selection that names no rule. Any failure of a rule is an internal problem.
    """
    found = find(document, choose(ruleset, selection or Selection()), excerpt, available)
    findings = found.findings
    if settle is not None:
        findings = tuple(_settled(finding, settle) for finding in findings)
    asked = {**document, ANSWERS: as_document(answers or Answered())}
    verdicts = []
    for technology in ruleset.technologies.values():
        if targets and technology.id not in targets:
            continue
        try:
            judged = verdict(technology, asked, ruleset.rules, findings, found.doubts, switched_off, platforms)
        except Exception as error:  # noqa: BLE001  one broken technology must not take the audit down
            what = f"technology {technology.id} could not be judged: {type(error).__name__}: {error}"
            found.problems.append(Problem(what, probe="judge", internal=True))
            judged = Verdict(technology.id, technology.title, technology.level, "unknown", "An internal error hides it")
        verdicts.append(judged)
    return Judgement(findings, tuple(found.doubts), tuple(verdicts), tuple(found.not_evaluated), tuple(found.problems))


def _settled(finding: Finding, settle: Callable[[Finding], Settled | None]) -> Finding:
    settled = settle(finding)
    if settled is None or finding.status != "open":
        return finding
    status, because = settled
    return replace(finding, status=status, ignored_because=because)
