"""Answer methods of lists, sets and dicts; what is written under doubt stays in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.arguments import plain
from pkg_audit.scan.setup_py.iteration import expand, items_of
from pkg_audit.scan.setup_py.library_iteration import sort
from pkg_audit.scan.setup_py.limits import ITEMS
from pkg_audit.scan.setup_py.mappings import store, update
from pkg_audit.scan.setup_py.operators import unique
from pkg_audit.scan.setup_py.state import same
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    Entry,
    Hole,
    ListCell,
    Maybe,
    Ref,
    Tuple,
    Unk,
    Val,
    choice,
    why,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.machine import Machine


def call_list(machine: Machine, ref: Ref, cell: ListCell, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a list's or set's method returns and write its effect; None where that is not known."""
    first = arguments.get(0)
    nothing = Const(None, at)
    if name in {"append", "add"} and first is not None:
        return _write(machine, ref, cell, (*cell.items, first), at)
    if name in {"extend", "update"} and first is not None:
        items = cell.items
        for entry in arguments.positional:
            items = (*items, *items_of(machine, plain(entry), at))
        return _write(machine, ref, cell, items, at)
    if name == "insert" and first is not None:
        return _insert(machine, ref, cell, arguments, at)
    if name in {"remove", "discard"} and first is not None:
        return _remove(machine, ref, cell, first, name, at)
    if name == "pop":
        return _pop(machine, ref, cell, first)
    if name == "copy":
        return machine.new(cell, at)
    if name == "clear":
        machine.state.cells[ref.cell] = ListCell((), cell.kind)
        return nothing
    if name == "sort":
        return _write(machine, ref, cell, sort(machine, expand(machine, cell.items), arguments, at), at)
    if name == "reverse":
        return _write(machine, ref, cell, cell.items[::-1], at)
    if name in {"union", "difference", "intersection"} and first is not None:
        return _set_algebra(machine, cell, name, arguments, at)
    if name in {"index", "count", "issubset", "issuperset", "isdisjoint", "__contains__", "__len__"}:
        return machine.dynamic(at)
    return None


def _write(machine: Machine, ref: Ref, cell: ListCell, items: tuple[Entry, ...], at: Place) -> Val:
    if len(items) > ITEMS:
        machine.taint((ref,), Unknown("too-large", at))
        return Const(None, at)
    machine.step(1 + len(items) // 64)
    machine.state.cells[ref.cell] = ListCell(unique(items) if cell.kind == "set" else items, cell.kind)
    return Const(None, at)


def _insert(machine: Machine, ref: Ref, cell: ListCell, arguments: Arguments, at: Place) -> Val | None:
    index, value = arguments.get(0), arguments.get(1)
    if not isinstance(index, Const) or not isinstance(index.value, int) or value is None:
        return None
    items = list(cell.items)
    items.insert(index.value, value)
    return _write(machine, ref, cell, tuple(items), at)


def _remove(machine: Machine, ref: Ref, cell: ListCell, wanted: Val, name: str, at: Place) -> Val | None:
    items = expand(machine, cell.items)
    for index, item in enumerate(items):
        machine.step()
        held = item.value if isinstance(item, Maybe) else item
        if same(machine.state, held, machine.state, wanted):
            if isinstance(wanted, Ref) and isinstance(held, Ref) and wanted.cell != held.cell:
                continue
            return _write(machine, ref, cell, (*items[:index], *items[index + 1 :]), at)
    unsure = [item for item in items if isinstance(item, (Hole, Unk, Choice))]
    if unsure or isinstance(wanted, (Unk, Choice)):
        return None
    return Const(None, at) if name == "discard" else machine.dynamic(at)


def _pop(machine: Machine, ref: Ref, cell: ListCell, index: Val | None) -> Val | None:
    number = -1 if index is None else index.value if isinstance(index, Const) else None
    items = cell.items
    if not isinstance(number, int) or not -len(items) <= number < len(items) or cell.kind == "set":
        return None
    if any(isinstance(item, (Maybe, Hole)) for item in items):
        return None
    kept = list(items)
    taken = kept.pop(number)
    machine.state.cells[ref.cell] = ListCell(tuple(kept), cell.kind)
    return plain(taken)


def _set_algebra(machine: Machine, cell: ListCell, name: str, arguments: Arguments, at: Place) -> Val | None:
    others = [items_of(machine, plain(entry), at) for entry in arguments.positional]
    if name == "union":
        merged = cell.items
        for items in others:
            merged = (*merged, *items)
        return machine.new_list(unique(merged), at, "set")
    everything = [*cell.items, *(item for items in others for item in items)]
    if not all(isinstance(item, Const) for item in everything):
        return machine.dynamic(at)
    kept: list[Entry] = []
    for item in cell.items:
        machine.step(len(everything) // 16 + 1)
        found = [any(same(machine.state, item, machine.state, other) for other in items) for items in others]
        if not any(found) if name == "difference" else all(found):
            kept.append(item)
    return machine.new_list(kept, at, "set")


def call_dict(machine: Machine, ref: Ref, cell: DictCell, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a dict's method returns and write its effect; None where that is not known."""
    first = arguments.get(0)
    if name == "get" and first is not None:
        return _get(machine, cell, first, arguments.get(1, "default") or Const(None, at), at)
    if name in {"keys", "values", "items"}:
        return _view(cell, name, at)
    if name == "update":
        if first is not None:
            update(machine, ref.cell, first, at)
        for key, value in arguments.keywords.items():
            store(machine, ref.cell, Const(key, arguments.places.get(key, at)), value, at)
        if arguments.rest is not None:
            machine.taint((ref,), arguments.rest)
        return Const(None, at)
    if name == "setdefault" and isinstance(first, Const):
        default = arguments.get(1, "default") or Const(None, at)
        found = cell.entries.get(first.value)
        if found is None and cell.rest is None:
            store(machine, ref.cell, first, default, at)
            return default
        return found if found is not None and not isinstance(found, Maybe) else None
    if name == "pop" and isinstance(first, Const):
        found = cell.entries.get(first.value)
        if found is None and cell.rest is not None:
            return None
        entries = {key: value for key, value in cell.entries.items() if key != first.value}
        machine.state.cells[ref.cell] = DictCell(entries, cell.places, cell.rest)
        return plain(found) if found is not None else arguments.get(1) or machine.dynamic(at)
    if name == "copy":
        return machine.new(cell, at)
    if name == "clear":
        machine.state.cells[ref.cell] = DictCell({}, {})
        return Const(None, at)
    return None


def _get(machine: Machine, cell: DictCell, key: Val, default: Val, at: Place) -> Val:
    if not isinstance(key, Const):
        machine.doubts += 1
        return Unk(why(key, at))
    found = cell.entries.get(key.value)
    if isinstance(found, Maybe):
        return choice((found.value, found.condition), (default, found.condition.negated()))
    if found is not None:
        return found
    return default if cell.rest is None else Unk(cell.rest)


def _view(cell: DictCell, name: str, at: Place) -> Val:
    found: list[Entry] = []
    for key, entry in cell.entries.items():
        label = Const(key, cell.places.get(key, at))
        value = entry.value if isinstance(entry, Maybe) else entry
        shown: Val = label if name == "keys" else value if name == "values" else Tuple((label, value), at)
        found.append(Maybe(shown, entry.condition) if isinstance(entry, Maybe) else shown)
    if cell.rest is not None:
        found.append(Hole(cell.rest))
    return Tuple(tuple(found), at)
