"""Apply operators and decide tests; both sides of a choice are followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import ITEMS, TEXT
from pkg_audit.scan.setup_py.state import either
from pkg_audit.scan.setup_py.text import percent
from pkg_audit.scan.setup_py.values import (
    Choice,
    ClassValue,
    Const,
    DictCell,
    Entry,
    ExtensionCell,
    FileHandle,
    FunctionValue,
    Hole,
    Instance,
    ListCell,
    MatchValue,
    Maybe,
    ModuleValue,
    PathValue,
    PatternValue,
    Ref,
    Tuple,
    Unk,
    Val,
    VersionInfo,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine

SMALL = 1 << 53


def lift(machine: Machine, value: Val, function: Callable[[Val], Val]) -> Val:
    """Apply a function to a value, or to each option of a choice."""
    if not isinstance(value, Choice):
        return function(value)
    result: Val | None = None
    for option, condition in reversed(value.options):
        one = function(option)
        result = one if result is None else either(machine.state, one, machine.state, result, condition)
    assert result is not None
    return result


def truth(machine: Machine, value: Val) -> bool | None:
    """Return a value's truth, None where it cannot be decided."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Choice):
        answers = {truth(machine, option) for option, _ in value.options}
        return answers.pop() if len(answers) == 1 else None
    items: tuple[Entry, ...] | None = None
    cell = machine.cell(value)
    if isinstance(cell, ListCell):
        items = cell.items
    elif isinstance(cell, DictCell):
        items = (*cell.entries.values(), *((Hole(cell.rest),) if cell.rest is not None else ()))
    elif isinstance(value, Tuple):
        items = value.items
    if items is not None:
        if any(not isinstance(item, (Maybe, Hole)) for item in items):
            return True
        return None if items else False
    if isinstance(cell, ExtensionCell):
        return True
    sure = (PathValue, FileHandle, MatchValue, PatternValue, FunctionValue, ClassValue, ModuleValue, Instance)
    return True if isinstance(value, (*sure, VersionInfo)) else None


def binary(machine: Machine, node: ast.operator, left: Val, right: Val, at: Place) -> Val:
    """Apply an operator other than `+`. No `*`, `**`, `<<`: they could build anything out of little."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        return lift(machine, left, lambda one: lift(machine, right, lambda two: binary(machine, node, one, two, at)))
    if isinstance(node, ast.Mod) and isinstance(left, Const) and isinstance(left.value, str):
        return _percent(machine, left.value, right, at)
    if isinstance(node, ast.Div) and isinstance(left, PathValue) and isinstance(right, (Const, PathValue)):
        return _slash(machine, left, right, at)
    if isinstance(left, Const) and isinstance(right, Const):
        a, b = left.value, right.value
        if isinstance(a, int) and isinstance(b, int) and max(abs(a), abs(b)) < SMALL:
            if isinstance(node, ast.BitOr):
                return Const(a | b, at)
            if isinstance(node, ast.BitAnd):
                return Const(a & b, at)
            if isinstance(node, ast.Sub):
                return Const(a - b, at)
    if isinstance(node, ast.BitOr):
        one, two = machine.cell(left), machine.cell(right)
        if isinstance(one, ListCell) and isinstance(two, ListCell) and one.kind == two.kind == "set":
            return machine.new_list(unique((*one.items, *two.items)), at, "set")
        if isinstance(one, DictCell) and isinstance(two, DictCell):
            # Imported here: writing dicts needs iteration only, but sits above operators.
            from pkg_audit.scan.setup_py.mappings import update

            result = machine.new(DictCell({}, {}), at)
            update(machine, result.cell, left, at)
            update(machine, result.cell, right, at)
            return result
    return _because(machine, left, right, at)


def add(machine: Machine, left: Val, right: Val, at: Place) -> Val:
    """Add two values: text, small numbers, sequences. A sequence plus something unknown keeps what is known."""
    a, b = _items(machine, left), _items(machine, right)
    if a is not None or b is not None:
        if a is None:
            a = _spread(machine, left, at)
        if b is None:
            b = _spread(machine, right, at)
        if len(a) + len(b) > ITEMS:
            return machine.unknown("too-large", at)
        machine.step(1 + (len(a) + len(b)) // 32)
        if isinstance(left, Tuple) and isinstance(right, Tuple):
            return Tuple((*a, *b), at)
        return machine.new_list((*a, *b), at)
    if isinstance(left, Choice) or isinstance(right, Choice):
        return lift(machine, left, lambda one: lift(machine, right, lambda two: add(machine, one, two, at)))
    if isinstance(left, Const) and isinstance(right, Const):
        x, y = left.value, right.value
        if isinstance(x, str) and isinstance(y, str):
            if len(x) + len(y) > TEXT:
                return machine.unknown("too-large", at)
            machine.step(1 + (len(x) + len(y)) // 4096)
            return Const(x + y, at)
        if isinstance(x, int) and isinstance(y, int) and max(abs(x), abs(y)) < SMALL:
            return Const(x + y, at)
    return _because(machine, left, right, at)


def _items(machine: Machine, value: Val) -> tuple[Entry, ...] | None:
    cell = machine.cell(value)
    if isinstance(cell, ListCell) and cell.kind == "list":
        return cell.items
    return value.items if isinstance(value, Tuple) else None


def _spread(machine: Machine, value: Val, at: Place) -> tuple[Entry, ...]:
    if isinstance(value, Choice):
        return items_of(machine, value, at)
    machine.doubts += 1
    return (Hole(why(value, at)),)


def _percent(machine: Machine, template: str, right: Val, at: Place) -> Val:
    cell = machine.cell(right)
    arguments: tuple[Val, ...] = (right,)
    names: dict[str, Val] | None = None
    if isinstance(cell, DictCell):
        names = {
            key: value for key, value in cell.entries.items() if isinstance(key, str) and not isinstance(value, Maybe)
        }
        arguments = ()
    elif isinstance(right, Tuple):
        arguments = tuple(item for item in right.items if not isinstance(item, (Maybe, Hole)))
    result = percent(template, arguments, names)
    if result is not None:
        return Const(result, at)
    doubtful = next((item for item in arguments if isinstance(item, (Unk, Choice))), None)
    return Unk(why(doubtful, at)) if doubtful is not None else machine.dynamic(at)


def _slash(machine: Machine, left: PathValue, right: Const | PathValue, at: Place) -> Val:
    import posixpath

    tail = right.path if isinstance(right, PathValue) else right.value
    if not isinstance(tail, str) or len(tail) + len(left.path) > 4096:
        return machine.dynamic(at)
    return PathValue(posixpath.join(left.path, tail), at)


def _because(machine: Machine, left: Val, right: Val, at: Place) -> Val:
    machine.doubts += 1
    for value in (left, right):
        if isinstance(value, Unk):
            return Unk(value.unknown)
    return machine.dynamic(at)


def unique(items: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the items of a set in order of first appearance, as far as they can be told apart."""
    found: list[Entry] = []
    seen: set[object] = set()
    for item in items:
        held = item.value if isinstance(item, Maybe) else item
        key: object = None
        if isinstance(held, Const):
            key = (type(item), held.value)
        elif isinstance(held, Ref):
            key = (type(item), Ref, held.cell)
        if key is None or key not in seen:
            found.append(item)
            seen.add(key)
    return tuple(found)
