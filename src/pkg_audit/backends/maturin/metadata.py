"""Say what metadata maturin writes: the `[project]` table, with Cargo.toml behind it for what is dynamic.

Cargo.toml has no dependencies, entry points or classifiers of a Python project: left to it, those fields are empty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.licences import DEFAULT_LICENSE_GLOBS, license_files
from pkg_audit.backends.metadata import core_metadata, known
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown, Value
from pkg_audit.standards import NotStandard, parse_version

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.native.cargo import Crate


def metadata_of(project: Project, crate: Crate | None, at: Place) -> CoreMetadata:
    """Return the core metadata; the version of Cargo.toml in the spelling of PEP 440."""
    pyproject = project.scanned.pyproject
    declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
    doubts: list[FieldUnknown] = []
    if declared.name is None and crate is not None and crate.name:
        declared = replace(declared, name=Value(crate.name, crate.document.at("package", "name")))
    if declared.version is None:
        declared = replace(declared, version=_version(crate, at))
    return core_metadata(declared, _license_files(project, declared, crate), doubts)


def _version(crate: Crate | None, at: Place) -> Value[str]:
    found = crate.package_text("version") if crate is not None else None
    if found is None:
        return Value(None, at, Unknown("file-missing", at, "Cargo.toml, which gives the version, tells none"))
    text, place, _directory = found
    try:
        return Value(str(parse_version(text)), place)
    except NotStandard:
        reason = Unknown("not-parseable", place, f"{text} has no counterpart among Python's versions")
        return Value(None, place, reason)


def _license_files(project: Project, declared: Declared, crate: Crate | None) -> tuple[str, ...]:
    index = project.index
    found: dict[str, None] = {}
    named = crate.package_text("license-file") if crate is not None else None
    if crate is not None and named is not None:
        path = join(named[2], named[0])
        if index.is_file(path):
            inside = path.startswith(f"{crate.directory}/") or not crate.directory
            found[path[len(crate.directory) :].lstrip("/") if inside else path.rpartition("/")[2]] = None
    own = known(declared.license_file)
    if own and index.is_file(join(own)):
        found[join(own)] = None
    configured = known(declared.license_files)
    patterns = DEFAULT_LICENSE_GLOBS if configured is None else tuple(text.value for text in configured)
    found.update(dict.fromkeys(license_files(index, patterns)))
    return tuple(sorted(found))
