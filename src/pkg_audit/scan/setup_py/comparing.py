"""Compare values; tests of the interpreter are decided where every Python in question gives the same answer."""

from __future__ import annotations

import ast
import operator
import sys
from typing import TYPE_CHECKING, Any

from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.operators import lift
from pkg_audit.scan.setup_py.state import same
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    Entry,
    External,
    Hole,
    ListCell,
    Maybe,
    PathValue,
    Tuple,
    Unk,
    Val,
    VersionInfo,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine

OLDEST = (3, 6)
"""No front end that builds wheels today runs on an older Python, so tests for older ones are decided."""
NEWEST = (3, 999)
ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def plain_value(machine: Machine, value: Entry) -> Any:
    """Return a value as Python's own: scalars, and tuples and lists of them; NotImplemented if unsure."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, PathValue):
        return value
    cell = machine.cell(value)
    items = value.items if isinstance(value, Tuple) else cell.items if isinstance(cell, ListCell) else None
    if items is None or (isinstance(cell, ListCell) and cell.kind == "set") or len(items) > 100:
        return NotImplemented
    parts = [item.value if isinstance(item, Const) else NotImplemented for item in items]
    if any(part is NotImplemented for part in parts):
        return NotImplemented
    return parts if isinstance(cell, ListCell) else tuple(parts)


def compare(machine: Machine, node: ast.cmpop, left: Val, right: Val, at: Place) -> Val:
    """Compare two values; unknown where either is."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        return lift(machine, left, lambda one: lift(machine, right, lambda two: compare(machine, node, one, two, at)))
    answer: bool | None = None
    if isinstance(node, (ast.In, ast.NotIn)):
        answer = _contains(machine, right, left, at)
        if answer is not None:
            answer = answer is isinstance(node, ast.In)
    elif isinstance(left, VersionInfo) or isinstance(right, VersionInfo):
        answer = _version(machine, node, left, right)
    elif isinstance(node, (ast.Is, ast.IsNot)):
        answer = _identical(left, right)
        if answer is not None:
            answer = answer is isinstance(node, ast.Is)
    else:
        answer = _ordered(machine, node, left, right)
    if answer is not None:
        return Const(answer, at)
    for value in (left, right):
        if isinstance(value, Unk):
            return Unk(value.unknown)
    return machine.conditional(at, "") if isinstance(left, VersionInfo) else machine.dynamic(at)


def _ordered(machine: Machine, node: ast.cmpop, left: Val, right: Val) -> bool | None:
    a, b = plain_value(machine, left), plain_value(machine, right)
    if a is NotImplemented or b is NotImplemented or isinstance(a, PathValue) or isinstance(b, PathValue):
        return None
    try:
        return ORDER[type(node)](a, b)
    except TypeError:
        return None


def _identical(left: Val, right: Val) -> bool | None:
    for one, two in ((left, right), (right, left)):
        if isinstance(one, Const) and one.value is None and not isinstance(two, Unk):
            return None if isinstance(two, External) else isinstance(two, Const) and two.value is None
        if isinstance(one, Const) and isinstance(one.value, bool) and isinstance(two, Const):
            return one.value is two.value
    return None


def _version(machine: Machine, node: ast.cmpop, left: Val, right: Val) -> bool | None:
    """Decide a test of `sys.version_info` where every Python that may run the script gives the same answer."""
    ends = []
    for end in (OLDEST, NEWEST):
        sides = []
        for value in (left, right):
            wide = (*end, 0, "final", 0)
            sides.append(wide[: value.length] if isinstance(value, VersionInfo) else plain_value(machine, value))
        if NotImplemented in sides or type(node) not in ORDER:
            return None
        try:
            ends.append(ORDER[type(node)](*sides))
        except TypeError:
            return None
    if isinstance(node, (ast.Eq, ast.NotEq)):
        other = plain_value(machine, right if isinstance(left, VersionInfo) else left)
        outside = isinstance(other, tuple) and bool(other) and (other < OLDEST[: len(other)] or other > NEWEST)
        return isinstance(node, ast.NotEq) if outside else None
    return ends[0] if ends[0] == ends[1] else None


def _contains(machine: Machine, whole: Val, item: Val, at: Place) -> bool | None:
    if isinstance(whole, External) and whole.name == "sys.argv":
        return commanded(item.value) if isinstance(item, Const) and isinstance(item.value, str) else None
    if isinstance(whole, External) and whole.name == "sys.builtin_module_names":
        # No CPython has a third-party module compiled into it; `__pypy__` asks for another implementation.
        foreign = isinstance(item, Const) and item.value not in sys.stdlib_module_names and item.value != "__pypy__"
        return False if foreign else None
    if isinstance(whole, Const) and isinstance(whole.value, str):
        return item.value in whole.value if isinstance(item, Const) and isinstance(item.value, str) else None
    if isinstance(item, Unk):
        return None
    cell = machine.cell(whole)
    if isinstance(cell, DictCell):
        if not isinstance(item, Const):
            return None
        found = cell.entries.get(item.value)
        return None if isinstance(found, Maybe) or (found is None and cell.rest is not None) else found is not None
    if not isinstance(whole, Tuple) and not isinstance(cell, ListCell):
        return None
    unsure = False
    for candidate in items_of(machine, whole, at):
        machine.step()
        if isinstance(candidate, (Maybe, Hole, Unk, Choice)):
            unsure = True
        elif candidate is item or same(machine.state, candidate, machine.state, item):
            return True
        elif not isinstance(candidate, Const) and not isinstance(item, Const) and type(candidate) is not type(item):
            unsure = True
    return None if unsure else False


BUILD_WORDS = frozenset({"build", "egg_info", "dist_info", "build_py", "build_ext", "build_scripts", "build_clib"})


def commanded(word: str) -> bool | None:
    """Tell whether a word stands on setup.py's command line when a front end builds a wheel.

    The back end runs `setup.py bdist_wheel --dist-dir ...` and, for metadata, `egg_info` or `dist_info`.
    """
    if word == "bdist_wheel":
        return True
    return None if word in BUILD_WORDS else False
