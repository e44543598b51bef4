"""Reports made by hand, for the writers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.facts.declared import EntryPointDeclaration
from pkg_audit.facts.distribution import (
    CoreMetadata,
    Distribution,
    FieldUnknown,
    KindReason,
    Sdist,
    ShippedFile,
    Wheel,
)
from pkg_audit.facts.place import Place, Text, Unknown
from pkg_audit.facts.problem import Problem
from pkg_audit.model import (
    Advice,
    Edit,
    Finding,
    Fix,
    Inference,
    Location,
    NotEvaluated,
    Report,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PYPROJECT = "pyproject.toml"


def finding(number: int = 1, **changes: Any) -> Finding:
    """Return a finding; the first names a dead entry point, with a place in another file and an edit."""
    values: dict[str, Any] = {
        "id": f"f{number}",
        "rule": "entry-point-target-missing",
        "family": "entry-points",
        "severity": "error",
        "confidence": "certain",
        "title": "Entry point names something the project does not define",
        "message": "console_scripts: `acme` points at `acme.cli:mian`, which no scanned module defines",
        "location": Location(
            Place(PYPROJECT, 21, 8, 21, 23), 'acme = "acme.cli:mian"', "the installed command ends in ImportError"
        ),
        "related": (Location(Place("src/acme/cli.py", 8, 5, 8, 9), "def main():", "did you mean this?"),),
        "fix": Fix(
            'acme = "acme.cli:main"', safe=True, edits=(Edit(Place(PYPROJECT, 21, 8, 21, 23), '"acme.cli:main"'),)
        ),
        "fingerprint": "0123abcd",
        "url": "docs/rules/entry-point-target-missing.md",
        "breaks": ("installed",),
    }
    return Finding(**{**values, **changes})


def report(**changes: Any) -> Report:
    """Return a report with one of everything."""
    metadata = CoreMetadata(
        name=Text("acme"),
        requires_python=Text(">=3.10"),
        dependencies=(Text("click>=8"),),
        optional_dependencies={"dev": (Text("pytest"),)},
        entry_points=(EntryPointDeclaration("console_scripts", "acme", "acme.cli:mian", Place(PYPROJECT, 21)),),
        license_expression=Text("MIT"),
        license_files=("LICENSE",),
        unknown=(FieldUnknown("version", Unknown("dynamic-expression", Place("setup.py", 12))),),
    )
    wheel = Wheel(
        kind="pure",
        kind_reasons=(KindReason("no extension modules, no bundled binaries", Place()),),
        free_threaded="n/a",
        files=(ShippedFile("acme/__init__.py", "src/acme/__init__.py"), ShippedFile("acme/cli.py", "src/acme/cli.py")),
        complete=True,
        import_names=("acme",),
        single_module=False,
        extension_modules=(),
    )
    values: dict[str, Any] = {
        "root": ".",
        "source": "directory",
        "rules": 57,
        "distribution": Distribution(
            "hatchling.build", Place(PYPROJECT, 3), metadata, wheel, Sdist((PYPROJECT, "src/acme/__init__.py"), True)
        ),
        "verdicts": (
            Verdict("sdist", "sdist", 1, "ready", "built by hatchling from 14 files"),
            Verdict("wheel", "Pure wheel", 1, "blocked", "its command fails", ("f1",), "Correct the reference"),
            Verdict("zipapp", "zipapp (.pyz)", 3, "blocked", "2 files are read by path", ("f1", "f2"), "Use resources"),
            Verdict("pex", "PEX", 3, "unknown", "data.py:3 builds a path that cannot be known"),
            Verdict("pyinstaller", "PyInstaller", 5, "not-suited", "a library needs no freezer"),
        ),
        "advice": Advice(
            "tool",
            "developers",
            "dev-machine",
            "single",
            (Inference("kind", "console script acme", Place(PYPROJECT, 21)),),
            "wheel",
            ("pex", "sdist"),
        ),
        "findings": (
            finding(),
            finding(
                2,
                rule="data-read-by-path",
                family="package-data",
                severity="warning",
                message="`templates/a.txt` is read by path from inside the package",
                location=Location(
                    Place("src/acme/data.py", 103, 12, 103, 30), "    text = open(HERE / 'a.txt').read()"
                ),
                related=(),
                fix=Fix("Read it with importlib.resources.files()"),
                breaks=(),
                hinders=("imported-from-zip",),
            ),
            finding(3, severity="info", status="ignored", ignored_because="kept for 1.x", fix=None, related=()),
            finding(4, severity="info", rule="note", location=Location(Place()), fix=None, related=(), breaks=()),
        ),
        "not_evaluated": (NotEvaluated("dependency-yanked", "needs-network"), NotEvaluated("taste", "persona")),
        "problems": (Problem("is not valid UTF-8", "src/acme/old.py", 3, "sources"),),
        "files": 14,
        "exit_code": 1,
    }
    return Report(**{**values, **changes})


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """Return a function that makes a report; keywords replace its fields."""
    return report


@pytest.fixture
def make_finding() -> Callable[..., Finding]:
    """Return a function that makes a finding; keywords replace its fields."""
    return finding
