"""Turn declared metadata into what sdist and wheel would carry, and say what is not known.

Source: Core metadata 2.5, pyproject.toml specification (packaging.python.org, read 2026-08), PEP 639, PEP 808.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import CoreMetadata, FieldUnknown
from pkg_audit.facts.place import WHOLE_PROJECT, Text, Unknown, Value
from pkg_audit.standards import NotStandard, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned

T = TypeVar("T")

FIELDS = (
    "name",
    "version",
    "requires_python",
    "dependencies",
    "optional_dependencies",
    "entry_points",
    "license_expression",
    "license_files",
    "classifiers",
)

DYNAMIC_FIELDS = {
    "version": "version",
    "requires-python": "requires_python",
    "dependencies": "dependencies",
    "optional-dependencies": "optional_dependencies",
    "entry-points": "entry_points",
    "scripts": "entry_points",
    "gui-scripts": "entry_points",
    "license": "license_expression",
    "license-files": "license_files",
    "classifiers": "classifiers",
}
"""The fields of `[project] dynamic` by the core metadata that they fill."""


def core_metadata(
    declared: Declared, license_files: tuple[str, ...] = (), unknown: Iterable[FieldUnknown] = ()
) -> CoreMetadata:
    """Return the metadata that a backend would write for what is declared.

    The version is in its canonical form where it is valid. `unknown` adds fields that are not known for reasons of
    the backend's own; a field that is declared but not evaluable is unknown by itself.
    """
    doubts: dict[str, FieldUnknown] = {doubt.field: doubt for doubt in unknown}
    for field in FIELDS:
        value = getattr(declared, field, None)
        if isinstance(value, Value) and value.unknown is not None:
            doubts.setdefault(field, FieldUnknown(field, value.unknown))
    extras: dict[str, Texts] = {
        name: requirements(texts) for name, texts in (known(declared.optional_dependencies) or {}).items()
    }
    return CoreMetadata(
        name=_text(declared.name),
        version=_version(declared.version),
        requires_python=_text(declared.requires_python),
        dependencies=requirements(known(declared.dependencies) or ()),
        optional_dependencies=MappingProxyType(extras),
        entry_points=known(declared.entry_points) or (),
        license_expression=_text(declared.license_expression),
        license_files=license_files,
        classifiers=known(declared.classifiers) or (),
        unknown=tuple(doubts[field] for field in sorted(doubts)),
    )


def static_metadata(scanned: Scanned, why: str) -> CoreMetadata:
    """Return what the `[project]` table alone says, for backends without a model; every dynamic field is unknown.

    Without a `[project]` table nothing is known. `why` tells the reader what would be needed.
    """
    pyproject = scanned.pyproject
    at = pyproject.at if pyproject else WHOLE_PROJECT
    if pyproject is None or pyproject.project is None:
        return CoreMetadata(unknown=tuple(FieldUnknown(f, Unknown("needs-build", at, why)) for f in FIELDS))
    doubts = [
        FieldUnknown(DYNAMIC_FIELDS[name], Unknown("needs-build", place, why))
        for name, place in dynamic_fields(pyproject.project).items()
        if name in DYNAMIC_FIELDS
    ]
    if "license_files" not in {doubt.field for doubt in doubts}:
        doubts.append(FieldUnknown("license_files", Unknown("needs-build", at, why)))
    return core_metadata(pyproject.project, unknown=doubts)


def dynamic_fields(project: Declared) -> Mapping[str, Place]:
    """Return the fields of `[project] dynamic` with their places, as written."""
    return {text.value: text.at for text in project.dynamic}


def known(value: Value[T] | None) -> T | None:
    """Return a declared value, None where it is not declared or not known."""
    return None if value is None else value.value


def requirements(texts: Iterable[Text]) -> Texts:
    """Return requirement lines as backends read them: without blank lines, comments and surrounding space."""
    out = []
    for text in texts:
        line = text.value.strip()
        if " #" in line:
            line = line[: line.index(" #")].rstrip()
        if line and not line.startswith("#"):
            out.append(text if line == text.value else replace(text, value=line))
    return tuple(out)


def _text(value: Value[str] | None) -> Text | None:
    if value is None or not isinstance(value.value, str) or not value.value.strip():
        return None
    return Text(value.value.strip(), value.at)


def _version(value: Value[str] | None) -> Text | None:
    text = _text(value)
    if text is None:
        return None
    try:
        return replace(text, value=str(parse_version(text.value)))
    except NotStandard:
        return text


def with_built(metadata: CoreMetadata, built: Declared | None) -> CoreMetadata:
    """Fill what is unknown from the PKG-INFO of the sdist that is audited; its name and version always count.

    A later build could still change the fields that PKG-INFO lists as dynamic: those are absent from `built`.
    """
    if built is None:
        return metadata
    told = core_metadata(built)
    doubts = {doubt.field: doubt for doubt in metadata.unknown}
    changes: dict[str, object] = {}
    for field in FIELDS:
        wanted = field in doubts or field in {"name", "version"}
        value = getattr(built, field, None)
        if wanted and isinstance(value, Value) and value.unknown is None:
            changes[field] = getattr(told, field)
            doubts.pop(field, None)
    left = tuple(doubts[field] for field in sorted(doubts))
    return replace(metadata, unknown=left, **changes)  # type: ignore[arg-type]  # fields checked by name above
