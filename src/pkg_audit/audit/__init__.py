"""Audit one project: read it, predict what it ships, derive facts, judge them, recommend."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from pkg_audit.advice import advise, answer, load_decision
from pkg_audit.audit.relocate import relocated
from pkg_audit.audit.root import project_root
from pkg_audit.audit.settle import Settler
from pkg_audit.backends import predict
from pkg_audit.config import check_names
from pkg_audit.derive import derive
from pkg_audit.errors import ReadError
from pkg_audit.facts.distribution import CoreMetadata, Distribution, FieldUnknown, Wheel
from pkg_audit.facts.document import document
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown
from pkg_audit.facts.problem import Problem
from pkg_audit.judge import UPLOADED, Judgement, judge
from pkg_audit.model import SEVERITIES, Report
from pkg_audit.ruleset import load_ruleset
from pkg_audit.scan import scan
from pkg_audit.tree.display import display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pkg_audit.config import Config
    from pkg_audit.facts.document import Facts
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.model import Finding
    from pkg_audit.tree import Tree

__all__ = ["audit", "facts_of", "project_root"]

_LONGEST_EXCERPT = 200


def facts_of(tree: Tree) -> Facts:
    """Return the facts document of the project in a tree. Raises TreeError as `audit` does."""
    root, _ = project_root(tree)
    scanned = scan(root)
    distribution, _ = predicted(root, scanned)
    return derive(root, scanned, distribution)[0]


def predicted(tree: Tree, scanned: Scanned) -> tuple[Distribution, tuple[Problem, ...]]:
    """Predict the distribution; an exception in a model is an internal problem, and everything is unknown."""
    try:
        return predict(tree, scanned), ()
    except Exception as error:  # noqa: BLE001 - a broken model must not cost the audit
        what = f"internal error: {type(error).__name__}: {error}"
        doubt = Unknown("needs-build", WHOLE_PROJECT, "the backend's model failed")
        names = [f.name for f in fields(CoreMetadata) if f.name != "unknown"]
        metadata = CoreMetadata(unknown=tuple(FieldUnknown(name, doubt) for name in names))
        wheel = Wheel(unknown=tuple(FieldUnknown(name, doubt) for name in ("kind", "files", "import_names")))
        distribution = Distribution("unknown", WHOLE_PROJECT, metadata, wheel)
        return distribution, (Problem(what, probe="backends", internal=True),)


def audit(tree: Tree, config: Config) -> Report:
    """Audit the project in a tree and return the report. Nothing of the project is imported, executed or built.

    Raises TreeError where there is no project or several, RuleError for malformed rules, ConfigError for names that
    do not exist. Whatever the project contains costs findings and problems, never an exception.
    """
    ruleset = load_ruleset(config.rules_dirs)
    check_names(config, ruleset)
    root, folder = project_root(tree)
    scanned = scan(root)
    distribution, unpredicted = predicted(root, scanned)
    facts, underived = derive(root, scanned, distribution, _environment(config))
    decision = load_decision(ruleset)
    answers, inferences = answer(document(facts), decision, asdict(config.answers))
    settler = Settler(root, config.ignores, folder)

    def judged(facts: Facts) -> Judgement:
        return judge(
            document(facts),
            ruleset,
            selection=config.selection(),
            answers=answers,
            excerpt=_excerpts(root),
            settle=settler.settle,
            switched_off={UPLOADED} if not _published(facts, config) else (),
            platforms=config.answers.platforms,
        )

    judgement = judged(facts)
    unused = settler.unused(scanned.marked, {*ruleset.rules, *ruleset.families})
    if unused:
        facts = replace(facts, unused_ignores=unused)
        judgement = judged(facts)
    problems = (*scanned.problems, *unpredicted, *underived, *judgement.problems)
    advice = advise(
        document(facts), decision, ruleset, answers, inferences, judgement.verdicts, judgement.findings, config.targets
    )
    report = Report(
        root=display(folder or "."),
        source=tree.source,
        rules=len(ruleset.rules),
        distribution=distribution,
        verdicts=tuple(v for v in judgement.verdicts if not config.targets or v.technology in config.targets),
        advice=advice,
        findings=judgement.findings,
        not_evaluated=judgement.not_evaluated,
        problems=problems,
        files=len(scanned.files),
        exit_code=exit_code(judgement.findings, problems, config.fail_on),
    )
    return replace(relocated(report, folder), facts=document(facts) if config.facts else None)


def _environment(config: Config) -> Tree | None:
    """Open the folder of installed dependencies. Raises TreeError where it cannot be read."""
    if not config.installed:
        return None
    from pkg_audit.tree import DirectoryTree

    return DirectoryTree(config.installed)


def exit_code(findings: Iterable[Finding], problems: Iterable[Problem], fail_on: str) -> int:
    """Return 1 for an open finding at or above the level, else 3 for what could not be done at all, else 0."""
    levels = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    if any(finding.status == "open" and finding.severity in levels for finding in findings):
        return 1
    return 3 if any(problem.internal or problem.blocking for problem in problems) else 0


def _published(facts: Facts, config: Config) -> bool:
    if config.public_index is not None:
        return config.public_index
    return facts.project.published != "no"


def _excerpts(tree: Tree) -> Callable[[str, int], str | None]:
    """Return a function that gives one line of a file for a code frame, each file read once."""
    lines: dict[str, list[str]] = {}

    def excerpt(path: str, line: int) -> str | None:
        if path not in lines:
            try:
                lines[path] = tree.read(path).decode("utf-8", "replace").splitlines()
            except ReadError:
                lines[path] = []
        found = lines[path][line - 1 : line]
        return found[0].rstrip() if found else None

    return excerpt
