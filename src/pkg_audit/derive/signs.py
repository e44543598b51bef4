"""Derive the signs of what the project is for: services, boards, windows, containers; read by the decision tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.scope import role_of_folder, scopes
from pkg_audit.facts.document import Sign
from pkg_audit.facts.place import Place
from pkg_audit.knowledge.signs import call_signs, file_signs, import_signs, table_signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import SourceFacts

_GUARDED = frozenset({"type-checking", "never", "try-fallback", "except-handler", "suppress"})
_MOST = 20


def signs(scanned: Scanned, distribution: Distribution) -> tuple[Sign, ...]:
    """Return the signs found, at most 20 of a name, in order of their files.

    An import counts only where it is not guarded and its name is not one of the project's own; nothing in tests,
    documentation and examples counts.
    """
    found: list[Sign] = []
    count: dict[str, int] = {}
    for sign in _all(scanned, distribution):
        count[sign.name] = count.get(sign.name, 0) + 1
        if count[sign.name] <= _MOST:
            found.append(sign)
    return tuple(found)


def _all(scanned: Scanned, distribution: Distribution) -> Iterator[Sign]:
    yield from _files(scanned)
    if scanned.pyproject is not None and scanned.pyproject.document is not None:
        for table in scanned.pyproject.document.get("tool") or ():
            for name in table_signs().get(str(table), ()):
                yield Sign(scanned.pyproject.document.at("tool", table), name, f"[tool.{table}]")  # type: ignore[arg-type]
    own = {path.split("/")[-2 if path.endswith("/__init__.py") else -1].removesuffix(".py") for path in scanned.sources}
    own |= {name.partition(".")[0] for name in distribution.wheel.import_names or ()}
    where = scopes(scanned, distribution)
    for path, facts in sorted(scanned.sources.items()):
        if where[path] in ("test", "docs", "example", "vendored", "build"):
            continue
        yield from _source(path, facts, own)
        if path in scanned.script_blocks:
            yield Sign(scanned.script_blocks[path].at, "script-block", path)
        if path.rpartition("/")[2] == "__main__.py":
            yield Sign(Place(path), "main-module", path)


def _files(scanned: Scanned) -> Iterator[Sign]:
    for path in scanned.files:
        *folders, name = path.split("/")
        if len(folders) > 2 or any(role_of_folder(f) in ("test", "docs", "example", "vendored") for f in folders):
            continue
        for sign in file_signs(name):
            yield Sign(Place(path), sign, name)  # type: ignore[arg-type]


def _source(path: str, facts: SourceFacts, own: set[str]) -> Iterator[Sign]:
    for imported in facts.imports:
        top = imported.module.partition(".")[0]
        if imported.level or top in own or _GUARDED.intersection(imported.context):
            continue
        for name in import_signs().get(top, ()):
            yield Sign(_in(path, imported.at), name, top)  # type: ignore[arg-type]
    for call in facts.calls:
        if call.name.partition(".")[0] in own or "function" in call.context:
            continue
        for name in call_signs().get(call.name, ()):
            yield Sign(_in(path, call.at), name, call.name)  # type: ignore[arg-type]
    if facts.main_guard is not None:
        yield Sign(_in(path, facts.main_guard), "main-guard", path)


def _in(path: str, at: Place) -> Place:
    return Place(path, at.line, at.column, at.end_line, at.end_column)
