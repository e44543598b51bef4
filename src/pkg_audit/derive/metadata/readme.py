"""Judge the declared description file (pyproject.toml specification, `readme`)."""

from __future__ import annotations

from posixpath import normpath, splitext
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import effective, is_linked, known, only_warns
from pkg_audit.facts.metadata_records import ReadmeFault

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

CONTENT_TYPES = ("text/plain", "text/x-rst", "text/markdown")

_BY_SUFFIX = {".md": "text/markdown", ".rst": "text/x-rst"}
_SUFFIXES = {".md", ".rst", ".txt"}


def readme_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[ReadmeFault, ...]:
    """Return description files that are not there, and descriptions whose content type is not known."""
    faults: list[ReadmeFault] = []
    for declared in effective(scanned, distribution):
        if declared.source in {"project", "poetry", "flit"}:
            detail = only_warns(distribution) if declared.source == "project" else ""
            faults += [
                ReadmeFault(text.at, "file-missing", text.value, detail)
                for text in declared.readme_files
                if not tree.is_file(normpath(text.value)) and not is_linked(normpath(text.value), scanned)
            ]
        faults += _content_type(scanned, declared)
    return tuple(faults)


def _content_type(scanned: Scanned, declared: Declared) -> list[ReadmeFault]:
    given = declared.readme_content_type
    if given is not None:
        value = known(given)
        if value is None or value.partition(";")[0].strip().lower() in CONTENT_TYPES:
            return _contradiction(declared, value, given.at)
        return [ReadmeFault(given.at, "content-type-unknown", value, "indexes render none but the three known ones")]
    path = known(declared.readme)
    if declared.source != "project" or not scanned.pyproject or not scanned.pyproject.document:
        return []
    if isinstance(scanned.pyproject.document.get("project", "readme"), dict):
        at = scanned.pyproject.document.at("project", "readme")
        return [ReadmeFault(at, "content-type-unknown", path or "text", "the table form needs a content-type")]
    if declared.readme is None or path is None or splitext(path)[1].lower() in _SUFFIXES:
        return []
    detail = "only .md, .rst and .txt tell the content type"
    return [ReadmeFault(declared.readme.at, "content-type-unknown", path, detail)]


def _contradiction(declared: Declared, value: str | None, at: Place) -> list[ReadmeFault]:
    """Return a fault where Markdown is called reStructuredText or the other way round; plain text is any text."""
    kind = (value or "").partition(";")[0].strip().lower()
    paths = {known(declared.readme) or "", *(text.value for text in declared.readme_files)} - {""}
    told = {_BY_SUFFIX.get(splitext(path)[1].lower(), "") for path in paths}
    if len(told) != 1 or kind not in _BY_SUFFIX.values() or told & {"", kind}:
        return []
    return [ReadmeFault(at, "content-type-differs", value or "", min(paths))]
