"""Write the exact commands that build one technology's form of this project, from the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.recipe import archives, freezers
from pkg_audit.recipe.project import Project, read_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Report, Verdict

__all__ = ["TECHNOLOGIES", "recipe"]

_WRITERS: dict[str, Callable[[Project], list[str]]] = {
    "zipapp": archives.zipapp,
    "shiv": archives.shiv,
    "pex": archives.pex,
    "pyinstaller": freezers.pyinstaller,
    "cx-freeze": freezers.cx_freeze,
    "nuitka": freezers.nuitka,
}

TECHNOLOGIES = tuple(sorted(_WRITERS))
"""The technologies that have a recipe of their own; for the others the verdict's next action is all there is."""

WIDTH = 110


def recipe(report: Report, technology: str, script: str = "") -> str:
    """Return a shell script, with the verdict in comments above it.

    `report` must hold the facts. `script` names the entry point to start, "" for the project's main one.
    Raises ConfigError for a script that the project does not have.
    """
    verdict = next(item for item in report.verdicts if item.technology == technology)
    project = read_project(report, script)
    lines = [f"# {verdict.title} of {project.shown}", *_status(report, verdict), ""]
    if not project.module:
        lines.append("# Nothing says what to start: declare a console script first.")
    elif verdict.status == "not-suited":
        lines.append("# There is nothing to build.")
    else:
        lines += _WRITERS[technology](project)
    return "\n".join(lines) + "\n"


def _status(report: Report, verdict: Verdict) -> list[str]:
    found = [f"# {verdict.status}: {_plain(verdict.summary)}"]
    by_id = {finding.id: finding for finding in report.findings}
    if verdict.status in ("blocked", "unknown", "ready-with-work"):
        for identifier in verdict.findings[:8]:
            finding = by_id.get(identifier)
            if finding is not None:
                at = finding.location.at
                where = "" if at.path is None else f"{at.path}:{at.line}: " if at.line else f"{at.path}: "
                found.append(f"#   {_plain(where)}{_plain(finding.message)}")
        if len(verdict.findings) > 8:
            found.append(f"#   and {len(verdict.findings) - 8} more")
    if verdict.status == "blocked":
        found.append("# The commands build it all the same; expect it to fail there.")
    return found


def _plain(text: str) -> str:
    """Keep text of the project inside its comment."""
    from pkg_audit.tree.display import display

    return display(text, 300)
