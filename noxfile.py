"""Run the checks. `nox -s check` uses the environment it stands in; the others make their own."""

import sys
from pathlib import Path

import nox

nox.options.sessions = ["check"]
nox.options.default_venv_backend = "venv"

FUZZED = [
    "sources",
    "toml",
    "setup_py",
    "hooks",
    "metadata",
    "patterns",
    "native",
    "archives",
    "binaries",
    "wheels",
    "whole",
]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@nox.session(python=False)
def check(session: nox.Session) -> None:
    """Formatting, lint, types, layers and tests, in the environment that runs nox."""
    run_lint(session, sys.executable)
    session.run(sys.executable, "-m", "pytest", "-n", "auto", *session.posargs)


def run_lint(session: nox.Session, python: str) -> None:
    session.run(python, "-m", "ruff", "format", "--check", ".")
    session.run(python, "-m", "ruff", "check", ".")
    session.run(python, "-m", "mypy")
    session.run(str(Path(python).parent / "lint-imports"), "--no-cache")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on one Python."""
    session.install("-U", "pip")
    session.run("python", "-m", "pip", "install", "-q", "-e", ".", "--group", "test")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Run formatting, lint, types and layers."""
    session.install("-U", "pip")
    session.run("python", "-m", "pip", "install", "-q", "-e", ".", "--group", "dev")
    run_lint(session, str(Path(session.bin) / "python"))


@nox.session
def pages(session: nox.Session) -> None:
    """Write the generated pages and report files again."""
    session.install("-e", ".")
    session.run("python", "tools/make_reports.py")
    session.run("python", "tools/make_docs.py")


@nox.session
def ecosystem(session: nox.Session) -> None:
    """Audit the newest sdists of widely used projects through pip's index; resumes, and writes docs/ecosystem.md."""
    session.install("-e", ".")
    arguments = session.posargs or [".nox/ecosystem-sdists"]
    session.run("python", "tools/ecosystem.py", *arguments, "--page", "docs/ecosystem.md")


@nox.session(python="3.11")
@nox.parametrize("target", FUZZED)
def fuzz(session: nox.Session, target: str) -> None:
    """Fuzz one reader for ten minutes, or as the arguments for libFuzzer say; crashes are left in .nox/fuzz."""
    session.install("-U", "pip")
    session.run("python", "-m", "pip", "install", "-q", "-e", ".", "--group", "fuzz")
    found = Path(".nox", "fuzz", target)
    (found / "corpus").mkdir(parents=True, exist_ok=True)
    seeds = Path("tests", "fuzz", "seeds", target)
    options = session.posargs or ["-max_total_time=600"]
    limits = ["-timeout=15", "-rss_limit_mb=2500", "-max_len=6000", f"-artifact_prefix={found}/"]
    session.run("python", "tests/fuzz/run.py", target, str(found / "corpus"), str(seeds), *limits, *options)
