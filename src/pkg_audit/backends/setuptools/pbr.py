"""Read what pbr tells setuptools: setup.cfg's older sections, a requirements file, every tracked file as data.

Source: pbr 7.1.3 (2026), its modules `setupcfg`, `hooks`, `find_package` and `packaging`, read as documentation.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.setuptools import discovery
from pkg_audit.errors import ReadError
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.facts.setuptools_options import SetuptoolsOptions
from pkg_audit.scan.entry_points_text import entry_point_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.port import Project
    from pkg_audit.facts.declared import EntryPointDeclaration, Texts
    from pkg_audit.facts.scanned import Scanned

    Section = Mapping[str, Text]

REQUIREMENTS_FILES = ("requirements-py3.txt", "requirements.txt", "tools/pip-requires")


def uses_pbr(scanned: Scanned) -> bool:
    """Tell whether setup.py hands its configuration to pbr, or pbr is the backend itself."""
    options = scanned.setup_py.setuptools if scanned.setup_py else None
    if options is not None and "pbr" in options.setup_keywords:
        return True
    system = scanned.pyproject.build_system if scanned.pyproject else None
    return system is not None and system.backend is not None and system.backend.value == "pbr.build"


def with_pbr(project: Project) -> Project:
    """Return the project with pbr's reading of setup.cfg in place of setuptools' own."""
    scanned = project.scanned
    cfg = scanned.setup_cfg
    if cfg is None or cfg.error is not None:
        return project
    metadata, files = cfg.sections.get("metadata", {}), cfg.sections.get("files", {})
    declared = cfg.declared or Declared("setup.cfg", cfg.at)
    made = Unknown("generated", cfg.at, "pbr makes the version from git tags")
    python = metadata.get("python_requires") or metadata.get("python-requires")
    python = python or metadata.get("requires_python") or metadata.get("requires-python")
    declared = replace(
        declared,
        version=declared.version or Value(None, cfg.at, made),
        requires_python=declared.requires_python or (Value(python.value, python.at) if python else None),
        dependencies=declared.dependencies or _requirements(project),
        optional_dependencies=_extras(cfg.sections.get("extras", {}), cfg.at) or declared.optional_dependencies,
        entry_points=_entry_points(cfg.sections.get("entry_points", {}), cfg.at) or declared.entry_points,
    )
    name = declared.name.value if declared.name else None
    setuptools = replace(
        cfg.setuptools or SetuptoolsOptions(cfg.at),
        packages=_packages(project, files, name or "", cfg.at),
        include_package_data=Value(True, cfg.at),
    )
    if "modules" in files:
        setuptools = replace(setuptools, py_modules=Value(tuple(_words(files["modules"])), files["modules"].at))
    if "packages_root" in files:
        root = files["packages_root"]
        setuptools = replace(setuptools, package_dir=Value(MappingProxyType({"": root.value.strip()}), root.at))
    return replace(project, scanned=replace(scanned, setup_cfg=replace(cfg, declared=declared, setuptools=setuptools)))


def _packages(project: Project, files: Section, name: str, at: Place) -> Value[tuple[str, ...]]:
    """Return the packages named in `[files] packages`, or by the project's name, each with those below it."""
    named = files.get("packages")
    found: dict[str, None] = {}
    for package in _words(named) if named else [name]:
        directory = join(package.replace(".", "/"))
        if package and project.index.is_dir(directory):
            found[package] = None
            found.update((f"{package}.{inner}", None) for inner in discovery.find_in(project.index, directory))
    return Value(tuple(found), named.at if named else at)


def _requirements(project: Project) -> Value[Texts] | None:
    """Return the requirements of the first file that exists; unknown where it refers to other places."""
    path = next((name for name in REQUIREMENTS_FILES if project.index.is_file(name)), None)
    if path is None:
        return None
    try:
        lines = project.tree.read(path).decode("utf-8").splitlines()
    except (ReadError, UnicodeDecodeError) as error:
        return Value(None, Place(path), Unknown("encoding", Place(path), str(error)))
    texts = []
    for number, line in enumerate(lines, 1):
        line = line.partition("#")[0].strip()
        if line.startswith("-") or "://" in line:
            at = Place(path, number)
            return Value(None, at, Unknown("dynamic-expression", at, "an option or a link, not a requirement"))
        if line:
            texts.append(Text(line, Place(path, number)))
    return Value(tuple(texts), Place(path))


def _extras(section: Section, at: Place) -> Value[Mapping[str, Texts]] | None:
    if not section:
        return None
    extras = {name: tuple(Text(line, text.at) for line in _words(text)) for name, text in section.items()}
    if any("(" in text.value or ":" in text.value for texts in extras.values() for text in texts):
        return Value(None, at, Unknown("conditional", at, "extras with pbr's own markers"))
    return Value(MappingProxyType(extras), at)


def _entry_points(section: Section, at: Place) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    if not section:
        return None
    found: list[EntryPointDeclaration] = []
    for group, text in section.items():
        found += entry_point_lines(group, [Text(line, text.at) for line in _words(text)])
    return Value(tuple(found), at)


def _words(text: Text) -> list[str]:
    return [line.strip() for line in text.value.splitlines() if line.strip() and not line.strip().startswith("#")]
