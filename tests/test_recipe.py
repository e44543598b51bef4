"""The commands that build a project's forms."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pkg_audit.audit import audit
from pkg_audit.config import Config
from pkg_audit.errors import ConfigError
from pkg_audit.recipe import TECHNOLOGIES, recipe
from pkg_audit.tree import open_tree

FIXTURES = Path(__file__).parents[1] / "fixtures"
TOOL = FIXTURES / "projects" / "console-tool"


def written(folder: Path, technology: str, script: str = "") -> str:
    config = Config(path=str(folder), isolated=True, facts=True)
    return recipe(audit(open_tree(str(folder)), config), technology, script)


def options(text: str) -> list[str]:
    return [line.strip().removesuffix(" \\") for line in text.splitlines() if line.strip().startswith("--")]


@pytest.mark.parametrize("technology", TECHNOLOGIES)
def test_every_recipe_is_a_shell_script(technology: str) -> None:
    text = written(TOOL, technology)
    if os.name == "posix":
        assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0
    assert text.startswith("# ")


def test_a_zipapp_gets_a_main_of_ours_that_keeps_the_exit_status() -> None:
    text = written(TOOL, "zipapp")
    assert 'if __name__ == "__main__":\n    sys.exit(' in text
    main = text.partition("__main__.py <<'END'\n")[2].partition("\nEND")[0]
    compile(main, "__main__.py", "exec")


def test_a_freezer_is_told_what_nothing_imports() -> None:
    rules = FIXTURES / "rules"
    assert "--collect-data acme" in options(written(rules / "data-read-by-path" / "bad", "pyinstaller"))
    assert "--collect-all acme" in options(written(rules / "source-file-used-by-path" / "bad", "pyinstaller"))
    assert "--hidden-import acme.formats.csv" in options(
        written(rules / "module-named-in-string" / "bad", "pyinstaller")
    )
    computed = written(rules / "module-imported-by-computed-name" / "bad", "pyinstaller")
    assert "--collect-submodules acme.formats" in options(computed)
    assert "--copy-metadata acme" in options(written(rules / "metadata-looked-up" / "bad", "pyinstaller"))
    assert options(written(TOOL, "pyinstaller")) == []


def test_a_blocked_recipe_says_so_and_where() -> None:
    text = written(FIXTURES / "rules" / "data-read-by-path" / "bad", "zipapp")
    assert "# blocked: " in text
    assert "#   src/acme/cli.py:9: `acme/words.txt`" in text


def test_shiv_gets_round_a_function_named_like_a_submodule() -> None:
    text = written(FIXTURES / "rules" / "entry-point-read-otherwise" / "bad", "shiv")
    assert "from acme import run as main" in text
    assert "-e start_program:main" in text


def test_pex_becomes_a_virtual_environment_where_children_need_the_modules() -> None:
    bad = FIXTURES / "rules" / "interpreter-started-for-own-module" / "bad"
    assert "--venv prepend" in written(bad, "pex")
    assert "--venv prepend" not in written(TOOL, "pex")


def test_an_unknown_script_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown script"):
        written(TOOL, "shiv", "nothing-like-it")


def test_text_of_the_project_cannot_leave_its_comment(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "acme"\nversion = "1"\n[project.scripts]\n"x\\nrm -rf /" = "acme:main"\n"ok" = "acme:a;b"\n'
    )
    for technology in TECHNOLOGIES:
        for line in written(tmp_path, technology).splitlines():
            assert not line.startswith("rm -rf /")
            assert ";b" not in line or line.startswith("#")


def test_the_command_answers(capfd: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pkg_audit", "recipe", "zipap", str(TOOL)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "did you mean `zipapp`?" in done.stderr) == (2, True)
    done = subprocess.run(
        [sys.executable, "-m", "pkg_audit", "recipe", "zipapp", str(TOOL)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.startswith("# zipapp")) == (0, True)
