"""Run the checks. `nox -s check` uses the environment it stands in; the others make their own."""

import nox

nox.options.sessions = ["check"]
nox.options.default_venv_backend = "venv"

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@nox.session(python=False)
def check(session: nox.Session) -> None:
    """Formatting, lint, types, layers and tests, in the environment that runs nox."""
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports", "--no-cache")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


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
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports", "--no-cache")


@nox.session
def pages(session: nox.Session) -> None:
    """Write the generated pages and report files again."""
    session.install("-e", ".")
    session.run("python", "tools/make_reports.py")
    session.run("python", "tools/make_docs.py")
