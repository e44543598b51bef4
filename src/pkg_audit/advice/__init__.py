"""Recommend exactly one form, and up to four alternatives, for who the project is for and where it runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pkg_audit.advice.answer import answer
from pkg_audit.advice.decision import Decision, load_decision
from pkg_audit.advice.rank import Ranking, alternatives, rank
from pkg_audit.facts.document import document as as_document
from pkg_audit.facts.place import WHOLE_PROJECT
from pkg_audit.model import Advice, Inference
from pkg_audit.ruleset.answers import ANSWERS, Answered

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pkg_audit.model import Finding, Verdict
    from pkg_audit.ruleset import Ruleset

__all__ = ["Answered", "Decision", "advise", "answer", "load_decision"]

PRIMARY = "primary"
"""The question under which `inferred_from` says how the primary form was found, where that needs saying."""


def advise(
    document: dict[str, Any],
    decision: Decision,
    ruleset: Ruleset,
    answers: Answered,
    inferences: Sequence[Inference],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding] = (),
    declared: Collection[str] = (),
) -> Advice:
    """Recommend a form. `answers` and `inferences` come from `answer`, `verdicts` from the same document's judgement.

    `declared` are forms that the user prefers. The last of `inferred_from` asks "primary" where the recommendation
    is provisional, or where every form is blocked; then it names the fault to mend first.
    """
    asked = {**document, ANSWERS: as_document(answers)}
    persona = next((persona for persona in decision.personas if persona.when.search(asked)), None)
    ranking = rank(persona, decision, verdicts, ruleset.technologies, declared)
    remark = _remark(ranking, ruleset, answers, verdicts, findings)
    return Advice(
        kind=answers.kind,
        audience=answers.audience,
        environment=answers.environment,
        deployment=answers.deployment,
        inferred_from=(*inferences, *([remark] if remark is not None else [])),
        primary=ranking.primary,
        alternatives=alternatives(ranking, ruleset.technologies),
    )


def _remark(
    ranking: Ranking,
    ruleset: Ruleset,
    answers: Answered,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
) -> Inference | None:
    """Say what keeps the recommendation from being a plain one, None where nothing does."""
    if ranking.primary is None:
        return _first_repair(ranking, ruleset, verdicts, findings)
    primary = next(verdict for verdict in verdicts if verdict.technology == ranking.primary)
    if ranking.home not in ruleset.technologies:
        because = f"provisional: its home is {ranking.home}, which is not judged yet; this is the nearest form that is"
    elif primary.status == "unknown":
        because = f"provisional: {primary.next_action or primary.summary}"
    elif ranking.home in ranking.doubtful:
        home = next(verdict for verdict in verdicts if verdict.technology == ranking.home)
        because = f"provisional: its home is {ranking.home}. {home.summary}. To settle it: {home.next_action}"
    elif answers.kind == "unknown":
        because = "provisional: nothing says what the project is; set `kind`"
    else:
        return None
    return Inference(PRIMARY, because, WHOLE_PROJECT)


def _first_repair(
    ranking: Ranking, ruleset: Ruleset, verdicts: Sequence[Verdict], findings: Sequence[Finding]
) -> Inference | None:
    """Name the fault whose repair opens the lowest level: the rule that alone blocks the first of the blocked forms,
    else the one that blocks most of them."""
    by_id = {finding.id: finding for finding in findings}
    blockers: dict[str, set[str]] = {}
    for verdict in verdicts:
        if verdict.technology in ranking.blocked:
            demands = set(ruleset.technologies[verdict.technology].traits)
            found = (by_id[identifier] for identifier in verdict.findings if identifier in by_id)
            blockers[verdict.technology] = {
                finding.rule
                for finding in found
                if finding.confidence != "guess" and not demands.isdisjoint(finding.breaks)
            }
    counts = Counter(rule for rules in blockers.values() for rule in rules)
    if not counts:
        return None
    single = [name for name in ranking.blocked if len(blockers.get(name, ())) == 1]
    rule = min(blockers[single[0]]) if single else min(counts, key=lambda name: (-counts[name], name))
    opened = [name for name in ranking.blocked if blockers.get(name) == {rule}]
    first = next(finding for finding in findings if finding.rule == rule)
    forms = "1 form" if counts[rule] == 1 else f"{counts[rule]} forms"
    effect = f"opens {', '.join(opened)}" if opened else f"is in the way of {forms}"
    return Inference(PRIMARY, f"every form is blocked; mending {rule} {effect}", first.location.at)
