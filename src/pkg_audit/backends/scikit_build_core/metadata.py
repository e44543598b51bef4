"""Say what metadata scikit-build-core writes, with what its own providers of dynamic fields give."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.dynamic import dynamic_doubts
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import DEFAULT_LICENSE_GLOBS, license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, known
from pkg_audit.backends.module_values import read_text, unknown
from pkg_audit.backends.searching import search_group
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.backends.port import Project
    from pkg_audit.backends.scikit_build_core.settings import Settings
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.scanned import TomlDocument

_DEFAULT = re.compile(r"""(?im)^(?:__version__|VERSION)(?: ?: ?str)? *= *(?:'v?([^'\n]+)'|"v?([^"\n]+)")""")
_REGEX = ("scikit_build_core.metadata.regex", "regex")
_TOO_LONG = 200


def metadata_of(project: Project, settings: Settings) -> CoreMetadata:
    """Return the core metadata. Fields that other providers than the one of regular expressions give are unknown."""
    pyproject = project.scanned.pyproject
    document = pyproject.document if pyproject else None
    declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
    filled: set[str] = set()
    if declared.version is None:
        for field, provider, options, at in _providers(document, settings):
            if field == "version":
                declared = replace(declared, version=_version(project, provider, options, at))
                filled.add("version")
    doubts = dynamic_doubts(declared, "a provider of dynamic metadata gives it", filled)
    if declared.version is not None:
        doubts += [doubt for doubt in settings.doubts() if doubt.field == "version" and "version" in filled]
    return core_metadata(with_canonical_license(declared), _license_files(project, settings, declared), doubts)


def _providers(
    document: TomlDocument | None, settings: Settings
) -> Iterator[tuple[str, str, Mapping[str, Any], Place]]:
    """Yield (field, provider, options, place) of both forms of dynamic metadata, in their order."""
    table = settings.root.table("metadata")
    for field, options in table.data.items():
        provider = options.get("provider") if isinstance(options, Mapping) else None
        if isinstance(provider, str):
            yield field, provider, options, table.at(field)
    entries = document.get("tool", "dynamic-metadata") if document else None
    for number, options in enumerate(entries if isinstance(entries, list) else ()):
        if document is None or not isinstance(options, Mapping):
            continue
        provider = options.get("provider")
        name = provider if isinstance(provider, str) else ""
        field = options.get("field", "version" if name.rpartition(".")[2] == "setuptools_scm" else "")
        if isinstance(field, str):
            yield field, name, options, document.at("tool", "dynamic-metadata", number)


def _version(project: Project, provider: str, options: Mapping[str, Any], at: Place) -> Value[str]:
    path = options.get("input")
    if provider not in _REGEX or not isinstance(path, str):
        return unknown("generated", at, f"{provider or 'a provider of the project'} gives the version")
    text = read_text(project.tree, join(path))
    if text is None:
        return unknown("file-missing", at, f"{path} is not readable")
    pattern, result, remove = (options.get(key) for key in ("regex", "result", "remove"))
    if pattern is None and result is None and remove is None:
        found = _DEFAULT.search(text)
        if found is None:
            return unknown("dynamic-expression", at, f"no version is assigned as a literal in {path}")
        group = 1 if found[1] is not None else 2
        return Value(found[group], _place(text, found.start(group), join(path)))
    if not isinstance(pattern, str) or (result is not None and not isinstance(result, str)) or remove:
        return unknown("dynamic-expression", at, "how the version is put together is not followed")
    return _filled(text, pattern, result or "{value}", join(path), at)


def _filled(text: str, pattern: str, result: str, path: str, at: Place) -> Value[str]:
    """Fill the template `result` with groups of the first match."""
    out, where = "", None
    try:
        pieces = list(string.Formatter().parse(result[:_TOO_LONG]))
    except ValueError:
        pieces = []
    for literal, name, spec, conversion in pieces:
        out += literal
        if name is None:
            continue
        if spec or conversion or not (name.isidentifier() or name.isdigit()):
            return unknown("dynamic-expression", at, "how the version is put together is not followed")
        group = name if name.isidentifier() else int(name[:6]) + 1
        span = search_group(pattern, text, group, re.MULTILINE)
        if span is None:
            return unknown("dynamic-expression", at, f"the pattern was not matched in {path}")
        where = where or span
        out += text[slice(*span)][:_TOO_LONG]
    if where is None:
        return unknown("dynamic-expression", at, f"nothing of {path} is in the version")
    return Value(out, _place(text, where[0], path))


def _place(text: str, offset: int, path: str) -> Place:
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _license_files(project: Project, settings: Settings, declared: Declared) -> tuple[str, ...]:
    """Return the files that go into dist-info/licenses."""
    configured = known(declared.license_files)
    if configured is not None:
        return tuple(sorted(license_files(project.index, [text.value for text in configured])))
    listed = settings.wheel.strings("license-files")
    patterns = list(DEFAULT_LICENSE_GLOBS) if listed is None else listed
    found = dict.fromkeys(license_files(project.index, patterns))
    named = known(declared.license_file)
    if named and project.index.is_file(join(named)):
        found[join(named)] = None
    return tuple(sorted(found))
