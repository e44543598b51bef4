"""Turn extension objects, and the keywords that stand for them, into declarations."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.facts.native import ExtensionDeclaration, Language
from pkg_audit.facts.place import Answer, Place, Unknown, Value
from pkg_audit.scan.setup_py import convert
from pkg_audit.scan.setup_py.cffi import cffi_module_name
from pkg_audit.scan.setup_py.keywords import EXTENSIONS, Keywords
from pkg_audit.scan.setup_py.paths import plain
from pkg_audit.scan.setup_py.values import (
    Choice,
    ClassValue,
    Condition,
    Const,
    DictCell,
    Entry,
    ExtensionCell,
    Hole,
    ListCell,
    Maybe,
    Ref,
    Tuple,
    Val,
    path_of,
    place_of,
    text_of,
    why,
)

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.state import State
    from pkg_audit.tree import Tree

LANGUAGES: tuple[tuple[tuple[str, ...], Language], ...] = (
    ((".pyx",), "cython"),
    ((".rs", "Cargo.toml"), "rust"),
    ((".cu",), "cuda"),
    ((".i",), "swig"),
    ((".f", ".f90", ".f77", ".pyf"), "fortran"),
    ((".cpp", ".cc", ".cxx", ".mm"), "c++"),
    ((".c", ".m"), "c"),
)
BUILDING = frozenset({"run", "build_extension", "build_extensions"})
DEPTH = 8
MOST = 4_000
"""Items looked at: alternatives within alternatives multiply."""
Extensions = tuple[ExtensionDeclaration, ...]


def extensions(keywords: Keywords, tree: Tree) -> tuple[Value[Extensions] | None, Extensions]:
    """Return the extensions that a call declares (None: none, unknown: not all known), and all that can be seen.

    An extension that is built under a condition only is known: it carries the condition.
    """
    reader = _Reader(keywords.state, tree)
    spots: list[Place] = []
    for name in EXTENSIONS:
        entry = keywords.entry(name)
        if entry is not None:
            spots.append(keywords.places()[name])
            reader.read(entry, spots[-1], "", name, 0)
    package = keywords.entry("ext_package")
    prefix = text_of(package) if package is not None else ""
    optional: Answer = "yes" if _errors_swallowed(keywords) else "no"
    seen = tuple(_finished(one, prefix, optional) for one in _unique(reader.found))
    for retry in keywords.retries:
        again, shown = extensions(retry, tree)
        kept = {one.name for one in shown}
        if again is None or again.unknown is None:
            seen = tuple(one if one.name in kept else replace(one, optional="yes") for one in seen)
    if not spots:
        return keywords.missing(), seen
    if keywords.rest is not None and reader.unknown is None:
        reader.unknown = keywords.rest
    if reader.unknown is not None:
        return Value(None, spots[0], reader.unknown), seen
    return Value(seen, spots[0]), seen


def _finished(one: ExtensionDeclaration, prefix: str | None, optional: Answer) -> ExtensionDeclaration:
    name = one.name
    if prefix is None:
        name = ""
    elif prefix and name and one.by != "rust_extensions":
        name = f"{prefix}.{name}"
    loose = one.optional if one.optional != "no" or one.by == "rust_extensions" else optional
    return replace(one, name=name, optional=loose)


def _unique(found: list[ExtensionDeclaration]) -> list[ExtensionDeclaration]:
    """Drop repeated declarations; one without a condition beats one with."""
    kept: dict[str, ExtensionDeclaration] = {}
    unnamed: list[ExtensionDeclaration] = []
    for one in found:
        if not one.name:
            unnamed.append(one)
            continue
        known = kept.get(one.name)
        if known is None or (known.condition and not one.condition):
            kept[one.name] = one
    return [*kept.values(), *dict.fromkeys(unnamed)]


class _Reader:
    def __init__(self, state: State, tree: Tree) -> None:
        self.state = state
        self.tree = tree
        self.found: list[ExtensionDeclaration] = []
        self.unknown: Unknown | None = None
        self.left = MOST
        self.known: dict[tuple[int, str], ExtensionDeclaration] = {}

    def read(self, entry: Entry, at: Place, condition: str, by: str, depth: int) -> None:
        if isinstance(entry, Maybe):
            self.read(entry.value, at, _and(condition, entry.condition), by, depth + 1)
            return
        if isinstance(entry, Choice):
            self._choice(entry, at, condition, by, depth)
            return
        cell = self.state.cells.get(entry.cell) if isinstance(entry, Ref) else None
        items = entry.items if isinstance(entry, Tuple) else cell.items if isinstance(cell, ListCell) else None
        if convert.is_none(entry) or depth > DEPTH:
            return
        if items is None and (isinstance(cell, ExtensionCell) or text_of(entry) is not None):
            items = (entry,)
        if items is None:
            self.unknown = self.unknown or why(entry, at)
            return
        for item in items:
            self._item(item, at, condition, by, depth + 1)

    def _choice(self, entry: Choice, at: Place, condition: str, by: str, depth: int) -> None:
        """Read each alternative; what all of them hold by name stands under no condition."""
        outer, self.found = self.found, []
        sides: list[tuple[list[ExtensionDeclaration], Condition]] = []
        for option, when in entry.options:
            self.found = []
            self.read(option, at, condition, by, depth + 1)
            sides.append((self.found, when))
        self.found = outer
        common = set.intersection(*({one.name for one in side if one.name} for side, _ in sides)) if sides else set()
        for side, when in sides:
            for one in side:
                known = one.name in common
                self.found.append(one if known else replace(one, condition=_and(one.condition, when)))

    def _item(self, item: Entry, at: Place, condition: str, by: str, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            self.unknown = self.unknown or Unknown("too-large", at)
            return
        if isinstance(item, Hole):
            self.unknown = self.unknown or item.unknown
        elif isinstance(item, Maybe):
            self._item(item.value, at, _and(condition, item.condition), by, depth)
        elif isinstance(item, Choice) and depth <= DEPTH:
            self._choice(item, at, condition, by, depth)
        elif isinstance(item, Ref) and isinstance(self.state.cells.get(item.cell), (ExtensionCell, ListCell)):
            cell = self.state.cells[item.cell]
            if isinstance(cell, ExtensionCell):
                known = self.known.get((item.cell, by))
                if known is None:
                    known = self.known[item.cell, by] = self._extension(cell, by)
                self.found.append(replace(known, condition=condition))
            elif depth <= DEPTH:
                self.read(item, at, condition, by, depth + 1)
        elif by == "cffi_modules" and text_of(item) is not None:
            path, _, attribute = (text_of(item) or "").rpartition(":")
            name = cffi_module_name(self.tree, path, attribute)
            declaration = ExtensionDeclaration(place_of(item, at), name, by, "c", condition=condition, sources=(path,))
            self.found.append(declaration)
        elif isinstance(item, Tuple) and item.items and text_of(item.items[0]) is not None:
            # distutils' old form: (name, build_info).
            self.found.append(ExtensionDeclaration(item.at, text_of(item.items[0]) or "", by, condition=condition))
        elif not convert.is_none(item):
            spot = place_of(item, at)
            self.found.append(ExtensionDeclaration(spot, "", by, "other", "unknown", "unknown", condition))
            self.unknown = self.unknown or why(item, at)

    def _extension(self, cell: ExtensionCell, by: str) -> ExtensionDeclaration:
        attributes = cell.attributes
        sources = self._texts(attributes.get("sources") or attributes.get("path"))
        mechanism = cell.by if by == "ext_modules" else by
        target = attributes.get("name")
        name = text_of(target) or ""
        if isinstance(target, Choice):
            names = {text_of(option) for option, _ in target.options}
            name = (names.pop() or "") if len(names) == 1 else ""
        return ExtensionDeclaration(
            at=cell.at,
            name=name,
            by=mechanism,
            language=self._language(cell, sources, mechanism),
            optional=_answer(attributes.get("optional")),
            abi3=self._abi3(attributes),
            sources=sources,
            libraries=self._texts(attributes.get("libraries")),
        )

    def _language(self, cell: ExtensionCell, sources: tuple[str, ...], by: str) -> Language:
        if by == "rust_extensions":
            return "rust"
        if by == "mypycify":
            return "c"
        if any(source.endswith(".pyx") for source in sources) or (by == "cythonize" and sources):
            return "cython"
        given = text_of(cell.attributes.get("language"))
        if given in {"c", "c++"}:
            return "c++" if given == "c++" else "c"
        for endings, language in LANGUAGES:
            if any(source.endswith(endings) for source in sources):
                return language
        return "other"

    def _texts(self, value: Val | None) -> tuple[str, ...]:
        cell = self.state.cells.get(value.cell) if isinstance(value, Ref) else None
        items: tuple[Entry, ...] = ()
        if isinstance(value, Tuple):
            items = value.items
        elif isinstance(cell, ListCell):
            items = cell.items
        elif value is not None:
            items = (value,)
        held = [item.value if isinstance(item, Maybe) else item for item in items]
        found = [path_of(item) for item in held]
        return tuple(plain(one) for one in found if one is not None)

    def _abi3(self, attributes: dict[str, Val] | object) -> Answer:
        assert isinstance(attributes, dict)
        given = attributes.get("py_limited_api")
        if text_of(given) == "auto":
            return "unknown"
        answer = _answer(given)
        if answer != "no" or given is not None:
            return answer
        value = attributes.get("define_macros")
        cell = self.state.cells.get(value.cell) if isinstance(value, Ref) else None
        return "unknown" if isinstance(cell, DictCell) else "no"


def _answer(value: Val | None) -> Answer:
    if value is None:
        return "no"
    if isinstance(value, Const):
        return "yes" if value.value else "no"
    if isinstance(value, Choice):
        answers = {_answer(option) for option, _ in value.options}
        return answers.pop() if len(answers) == 1 else "unknown"
    return "unknown"


def _and(first: str, second: Condition) -> str:
    if not first or first == second.text:
        return second.text
    return f"{first} and {second.text}" if second.text else first


def _errors_swallowed(keywords: Keywords) -> bool:
    """Tell whether the project's `build_ext` catches what goes wrong and goes on without the extension."""
    entry = keywords.entry("cmdclass")
    cell = keywords.state.cells.get(entry.cell) if isinstance(entry, Ref) else None
    command = cell.entries.get("build_ext") if isinstance(cell, DictCell) else None
    if not isinstance(command, ClassValue):
        return False
    methods = [node for node in command.node.body if isinstance(node, ast.FunctionDef) and node.name in BUILDING]
    return any(_goes_on(node) for method in methods for node in ast.walk(method) if isinstance(node, ast.Try))


def _goes_on(attempt: ast.Try) -> bool:
    calls = (node.func for statement in attempt.body for node in ast.walk(statement) if isinstance(node, ast.Call))
    builds = any(isinstance(function, ast.Attribute) and function.attr in BUILDING for function in calls)
    raises = any(isinstance(node, ast.Raise) for handler in attempt.handlers for node in ast.walk(handler))
    exits = any(
        isinstance(node, ast.Attribute) and node.attr == "exit"
        for handler in attempt.handlers
        for node in ast.walk(handler)
    )
    return builds and bool(attempt.handlers) and not raises and not exits
