"""Judge how the licence is declared (PEP 639, pyproject.toml specification 2026)."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from posixpath import normpath
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import capped, effective, is_linked, known, only_warns
from pkg_audit.facts.metadata_records import LicenseFault
from pkg_audit.scan.submodules import absent_submodules
from pkg_audit.standards import NotStandard, parse_license

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

MAX_PATTERN = 255

_STRICT = frozenset({"setuptools", "flit_core", "pdm", "mesonpy", "scikit_build_core"})
_ALLOWED = re.compile(r"[\w./*?\[\] -]+")


def license_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[LicenseFault, ...]:
    """Return the faults of licence fields, licence classifiers and licence files."""
    faults: list[LicenseFault] = []
    absent = tuple(tuple(path.split("/")) for path in (*absent_submodules(tree), *tree.links()))
    for declared in effective(scanned, distribution):
        faults += _expression(declared, refused=_refuses_classifiers(distribution.backend))
        if declared.source != "project":
            continue
        faults += _table(tree, scanned, declared, only_warns(distribution))
        for pattern in known(declared.license_files) or ():
            if why := _bad_pattern(pattern.value):
                faults.append(LicenseFault(pattern.at, "pattern-invalid", pattern.value, why))
            elif not _matches_any(pattern.value, tree) and not _may_match_below(pattern.value, absent):
                faults.append(LicenseFault(pattern.at, "pattern-unmatched", pattern.value))
    return capped(faults)


def _table(tree: Tree, scanned: Scanned, declared: Declared, otherwise: str) -> list[LicenseFault]:
    """Judge the table form; the gravest fault only."""
    document = scanned.pyproject.document if scanned.pyproject else None
    if document is None or (declared.license_text is None and declared.license_file is None):
        return []
    at = document.at("project", "license")
    form = "text" if declared.license_text else "file"
    path = known(declared.license_file)
    if declared.license_files is not None:
        return [LicenseFault(at, "files-with-table", form, related=(declared.license_files.at,))]
    if declared.license_file is not None and path is not None and not _may_be_there(normpath(path), tree, scanned):
        return [LicenseFault(declared.license_file.at, "file-missing", path, otherwise)]
    return [LicenseFault(at, "table", form)]


def _may_be_there(path: str, tree: Tree, scanned: Scanned) -> bool:
    return tree.is_file(path) or is_linked(path, scanned)


def _refuses_classifiers(backend: str | None) -> bool:
    """Tell whether a backend stops at a licence classifier beside an expression; others write both (2026-11)."""
    return backend is not None and backend.partition(":")[0].partition(".")[0] in _STRICT


def _expression(declared: Declared, *, refused: bool) -> list[LicenseFault]:
    text = known(declared.license_expression)
    if declared.license_expression is None or text is None:
        return []
    at = declared.license_expression.at
    faults = []
    if why := _invalid(text):
        faults.append(LicenseFault(at, "expression-invalid", text, why))
    faults += [
        LicenseFault(
            classifier.at,
            "classifier-refused" if refused else "classifier-with-expression",
            classifier.value,
            related=(at,),
        )
        for classifier in known(declared.classifiers) or ()
        if classifier.value.startswith("License ::")
    ]
    return faults


def _invalid(expression: str) -> str:
    """Return why an SPDX expression is not valid, "" if it is."""
    try:
        parse_license(expression)
    except NotStandard as error:
        return str(error)
    return ""


def _bad_pattern(pattern: str) -> str:
    """Return why a glob pattern is not allowed, "" if it is."""
    if len(pattern) > MAX_PATTERN:
        return f"longer than {MAX_PATTERN} characters"
    if not pattern:
        return "empty"
    if pattern.startswith("/"):
        return "it starts with a slash"
    if ".." in pattern.split("/"):
        return "it leaves the project by `..`"
    if "\\" in pattern:
        return "paths are separated by `/`"
    return "" if _ALLOWED.fullmatch(pattern) else "only letters, digits, `_ - . / * ? [ ]` may stand in it"


def _matches_any(pattern: str, tree: Tree) -> bool:
    if tree.is_file(pattern):
        return True
    if not any(char in pattern for char in "*?["):
        return tree.is_file(normpath(pattern)) or normpath(pattern) in tree.links()
    segments = tuple(segment for segment in pattern.split("/") if segment not in {"", "."})
    return any(
        _matches(segments, tuple(path.split("/"))) for path in _candidates(segments, (*tree.files(), *tree.links()))
    )


def _may_match_below(pattern: str, folders: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether a file below one of the folders could match: the pattern's beginning matches the folder."""
    segments = tuple(segment for segment in pattern.split("/") if segment not in {"", "."})
    return any(
        _matches(segments[:length], folder)
        for folder in folders
        for length in range(1, len(segments))
        if length == len(folder) or "**" in segments[:length]
    )


def _candidates(segments: tuple[str, ...], paths: Iterable[str]) -> Iterable[str]:
    """Leave out what cannot match: without `**` the depth is fixed."""
    if "**" in segments:
        return paths
    return (path for path in paths if path.count("/") == len(segments) - 1)


def _matches(segments: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Tell whether a path matches a pattern; `**` stands for any number of folders. Linear in both lengths' product."""
    reached = {0}
    for part in parts:
        following: set[int] = set()
        for index in _over_stars(segments, reached):
            if index == len(segments):
                continue
            if segments[index] == "**":
                following.add(index)
            elif _segment(segments[index]).match(part):
                following.add(index + 1)
        reached = following
    return len(segments) in _over_stars(segments, reached)


def _over_stars(segments: tuple[str, ...], reached: set[int]) -> set[int]:
    found = set(reached)
    for index in sorted(reached):
        while index < len(segments) and segments[index] == "**":
            index += 1
            found.add(index)
    return found


@lru_cache(maxsize=256)
def _segment(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
