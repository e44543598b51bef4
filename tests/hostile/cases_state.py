"""S: whatever state the machine is in, the run ends in a documented exit code and says why."""

from __future__ import annotations

import hashlib
import os
import shutil

from hostile_case import Box, case


@case("S3")
def no_home(box: Box) -> None:
    box.module("x = (\n")
    box.environment = {"HOME": None, "XDG_CONFIG_HOME": None, "USER": None, "LOGNAME": None, "TMPDIR": None}


@case("S3")
def a_home_that_is_none(box: Box) -> None:
    box.module("x = (\n")
    box.environment = {
        "HOME": "relative/\x01",
        "XDG_CONFIG_HOME": "relative",
        "TMPDIR": "/nonexistent",
        "XDG_CACHE_HOME": "\n",
    }


@case("S3")
def users_configuration_is_a_fifo(box: Box) -> None:
    box.project()
    folder = box.folder / "configuration" / "pkg-audit"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "config.toml")
    box.environment = {"XDG_CONFIG_HOME": str(folder.parent)}


@case("S3")
def users_configuration_is_damaged(box: Box) -> None:
    box.project()
    folder = box.folder / "configuration" / "pkg-audit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_bytes(b"a." * 50_000 + b"\xff\x1b[31m")
    box.environment = {"XDG_CONFIG_HOME": str(folder.parent)}
    box.exits = frozenset({2})


@case("S3")
def environment_variables_of_rubbish(box: Box) -> None:
    box.project()
    box.environment = {"PKG_AUDIT_SELECT": "\x1b[31m", "PKG_AUDIT_NOTHING": "x", "PKG_AUDIT_FAIL_ON": "9" * 5000}
    box.exits = frozenset({2})


@case("S4")
def the_c_locale(box: Box) -> None:
    box.project()
    box.write("src/demo/\u00e9\u4e2d.py", "x = (\n")
    box.environment = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    box.mentions = ("SyntaxError",) if False else ()


@case("S4")
def a_terminal_of_rubbish(box: Box) -> None:
    box.module("x = (\n")
    box.environment = {
        "COLUMNS": "-1\x1b",
        "TERM": "../../evil",
        "LINES": "9" * 5000,
        "FORCE_COLOR": "0",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "rot13:strict",
    }
    del box.environment["PYTHONIOENCODING"]


@case("S4")
def columns_beyond_all(box: Box) -> None:
    box.module("x = (\n")
    box.environment = {"COLUMNS": "9" * 5000}


@case("S1")
def a_cache_lying_in_the_tree(box: Box) -> None:
    box.project()
    for name in (".pkg-audit-cache", ".cache/pkg-audit/facts", ".cache/pkg-audit/replay", ".pkg_audit/facts.sqlite"):
        box.write(f"{name}/x", b"\x80\x04cos\nsystem\n")
    box.cwd, box.path = str(box.root), "."


@case("S3")
def the_working_folder_is_the_root(box: Box) -> None:
    box.module("x = (\n")
    box.cwd, box.path = str(box.root / "src"), ".."


@case("S7")
def a_tree_of_other_repositories(box: Box) -> None:
    box.project()
    for index in range(20):
        shutil.copytree(box.root / "src", box.root / f"vendor/p{index}/src", dirs_exist_ok=True)
        box.write(f"vendor/p{index}/pyproject.toml", f'[project]\nname = "p{index}"\n')
        box.write(f"vendor/p{index}/.git/config", "[core]\n\tfsmonitor = false\n")
        box.write(f"vendor/p{index}/.git/index", b"DIRC" + hashlib.sha1(b"x", usedforsecurity=False).digest())
