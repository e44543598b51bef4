"""Find headers that sources of extension modules include and the sdist would not hold."""

from __future__ import annotations

import re
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.release_records import MissingBuildInput
from pkg_audit.scan.native.text import blank_c_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_BY_SETUPTOOLS = frozenset({"ext_modules", "cythonize", "tool.setuptools.ext-modules"})
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".pyx")
_MOST_SOURCES = 100
_MOST = 20
_LONGEST = 1 << 20
_NAME = r'"(?P<name>[^"\n]{1,200})"'
_DIRECTIVE = re.compile(
    r"^[ \t]{0,40}#[ \t]{0,10}(?:(?P<condition>if|endif)|include[ \t]{0,10}" + _NAME + ")", re.MULTILINE
)
_EXTERN = re.compile(r"^(?P<condition>)cdef[ \t]{1,10}extern[ \t]{1,10}from[ \t]{1,10}" + _NAME, re.MULTILINE)


def missing_headers(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[MissingBuildInput]:
    """Yield the headers that lie beside the source that includes them in any case, and that the sdist leaves out.

    setuptools takes the sources of extensions into the sdist by itself, and headers only where `depends` names them.
    Nothing is told where the sdist's files are not known, or a name of `depends` may bring them.
    """
    sdist = distribution.sdist
    if scanned.source != "directory" or sdist.files is None or not (sdist.complete or sdist.sources_only):
        return
    if not (distribution.backend or "").startswith("setuptools.") or _names_depends(tree):
        return
    held, there = set(sdist.files), set(scanned.files)
    told: set[str] = set()
    sources = [
        normpath(path)
        for extension in scanned.native.extensions
        if extension.by in _BY_SETUPTOOLS and not extension.condition and extension.optional == "no"
        for path in extension.sources
        if path.endswith(_SOURCES)
    ]
    for source in sources[:_MOST_SOURCES]:
        for line, name in _included(tree, source) if source in there else ():
            header = normpath(f"{dirname(source)}/{name}").lstrip("/")
            if header in there and header not in held and header not in told and len(told) < _MOST:
                told.add(header)
                yield MissingBuildInput(Place(source, line), header, source)


def _names_depends(tree: Tree) -> bool:
    for path in ("setup.py", "pyproject.toml", "setup.cfg"):
        try:
            if tree.is_file(path) and b"depends" in tree.read(path):
                return True
        except ReadError:
            return True
    return False


def _included(tree: Tree, source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and name of every include that no condition of the preprocessor stands around."""
    try:
        data = tree.read(source, _LONGEST)
    except ReadError:
        return
    text = data.decode("utf-8", "replace")
    depth, line, last = 0, 1, 0
    for match in _EXTERN.finditer(text) if source.endswith(".pyx") else _DIRECTIVE.finditer(blank_c_comments(text)):
        line, last = line + text.count("\n", last, match.start()), match.start()
        if match["condition"]:
            depth += 1 if match["condition"] == "if" else -1
        elif depth == 0:
            yield line, match["name"]
