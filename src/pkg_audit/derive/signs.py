"""Derive the signs of what the project is for: services, boards, windows, containers; read by the decision tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.scope import role_of_folder, scopes
from pkg_audit.facts.document import Sign
from pkg_audit.facts.place import Place
from pkg_audit.knowledge.layout_names import file_roles
from pkg_audit.knowledge.signs import call_signs, file_signs, import_signs, table_signs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pkg_audit.derive.code.own_modules import OwnModules
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import SourceFacts
    from pkg_audit.tree import Tree

_OPTIONAL = frozenset({"type-checking", "never", "try-fallback", "except-handler", "suppress"})
_LATER = frozenset({"function", "lazy", "condition", "platform-guard"})
_SCRIPTS = ("console_scripts", "gui_scripts")
_MOST = 20


def signs(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[Sign, ...]:
    """Return the signs found, at most 20 of a name, in order of their files.

    Nothing in tests, documentation, examples and build scripts counts; in a project that ships packages, nothing but
    what it ships and the programs at its root. What an import tells counts where it runs, unguarded, whenever the
    project is imported or started, and where its name is not one of the project's own.
    """
    found: list[Sign] = []
    count: dict[str, int] = {}
    for sign in _Search(tree, scanned, distribution).all():
        count[sign.name] = count.get(sign.name, 0) + 1
        if count[sign.name] <= _MOST:
            found.append(sign)
    return tuple(found)


class _Search:
    """Looks through one project; what takes long is found out only when something turns on it."""

    def __init__(self, tree: Tree, scanned: Scanned, distribution: Distribution) -> None:
        self._tree = tree
        self._scanned = scanned
        self._distribution = distribution
        self._scopes = scopes(scanned, distribution)
        self._packaged = "runtime" in self._scopes.values() and distribution.backend is not None
        self._own = _own_names(scanned, distribution)
        self._index: OwnModules | None = None
        self._followed: dict[tuple[frozenset[str], bool], frozenset[str]] = {}

    def all(self) -> Iterator[Sign]:
        """Yield every sign."""
        yield from _files(self._scanned)
        yield from _tables(self._scanned)
        yield from self._programs()
        for path, facts in sorted(self._scanned.sources.items()):
            scope = self._scopes[path]
            if scope in ("test", "docs", "example", "vendored", "build"):
                continue
            beside = self._packaged and scope != "runtime"
            if beside and ("/" in path or path in file_roles()):
                continue
            for sign in self._source(path, facts):
                if not beside or sign.name == "service-object":
                    yield sign

    def _source(self, path: str, facts: SourceFacts) -> Iterator[Sign]:
        for imported in facts.imports:
            top = imported.module.partition(".")[0]
            signs_of_it = import_signs().get(top, ())
            if not signs_of_it or imported.level or _folded(top) in self._own:
                continue
            if not _OPTIONAL.isdisjoint(imported.context):
                continue
            now = _LATER.isdisjoint(imported.context)
            for name in signs_of_it:
                if name == "gui-toolkit":
                    # who requires a toolkit means to open windows, however late; tkinter is there for everybody
                    counts = path in self._programs_load(eager=not self._requires(top)) and (now or self._requires(top))
                else:
                    counts = now and path in self._loaded()
                if counts:
                    yield Sign(_in(path, imported.at), name, top)  # type: ignore[arg-type]
        for call in facts.calls:
            for name in call_signs().get(call.name, ()):
                if _folded(call.name.partition(".")[0]) in self._own:
                    continue
                if name == "gui-toolkit":
                    counts = path in (self._programs_load(eager=True) or self._scanned.sources)
                else:
                    counts = "function" not in call.context
                if counts:
                    yield Sign(_in(path, call.at), name, call.name)  # type: ignore[arg-type]
        if path in self._scanned.script_blocks:
            yield Sign(self._scanned.script_blocks[path].at, "script-block", path)
        if path.rpartition("/")[2] == "__main__.py" and self._at_the_top(path):
            yield Sign(Place(path), "main-module", path)
        if facts.main_guard is not None:
            yield Sign(_in(path, facts.main_guard), "main-guard", path)

    def _loaded(self) -> Collection[str]:
        """Return the sources that run whenever the project is imported or started: all, where nothing is shipped."""
        own = self._modules()
        tops = {name for name in own.runtime.values() if "." not in name} if own is not None else set()
        return self._following(frozenset(tops | self._programs_of(own)), eager=True)

    def _programs_load(self, *, eager: bool) -> Collection[str]:
        """Return the sources that run whenever one of its programs is started; none in a library."""
        return self._following(frozenset(self._programs_of(self._modules())), eager=eager)

    def _programs_of(self, own: OwnModules | None) -> set[str]:
        if own is None:
            return set()
        entries = self._distribution.metadata.entry_points
        starts = {entry.value.partition(":")[0].strip() for entry in entries if entry.group in _SCRIPTS}
        mains = {n for path, n in own.runtime.items() if path.endswith("__main__.py") and self._at_the_top(path)}
        return starts | mains

    def _following(self, starts: frozenset[str], *, eager: bool) -> Collection[str]:
        own = self._modules()
        if own is None:
            return self._scanned.sources
        known = self._followed.get((starts, eager))
        if known is None:
            from pkg_audit.derive.code.graph import loaded

            names = loaded(own, self._scanned, starts, eager=eager)
            known = frozenset(path for path, name in own.runtime.items() if name in names)
            self._followed[starts, eager] = known
        return known

    def _modules(self) -> OwnModules | None:
        """Return the index of own modules, None where the project ships none."""
        if self._packaged and self._index is None:
            from pkg_audit.derive.code.own_modules import own_modules

            self._index = own_modules(self._tree, self._scanned, self._distribution)
        return self._index

    def _requires(self, top: str) -> bool:
        """Tell whether a declared dependency provides an import."""
        from pkg_audit.knowledge.import_names import providers

        names = {_folded(name) for name, _ in providers(top)} | {_folded(top)}
        declared = (re.match(r"\s*([\w.-]+)", text.value) for text in self._distribution.metadata.dependencies)
        return any(match is not None and _folded(match[1]) in names for match in declared)

    def _at_the_top(self, path: str) -> bool:
        """Tell whether a `__main__.py` starts a package that the project is known by, not a part of one."""
        names = self._distribution.wheel.import_names
        placed = next((f.path for f in self._distribution.wheel.files or () if f.source == path), None)
        if names is not None and placed is not None:
            parent = placed.rpartition("/")[0].replace("/", ".")
            return not parent or parent in names
        return path.removeprefix("src/").count("/") <= 1

    def _programs(self) -> Iterator[Sign]:
        for file in self._distribution.wheel.files or ():
            if re.match(r"[^/]+\.data/scripts/[^/]", file.path):
                yield Sign(Place(file.source or None), "shipped-program", file.path.rpartition("/")[2])
        crate = self._scanned.native.crate
        if crate is not None and crate.bindings == "bin":
            yield Sign(crate.at, "shipped-program", "a compiled program")


def _tables(scanned: Scanned) -> Iterator[Sign]:
    if scanned.pyproject is not None and scanned.pyproject.document is not None:
        for table in scanned.pyproject.document.get("tool") or ():
            for name in table_signs().get(str(table), ()):
                yield Sign(scanned.pyproject.document.at("tool", table), name, f"[tool.{table}]")  # type: ignore[arg-type]


def _files(scanned: Scanned) -> Iterator[Sign]:
    for path in scanned.files:
        *folders, name = path.split("/")
        if len(folders) > 2 or any(role_of_folder(f) in ("test", "docs", "example", "vendored") for f in folders):
            continue
        for sign in file_signs(name):
            yield Sign(Place(path), sign, name)  # type: ignore[arg-type]


def _own_names(scanned: Scanned, distribution: Distribution) -> frozenset[str]:
    """Return the names of the project's own packages and modules, and its own name, folded."""
    own = {path.split("/")[-2 if path.endswith("/__init__.py") else -1].removesuffix(".py") for path in scanned.sources}
    own |= {name.partition(".")[0] for name in distribution.wheel.import_names or ()}
    if distribution.metadata.name is not None:
        own.add(distribution.metadata.name.value)
    return frozenset(_folded(name) for name in own)


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _in(path: str, at: Place) -> Place:
    return Place(path, at.line, at.column, at.end_line, at.end_column)
