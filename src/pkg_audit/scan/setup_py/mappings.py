"""Write to dicts: one key, or everything that another mapping holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import ITEMS
from pkg_audit.scan.setup_py.state import join
from pkg_audit.scan.setup_py.values import (
    Choice,
    Condition,
    Const,
    DictCell,
    Hole,
    Maybe,
    Ref,
    Scalar,
    Unk,
    Val,
    choice,
    why,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine


def store(machine: Machine, number: int, key: Val, value: Val | Maybe, at: Place) -> None:
    """Set a key of a dict; with an unknown key every key may have changed."""
    cell = machine.state.cells[number]
    assert isinstance(cell, DictCell)
    if not isinstance(key, Const) or len(cell.entries) >= ITEMS:
        unknown = why(key, at)
        machine.taint((Ref(number, at),), unknown)
        return
    machine.step(1 + len(cell.entries) // 32)
    places = {**cell.places, key.value: key.at if key.at.path is not None else at}
    machine.state.cells[number] = DictCell({**cell.entries, key.value: value}, places, cell.rest)


def update(machine: Machine, number: int, other: Val, at: Place) -> None:
    """Spread a mapping, or pairs, into a dict."""
    source = machine.cell(other)
    cell = machine.state.cells[number]
    assert isinstance(cell, DictCell)
    if isinstance(source, DictCell):
        entries: dict[Scalar, Val | Maybe] = dict(cell.entries)
        for key, value in source.entries.items():
            known = entries.get(key)
            if isinstance(value, Maybe) and known is not None and not isinstance(known, Maybe):
                value = choice((value.value, value.condition), (known, value.condition.negated()))
            entries[key] = value
        rest = source.rest or cell.rest
        machine.state.cells[number] = DictCell(entries, {**cell.places, **source.places}, rest)
        if source.rest is not None:
            hidden = {key: value for key, value in entries.items() if key not in source.entries}
            for key, value in hidden.items():
                doubt = Condition(source.rest.detail, source.rest.at)
                if not isinstance(value, (Maybe, Choice)):
                    entries[key] = Choice(((value, doubt), (Unk(source.rest), doubt)))
        return
    if isinstance(other, Choice):
        before = machine.fork()
        condition = other.options[0][1]
        states = []
        for option, _ in other.options:
            machine.state = before.fork()
            update(machine, number, option, at)
            states.append(machine.state)
        machine.state = states[0]
        for state in states[1:]:
            machine.state = join(machine.state, state, condition)
        return
    items = items_of(machine, other, at)
    for item in items:
        pair = items_of(machine, item, at) if not isinstance(item, (Maybe, Hole)) else ()
        if len(pair) == 2 and isinstance(pair[0], Const) and not isinstance(pair[1], Hole):
            store(machine, number, pair[0], pair[1], at)
        else:
            machine.taint((Ref(number, at),), why(item, at))
