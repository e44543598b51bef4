"""The pre-commit hook works on a project that is not this one, cut off from the network while it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "toy"
version = "1.0"
description = "A toy"
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE"]

[project.scripts]
toy = "toy.cli:{function}"
"""


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=Toy", "-c", "user.email=toy@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def toy(folder: Path, function: str) -> Path:
    (folder / "toy").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT.format(function=function), encoding="utf-8")
    (folder / "README.md").write_text("# toy\n", encoding="utf-8")
    (folder / "LICENSE").write_text("MIT License\n", encoding="utf-8")
    (folder / "toy" / "__init__.py").write_text('"""A toy."""\n', encoding="utf-8")
    (folder / "toy" / "cli.py").write_text("def main() -> None:\n    print('toy')\n", encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Start")
    return folder


def pre_commit(project: Path, home: Path, *words: str, offline: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *words]
    if offline:
        command = ["unshare", "-rn", *command]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=environment)


def no_namespaces() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return True
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode != 0


@pytest.mark.real
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout of the project")
def test_try_repo_passes_on_a_sound_project_and_fails_on_a_dead_entry_point(tmp_path: Path) -> None:
    words = ("try-repo", str(ROOT), "pkg-audit", "--all-files", "--verbose")
    good = pre_commit(toy(tmp_path / "good", "main"), tmp_path / "home", *words)
    if good.returncode and "install" in good.stdout + good.stderr and "pip" in good.stdout + good.stderr:
        pytest.skip(f"no network: the hook's environment could not be installed: {good.stdout[-300:]}")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Passed" in good.stdout
    bad = pre_commit(toy(tmp_path / "bad", "mian"), tmp_path / "home", *words)
    assert bad.returncode == 1
    assert "entry-point-target-missing" in bad.stdout


@pytest.mark.real
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout of the project")
def test_the_installed_hook_runs_cut_off_from_the_network(tmp_path: Path) -> None:
    if no_namespaces():
        pytest.skip("this machine allows no network namespaces")
    project = toy(tmp_path / "good", "main")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    config = f"repos:\n- repo: {ROOT}\n  rev: {head.stdout.strip()}\n  hooks:\n  - id: pkg-audit\n"
    (project / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git(project, "add", "-A")
    installed = pre_commit(project, tmp_path / "home", "install-hooks")
    if installed.returncode:
        pytest.skip(f"no network: the hook's environment could not be installed: {installed.stdout[-300:]}")
    done = pre_commit(project, tmp_path / "home", "run", "--all-files", offline=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_the_hooks_command_needs_no_network(tmp_path: Path) -> None:
    if no_namespaces():
        pytest.skip("this machine allows no network namespaces")
    project = toy(tmp_path / "good", "main")
    command = ["unshare", "-rn", sys.executable, "-I", "-m", "pkg_audit"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
