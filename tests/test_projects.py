"""Whole projects, and the verdicts that they must get.

`fixtures/projects/NAME/verdict.toml` says them: `[verdicts]` maps technologies to statuses, `primary`, `kind` and
`alternatives` are what the advice must say, `provisional` that it must call itself so, `rules` lists the rules that
fire, `[answers]` is what a user would answer. Only `[verdicts]` is required, and it need not name every technology.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli

from pkg_audit.audit import audit
from pkg_audit.config import Config
from pkg_audit.config.settings import Answers
from pkg_audit.ruleset import load_ruleset
from pkg_audit.tree import open_tree

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
FOUND = sorted(path.parent.name for path in PROJECTS.glob("*/verdict.toml"))


def test_there_are_projects_and_each_says_its_verdicts() -> None:
    assert FOUND
    assert sorted(entry.name for entry in PROJECTS.iterdir() if entry.is_dir()) == FOUND


def test_every_technology_has_a_project_that_is_ready_one_that_is_blocked_and_one_that_is_unknown() -> None:
    shown: dict[str, set[str]] = {technology: set() for technology in load_ruleset().technologies}
    for name in FOUND:
        expected = tomli.loads((PROJECTS / name / "verdict.toml").read_text(encoding="utf-8"))
        for technology, status in expected["verdicts"].items():
            shown[technology].add(status)
    lacking = {technology: {"ready", "blocked", "unknown"} - statuses for technology, statuses in shown.items()}
    assert {technology: statuses for technology, statuses in lacking.items() if statuses} == {}


@pytest.mark.parametrize("name", FOUND)
def test_a_project_gets_its_verdicts(name: str) -> None:
    expected: dict[str, Any] = tomli.loads((PROJECTS / name / "verdict.toml").read_text(encoding="utf-8"))
    assert set(expected) <= {"verdicts", "primary", "kind", "alternatives", "provisional", "rules", "answers"}
    assert expected["verdicts"].keys() <= load_ruleset().technologies.keys()
    folder = str(PROJECTS / name)
    answers = Answers(**expected.get("answers", {}))
    report = audit(open_tree(folder), Config(path=folder, isolated=True, answers=answers))
    assert not [problem for problem in report.problems if problem.internal]
    said = {verdict.technology: verdict for verdict in report.verdicts}
    wrong = {
        technology: f"{said[technology].status}: {said[technology].summary}"
        for technology, status in expected["verdicts"].items()
        if said[technology].status != status
    }
    assert wrong == {}
    ids = {finding.id for finding in report.findings}
    for verdict in said.values():
        assert ids.issuperset(verdict.findings)
        assert bool(verdict.findings) or verdict.status not in {"blocked", "ready-with-work"}, "no evidence"
    if "primary" in expected:
        assert report.advice.primary == (expected["primary"] or None)
    remark = report.advice.inferred_from[-1]
    provisional = remark.question == "primary" and remark.because.startswith("provisional")
    assert provisional == expected.get("provisional", False), remark.because
    if "alternatives" in expected:
        assert list(report.advice.alternatives) == expected["alternatives"]
    if "kind" in expected:
        assert report.advice.kind == expected["kind"]
    if "rules" in expected:
        fired = {finding.rule for finding in report.findings if finding.status == "open"}
        assert fired == set(expected["rules"])
