from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.cli import main
from pkg_audit.errors import ConfigError
from pkg_audit.explain import FORMATS, answer, explain_rule, find_rule
from pkg_audit.explain.example import example_of
from pkg_audit.ruleset import Ruleset, load_ruleset

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]

RULE = """
title = "Acme projects name an owner"
severity = "warning"
confidence = "likely"
find = "[project][?name == 'x']"
message = "{name} \\u001b[2J names no owner"
why = "Somebody has to answer."
fix = "Name one."
"""


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_ruleset()


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "no-owner.toml").write_text(RULE, encoding="utf-8")
    return str(tmp_path / "acme")


def make_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "tools" / "make_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_rule_can_be_explained_three_ways(ruleset: Ruleset) -> None:
    for rule in ruleset.rules.values():
        text = explain_rule(rule, ruleset, "text")
        for label in ("Says", "Why", "Fix", "Silence", "See"):
            assert f"\n{label} " in text, rule.id
        assert f"ignore[{rule.id}]" in text
        assert rule.since in text
        assert explain_rule(rule, ruleset, "markdown").startswith(f"# {rule.id}\n")
        assert json.loads(explain_rule(rule, ruleset, "json"))["rule"] == rule.id


def test_harm_is_said_by_technology_and_trait(ruleset: Ruleset) -> None:
    rule = next(rule for rule in ruleset.rules.values() if rule.breaks or rule.hinders)
    document = json.loads(explain_rule(rule, ruleset, "json"))
    harmed = set(document["broken_technologies"]) | set(document["hindered_technologies"])
    traits = {*rule.breaks, *rule.hinders}
    assert harmed == {item.id for item in ruleset.technologies.values() if traits & set(item.traits)}


def test_a_checkout_shows_the_example_and_a_wheel_does_without(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = [rule for rule in ruleset.rules if (ROOT / "fixtures" / "rules" / rule / "bad").is_dir()]
    if not names:
        pytest.skip("no example projects yet")
    assert example_of(names[0])
    monkeypatch.setattr("pkg_audit.resources.rules_root", lambda: tmp_path / "_rules")
    assert example_of(names[0]) == ""


def test_an_unknown_rule_gets_the_nearest(ruleset: Ruleset, capsys: pytest.CaptureFixture[str]) -> None:
    rule = next(iter(ruleset.rules))
    assert main(["explain", f"{rule}s"]) == 2
    assert capsys.readouterr().err.startswith(f"error: there is no rule `{rule}s`\nhint: {rule}")
    with pytest.raises(ConfigError, match="lists them"):
        find_rule("qqqqqqqq", ruleset)
    family = ruleset.rules[rule].family
    with pytest.raises(ConfigError, match="is a family of rules"):
        find_rule(family, ruleset)


def test_an_organisations_rule_is_explained_too(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "no-owner", "--rules", folder]) == 0
    shown = capsys.readouterr().out
    assert "Somebody has to answer." in shown
    assert "\x1b" not in shown
    assert "no-owner" in answer("rules", None, "text", [folder])


def test_lists(ruleset: Ruleset) -> None:
    rules = answer("rules", None, "text")
    technologies = answer("technologies", None, "text")
    assert all(f" {rule} " in rules for rule in ruleset.rules)
    for item in ruleset.technologies.values():
        assert item.id in technologies
        assert all(trait in technologies for trait in item.traits)
    listed: list[dict[str, Any]] = json.loads(answer("technologies", None, "json"))
    assert [item["technology"] for item in listed] == list(ruleset.technologies)
    assert {item["rule"] for item in json.loads(answer("rules", None, "json"))} == set(ruleset.rules)


@pytest.mark.parametrize("command", sorted(FORMATS))
def test_commands_print_every_format(command: str, ruleset: Ruleset, capsys: pytest.CaptureFixture[str]) -> None:
    rule = [next(iter(ruleset.rules))] if command == "explain" else []
    for name in FORMATS[command]:
        assert main([command, *rule, "--format", name]) == 0
        assert capsys.readouterr().out.endswith("\n")


def test_the_pages_are_up_to_date_and_every_page_has_a_rule() -> None:
    assert make_docs().differences() == [], "run: python tools/make_docs.py"


def test_every_rule_has_a_page(ruleset: Ruleset) -> None:
    made = make_docs().pages()
    assert set(made) == {
        "docs/rules/index.md",
        "docs/technologies.md",
        *(f"docs/rules/{rule}.md" for rule in ruleset.rules),
    }


def test_a_stale_or_orphaned_page_is_noticed(tmp_path: Path) -> None:
    pages = tmp_path / "docs" / "rules"
    pages.mkdir(parents=True)
    (pages / "gone.md").write_text("x")
    found = make_docs().differences(tmp_path)
    assert "docs/rules/gone.md" in found
    assert "docs/rules/index.md" in found
