"""Read the version that `[tool.hatch.version]` points to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.module_values import bound_otherwise, literal_assignment, read_module, read_text, unknown
from pkg_audit.backends.searching import search_group
from pkg_audit.facts.place import Place, Value

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.backends.toml_table import Table

_DEFAULT = re.compile(r"(?im)^(?:__version__|VERSION) *= *(?:'v?([^'\n]+)'|\"v?([^\"\n]+)\")")


def version_from_source(project: Project, options: Table) -> Value[str]:
    """Return the version of a version source; unknown where a plugin or the module's code makes it."""
    source = options.data.get("source", "regex")
    at = options.at()
    if source == "code":
        return _from_code(project, options)
    if source == "env":
        return unknown("generated", options.at("source"), "the version comes from an environment variable")
    if source != "regex":
        return unknown("generated", options.at("source"), f"version source {source} makes the version")
    path = options.text("path")
    if not path:
        return unknown("file-missing", at, "no path of the file that holds the version")
    text = read_text(project.tree, join(path))
    if text is None:
        return unknown("file-missing", options.at("path"), f"{path} is not readable")
    pattern = options.text("pattern")
    if not pattern:
        found = _DEFAULT.search(text)
        if found is None:
            return unknown("dynamic-expression", Place(join(path)), f"no version is assigned as a literal in {path}")
        group = 1 if found[1] is not None else 2
        return Value(found[group], _place(text, found.start(group), found.end(group), join(path)))
    span = search_group(pattern, text, "version", re.MULTILINE)
    if span is None:
        return unknown("dynamic-expression", options.at("pattern"), f"the pattern was not matched in {path}")
    return Value(text[slice(*span)], _place(text, *span, join(path)))


def _from_code(project: Project, options: Table) -> Value[str]:
    path = options.text("path") or ""
    name = options.text("expression") or "__version__"
    module = read_module(project.tree, join(path))
    if module is None or not name.isidentifier() or bound_otherwise(module, name):
        return unknown("dynamic-expression", options.at(), f"{path} would be run for its {name}")
    found = literal_assignment(module, name, join(path))
    return found or unknown("dynamic-expression", Place(join(path)), f"{name} is not a literal in {path}")


def _place(text: str, start: int, end: int, path: str) -> Place:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    end_line = text.count("\n", 0, end) + 1
    return Place(path, line, column, end_line, end - text.rfind("\n", 0, end))
