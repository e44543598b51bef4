"""Say what metadata meson-python writes: the `[project]` table, with meson's `project()` for what is dynamic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.dynamic import dynamic_doubts
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.printed import printed_text
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Place, Text, Unknown, Value

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.native import MesonProject


def metadata_of(project: Project) -> CoreMetadata:
    """Return the core metadata; what meson computes while it configures is unknown."""
    pyproject = project.scanned.pyproject
    meson = project.scanned.native.meson
    declared = pyproject.project if pyproject else None
    at = meson.project_at if meson is not None else Place("meson.build")
    if declared is None:
        declared = Declared("project", at, name=Value(meson.name, at) if meson is not None and meson.name else None)
        dynamic = {"version", "license", "license-files"}
    else:
        dynamic = set(dynamic_fields(declared))
    doubts: list[FieldUnknown] = []
    if "version" in dynamic and declared.version is None:
        script = meson.version_script if meson is not None else ""
        version = printed_text(project.tree, script) if script else _value(meson, "version", at)
        declared = replace(declared, version=version)
    if "license" in dynamic and declared.license_expression is None:
        declared = replace(declared, license_expression=_value(meson, "license", at))
    if "license-files" in dynamic and declared.license_files is None and meson is not None:
        if "license_files" in meson.project_unknown:
            doubts.append(FieldUnknown("license_files", Unknown("dynamic-expression", at, "meson computes the files")))
        declared = replace(declared, license_files=Value(tuple(Text(path, at) for path in meson.license_files), at))
    doubts += dynamic_doubts(declared, "meson-python gives only the version and the licence", dynamic)
    return core_metadata(with_canonical_license(declared), _license_files(project, declared), doubts)


def _value(meson: MesonProject | None, key: str, at: Place) -> Value[str] | None:
    value = (meson.version if key == "version" else meson.license) if meson is not None else None
    if value is not None:
        return Value(value, at)
    if meson is None or key in meson.project_unknown or key == "version":
        return Value(None, at, Unknown("dynamic-expression", at, f"meson computes the {key} when it configures"))
    return None


def _license_files(project: Project, declared: Declared) -> tuple[str, ...]:
    """Return the files that are copied into dist-info; without `license-files` only the one of `license`."""
    listed = known(declared.license_files)
    if listed is not None:
        return tuple(sorted(license_files(project.index, [text.value for text in listed])))
    named = known(declared.license_file)
    return (join(named),) if named and project.index.is_file(join(named)) else ()
