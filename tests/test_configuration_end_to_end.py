"""Settings through the command line, with real files: what each does to the report and the exit code."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.cli import main

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = """
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1.0"
description = "An example"
readme = "README.md"
requires-python = ">=3.12"
license = "MIT"
license-files = ["LICENSE"]
scripts = {acme = "acme.cli:mian"}
"""

FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# acme\n",
    "LICENSE": "MIT License\n",
    "src/acme/__init__.py": '"""An example."""\n',
    "src/acme/cli.py": "import imp\n\n\ndef main():\n    imp.reload(main)\n",
    "src/acme/old.py": "import asyncore\n",
}
TARGET = "entry-point-target-missing"
REMOVED = "standard-library-import-removed"


@dataclass
class Project:
    """A project on disk and a user's home: `audit` returns (exit code, report, messages)."""

    folder: Path
    home: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, **files: str) -> None:
        for name, text in files.items():
            target = self.folder / name.replace("__", "/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def add(self, text: str) -> None:
        with (self.folder / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(text)

    def user(self, text: str) -> None:
        (self.home / "pkg-audit").mkdir(parents=True, exist_ok=True)
        (self.home / "pkg-audit" / "config.toml").write_text(text, encoding="utf-8")

    def audit(self, *options: str) -> tuple[int, dict[str, Any]]:
        code = main([str(self.folder), "--format", "json", *options])
        caught = self.capsys.readouterr()
        assert code in (0, 1), caught.err
        report: dict[str, Any] = json.loads(caught.out)
        assert report["summary"]["exit_code"] == code
        return code, report

    def refused(self, *options: str) -> str:
        assert main([str(self.folder), *options]) == 2
        caught = self.capsys.readouterr()
        assert caught.out == ""
        return caught.err


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    for name in list(os.environ):
        if name.startswith("PKG_AUDIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    found = Project(tmp_path / "project", tmp_path / "home", capsys)
    for name, text in FILES.items():
        target = found.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return found


def open_rules(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["rule"], f["location"]["path"]) for f in report["findings"] if f["status"] == "open"]


def ignored(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (f["rule"], f["location"]["path"]): f["ignored_because"] for f in report["findings"] if f["status"] == "ignored"
    }


def status(report: dict[str, Any], technology: str) -> str:
    return next(str(v["status"]) for v in report["verdicts"] if v["technology"] == technology)


def test_without_settings_all_is_found(project: Project) -> None:
    code, report = project.audit()
    assert code == 1
    assert open_rules(report) == [
        (TARGET, "pyproject.toml"),
        (REMOVED, "src/acme/cli.py"),
        (REMOVED, "src/acme/old.py"),
    ]


def test_select_keeps_what_it_names_and_the_verdicts_know_all(project: Project) -> None:
    project.add(f'[tool.pkg-audit]\nselect = ["{REMOVED}"]\n')
    _, report = project.audit()
    assert {rule for rule, _ in open_rules(report)} == {REMOVED}
    assert status(report, "wheel") == "blocked", "a rule that is not selected still holds"
    _, report = project.audit("--select", TARGET)
    assert {rule for rule, _ in open_rules(report)} == {TARGET}, "the command line goes before the project"


def test_ignore_for_a_path_with_a_reason(project: Project) -> None:
    project.add(
        "[tool.pkg-audit]\n"
        f'ignore = [{{rule = "{REMOVED}", path = "src/**/old.py", reason = "kept for 3.11"}}, "{TARGET}"]\n'
    )
    _, report = project.audit()
    assert open_rules(report) == [(REMOVED, "src/acme/cli.py")]
    assert ignored(report)[REMOVED, "src/acme/old.py"] == "kept for 3.11"
    assert (TARGET, "pyproject.toml") in ignored(report)
    assert status(report, "wheel") == "blocked", "an ignored fault is still a fault"
    assert report["summary"]["ignored"] == 2


def test_ignores_of_a_family_add_up_over_all_sources(project: Project) -> None:
    project.add('[tool.pkg-audit]\nignore = ["entry-points"]\n')
    project.user(f'ignore = [{{rule = "{REMOVED}", path = "src/acme/cli.py", reason = "mine"}}]\n')
    _, report = project.audit()
    assert open_rules(report) == [(REMOVED, "src/acme/old.py")]
    assert ignored(report)[REMOVED, "src/acme/cli.py"] == "mine"
    code, report = project.audit("--ignore", "python-versions")
    assert (code, open_rules(report)) == (0, [])


def test_an_ignore_that_matches_nothing_is_reported(project: Project) -> None:
    project.add(f'[tool.pkg-audit]\nignore = [{{rule = "{REMOVED}", path = "docs/**", reason = "none there"}}]\n')
    project.write(**{"src__acme__new.py": "import json  # pkg-audit: ignore[import-not-declared] left over\n"})
    _, report = project.audit()
    unused = [f for f in report["findings"] if f["rule"] == "ignore-without-effect"]
    assert {f["severity"] for f in unused} == {"info"}
    assert {f["location"]["path"] for f in unused} == {None, "src/acme/new.py"}


def test_comments_ignore_in_python_and_toml(project: Project) -> None:
    project.write(
        **{
            "src__acme__cli.py": f"import imp  # pkg-audit: ignore[{REMOVED}] falls back below\n\nmain = imp\n",
            "src__acme__old.py": f"# pkg-audit: ignore[{REMOVED}]\nimport asyncore\n",
            "pyproject.toml": PYPROJECT.replace('mian"}', f'mian"}}  # pkg-audit: ignore[{TARGET}] next week'),
        }
    )
    code, report = project.audit()
    assert open_rules(report) == []
    assert code == 0
    assert ignored(report) == {
        (REMOVED, "src/acme/cli.py"): "falls back below",
        (REMOVED, "src/acme/old.py"): "ignored by a comment",
        (TARGET, "pyproject.toml"): "next week",
    }


def test_severities_and_the_fail_level(project: Project) -> None:
    project.add(f'[tool.pkg-audit]\nseverity = {{{TARGET} = "info", {REMOVED} = "warning"}}\n')
    code, report = project.audit()
    assert code == 0
    assert {f["rule"]: f["severity"] for f in report["findings"]} == {TARGET: "info", REMOVED: "warning"}
    assert project.audit("--fail-on", "warning")[0] == 1
    assert project.audit("--fail-on", "never")[0] == 0
    assert project.audit("--severity", f"{TARGET}=error")[0] == 1, "rule by rule, the command line goes first"
    assert status(report, "wheel") == "blocked"


def test_answers_change_the_advice_and_say_who_gave_them(project: Project) -> None:
    project.write(**{"pyproject.toml": PYPROJECT.replace("mian", "main")})
    _, plain = project.audit()
    assert (plain["advice"]["kind"], plain["advice"]["audience"]) == ("tool", "developers")
    project.add('[tool.pkg-audit]\naudience = "end-users"\n')
    _, told = project.audit()
    assert told["advice"]["primary"] == "pyinstaller"
    because = {item["question"]: item["because"] for item in told["advice"]["inferred_from"]}
    assert because["audience"] == "set by the user"
    _, library = project.audit("--kind", "library")
    assert status(library, "zipapp") == "not-suited"
    assert library["findings"] == plain["findings"], "answers change what suits, never what was found"


def test_the_nearest_source_wins(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.add('[tool.pkg-audit]\nkind = "library"\n')
    assert project.audit()[1]["advice"]["kind"] == "library"
    project.user('kind = "service"\n')
    assert project.audit()[1]["advice"]["kind"] == "service"
    monkeypatch.setenv("PKG_AUDIT_KIND", "gui-app")
    assert project.audit()[1]["advice"]["kind"] == "gui-app"
    assert project.audit("--kind", "tool")[1]["advice"]["kind"] == "tool"


def test_isolated_leaves_the_projects_settings_out_and_its_comments_in(project: Project) -> None:
    project.add(f'[tool.pkg-audit]\nignore = ["{TARGET}"]\n')
    assert (TARGET, "pyproject.toml") not in open_rules(project.audit()[1])
    assert (TARGET, "pyproject.toml") in open_rules(project.audit("--isolated")[1])


def test_pkg_audit_toml_does_the_same_and_both_are_refused(project: Project) -> None:
    project.write(**{"pkg-audit.toml": f'ignore = ["{TARGET}"]\n'})
    assert (TARGET, "pyproject.toml") not in open_rules(project.audit()[1])
    project.add('[tool.pkg-audit]\nkind = "tool"\n')
    assert "both configure pkg-audit" in project.refused()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("selekt = []\n", ["pyproject.toml:16: unknown key `selekt`", "did you mean `select`?"]),
        ("public_index = true\n", ["did you mean `public-index`?"]),
        ('kind = "libary"\n', ["pyproject.toml:16:", "did you mean `library`?"]),
        ('rules = ["rules"]\n', ["`rules` cannot be set by the audited project"]),
        ('format = "json"\n', ["`format` cannot be set by the audited project"]),
        ('output = "x"\n', ["`output` can only be given on the command line"]),
        ('select = ["entry-point-target-mising"]\n', ["pyproject.toml:16", f"did you mean `{TARGET}`?"]),
        ('targets = ["weel"]\n', ["pyproject.toml:16", "did you mean `wheel`?"]),
        ('severity = {imports = "fatal"}\n', ["pyproject.toml:16"]),
        ('kind = 3\nignore = "x"\n', ["pyproject.toml:16: `kind` must be text", "pyproject.toml:17"]),
    ],
)
def test_faults_of_the_projects_settings_name_file_line_and_the_nearest_word(
    text: str, told: list[str], project: Project
) -> None:
    project.add("[tool.pkg-audit]\n" + text)
    message = project.refused()
    for words in told:
        assert words in message, message
    assert project.audit("--isolated")[0] == 1, "and --isolated audits all the same"


def test_an_unknown_variable_or_option_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "did you mean `--select`?" in project.refused("--selekt", "x")
    monkeypatch.setenv("PKG_AUDIT_SELEKT", "x")
    assert "did you mean PKG_AUDIT_SELECT?" in project.refused()


def test_a_project_for_no_public_index_may_hold_what_an_index_refuses(project: Project) -> None:
    text = PYPROJECT.replace("mian", "main").replace(
        'scripts = {', 'dependencies = ["tea @ https://example.org/tea-1.tar.gz"]\nscripts = {'
    )  # fmt: skip
    project.write(**{"pyproject.toml": text, "src__acme__cli.py": "import tea\n\n\ndef main():\n    tea\n"})
    assert status(project.audit()[1], "wheel") == "blocked"
    project.add("[tool.pkg-audit]\npublic-index = false\n")
    _, report = project.audit()
    assert status(report, "wheel") != "blocked"
    assert "dependency-direct-url" in {rule for rule, _ in open_rules(report)}


def test_targets_choose_the_verdicts(project: Project) -> None:
    project.add('[tool.pkg-audit]\ntargets = ["wheel", "pex"]\n')
    assert [v["technology"] for v in project.audit()[1]["verdicts"]] == ["wheel", "pex"]
    assert [v["technology"] for v in project.audit("--target", "sdist")[1]["verdicts"]] == ["sdist"]
