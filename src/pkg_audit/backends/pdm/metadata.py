"""Say what metadata pdm-backend writes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.dynamic import FIELDS
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.module_values import read_text, unknown
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.searching import search_group
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown, Value

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.facts.distribution import CoreMetadata

_VERSION = re.compile(r"^(?:__version__|VERSION)[ \t]*=[ \t]*[\"']([^\"'\n]+)[\"'][ \t]*(?:#.*)?$", re.MULTILINE)
_LICENSE_GLOBS = ("LICEN[CS]E*", "COPYING*", "NOTICE*")


def metadata_of(project: Project, options: Table, hook: str) -> CoreMetadata:
    """Return the core metadata. `hook` is the project's own build hook, which may fill every dynamic field."""
    pyproject = project.scanned.pyproject
    at = pyproject.at if pyproject else WHOLE_PROJECT
    declared = (pyproject.project if pyproject else None) or Declared("project", at)
    if declared.version is None:
        declared = replace(declared, version=_version(project, options.table("version"), hook, declared.at))
    doubts = []
    for key, place in dynamic_fields(declared).items():
        if key in FIELDS and getattr(declared, FIELDS[key]) is None and hook:
            reason = Unknown("needs-build", place, f"the build hook {hook} may give {key}")
            doubts.append(FieldUnknown(FIELDS[key], reason))
    return core_metadata(with_canonical_license(declared), _license_files(project, declared), doubts)


def _version(project: Project, options: Table, hook: str, at: Place) -> Value[str]:
    """Return the version of a version source; "0.0.0" where nothing gives one."""
    source: Any = options.text("source")
    path = options.text("path") or options.text("from")
    if options.flag("use_scm") or source == "scm":
        return unknown("generated", options.at(), "the version is made from tags")
    if path and (source == "file" or not source):
        return _from_file(project, options, join(path))
    if not options.data and not hook:
        return Value("0.0.0", at)
    return unknown("dynamic-expression", options.at() if options.data else at, "code of the build makes the version")


def _from_file(project: Project, options: Table, path: str) -> Value[str]:
    text = read_text(project.tree, path)
    if text is None:
        return unknown("file-missing", options.at("path"), f"{path} is not readable")
    pattern = options.text("pattern")
    if pattern is None:
        found = _VERSION.search(text)
        span = found.span(1) if found else None
    else:
        span = search_group(pattern, text, 1, re.MULTILINE)
    if span is None:
        return unknown("dynamic-expression", Place(path), f"no version is found in {path}")
    line = text.count("\n", 0, span[0]) + 1
    column = span[0] - text.rfind("\n", 0, span[0])
    return Value(text[slice(*span)], Place(path, line, column, line, column + span[1] - span[0]))


def _license_files(project: Project, declared: Declared) -> tuple[str, ...]:
    index = project.index
    configured = known(declared.license_files)
    single = known(declared.license_file)
    if configured is not None:
        found = {path for text in configured for path in path_glob(index, "", text.value).files}
    elif single:
        found = {join(single)} if index.is_file(join(single)) else set()
    else:
        found = set(license_files(index, _LICENSE_GLOBS))
    return tuple(sorted(found))
