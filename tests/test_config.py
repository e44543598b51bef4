from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg_audit.config import Config, check_names, inline_ignores, load_config, nearest
from pkg_audit.config.ignores import Ignore, covers
from pkg_audit.config.load import user_config_path
from pkg_audit.config.settings import KEYS
from pkg_audit.errors import ConfigError
from pkg_audit.ruleset import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pkg_audit.tree import Tree

MakeTree = "Callable[[dict[str, str | bytes]], Tree]"


def load(tree: Tree | None = None, user: str = "", environ: dict[str, str] | None = None, **arguments: Any) -> Config:
    given = {key.replace("_", "-"): value for key, value in arguments.items()}
    return load_config(tree, given, environ or {}, user)


def faults(tree: Tree | None = None, **more: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tree, **more)
    return str(caught.value).splitlines()


def test_nothing_set_gives_the_defaults() -> None:
    assert load() == Config()


def test_the_project_selects_ignores_and_answers(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree(
        {
            "pyproject.toml": """
[tool.pkg-audit]
select = ["layout"]
ignore = ["a-rule", {rule = "b-rule", path = "src/old/**", reason = "goes with 2.0"}]
fail-on = "warning"
targets = ["wheel"]
kind = "tool"
assume = ["python"]
platforms = ["linux-x86_64", "macos"]
public-index = false
persona = "pedantic"
[tool.pkg-audit.severity]
c-rule = "info"
"""
        }
    )
    config = load(tree)
    assert config.select == ("layout",)
    assert config.ignores == (
        Ignore("a-rule", origin="pyproject.toml:4"),
        Ignore("b-rule", "src/old/**", "goes with 2.0", "pyproject.toml:4"),
    )
    assert (config.fail_on, config.targets, config.persona) == ("warning", ("wheel",), "pedantic")
    assert (config.answers.kind, config.answers.assume) == ("tool", ("python",))
    assert config.answers.platforms == ("linux-x86_64", "macos")
    assert config.public_index is False
    assert config.severities == {"c-rule": "info"}
    assert config.origins["severity.c-rule"] == "pyproject.toml:13"
    assert config.selection().ignore == ("a-rule",)


def test_pkg_audit_toml_is_the_same_without_the_table(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    assert load(make_tree({"pkg-audit.toml": 'kind = "library"'})).answers.kind == "library"


def test_two_configurations_of_one_project_are_a_fault(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree({"pkg-audit.toml": "", "pyproject.toml": "[tool.pkg-audit]\n"})
    assert faults(tree) == [
        "pkg-audit.toml and [tool.pkg-audit] in pyproject.toml both configure pkg-audit; keep one of them"
    ]


def test_precedence(make_tree: Callable[[dict[str, str | bytes]], Tree], tmp_path: Path) -> None:
    tree = make_tree(
        {
            "pyproject.toml": """
[tool.pkg-audit]
kind = "library"
audience = "developers"
environment = "desktop"
deployment = "batch"
ignore = ["p"]
severity = {r = "info", s = "info"}
"""
        }
    )
    user = tmp_path / "config.toml"
    user.write_text(
        'kind = "tool"\naudience = "operations"\nenvironment = "server"\nignore = ["u"]\nseverity = {r = "error"}'
    )
    config = load(
        tree, str(user), {"PKG_AUDIT_KIND": "service", "PKG_AUDIT_AUDIENCE": "end-users"}, kind="script", ignore=["c"]
    )
    answers = config.answers
    assert (answers.kind, answers.audience, answers.environment, answers.deployment) == (
        "script",
        "end-users",
        "server",
        "batch",
    )
    assert [ignore.rule for ignore in config.ignores] == ["c", "u", "p"]
    assert config.severities == {"r": "error", "s": "info"}
    assert config.origins["kind"] == "--kind"
    assert config.origins["audience"] == "PKG_AUDIT_AUDIENCE"


@pytest.mark.parametrize("how", ["argument", "environment", "user"])
def test_isolated_leaves_the_project_out(
    how: str, make_tree: Callable[[dict[str, str | bytes]], Tree], tmp_path: Path
) -> None:
    tree = make_tree({"pyproject.toml": '[tool.pkg-audit]\nkind = "tool"\nnonsense = 1'})
    user = tmp_path / "config.toml"
    user.write_text("isolated = true" if how == "user" else "")
    arguments = {"isolated": True} if how == "argument" else {}
    environ = {"PKG_AUDIT_ISOLATED": "1"} if how == "environment" else {}
    config = load(tree, str(user), environ, **arguments)
    assert config.isolated
    assert config.answers.kind is None


@pytest.mark.parametrize("key", ["rules", "format", "isolated", "color", "show"])
def test_the_project_cannot_name_code_or_outputs(key: str, make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree({"pyproject.toml": f"[tool.pkg-audit]\n{key} = []"})
    assert faults(tree) == [
        f"pyproject.toml:2: `{key}` cannot be set by the audited project; set it by command line or your configuration"
    ]


def test_all_faults_come_at_once_with_places_and_nearest_words(
    make_tree: Callable[[dict[str, str | bytes]], Tree], tmp_path: Path
) -> None:
    tree = make_tree(
        {
            "pyproject.toml": """
[tool.pkg-audit]
fail_on = "error"
selct = ["x"]
kind = "libary"
plugins = ["evil"]
output = "json=x"
public-index = "no"
targets = [1]
ignore = [{rule = "a", pth = "b"}, {path = "c"}, {rule = "a", path = "../x"}]
platforms = ["linx"]
severity = {a = "fatal"}
assume = {}
"""
        }
    )
    user = tmp_path / "config.toml"
    user.write_text("nothing = 1")
    found = faults(tree, user=str(user), environ={"PKG_AUDIT_KID": "x", "PKG_AUDIT_SHOW": "most"}, fail_on="errors")
    assert "--fail-on: unknown value for `fail-on`: `errors`; did you mean `error`?" in found
    assert "environment: unknown variable `PKG_AUDIT_KID`; did you mean PKG_AUDIT_KIND?" in found
    assert any(
        line.startswith("PKG_AUDIT_SHOW: unknown value for `show`: `most`; there are: all, top") for line in found
    )
    assert any("config.toml:1: unknown key `nothing`" in line for line in found)
    assert "pyproject.toml:3: unknown key `fail_on`; did you mean `fail-on`?" in found
    assert "pyproject.toml:4: unknown key `selct`; did you mean `select`?" in found
    assert "pyproject.toml:5: unknown value for `kind`: `libary`; did you mean `library`?" in found
    assert any(line.startswith("pyproject.toml:6: unknown key `plugins`") for line in found)
    assert "pyproject.toml:7: `output` can only be given on the command line" in found
    assert "pyproject.toml:8: `public-index` must be true or false" in found
    assert "pyproject.toml:9: `targets` holds no text" in found
    assert "pyproject.toml:10: unknown key `pth`; did you mean `path`?" in found
    assert sum(line.startswith("pyproject.toml:10: ") for line in found) == 3
    assert "pyproject.toml:11: unknown platform `linx`; did you mean `linux`?" in found
    assert "pyproject.toml:12: severity of `a` must be one of error, warning, info" in found
    assert any(line.startswith("pyproject.toml:13: `assume` must be a list") for line in found)


@pytest.mark.parametrize(
    "text",
    ["[tool.pkg-audit\n", "tool = 1", "[tool]\nother = 1", "[[tool]]\n", "tool.x = 'pkg-audit'", b"\xff pkg-audit"],
)
def test_a_pyproject_that_says_nothing_to_us_is_no_fault(
    text: str | bytes, make_tree: Callable[[dict[str, str | bytes]], Tree]
) -> None:
    assert load(make_tree({"pyproject.toml": text})) == Config()


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"pyproject.toml": "[tool]\npkg-audit = 3"}, "pyproject.toml:2: `tool.pkg-audit` must be a table"),
        ({"pkg-audit.toml": "kind = "}, "pkg-audit.toml:1: "),
        ({"pkg-audit.toml": b"\xff"}, "pkg-audit.toml:1: "),
    ],
)
def test_our_own_table_or_file_must_be_valid(
    files: dict[str, str | bytes], fault: str, make_tree: Callable[[dict[str, str | bytes]], Tree]
) -> None:
    found = faults(make_tree(files))
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_messages_quote_nothing_unprintable(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree({"pkg-audit.toml": '"\\u001b[2J\\n::x::" = 1\nselect = ["\\u202e"]\nkind = "\\u0007"'})
    found = faults(tree)
    assert len(found) == 2
    assert all(line.isprintable() for line in found)


def test_the_users_file_may_name_rule_folders_relative_to_itself(tmp_path: Path) -> None:
    user = tmp_path / "config.toml"
    user.write_text('rules = ["mine"]\nformat = "json"')
    config = load(user=str(user))
    assert config.rules_dirs == (str(tmp_path / "mine"),)
    assert config.format == "json"


def test_environment_lists() -> None:
    config = load(environ={"PKG_AUDIT_SELECT": "a, b", "PKG_AUDIT_PUBLIC_INDEX": "no", "PKG_AUDIT_TARGET": "wheel"})
    assert (config.select, config.public_index, config.targets) == (("a", "b"), False, ("wheel",))


def test_a_users_file_that_is_not_there_or_no_file_is_passed_over(tmp_path: Path) -> None:
    assert load(user=str(tmp_path / "none" / "config.toml")) == Config()
    assert load(user=str(tmp_path)) == Config()
    (tmp_path / "file").write_text("")
    assert load(user=str(tmp_path / "file" / "config.toml")) == Config()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HOME": "/home/u"}, "/home/u/.config/pkg-audit/config.toml"),
        ({"HOME": "/home/u", "XDG_CONFIG_HOME": "/x"}, "/x/pkg-audit/config.toml"),
        ({"HOME": "/home/u", "XDG_CONFIG_HOME": "relative"}, "/home/u/.config/pkg-audit/config.toml"),
        ({"HOME": "relative"}, ""),
        ({}, ""),
    ],
)
def test_where_the_users_file_is(environ: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert user_config_path(environ) == expected


def test_every_key_is_documented_by_its_choices() -> None:
    assert all(key == key.lower() and "_" not in key for key in KEYS)


def test_unknown_names_of_rules_and_technologies_are_said_with_their_places() -> None:
    ruleset = load_ruleset()
    rule = next(iter(ruleset.rules))
    family = ruleset.rules[rule].family
    check_names(load(select=[rule, family, f"{rule[:4]}*"], targets=["wheel"]), ruleset)
    config = load(select=[f"{rule}x"], ignore=["zzzzzz"], targets=["whel"], severity={"qqqqqq": "info"})
    with pytest.raises(ConfigError) as caught:
        check_names(config, ruleset)
    found = str(caught.value).splitlines()
    assert found[0] == f"--select: unknown rule or family `{rule}x`; did you mean `{rule}`?"
    assert found[1].startswith("--ignore: unknown rule or family `zzzzzz`; `pkg-audit rules` lists them")
    assert found[2].startswith("--severity: unknown rule or family `qqqqqq`")
    assert found[3] == "--target: unknown technology `whel`; did you mean `wheel`?"


def test_nearest() -> None:
    assert nearest("whel", ["wheel", "sdist"]) == ["wheel"]
    assert nearest("point", ["entry-point-x"]) == ["entry-point-x"]
    assert nearest("zz", ["wheel"]) == []
    assert nearest("w" * 100_000, ["wheel"]) == []


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("src", "src/a.py", True),
        ("src/", "src/a.py", True),
        ("./src", "src/a.py", True),
        ("src", "other/src/a.py", False),
        ("**/src", "other/src/a.py", True),
        ("*.py", "a.py", True),
        ("*.py", "src/a.py", False),
        ("**/*.py", "src/deep/a.py", True),
        ("**/*.py", "a.py", True),
        ("src/**/b", "src/b/x", True),
        ("src/?.py", "src/a.py", True),
        ("src/?.py", "src/ab.py", False),
        ("src/**", "src", True),
        ("a*b*c", "axxbxxc", True),
        ("a*b*c", "axxcxxb", False),
        ("", "a", False),
        ("a.py", "a_py", False),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert covers(glob, path) is expected


def test_globs_are_linear() -> None:
    start = time.perf_counter()
    assert not covers("*a" * 200 + "b", "a" * 250)
    assert not covers("/".join(["**", "a"] * 100) + "/b", "/".join(["a"] * 2_000))
    assert time.perf_counter() - start < 1


def test_an_ignore_for_a_path_or_a_family() -> None:
    config = Config(ignores=(Ignore("rule", "src/**"), Ignore("fam", reason="why"), Ignore("start-*")))
    assert config.ignore_for("rule", "x", "src/a.py") is config.ignores[0]
    assert config.ignore_for("rule", "x", "a.py") is None
    assert config.ignore_for("rule", "x", None) is None
    assert config.ignore_for("rule", "fam", "src/a.py") is config.ignores[1]
    assert config.ignore_for("start-here", "x", None) is config.ignores[2]


def test_inline_ignores_in_python() -> None:
    text = '''import a  # pkg-audit: ignore[one, two] because of x
# pkg-audit: ignore[three]

# a comment
import b
text = "# pkg-audit: ignore[no]" + '# pkg-audit: ignore[no]'
text = """
# pkg-audit: ignore[no]
"""  # pkg-audit: ignore[four]: - it's needed
# pkg-audit: ignore
x = 'it\\'s'  #pkg-audit:ignore[five]
y = 'unfinished
z = 1  # pkg-audit: ignore[six]
'''
    found = [(item.line, item.applies_to, item.rules, item.reason) for item in inline_ignores(text, "a.py")]
    assert found == [
        (1, 1, ("one", "two"), "because of x"),
        (2, 5, ("three",), ""),
        (9, 9, ("four",), "it's needed"),
        (10, 11, (), ""),
        (11, 11, ("five",), ""),
        (13, 13, ("six",), ""),
    ]


def test_inline_ignores_in_toml_and_ini() -> None:
    toml = "a = 'C:\\'  # pkg-audit: ignore[one]\nb = '''\\'''  # pkg-audit: ignore[two]\nc = \"\"\"#\n\"\"\"\n"
    assert [item.rules for item in inline_ignores(toml, "pyproject.toml")] == [("one",), ("two",)]
    ini = "[a]\n# it's a note\n# pkg-audit: ignore[one]\nb = don't # pkg-audit: ignore[no]\n"
    assert [(item.line, item.applies_to) for item in inline_ignores(ini, "setup.cfg")] == [(3, 4)]


def test_an_inline_ignore_matches_the_first_or_last_line_of_a_finding() -> None:
    (ignore,) = inline_ignores("call(\n)  # pkg-audit: ignore[rule, fam, be*]\n")
    assert ignore.matches("rule", "x", 1, 2)
    assert ignore.matches("y", "fam", 2)
    assert ignore.matches("begin", "x", 2)
    assert not ignore.matches("rule", "x", 1)
    assert not ignore.matches("rule", "x", None, None)


@given(
    st.text(st.sampled_from("#'\"\\\n pkg-audit:ignore[]x"), max_size=300), st.sampled_from(["a.py", "a.toml", "a.cfg"])
)
def test_inline_ignores_never_fail(text: str, path: str) -> None:
    for item in inline_ignores("# pkg-audit: ignore[a]\n" + text + " # pkg-audit: ignore[b]", path):
        assert 1 <= item.line <= text.count("\n") + 2


def test_inline_ignores_are_linear() -> None:
    start = time.perf_counter()
    inline_ignores("# pkg-audit: ignore[" * 40_000, "a.py")
    inline_ignores("'\"#\\" * 200_000 + "# pkg-audit:", "a.py")
    inline_ignores("# pkg-audit: ignore[a]\n" * 20_000, "a.py")
    assert time.perf_counter() - start < 3
