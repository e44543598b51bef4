"""Every rule on its two example projects, with no code per rule; and what must hold for all rules together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from example_projects import example_tree

from pkg_audit.advice import load_decision
from pkg_audit.audit import audit
from pkg_audit.config import Config
from pkg_audit.query import facts_schema
from pkg_audit.report.concise import render
from pkg_audit.report.style import Style
from pkg_audit.ruleset import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Report

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures" / "rules"
CHECKS = ROOT.parent / "shared" / "knowledge-base" / "CHECKS.md"

RULESET = load_ruleset()
RULES = sorted(RULESET.rules)

READ_BY_THE_REPORT: frozenset[str] = frozenset()
"""Lists of facts that no rule, technology or question reads, because the report itself does."""


def report(folder: Path, *rules: str) -> Report:
    """Audit an example project as `tools/make_reports.py` does."""
    config = Config(path=str(folder), persona="pedantic", isolated=True, rules_dirs=rules)
    with example_tree(folder) as tree:
        return audit(tree, config)


def fired(folder: Path, *rules: str) -> set[str]:
    """Return the rules with open findings; what the audit could not do is no way to pass."""
    result = report(folder, *rules)
    assert not [problem for problem in result.problems if problem.internal]
    return {finding.rule for finding in result.findings if finding.status == "open"}


@pytest.mark.parametrize("rule", RULES)
def test_on_the_bad_side_this_rule_fires_and_no_other(rule: str) -> None:
    assert fired(FIXTURES / rule / "bad") == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_on_the_good_side_nothing_fires(rule: str) -> None:
    assert fired(FIXTURES / rule / "good") == set()


@pytest.mark.parametrize("rule", RULES)
def test_the_words_are_those_that_were_read_and_approved(rule: str) -> None:
    expected = FIXTURES / rule / "report.txt"
    assert expected.is_file(), "run: python tools/make_reports.py"
    assert render(report(FIXTURES / rule / "bad"), Style(quiet=2)) == expected.read_text(encoding="utf-8")


def test_every_rule_has_its_example_projects_and_every_example_its_rule() -> None:
    assert sorted(entry.name for entry in FIXTURES.iterdir() if entry.is_dir()) == RULES
    for rule in RULES:
        inside = {entry.name for entry in (FIXTURES / rule).iterdir()}
        assert inside == {"bad", "good", "report.txt"}, rule


def test_every_rule_names_a_source() -> None:
    assert [rule.id for rule in RULESET.rules.values() if not (rule.references or rule.covers)] == []


def test_every_technology_is_affected_by_some_rule_and_every_trait_is_spoken_of() -> None:
    spoken = {trait for rule in RULESET.rules.values() for trait in (*rule.breaks, *rule.hinders, *rule.unsure_of)}
    assert [t.id for t in RULESET.technologies.values() if spoken.isdisjoint(t.traits)] == []
    assert RULESET.traits - spoken == set()


def test_every_list_of_facts_is_read_by_somebody() -> None:
    read = load_decision(RULESET).touched()
    read = read.union(*(rule.touched() for rule in RULESET.rules.values()))
    read = read.union(*(technology.touched() for technology in RULESET.technologies.values()))
    lists = {("Facts", name) for name in facts_schema().fields if name not in READ_BY_THE_REPORT}
    assert lists - read == set()


@pytest.mark.shared
def test_the_checks_that_a_rule_answers_exist(record_property: Callable[[str, object], None]) -> None:
    if not CHECKS.is_file():
        pytest.skip("the inventory of checks is not beside the checkout")
    rows = set(re.findall(r"^\| `([a-z0-9-]+)` \|", CHECKS.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(rows) > 400
    covered = {row for rule in RULESET.rules.values() for row in rule.covers}
    assert covered - rows == set()
    record_property("checks covered", f"{len(covered)} of {len(rows)}")
    print(f"{len(RULES)} rules answer {len(covered)} of {len(rows)} checks")


OWN_RULE = """
title      = "A module lies directly in site-packages"
severity   = "warning"
confidence = "certain"
find       = "top_level_names[?kind == 'module']"
message    = "`{name}` is a module of its own; we ship import packages"
why        = "Our import packages all carry the prefix acme, and a lone module escapes the check."
fix        = "Move it into an import package."
hinders    = ["installed"]
references = ["https://intranet.example/packaging"]
"""

METADATA = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "acme-tea"
version = "1.0"
description = "An example"
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE"]
"""


def test_an_organisation_adds_one_file_and_two_examples_and_nothing_else(tmp_path: Path) -> None:
    files = {
        "rules/acme/module-without-package.toml": OWN_RULE,
        "examples/bad/pyproject.toml": METADATA + '[tool.setuptools]\npy-modules = ["acme_tea"]\n',
        "examples/bad/acme_tea.py": '"""An example."""\n',
        "examples/good/pyproject.toml": METADATA + '[tool.setuptools]\npackages = ["acme_tea"]\n',
        "examples/good/acme_tea/__init__.py": '"""An example."""\n',
    }
    for side in ("bad", "good"):
        files |= {f"examples/{side}/README.md": "# acme\n", f"examples/{side}/LICENSE": "MIT License\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    own = str(tmp_path / "rules")
    assert fired(tmp_path / "examples" / "good", own) == set()
    assert fired(tmp_path / "examples" / "bad", own) == {"module-without-package"}
    (finding,) = report(tmp_path / "examples" / "bad", own).findings
    assert (finding.family, finding.url) == ("acme", "")
    assert finding.message == "`acme_tea` is a module of its own; we ship import packages"
    verdicts = {verdict.technology: verdict for verdict in report(tmp_path / "examples" / "bad", own).verdicts}
    assert verdicts["wheel"].status == "ready-with-work"
    assert verdicts["wheel"].findings == (finding.id,)
