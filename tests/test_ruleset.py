"""Rules and technologies: what loads, what every fault is told, and which rules a selection leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pkg_audit.errors import ConfigError, RuleError
from pkg_audit.ruleset import Ruleset, load_ruleset
from pkg_audit.ruleset.selection import Selection, choose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULE = """
title      = "An entry point leads nowhere"
severity   = "error"
confidence = "certain"
find       = "entry_points[?target == 'missing']"
message    = "`{name}` points at `{value}`"
why        = "It fails on its first run."
fix        = "Correct it."
breaks     = ["installed"]
references = ["https://packaging.python.org/"]
since      = "0.1.0"
"""

TECHNOLOGY = """
title  = "Wheel"
level  = 1
order  = 1
traits = ["installed", "pure-python"]

[summary]
ready           = "It is ready"
ready-with-work = "{because}"
blocked         = "{because}"
unknown         = "{because}"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Return a function that writes a folder of rules, with one technology unless told otherwise."""

    def make(files: dict[str, str]) -> Path:
        root = tmp_path / "rules"
        for name, content in {"technologies/wheel.toml": TECHNOLOGY, **files}.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        return root

    return make


def change(old: str, new: str, text: str = RULE) -> str:
    assert old in text
    return text.replace(old, new)


def test_the_rules_that_ship_are_in_order() -> None:
    ruleset = load_ruleset()
    assert {"no-packaging-metadata", "more-than-one-module", "no-entry-point"} <= set(ruleset.rules)
    assert list(ruleset.technologies)[:5] == ["single-module", "script", "sdist", "wheel", "platform-wheel"]
    assert list(ruleset.rules) == sorted(ruleset.rules)


def test_a_rule_is_named_by_its_file_and_its_family_by_the_folder(write: Callable[[dict[str, str]], Path]) -> None:
    ruleset = load_ruleset(root=write({"entry-points/entry-point-leads-nowhere.toml": RULE}))
    rule = ruleset.rules["entry-point-leads-nowhere"]
    assert (rule.family, rule.severity, rule.confidence, rule.persona) == (
        "entry-points",
        "error",
        "certain",
        "default",
    )
    assert rule.url == "docs/rules/entry-point-leads-nowhere.md"
    assert rule.related[0].path == ("related",), "a record's own related places are used"
    assert ("EntryPoint", "target") in rule.touched()
    assert ruleset.families == ("entry-points",)
    assert ruleset.traits == {"installed", "pure-python"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (change("title ", "titel "), ["titel: unknown key; did you mean 'title'?", "title: missing"]),
        (change('"error"', '"eror"'), ["severity: 'eror' is not allowed; did you mean 'error'?"]),
        (change('"certain"', "3"), ["confidence: must be a text"]),
        (
            change("entry_points", "entrypoints"),
            ["find: Facts has no field 'entrypoints'; did you mean 'entry_points'?"],
        ),
        (change("'missing'", "'absent'"), ["find: 'absent' can never occur in `target`"]),
        (change("{name}", "{nmae}"), ["message: placeholder {nmae}: the record has no 'nmae'; did you mean 'name'?"]),
        (change("[?target == 'missing']", "[].name"), ["find: it gives a list of a string"]),
        (change("installed", "instaled"), ["breaks: unknown trait 'instaled'; did you mean 'installed'?"]),
        (change('["installed"]', '"installed"'), ["breaks: must be a list of texts"]),
        (change("since ", "hinders = ['installed']\nsince "), ["hinders: 'installed' is in `breaks` already"]),
        (change("since ", "persona = 'pedantic'\nsince "), ["persona: a pedantic rule cannot break"]),
        (change('"0.1.0"', '"soon"'), ["since: 'soon' must be the version"]),
        (change("https://", "http://"), ["references: 'http://packaging.python.org/' must start with https://"]),
        (change("since ", "given = 'project'\nsince "), ["given: `project` is a record and always there"]),
        (change("since ", "given = '!project.kind'\nsince "), ["given: !project. is read as (!project)."]),
        (change("since ", "unsure = 'top_level_names'\nsince "), ["unsure: it must select records with a `reason`"]),
        (change("since ", "covers = ['Bad Name']\nsince "), ["covers: 'Bad Name' must be lower-case words"]),
        (change("since ", "needs = 'networks'\nsince "), ["needs: 'networks' is not allowed; did you mean 'network'?"]),
        (change("since ", "unsure-of = ['installed']\nsince "), ["unsure-of: has no `unsure` to speak of"]),
        (change("since ", "summary = '{cuont}'\nsince "), ["summary: placeholder {cuont}"]),
        (
            change("since ", "edit = {text = '{naem}', at = 'att', saef = true}\nsince "),
            ["edit.at: ", "edit.text: ", "edit.saef: unknown key; did you mean 'safe'?"],
        ),
        (change("since ", "edit = {at = 'name', text = 'x'}\nsince "), ["edit.at: 'name' is not a place"]),
        (change("since ", "edit = {text = 'x', when = 'target'}\nsince "), ["edit.when: `target` is one of"]),
        (change("since ", "related = [{at = 'relatd'}]\nsince "), ["related[0].at: EntryPoint has no field 'relatd'"]),
        (RULE + "why = 3", ["not valid TOML"]),
        ("", ["find: missing", "title: missing", "severity: missing; it must be one of error, warning, info"]),
    ],
)
def test_all_faults_of_a_rule_are_told_at_once(
    text: str, told: list[str], write: Callable[[dict[str, str]], Path]
) -> None:
    with pytest.raises(RuleError) as error:
        load_ruleset(root=write({"entry-points/leads-nowhere.toml": text}))
    lines = str(error.value).splitlines()
    for words in told:
        assert any(line.startswith("rules/entry-points/leads-nowhere.toml: ") and words in line for line in lines), (
            lines
        )


def test_the_faults_of_all_files_are_told_at_once(write: Callable[[dict[str, str]], Path]) -> None:
    root = write(
        {
            "a/one.toml": change('"error"', '"eror"'),
            "b/two.toml": change("{name}", "{nmae}") + 'colour = "red"\n',
            "technologies/pex.toml": change("level  = 1", "level  = 'x'", TECHNOLOGY),
        }
    )
    with pytest.raises(RuleError) as error:
        load_ruleset(root=root)
    assert len(str(error.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a/one.toml": RULE, "b/one.toml": RULE}, "the name 'one' is taken by rules/a/one.toml"),
        ({"a/one.toml": RULE, "b/two.toml": RULE + 'renamed-from = ["one"]'}, "the name 'one' is taken"),
        ({"one/two.toml": RULE, "b/one.toml": RULE}, "its family 'one' is also the name of a rule"),
        ({"one.toml": RULE}, "a rule stands in the folder of its family"),
        ({"a/One.toml": RULE}, "lower-case words joined by dashes"),
    ],
)
def test_a_name_stands_for_one_thing(files: dict[str, str], told: str, write: Callable[[dict[str, str]], Path]) -> None:
    with pytest.raises(RuleError, match=re.escape(told)):
        load_ruleset(root=write(files))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (change("traits", "trait", TECHNOLOGY), "trait: unknown key; did you mean 'traits'?"),
        (change("traits", "trait", TECHNOLOGY), "traits: must name at least one demand"),
        (change('"It is ready"', '"{projct.name}"', TECHNOLOGY), "did you mean 'project'?"),
        (change("ready  ", "raedy  ", TECHNOLOGY), "summary.raedy: unknown key; did you mean 'ready'?"),
        (change("unknown ", "not-suited ", TECHNOLOGY), "lacks a text for 'unknown'"),
        ("applies = {platform = ['linus']}\n" + TECHNOLOGY, "unknown platform 'linus'; did you mean 'linux'?"),
        ("applies = {python = 'new'}\n" + TECHNOLOGY, "applies.python: 'new' is not a version specifier"),
        (TECHNOLOGY + "[[not-suited]]\nwhen = \"answers.kind == 'libary'\"\nbecause = 'x'", "did you mean 'library'?"),
        (TECHNOLOGY + "[[not-suited]]\nbecause = 'x'", "not-suited[0].when: missing"),
    ],
)
def test_a_technology_is_checked_alike(text: str, told: str, write: Callable[[dict[str, str]], Path]) -> None:
    with pytest.raises(RuleError, match=re.escape(told)):
        load_ruleset(root=write({"technologies/wheel.toml": text}))


def test_an_organisation_adds_a_folder_of_rules(write: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    own = tmp_path / "acme-rules"
    (own / "naming").mkdir(parents=True)
    (own / "at-the-top.toml").write_text(change("since ", "# since ").replace('"0.1.0"', ""), encoding="utf-8")
    (own / "naming" / "in-a-family.toml").write_text(RULE, encoding="utf-8")
    (own / "notes.txt").write_text("not a rule", encoding="utf-8")
    ruleset = load_ruleset([str(own)], root=write({"entry-points/one.toml": RULE}))
    assert {rule.id: rule.family for rule in ruleset.rules.values()} == {
        "at-the-top": "acme-rules",
        "in-a-family": "naming",
        "one": "entry-points",
    }
    assert not ruleset.rules["in-a-family"].builtin
    assert ruleset.rules["in-a-family"].url == ""


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"x/one.toml": RULE}, "the name 'one' is taken by rules/entry-points/one.toml"),
        ({"technologies/mine.toml": TECHNOLOGY}, "load from the package only"),
        ({"decision.toml": "x = 1"}, "load from the package only"),
        ({"x/bad.toml": change("{name}", "{nmae}")}, "x/bad.toml: message: placeholder {nmae}"),
        ({"notes.txt": "x"}, "holds no rule"),
    ],
)
def test_what_an_organisation_may_not(
    files: dict[str, str], told: str, write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    own = tmp_path / "own"
    for name, text in files.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=re.escape(told)):
        load_ruleset([str(own)], root=write({"entry-points/one.toml": RULE}))


def test_a_missing_folder_and_unreadable_files_are_faults(
    write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "binary.toml").write_bytes(b"\xff\xfe")
    (own / "deep.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    (own / "large.toml").write_text("#" * 400_000, encoding="utf-8")
    with pytest.raises(RuleError) as error:
        load_ruleset([str(own), str(tmp_path / "nowhere")], root=write({}))
    text = str(error.value)
    for words in ("binary.toml: not UTF-8", "deep.toml: not valid TOML", "large.toml: larger", "no such folder"):
        assert words in text


@pytest.fixture
def three(write: Callable[[dict[str, str]], Path]) -> Ruleset:
    pedantic = change("since ", "persona = 'pedantic'\nsince ").replace('breaks     = ["installed"]', "")
    return load_ruleset(
        root=write(
            {
                "names/name-invalid.toml": RULE + 'renamed-from = ["bad-name"]',
                "names/name-long.toml": RULE,
                "style/name-ugly.toml": pedantic,
            }
        )
    )


@pytest.mark.parametrize(
    ("selection", "counting"),
    [
        (Selection(), {"name-invalid", "name-long"}),
        (Selection(persona="pedantic"), {"name-invalid", "name-long", "name-ugly"}),
        (Selection(select=("name-long",)), {"name-long"}),
        (Selection(select=("bad-name",)), {"name-invalid"}),
        (Selection(select=("names",)), {"name-invalid", "name-long"}),
        (Selection(select=("name-*",)), {"name-invalid", "name-long"}),
        (Selection(select=("name-ugly",)), {"name-ugly"}),
        (Selection(ignore=("names",)), set()),
        (Selection(ignore=("name-long",)), {"name-invalid"}),
        (Selection(select=("names",), ignore=("name-long",)), {"name-invalid"}),
        (Selection(select=("name-long",), ignore=("names",)), {"name-long"}),
        (Selection(select=("names",), ignore=("names",)), set()),
    ],
)
def test_the_narrower_name_wins(selection: Selection, counting: set[str], three: Ruleset) -> None:
    chosen = choose(three, selection)
    assert {choice.rule.id for choice in chosen if choice.runs and choice.ignored_because is None} == counting
    assert len(chosen) == 3


def test_severities_can_be_set(three: Ruleset) -> None:
    chosen = choose(three, Selection(severity={"names": "info", "name-long": "warning"}))
    assert [choice.severity for choice in chosen] == ["info", "warning", "error"]


def test_names_that_select_nothing_are_told_all_at_once(three: Ruleset) -> None:
    with pytest.raises(ConfigError) as error:
        choose(three, Selection(select=("name-lng",), ignore=("nmes",), severity={"zzz*": "info"}))
    first, second, third = str(error.value).splitlines()
    assert first == "select: no rule or family 'name-lng'; did you mean 'name-long'?"
    assert second == "ignore: no rule or family 'nmes'; did you mean 'names'?"
    assert third.startswith("severity: no rule or family 'zzz*'; valid: ")
