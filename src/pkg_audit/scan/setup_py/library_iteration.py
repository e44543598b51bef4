"""Answer calls that go through items: sorting, mapping, filtering, joining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py.arguments import Arguments, plain
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import ITEMS
from pkg_audit.scan.setup_py.operators import add, truth
from pkg_audit.scan.setup_py.values import (
    Condition,
    Const,
    Entry,
    Hole,
    ListCell,
    Maybe,
    Tuple,
    Unk,
    Val,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.setup_py.machine import Machine


def given_items(machine: Machine, arguments: Arguments, at: Place, index: int = 0) -> tuple[Entry, ...]:
    """Return the items of an argument; none where it is not given."""
    value = arguments.get(index)
    return () if value is None else items_of(machine, value, at)


def unsure_of(items: tuple[Entry, ...]) -> Maybe | Hole | None:
    """Return the first item that is not certain."""
    return next((item for item in items if isinstance(item, (Maybe, Hole))), None)


def _sorted(machine: Machine, arguments: Arguments, at: Place) -> Val:
    return machine.new_list(sort(machine, given_items(machine, arguments, at), arguments, at), at)


def sort(machine: Machine, items: tuple[Entry, ...], arguments: Arguments, at: Place) -> tuple[Entry, ...]:
    """Return items in order where every key is known; else as they are, with a hole that says so."""
    if not items:
        return items
    key, reverse = arguments.keywords.get("key"), arguments.keywords.get("reverse", Const(False))
    keys: list[str] = []
    for item in items:
        value: Val = plain(item) if not isinstance(item, (Maybe, Hole)) else Const(None)
        if key is not None and not isinstance(key, Maybe) and not (isinstance(key, Const) and key.value is None):
            value = machine.call(machine, key, Arguments((value,)), at)
        text = text_of(value)
        if text is None:
            unsure = unsure_of(items)
            return items if unsure is not None else (*items, Hole(Unknown("dynamic-expression", at, "sorted")))
        keys.append(text)
    order = sorted(range(len(items)), key=keys.__getitem__)
    if isinstance(reverse, Maybe) or truth(machine, reverse) is None:
        return (*items, Hole(Unknown("dynamic-expression", at, "sorted")))
    if truth(machine, reverse):
        order.sort(key=keys.__getitem__, reverse=True)
    return tuple(items[index] for index in order)


def _reversed(machine: Machine, arguments: Arguments, at: Place) -> Val:
    return Tuple(given_items(machine, arguments, at)[::-1], at)


def _sum(machine: Machine, arguments: Arguments, at: Place) -> Val:
    total = arguments.get(1, "start") or Const(0, at)
    cell = machine.cell(total)
    if isinstance(cell, ListCell):
        total = machine.new_list(cell.items, at)
    for item in given_items(machine, arguments, at):
        if isinstance(item, Maybe):
            part = items_of(machine, item.value, at)
            held = tuple(one if isinstance(one, (Maybe, Hole)) else Maybe(one, item.condition) for one in part)
            total = add(machine, total, machine.new_list(held, at), at)
        else:
            total = add(machine, total, Unk(item.unknown) if isinstance(item, Hole) else item, at)
    return total


def _map(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    function = arguments.get(0)
    if function is None or len(arguments.positional) != 2:
        return None
    return Tuple(tuple(_apply(machine, function, item, at) for item in given_items(machine, arguments, at, 1)), at)


def _apply(machine: Machine, function: Val, item: Entry, at: Place) -> Entry:
    machine.step()
    if isinstance(item, Hole):
        return item
    if isinstance(item, Maybe):
        return Maybe(machine.call(machine, function, Arguments((item.value,)), at), item.condition)
    return machine.call(machine, function, Arguments((item,)), at)


def _filter(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    function = arguments.get(0)
    if function is None:
        return None
    kept: list[Entry] = []
    for item in given_items(machine, arguments, at, 1):
        if isinstance(item, Hole):
            kept.append(item)
            continue
        value = item.value if isinstance(item, Maybe) else item
        same = isinstance(function, Const) and function.value is None
        tested = value if same else machine.call(machine, function, Arguments((value,)), at)
        decided = truth(machine, tested)
        if decided is None:
            reason = why(tested, at)
            kept.append(Maybe(value, Condition(reason.detail or "a filter", reason.at)))
        elif decided:
            kept.append(item)
    return Tuple(tuple(kept), at)


def _zip(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    columns = [given_items(machine, arguments, at, index) for index in range(len(arguments.positional))]
    if any(unsure_of(column) is not None for column in columns):
        return None
    return Tuple(tuple(Tuple(row, at) for row in zip(*columns, strict=False)), at)


def _enumerate(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    items = given_items(machine, arguments, at)
    start = arguments.get(1, "start") or Const(0)
    if unsure_of(items) is not None or not isinstance(start, Const) or not isinstance(start.value, int):
        return None
    return Tuple(tuple(Tuple((Const(start.value + i, at), item), at) for i, item in enumerate(items)), at)


def _range(_: Machine, arguments: Arguments, at: Place) -> Val | None:
    bounds = [entry.value if isinstance(entry, Const) else None for entry in arguments.positional]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) != len(bounds) or not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and numbers[2] == 0):
        return None
    span = range(*numbers)
    return Tuple(tuple(Const(number, at) for number in span), at) if len(span) <= ITEMS // 10 else None


def _any_all(wanted: bool) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        unsure: Entry | None = None
        for item in given_items(machine, arguments, at):
            decided = None if isinstance(item, (Maybe, Hole)) else truth(machine, item)
            if decided is wanted:
                return Const(wanted, at)
            if decided is None:
                unsure = item
        return Const(not wanted, at) if unsure is None else Unk(why(unsure, at))

    return answer


def _next(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    items = given_items(machine, arguments, at)
    if items and not isinstance(items[0], (Maybe, Hole)):
        return plain(items[0])
    return arguments.get(1) if not items else None


def _chain(machine: Machine, arguments: Arguments, at: Place) -> Val:
    found: list[Entry] = []
    for index in range(len(arguments.positional)):
        found.extend(given_items(machine, arguments, at, index))
    return Tuple(tuple(found), at)


def _chain_of(machine: Machine, arguments: Arguments, at: Place) -> Val:
    parts = given_items(machine, arguments, at)
    return _chain(machine, Arguments(parts), at)


ITERATION_FUNCTIONS: dict[str, Callable[[Machine, Arguments, Place], Val | None]] = {
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.sum": _sum,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "builtins.any": _any_all(True),
    "builtins.all": _any_all(False),
    "builtins.next": _next,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_of,
}
