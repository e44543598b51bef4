"""Judge native code that uses names of the C API which an admitted Python, or NumPy, does without.

Sources: What's New in Python 3.9 to 3.16, NumPy 2.0 to 2.4 release notes; see `knowledge/c_api.tsv`, November 2026.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pkg_audit.derive.scope import role_of_folder
from pkg_audit.errors import ReadError
from pkg_audit.facts.native_records import CApiUse
from pkg_audit.facts.place import Place
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.c_api import NUMPY
from pkg_audit.scan.native.c_uses import EVERY, CFile, Use, mentions, read_c
from pkg_audit.scan.native.cython_uses import read_cython
from pkg_audit.scan.sources.versions import ALL, bit, from_specifier
from pkg_audit.standards import NotStandard, admits, parse_requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.native import ExtensionDeclaration
    from pkg_audit.facts.place import Answer, Text
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.knowledge.c_api import Name
    from pkg_audit.tree import Tree

MAX_RECORDS = 200
MAX_RELATED = 5

_NATIVE = frozenset({"native", "native-abi3", "native+pure-fallback"})
_COMPILERS = frozenset({
    "ext_modules", "cythonize", "tool.setuptools.ext-modules", "meson-python", "scikit-build-core", "py-build-cmake",
})  # fmt: skip
_SOURCES = frozenset({"c", "cc", "cpp", "cxx", "c++", "m", "mm", "cu"})
_CYTHON = frozenset({"pyx", "pxd", "pxi"})
_COMPILED = _SOURCES | {"pyx"}
_HEADERS = frozenset({"h", "hh", "hpp", "hxx", "h++", "inc", "inl", "ipp", "tpp"})
_COMPAT = frozenset({"pythoncapi_compat.h", "npy_2_compat.h", "py3c.h"})
_BUILD_FILES = ("setup.py", "meson.build", "CMakeLists.txt")
_FILE_LIMIT = 4 << 20
_TOTAL = 32 << 20
_DIRECTIVES = 200_000
_FILES = 3_000
_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d{1,2})")
_VARIABLE = re.compile(r"\A\$\{\w{1,80}\}/")
_CONFIRMED = 14
"""The newest 3.x whose final What's New page the table is taken from; later removals are never called sure."""


def c_api_uses(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[CApiUse, ...]:
    """Return the names that compiled code uses and some admitted release lacks; sure ones first, at most 200.

    Files count that an extension of the build names, and headers of the tree that they include. A name that any file of
    the tree defines itself, and all in a project whose files cannot all be read, are left out: there may be a fallback.
    """
    if scanned.source == "wheel" or distribution.backend is None or distribution.wheel.kind not in _NATIVE:
        return ()
    code = _Code(tree, scanned)
    code.read_sources(_sources(scanned, distribution))
    code.read_headers()
    if not code.uses or not code.look_for_fallbacks():
        return ()
    promise = _promise(distribution)
    numpy = _numpy(scanned)
    found: dict[str, list[CApiUse]] = defaultdict(list)
    for use, sure in code.remaining():
        record = _judge_numpy(use, numpy) if use.name.library == "numpy" else _judge(use, promise, sure=sure)
        if record is not None:
            found[record.subject].append(record)
    records = [_together(group) for group in found.values()]
    records.sort(key=lambda record: (record.sure != "yes", record.at.path or "", record.at.line or 0, record.subject))
    return tuple(records[:MAX_RECORDS])


def _sources(scanned: Scanned, distribution: Distribution) -> Iterator[tuple[str, ExtensionDeclaration, bool]]:
    """Yield the C files of the build: path, extension, and whether the build stops where they do not compile."""
    pure = distribution.wheel.kind == "native+pure-fallback" or bool(scanned.native.opt_out)
    files = set(scanned.files)
    modules = {name.rpartition(".")[2] for name in distribution.wheel.extension_modules or ()}
    by_symbol = {source.init_symbol: source.at.path for source in scanned.native.sources if source.init_symbol}
    for extension in scanned.native.extensions:
        if extension.by not in _COMPILERS:
            continue
        named = False
        base = posixpath.dirname(extension.at.path or "")
        for source in extension.sources:
            source = _VARIABLE.sub("", source)
            for path in (posixpath.normpath(source), posixpath.normpath(posixpath.join(base, source))):
                if path in files and _suffix(path) in _COMPILED:
                    named = True
                    certain = not pure and extension.optional == "no" and not extension.condition
                    yield path, extension, certain and _suffix(path) in _SOURCES
                    break
        main = by_symbol.get(extension.name.rpartition(".")[2]) if extension.name and not named else None
        if main and main in files and _suffix(main) in _SOURCES and extension.name.rpartition(".")[2] in modules:
            yield main, extension, False


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()


@dataclass(slots=True)
class _Code:
    """The C files of one project, as far as they have been read."""

    tree: Tree
    scanned: Scanned
    uses: list[tuple[Use, bool]] = field(default_factory=list)
    _read: dict[str, CFile] = field(default_factory=dict)
    _left: int = _TOTAL
    _directives: int = _DIRECTIVES
    _own: set[str] = field(default_factory=set)
    _internal: bool = False

    def _open(self, path: str) -> bytes | None:
        if len(self._read) >= _FILES or self._left <= 0 or self._directives <= 0:
            return None
        try:
            data = self.tree.read(path, _FILE_LIMIT)
        except ReadError:
            return None
        self._left -= len(data)
        return data

    def _parse(self, data: bytes, path: str, *, limited: bool | None) -> CFile:
        # Every directive is followed once for each Python: what they cost together is bounded as well.
        self._directives -= data.count(b"#")
        file = read_cython(data, path) if _suffix(path) in _CYTHON else read_c(data, path, limited_api=limited)
        self._read[path] = file
        self._own |= file.own
        return file

    def _add(self, path: str, *, sure: bool, limited: bool | None) -> None:
        data = self._open(path) if path not in self._read else None
        if data is None:
            return
        file = self._parse(data, path, limited=limited)
        self._internal = self._internal or file.internal
        self.uses += [(use, sure) for use in file.uses]

    def read_sources(self, sources: Iterable[tuple[str, ExtensionDeclaration, bool]]) -> None:
        """Read what the extensions are compiled from."""
        for path, extension, sure in sources:
            limited = {"yes": True, "no": False}.get(extension.abi3)
            if self.scanned.native.abi3_opt_in or self.scanned.native.abi3_wheel:
                limited = True if limited else None
            self._add(path, sure=sure, limited=limited)

    def read_headers(self) -> None:
        """Read the project's headers that those files surely include on some Python, and headers that these include."""
        by_name: dict[str, list[str]] = defaultdict(list)
        for path in self.scanned.files:
            if _suffix(path) in _HEADERS | _SOURCES:
                by_name[posixpath.basename(path)].append(path)
        reached = dict.fromkeys(self._read, EVERY)
        pending = list(self._read)
        while pending:
            path = pending.pop()
            for header, minors in self._read[path].includes:
                near = posixpath.normpath(posixpath.join(posixpath.dirname(path), header))
                named = by_name.get(posixpath.basename(header), [])
                target = near if near in named else named[0] if len(named) == 1 else None
                minors = minors & reached[path] & ~reached.get(target or "", 0)
                if target is None or not minors or not _is_own(target):
                    continue
                self._add(target, sure=False, limited=None)
                if target in self._read:
                    reached[target] = reached.get(target, 0) | minors
                    pending.append(target)
        self.uses = [
            (replace(use, minors=use.minors & reached.get(use.at.path or "", 0)), sure) for use, sure in self.uses
        ]

    def look_for_fallbacks(self) -> bool:
        """Read the other C files for definitions of the names in use. False where some cannot be read."""
        wanted = {use.name.name for use, _ in self.uses}
        for path in self.scanned.files:
            if _suffix(path) not in _HEADERS | _SOURCES | _CYTHON or path in self._read:
                continue
            data = self._open(path)
            if data is None:
                return False
            if mentions(data, wanted):
                file = self._parse(data, path, limited=None)
                self._internal = self._internal or (file.internal and _suffix(path) in _HEADERS)
        return True

    def remaining(self) -> Iterator[tuple[Use, bool]]:
        """Yield the uses that nothing in the tree makes good."""
        headers = {posixpath.basename(path) for path in self.scanned.files if _suffix(path) in _HEADERS}
        internal = self._internal or any(
            b"Py_BUILD_CORE" in (self._open(path) or b"") for path in _BUILD_FILES if self.tree.is_file(path)
        )
        for use, sure in self.uses:
            name = use.name
            if name.name in self._own or (name.kind == "header" and posixpath.basename(name.name) in headers):
                continue
            if internal and (name.name.startswith("_") or name.kind in {"member", "header"}):
                continue
            yield use, sure


def _is_own(path: str) -> bool:
    *folders, name = path.split("/")
    return name not in _COMPAT and not any(role_of_folder(f) in {"vendored", "test", "docs"} for f in folders)


@dataclass(frozen=True, slots=True)
class _Promise:
    """The Pythons that a project admits, in words and as a mask; `named` are the minors of its classifiers."""

    text: str
    mask: int
    explicit: bool
    named: frozenset[int]
    places: tuple[Place, ...] = ()


def _promise(distribution: Distribution) -> _Promise | None:
    metadata = distribution.metadata
    unknown = {item.field for item in metadata.unknown}
    named = frozenset(int(m[1]) for text in metadata.classifiers if (m := _CLASSIFIER.fullmatch(text.value.strip())))
    requires = metadata.requires_python
    if requires is not None and requires.value.strip():
        mask = from_specifier(requires.value)
        if mask is None:
            return None
        return _Promise(f"requires-python `{requires.value}`", mask, True, named, (requires.at,))
    if requires is None and not {"requires_python", "requires-python"} & unknown:
        return _Promise("the metadata, without requires-python,", ALL, False, named)
    if not named:
        return None
    return _Promise("a classifier", sum(bit(minor) for minor in named), False, named)


def _judge(use: Use, promise: _Promise | None, *, sure: bool) -> CApiUse | None:
    if promise is None:
        return None
    gone = use.name.gone[1]
    hit = [m for m in range(gone, stdlib.NEWEST + 1) if promise.mask & bit(m) and use.minors >> m & 1]
    if not hit and (gone <= stdlib.NEWEST or not promise.mask & bit(gone) or not use.minors >> gone & 1):
        return None
    spoken_for = promise.explicit and (not promise.named or max(promise.named) >= gone)
    certain = sure and spoken_for and bool(hit) and hit[0] <= _CONFIRMED
    return _record(
        use,
        promise.text,
        _list(f"3.{minor}" for minor in hit),
        "yes" if certain else "no",
        promise.places,
        planned=not hit,
    )


def _numpy(scanned: Scanned) -> Text | None:
    """Return the build requirement on NumPy, None where there is none that always holds."""
    system = scanned.pyproject.build_system if scanned.pyproject is not None else None
    found = []
    for text in system.requires or () if system is not None else ():
        try:
            requirement = parse_requirement(text.value)
        except NotStandard:
            continue
        if requirement.name.lower() == "numpy":
            found.append((text, requirement))
    if len(found) != 1 or found[0][1].marker is not None or found[0][1].url is not None:
        return None
    return found[0][0]


def _judge_numpy(use: Use, requirement: Text | None) -> CApiUse | None:
    if requirement is None or not use.minors:
        return None
    specifiers = parse_requirement(requirement.value).specifier
    hit = [
        f"{major}.{minor}"
        for major, minor in NUMPY
        if (major, minor) >= use.name.gone
        and any(admits(specifiers, f"{major}.{minor}.{patch}") for patch in (0, 1, 2, 9))
    ]
    if not hit:
        return None
    promise = f"the build requirement `{requirement.value}`"
    return _record(use, promise, _list(hit), "no", (requirement.at,), planned=False)


def _list(releases: Iterable[str]) -> str:
    return ", ".join(releases)


def _record(
    use: Use, promise: str, admitted: str, sure: Answer, places: tuple[Place, ...], *, planned: bool
) -> CApiUse:
    name = use.name
    return CApiUse(
        at=use.at,
        library=name.library,
        subject=_subject(name),
        gone=".".join(map(str, name.gone)),
        state="planned" if planned else "gone",
        admitted=admitted,
        promise=promise,
        instead=name.instead,
        sure=sure,
        files=1,
        related=places,
    )


def _subject(name: Name) -> str:
    if name.kind == "member":
        return f"{name.owner}.{name.name}"
    return f"{name.name}(...) = ..." if name.kind == "assigned" else name.name


def _together(records: list[CApiUse]) -> CApiUse:
    """Return one record for all uses of a name: the surest, then the first."""
    first = min(records, key=lambda r: (r.sure != "yes", r.state, r.at.path or "", r.at.line or 0))
    others = dict.fromkeys(r.at.path for r in records if r.at.path != first.at.path)
    more = [next(r.at for r in records if r.at.path == path) for path in others]
    return replace(first, files=1 + len(others), related=(*first.related, *more[:MAX_RELATED]))
