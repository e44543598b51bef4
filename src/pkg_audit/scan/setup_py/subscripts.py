"""Evaluate `value[...]`: indexes, keys and slices."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.scan.setup_py.arguments import plain
from pkg_audit.scan.setup_py.limits import FILE
from pkg_audit.scan.setup_py.operators import lift
from pkg_audit.scan.setup_py.text import part
from pkg_audit.scan.setup_py.values import (
    Bound,
    Choice,
    Const,
    DictCell,
    Entry,
    External,
    Hole,
    ListCell,
    MatchValue,
    Maybe,
    Tuple,
    Unk,
    Val,
    VersionInfo,
    text_of,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine, Scope

BACKEND = re.compile(r"""^[ \t]*build-backend[ \t]*=[ \t]*["']([^"'\n]*)""", re.MULTILINE)


def subscript(machine: Machine, value: Val, index_node: ast.expr, scope: Scope, at: Place) -> Val:
    """Return an item or a slice of a value."""
    if isinstance(index_node, ast.Slice):
        bounds: list[int | None] = []
        for node in (index_node.lower, index_node.upper, index_node.step):
            bound = Const(None) if node is None else machine.evaluate(machine, node, scope)
            if not isinstance(bound, Const) or not (bound.value is None or isinstance(bound.value, int)):
                return machine.dynamic(at)
            bounds.append(bound.value)
        return lift(machine, value, lambda option: _slice(machine, option, slice(*bounds), at))
    index = machine.evaluate(machine, index_node, scope)
    return lift(machine, value, lambda option: lift(machine, index, lambda chosen: item(machine, option, chosen, at)))


def item(machine: Machine, value: Val, index: Val, at: Place) -> Val:
    """Return `value[index]`."""
    cell = machine.cell(value)
    if isinstance(cell, DictCell) and isinstance(index, Const):
        found = cell.entries.get(index.value)
        if found is not None:
            return found.value if isinstance(found, Maybe) else found
        if cell.rest is not None:
            machine.doubts += 1
            return Unk(cell.rest)
        return machine.dynamic(at, "no such key")
    if isinstance(value, External):
        return _of_library(machine, value, index, at)
    if isinstance(value, VersionInfo):
        first = isinstance(index, Const) and index.value == 0
        return Const(3, at) if first else machine.conditional(at, "sys.version_info")
    if isinstance(value, MatchValue):
        return group(machine, value, index, at)
    if not isinstance(index, Const) or not isinstance(index.value, int):
        machine.doubts += 1
        return Unk(index.unknown) if isinstance(index, Unk) else machine.dynamic(at)
    items = value.items if isinstance(value, Tuple) else cell.items if isinstance(cell, ListCell) else None
    if items is not None:
        return _at(machine, items, index.value, at)
    if (
        isinstance(value, Const)
        and isinstance(value.value, str)
        and -len(value.value) <= index.value < len(value.value)
    ):
        start = index.value % len(value.value)
        return part(value, start, start + 1)
    if isinstance(value, Unk):
        machine.doubts += 1
        return value
    return machine.dynamic(at)


def group(machine: Machine, match: MatchValue, which: Val, at: Place) -> Val:
    """Return a group of a match, by number or name."""
    number = which.value if isinstance(which, Const) else None
    if isinstance(number, str):
        number = match.names.get(number)
    if isinstance(number, int) and 0 <= number < len(match.groups):
        return Const(match.groups[number], match.at)
    return machine.dynamic(at)


def _of_library(machine: Machine, value: External, index: Val, at: Place) -> Val:
    if value.name == "os.environ":
        name = text_of(index) or ""
        machine.doubts += 1
        return machine.conditional(at, f"environment variable {name}")
    if value.name == "sys.argv":
        if isinstance(index, Const) and index.value == 0 and _runs_as_script(machine):
            return Const("setup.py", at)
        return Bound(value, "item", at)
    return machine.dynamic(at)


def _runs_as_script(machine: Machine) -> bool:
    """Tell whether `sys.argv[0]` is the script: the legacy backend sets it, `setuptools.build_meta` leaves its own.

    setuptools 82 (`_BuildMetaLegacyBackend.run_setup`), which front ends call where no backend is named (PEP 517).
    """
    try:
        text = machine.tree.read("pyproject.toml", FILE).decode("utf-8", "replace")
    except ReadError:
        return not machine.tree.is_file("pyproject.toml")
    named = BACKEND.search(text)
    return named is None or named[1].endswith(":__legacy__")


def _at(machine: Machine, items: tuple[Entry, ...], index: int, at: Place) -> Val:
    way = items[: index + 1] if index >= 0 else items[index:]
    if any(isinstance(entry, (Maybe, Hole)) for entry in way):
        unsure = next(entry for entry in way if isinstance(entry, (Maybe, Hole)))
        machine.doubts += 1
        return Unk(unsure.unknown) if isinstance(unsure, Hole) else plain(unsure)
    return plain(items[index]) if -len(items) <= index < len(items) else machine.dynamic(at, "no such item")


def _slice(machine: Machine, value: Val, bounds: slice, at: Place) -> Val:
    cell = machine.cell(value)
    if bounds.step not in {None, 1, -1}:
        return machine.dynamic(at)
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        if isinstance(value.value, str) and bounds.step is None:
            start, end, _ = bounds.indices(len(value.value))
            return part(value, start, max(start, end))
        return Const(value.value[bounds], at)
    if isinstance(value, Tuple) or isinstance(cell, ListCell):
        items = value.items if isinstance(value, Tuple) else cell.items if isinstance(cell, ListCell) else ()
        if (bounds.start, bounds.stop) != (None, None) and any(isinstance(entry, (Maybe, Hole)) for entry in items):
            machine.doubts += 1
            unsure = next(entry for entry in items if isinstance(entry, (Maybe, Hole)))
            return machine.new_list((unsure if isinstance(unsure, Hole) else _hole(unsure),), at)
        chosen = items[bounds]
        return Tuple(chosen, at) if isinstance(value, Tuple) else machine.new_list(chosen, at)
    if isinstance(value, VersionInfo) and bounds.start in {None, 0} and bounds.stop is not None and bounds.stop >= 0:
        return VersionInfo(min(bounds.stop, value.length))
    if isinstance(value, External) and value.name == "sys.argv":
        return machine.conditional(at, "sys.argv")
    if isinstance(value, (Unk, Choice)):
        machine.doubts += 1
        return value
    return machine.dynamic(at)


def _hole(entry: Maybe | Hole) -> Hole:
    from pkg_audit.scan.setup_py.values import why

    return entry if isinstance(entry, Hole) else Hole(why(entry, entry.condition.at))
