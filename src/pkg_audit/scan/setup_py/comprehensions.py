"""Evaluate comprehensions over items that are known, keep conditions on items, and say where items are unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import ITEMS
from pkg_audit.scan.setup_py.machine import Scope
from pkg_audit.scan.setup_py.mappings import store
from pkg_audit.scan.setup_py.names import stored_names
from pkg_audit.scan.setup_py.operators import truth, unique
from pkg_audit.scan.setup_py.targets import assign
from pkg_audit.scan.setup_py.values import Condition, Const, DictCell, Entry, Hole, Maybe, Tuple, Unk, Val, why

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine


def list_comprehension(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope, at: Place
) -> Val:
    """Return the list, set or (for a generator) tuple that a comprehension makes."""
    inner = _inner(machine, node.generators, scope)
    found: list[Entry] = []

    def emit(condition: Condition | None, unknown: Unknown | None) -> None:
        if len(found) > ITEMS:
            return
        value = machine.evaluate(machine, node.elt, inner)
        if unknown is not None:
            found.append(Hole(unknown))
            if not isinstance(value, (Unk, Const)):
                # What an unknown item would become can still be seen, if not counted on.
                found.append(Maybe(value, Condition(unknown.detail, unknown.at)))
        else:
            found.append(value if condition is None else Maybe(value, condition))

    _run(machine, node.generators, inner, emit, None, None)
    _forget(machine, inner)
    if len(found) > ITEMS:
        return machine.unknown("too-large", at)
    if isinstance(node, ast.GeneratorExp):
        return Tuple(tuple(found), at)
    if isinstance(node, ast.SetComp):
        return machine.new_list(unique(tuple(found)), at, "set")
    return machine.new_list(found, at)


def dict_comprehension(machine: Machine, node: ast.DictComp, scope: Scope, at: Place) -> Val:
    """Return the dict that a comprehension makes."""
    inner = _inner(machine, node.generators, scope)
    result = machine.new(DictCell({}, {}), at)

    def emit(condition: Condition | None, unknown: Unknown | None) -> None:
        key = machine.evaluate(machine, node.key, inner)
        value = machine.evaluate(machine, node.value, inner)
        if unknown is not None:
            key = Unk(unknown)
        store(machine, result.cell, key, value if condition is None else Maybe(value, condition), at)

    _run(machine, node.generators, inner, emit, None, None)
    _forget(machine, inner)
    return result


def _inner(machine: Machine, generators: Sequence[ast.comprehension], scope: Scope) -> Scope:
    own = stored_names(generator.target for generator in generators)
    return Scope(machine.number(), scope.source, "comprehension", scope, own)


def _forget(machine: Machine, scope: Scope) -> None:
    for name in scope.own or ():
        machine.state.names.pop((scope.number, name), None)


def _run(
    machine: Machine,
    generators: Sequence[ast.comprehension],
    scope: Scope,
    emit: Callable[[Condition | None, Unknown | None], None],
    condition: Condition | None,
    unknown: Unknown | None,
) -> None:
    first, rest = generators[0], generators[1:]
    at = scope.source.place(first.iter)
    if first.is_async or len(generators) > 4:
        emit(condition, Unknown("dynamic-expression", at))
        return
    for entry in items_of(machine, machine.evaluate(machine, first.iter, scope), at):
        machine.step()
        when, doubt = condition, unknown
        value: Val
        if isinstance(entry, Hole):
            value, doubt = Unk(entry.unknown), doubt or entry.unknown
        elif isinstance(entry, Maybe):
            value, when = entry.value, both(when, entry.condition)
        else:
            value = entry
        assign(machine, first.target, value, scope)
        for test in first.ifs:
            tested = machine.evaluate(machine, test, scope)
            decided = truth(machine, tested)
            if decided is False:
                break
            if decided is None:
                reason = why(tested, scope.source.place(test))
                when = both(when, Condition(scope.source.condition(test), reason.at))
        else:
            if rest:
                _run(machine, rest, scope, emit, when, doubt)
            else:
                emit(when, doubt)


def both(first: Condition | None, second: Condition) -> Condition:
    """Return the condition that both hold."""
    if first is None or first.text == second.text:
        return second
    return Condition(f"{first.text} and {second.text}"[:240], second.at)
