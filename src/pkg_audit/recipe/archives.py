"""Write the recipes of archives that a Python on the target runs."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.recipe.project import Project


def zipapp(project: Project) -> list[str]:
    """Return the commands for a zipapp with a `__main__` of our own.

    The one that `python -m zipapp -m` writes loses the exit status, and starts the program once more in every spawned
    worker process.
    """
    return [
        "set -e",
        "rm -rf build/zipapp",
        f"python3 -m pip install --target build/zipapp {project.requirement}",
        "rm -rf build/zipapp/bin",
        "cat > build/zipapp/__main__.py <<'END'",
        *project.launcher(),
        "END",
        f"python3 -m zipapp build/zipapp --compress --python '/usr/bin/env python3' --output {project.file}.pyz",
        "",
        *_prove(f"{project.file}.pyz"),
    ]


def shiv(project: Project) -> list[str]:
    """Return the commands for shiv; the reference is given as such where shiv would misread the script's."""
    odd = [item["kind"] for item in project.records("entry_point_oddities")]
    start = f"-c {quote(project.script)}" if project.script else f"-e {project.module}"
    notes = []
    if "extras" in odd:
        start = f"-e {project.module}:{project.attr}"
        notes.append("# the script's reference has extras, which shiv would take for a part of the function's name")
    if "same-named-module" in odd:
        launcher = ["mkdir -p build/shiv", "cat > build/shiv/start_program.py <<'END'"]
        return [
            "set -e",
            "# shiv would import the submodule that is named like the function: a module of our own calls it",
            "rm -rf build/shiv",
            *launcher,
            f"from {project.module} import {project.attr} as main",
            "",
            "__all__ = ['main']",
            "END",
            f"python3 -m pip install --target build/shiv {project.requirement}",
            f"shiv --site-packages build/shiv -e start_program:main -o {project.file}.pyz",
            "",
            *_prove(f"{project.file}.pyz"),
        ]
    children = _children(project)
    if children:
        notes.append("# it starts interpreters that need its modules: -E gives them the unpacked folder by PYTHONPATH")
    return [
        "set -e",
        *notes,
        f"shiv {start} {'-E ' if children else ''}-o {project.file}.pyz {project.requirement}",
        "",
        *_prove(f"{project.file}.pyz"),
    ]


def pex(project: Project) -> list[str]:
    """Return the commands for PEX, as a virtual environment where child interpreters must find the modules."""
    start = f"-c {quote(project.script)}" if project.script else f"-m {project.module}"
    venv = " --venv prepend" if _children(project) else ""
    notes = ["# it starts interpreters that need its modules: those of a virtual environment find them"] if venv else []
    return [
        "set -e",
        *notes,
        f"pex {project.requirement} {start}{venv} -o {project.file}.pex",
        "",
        *_prove(f"{project.file}.pex"),
    ]


def _children(project: Project) -> bool:
    return any(
        item["kind"] == "module" and item["owner"] in ("own", "dependency")
        for item in project.records("started_interpreters")
    )


def _prove(file: str) -> list[str]:
    return [
        "# prove it: a real operation, not only --version, from another folder and with an empty home",
        f'program="$PWD/"{file}; (cd "$(mktemp -d)" && HOME="$PWD" python3 -I "$program" --help)',
    ]
