"""The public hostile corpus is held whole in every format and both command forms; it stands beside some checkouts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pkg_audit.report import FORMATS

CORPUS = Path(__file__).parents[3] / "shared" / "hostile"
SUBJECTS = {
    "execution": "exec|fs",
    "parsing": "py|toml|cfg|out",
    "archives": "zip|tar|whl",
    "surroundings": "env|cache",
}
"""Parts of the corpus by the prefix of their cases, so that workers can share it."""
SLOWER = "4"
"""Factor on the corpus' time limits: the tests run beside each other."""
COMMANDS = {"script": str(Path(sys.executable).parent / "pkg-audit"), "module": f"{sys.executable} -m pkg_audit"}


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.exists(), reason="the hostile corpus does not stand beside this checkout")
@pytest.mark.skipif(sys.platform != "linux", reason="the corpus and its runner are made for Linux")
@pytest.mark.parametrize("form", COMMANDS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_case_is_held(subject: str, form: str, tmp_path: Path) -> None:
    if not shutil.which(COMMANDS[form].split()[0]):
        pytest.skip("the command pkg-audit is not installed beside this Python")
    cases, only = tmp_path / "cases", f"^p-({SUBJECTS[subject]})-"
    made = _run("make_hostile.py", cases, "--set", "public", "--only", only)
    assert made.returncode == 0, made.stderr
    command = COMMANDS[form]
    done = _run(
        "run_hostile.py",
        cases,
        *("--cmd", f"{command} --format {{format}} {{path}}"),
        *("--module-cmd", f"{COMMANDS['module']} --format {{format}} {{path}}"),
        *("--output-cmd", f"{command} --format json --output {{out}} {{path}}"),
        *("--formats", ",".join(FORMATS), "--scale", SLOWER, "--quiet"),
    )
    _run("make_hostile.py", cases, "--clean")
    held = re.search(r"^(\d+) of (\d+) hostile cases held$", done.stdout, re.MULTILINE)
    assert held, done.stdout + done.stderr
    assert held[1] == held[2], done.stdout
    assert int(held[2]) == len(
        re.findall(rf"(?m)^public\s+\S+\s+{only[1:]}", _run("make_hostile.py", cases, "--list").stdout)
    )


def test_the_parts_are_the_whole_corpus() -> None:
    if not CORPUS.exists():
        pytest.skip("the hostile corpus does not stand beside this checkout")
    names = re.findall(
        r"(?m)^public\s+\S+\s+(\S+)", _run("make_hostile.py", CORPUS, "--set", "public", "--list").stdout
    )
    parts = re.compile(f"p-({'|'.join(SUBJECTS.values())})-")
    assert names
    assert [name for name in names if not parts.match(name)] == []


def _run(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(CORPUS / tool), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
