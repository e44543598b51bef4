"""Run the checks. `nox -s check` uses the environment it stands in; the others make their own."""

import sys
from pathlib import Path

import nox

nox.options.sessions = ["check"]
nox.options.default_venv_backend = "venv"

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
