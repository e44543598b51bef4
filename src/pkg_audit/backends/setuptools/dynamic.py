"""Read `[tool.setuptools.dynamic]`: fields that setuptools takes from files (`file`) and modules (`attr`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.setuptools.computed import attribute_text
from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.scan.entry_points_text import parse_entry_points

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project

_ROOT = ("tool", "setuptools", "dynamic")


def dynamic_value(project: Project, key: str, package_dir: Mapping[str, str]) -> Value[Any] | None:
    """Return the value of a dynamic field, None where no directive gives it. `key` is the `[project]` key.

    Unknown where a module must be run, or a file cannot be read.
    """
    document = project.scanned.pyproject.document if project.scanned.pyproject else None
    if document is None:
        return None
    directive = document.get(*_ROOT, key)
    if not isinstance(directive, Mapping):
        return None
    place = document.at(*_ROOT, key)
    if key == "optional-dependencies":
        return _extras(project, directive, place)
    if "attr" in directive and isinstance(directive["attr"], str):
        return attribute_text(project.tree, directive["attr"], package_dir, place)
    if "file" not in directive:
        return Value(None, place, Unknown("dynamic-expression", place, "neither file nor attr"))
    return _from_files(project, key, _file_names(directive["file"]), place)


def referenced_files(project: Project) -> list[str]:
    """Return the files that dynamic fields are read from; the sdist takes them along."""
    document = project.scanned.pyproject.document if project.scanned.pyproject else None
    table = document.get(*_ROOT) if document else None
    if not isinstance(table, Mapping):
        return []
    directives = list(table.values())
    optional = table.get("optional-dependencies")
    if isinstance(optional, Mapping):
        directives += optional.values()
    return [
        name
        for directive in directives
        if isinstance(directive, Mapping) and "file" in directive
        for name in _file_names(directive["file"])
    ]


def _file_names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _extras(project: Project, table: Mapping[str, Any], at: Place) -> Value[Any]:
    extras: dict[str, tuple[Text, ...]] = {}
    for name, directive in table.items():
        files = _file_names(directive.get("file")) if isinstance(directive, Mapping) else ()
        value = _from_files(project, "dependencies", files, at)
        if value.unknown is not None or not isinstance(value.value, tuple):
            return value
        extras[name] = value.value
    return Value(MappingProxyType(extras), at)


def _from_files(project: Project, key: str, names: tuple[str, ...], at: Place) -> Value[Any]:
    texts: list[tuple[str, str]] = []
    for name in names:
        if not project.index.is_file(name):
            continue  # setuptools warns and goes on
        try:
            texts.append((name, project.tree.read(name).decode("utf-8")))
        except ReadError as error:
            return Value(None, at, Unknown("too-large", Place(name), str(error)))
        except UnicodeDecodeError:
            return Value(None, at, Unknown("encoding", Place(name), "not UTF-8"))
    if not texts:
        return Value(None, at, Unknown("file-missing", at, f"{', '.join(names)} is not in the tree"))
    first = Place(texts[0][0], 1)
    whole = "\n".join(text for _, text in texts)
    match key:
        case "version":
            return Value(whole.strip(), first)
        case "dependencies" | "classifiers":
            return Value(tuple(_lines(texts)), first)
        case "entry-points":
            return Value(parse_entry_points(whole, texts[0][0]), first)
    return Value(whole, first)


def _lines(texts: list[tuple[str, str]]) -> list[Text]:
    return [
        Text(line.strip(), Place(name, number))
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#")
    ]
