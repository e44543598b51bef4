"""Find build requirements that admit no release of the backend that understands what pyproject.toml says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import normalize
from pkg_audit.facts.metadata_records import BuildFault
from pkg_audit.standards import NotStandard, admits, parse_requirement, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.specifiers import SpecifierSet

    from pkg_audit.facts.scanned import Pyproject, Scanned

_TABLE, _LICENSE, _FILES = "the `[project]` table", "a licence given as a text", "`license-files`"
_NEEDS = {
    "setuptools": ((_TABLE, "61.0.0"), (_LICENSE, "77.0.0"), (_FILES, "77.0.0")),
    "poetry-core": ((_TABLE, "2.0.0"),),
    "flit-core": ((_TABLE, "3.2.0"), (_LICENSE, "3.11.0"), (_FILES, "3.11.0")),
}
"""The first release that reads each of these (release notes of the backends; setuptools 77.0.0 and flit-core 3.11.0
brought PEP 639, poetry-core 2.0.0 and setuptools 61.0.0 and flit-core 3.2.0 brought PEP 621)."""

_LATER = ("9999", "999.9", "99.9")


def too_old(scanned: Scanned) -> Iterator[BuildFault]:
    """Yield the build requirement that keeps the backend from a release that reads the `[project]` table as it is.

    Requirements with a marker or an address are left alone: elsewhere another one may stand.
    """
    pyproject = scanned.pyproject
    build = pyproject.build_system if pyproject is not None else None
    if pyproject is None or pyproject.project is None or build is None or build.backend_path:
        return
    backend = build.backend.value if build.backend is not None else "setuptools.build_meta"
    for text in build.requires or ():
        try:
            parsed = parse_requirement(text.value)
        except NotStandard:
            continue
        name = normalize(parsed.name)
        if parsed.marker is not None or parsed.url or not _is_of(backend, name):
            continue
        for what, first in _NEEDS[name]:
            if _says(scanned, pyproject, what) and _only_older(parsed.specifier, first):
                yield BuildFault(text.at, "backend-too-old", text.value, near=f"{name}>={_short(first)}", by=what)
                break


def _is_of(backend: str, name: str) -> bool:
    prefixes = {"setuptools": "setuptools.", "poetry-core": "poetry.", "flit-core": "flit_core."}
    return name in _NEEDS and backend.startswith(prefixes[name])


def _says(scanned: Scanned, pyproject: Pyproject, what: str) -> bool:
    """Tell whether pyproject.toml has it. Older metadata beside `[project]` is what an old backend reads instead."""
    document = pyproject.document
    if document is None:
        return False
    if what == _TABLE:
        older = (pyproject.poetry, pyproject.flit, *(s.declared for s in (scanned.setup_cfg, scanned.setup_py) if s))
        return all(declared is None for declared in older)
    if what == _LICENSE:
        return isinstance(document.get("project", "license"), str)
    return document.get("project", "license-files") is not None


def _only_older(specifiers: SpecifierSet, first: str) -> bool:
    """Tell whether a specifier set admits nothing from a release on: neither it, nor any named or later one."""
    if not len(specifiers):
        return False
    for item in specifiers:
        bare = item.version.removesuffix(".*")
        try:
            floor = parse_version(bare)
        except NotStandard:
            return False
        # the releases just around the named one, whatever operator names it
        named = [bare, f"{bare}.1", f"{bare}.9999", f"{floor.major}.9999", f"{floor.major - 1}.9999.9999"]
        if any(_from(first, version) and admits(specifiers, version) for version in named if version[0] != "-"):
            return False
    return not any(admits(specifiers, version) for version in (first, *_LATER))


def _short(version: str) -> str:
    return version.removesuffix(".0").removesuffix(".0")


def _from(first: str, version: str) -> bool:
    try:
        return parse_version(version) >= parse_version(first)
    except NotStandard:
        return False
