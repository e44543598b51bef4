"""Gather what the recipes need of one project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

from pkg_audit.errors import ConfigError

if TYPE_CHECKING:
    from pkg_audit.model import Report

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REFERENCE = re.compile(r"([A-Za-z_][\w.]*)\s*+(?::\s*([A-Za-z_][\w.]*)\s*+)?(?:\[\s*+([\w, .-]*+)\s*\])?")


@dataclass(frozen=True, slots=True)
class Project:
    """One project and the script that its recipes start. `module` "" where nothing can be started.

    `facts` is the facts document. `packages` are the top-level import names; `dependencies` the names (normalized) of
    the declared distributions.
    """

    name: str
    script: str
    module: str
    attr: str
    extras: tuple[str, ...]
    packages: tuple[str, ...]
    dependencies: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def shown(self) -> str:
        """Return the name for texts."""
        return self.name or "this project"

    @property
    def file(self) -> str:
        """Return a name for the built file, safe in a shell."""
        return quote(self.script or self.name or "program")

    @property
    def requirement(self) -> str:
        """Return what to install: the project here, with the extras that its script asks for."""
        return quote(f".[{','.join(self.extras)}]") if self.extras else "."

    def records(self, field: str) -> list[dict[str, Any]]:
        """Return one list of the facts document."""
        found: list[dict[str, Any]] = self.facts[field]
        return found

    def launcher(self, *, freeze_support: bool = False) -> list[str]:
        """Return the source of a module that starts the script and keeps its exit status.

        It does nothing when it is imported again, which spawned worker processes do.
        """
        lines = ["import sys", ""]
        if freeze_support:
            lines = ["import multiprocessing", *lines]
        if not self.attr:
            lines = ["import runpy", ""]
        else:
            lines.append(f"from {self.module} import {self.attr.partition('.')[0]}")
            lines.append("")
        lines.append('if __name__ == "__main__":')
        if freeze_support and self.attr:
            lines.append("    multiprocessing.freeze_support()")
        if self.attr:
            lines.append(f"    sys.exit({self.attr}())")
        else:
            lines.append(f'    runpy.run_module("{self.module}", run_name="__main__", alter_sys=True)')
        return lines


def read_project(report: Report, script: str) -> Project:
    """Read the report's metadata and facts. Raises ConfigError for an unknown script."""
    metadata, wheel = report.distribution.metadata, report.distribution.wheel
    name = metadata.name.value if metadata.name is not None and _NAME.fullmatch(metadata.name.value) else ""
    scripts = {
        item.name: item.value
        for item in metadata.entry_points
        if item.group in ("console_scripts", "gui_scripts") and _NAME.fullmatch(item.name)
    }
    if script and script not in scripts:
        from pkg_audit.config import unknown_name

        raise ConfigError(f"--script: {unknown_name('script', script, scripts)}")
    chosen = script or _main(scripts, name)
    match = _REFERENCE.fullmatch(scripts.get(chosen, "").strip())
    module, attr, extras = (match.group(1), match.group(2) or "", match.group(3) or "") if match else ("", "", "")
    tops = tuple(dict.fromkeys(item.partition(".")[0] for item in wheel.import_names or ()))
    if not module and (files := wheel.files):
        mains = [file.path for file in files if file.path.endswith("/__main__.py") and file.path.count("/") == 1]
        module = mains[0].partition("/")[0] if mains else ""
    return Project(
        name=name,
        script=chosen,
        module=module,
        attr=attr,
        extras=tuple(part.strip() for part in extras.split(",") if part.strip()),
        packages=tuple(top for top in tops if top.isidentifier()),
        dependencies=tuple(_normalized(text.value) for text in metadata.dependencies if _normalized(text.value)),
        facts=report.facts,
    )


def _main(scripts: dict[str, str], name: str) -> str:
    folded = name.lower().replace("_", "-")
    return next((item for item in scripts if item.lower().replace("_", "-") == folded), next(iter(scripts), ""))


def _normalized(requirement: str) -> str:
    match = _NAME.match(requirement.strip())
    return re.sub(r"[-_.]+", "-", match.group(0)).lower() if match else ""
