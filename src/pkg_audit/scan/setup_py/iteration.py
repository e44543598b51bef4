"""List the items of everything that can be iterated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py import text
from pkg_audit.scan.setup_py.limits import ITEMS
from pkg_audit.scan.setup_py.packages import find
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    Entry,
    FileHandle,
    Found,
    Hole,
    ListCell,
    MatchValue,
    Maybe,
    Tuple,
    Unk,
    Val,
    why,
)

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.machine import Machine


def items_of(machine: Machine, value: Val, at: Place) -> tuple[Entry, ...]:
    """Return the items of an iterable; one Hole where they are not known."""
    cell = machine.cell(value)
    if isinstance(value, Tuple) or isinstance(cell, ListCell):
        items = value.items if isinstance(value, Tuple) else cell.items if isinstance(cell, ListCell) else ()
        return expand(machine, items) if any(isinstance(item, Found) for item in items) else items
    if isinstance(cell, DictCell):
        keys: list[Entry] = []
        for key, entry in cell.entries.items():
            name = Const(key, cell.places.get(key, at))
            keys.append(Maybe(name, entry.condition) if isinstance(entry, Maybe) else name)
        return (*keys, Hole(cell.rest)) if cell.rest is not None else tuple(keys)
    if isinstance(value, Const) and isinstance(value.value, str):
        if len(value.value) <= ITEMS:
            machine.step(len(value.value) // 8 + 1)
            return tuple(Const(letter, value.at) for letter in value.value)
        return (Hole(Unknown("too-large", at)),)
    if isinstance(value, FileHandle) and isinstance(value.content, Const):
        lines = text.file_lines(value.content)
        machine.step(len(lines) // 8 + 1)
        return lines
    if isinstance(value, MatchValue):
        return (Hole(Unknown("dynamic-expression", at)),)
    if isinstance(value, Choice):
        found: list[Entry] = []
        for option, condition in value.options:
            found.extend(
                item if isinstance(item, (Maybe, Hole)) else Maybe(item, condition)
                for item in items_of(machine, option, at)
            )
        return tuple(found)
    machine.doubts += 1
    return (Hole(why(value, at)),) if isinstance(value, Unk) else (Hole(Unknown("dynamic-expression", at)),)


def expand(machine: Machine, items: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the items with package searches replaced by what they find."""
    found: list[Entry] = []
    for item in items:
        if isinstance(item, Found):
            found.extend(Const(name, item.at) for name in find(machine.tree, item.search))
        else:
            found.append(item)
    machine.step(len(found) // 8 + 1)
    return tuple(found)
