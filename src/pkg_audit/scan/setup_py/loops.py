"""Execute loops: over known items one by one, over unknown ones as code that ran any number of times."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.names import bind, stored_names
from pkg_audit.scan.setup_py.operators import truth
from pkg_audit.scan.setup_py.outcome import Exit, Exits, join_exits, merge
from pkg_audit.scan.setup_py.state import blur, join
from pkg_audit.scan.setup_py.targets import assign
from pkg_audit.scan.setup_py.values import Condition, Hole, Maybe, Unk, Val

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine, Scope
    from pkg_audit.scan.setup_py.state import State


def execute_for(machine: Machine, node: ast.For, scope: Scope) -> Exits:
    """Execute a `for` loop."""
    at = scope.source.place(node)
    entries = items_of(machine, machine.evaluate(machine, node.iter, scope), scope.source.place(node.iter))
    exits: Exits = {}
    broken: Exit | None = None
    for entry in entries:
        machine.step()
        if isinstance(entry, Hole):
            repeat(machine, node.body, scope, entry.unknown, at, (node.target, Unk(entry.unknown)))
            continue
        skipped: State | None = None
        value: Val
        if isinstance(entry, Maybe):
            skipped, value = machine.fork(), entry.value
            condition = entry.condition
        else:
            value, condition = entry, Condition("", at)
        assign(machine, node.target, value, scope)
        outcome = machine.execute(machine, node.body, scope)
        going_on = outcome.pop("next", None)
        restarted = outcome.pop("continue", None)
        stopped = outcome.pop("break", None)
        merge(exits, outcome, condition)
        if stopped is not None:
            broken = join_exits(broken, stopped, condition)
        if restarted is not None:
            going_on = restarted if going_on is None else join_exits(restarted, going_on, condition)
        if going_on is not None:
            machine.state = going_on.state if skipped is None else join(going_on.state, skipped, condition)
        elif skipped is not None:
            machine.state = skipped
        else:
            return _after(exits, None, broken, at)
    if node.orelse:
        outcome = machine.execute(machine, node.orelse, scope)
        finished = outcome.pop("next", None)
        merge(exits, outcome, Condition("", at))
    else:
        finished = Exit(machine.state)
    return _after(exits, finished, broken, at)


def _after(exits: Exits, finished: Exit | None, broken: Exit | None, at: Place) -> Exits:
    if broken is not None:
        finished = broken if finished is None else join_exits(broken, finished, Condition("", at))
    if finished is not None:
        exits["next"] = Exit(finished.state)
    return exits


def execute_while(machine: Machine, node: ast.While, scope: Scope) -> Exits:
    """Execute a `while` loop as code that runs any number of times; not at all where its test is false."""
    at = scope.source.place(node)
    if truth(machine, machine.evaluate(machine, node.test, scope)) is not False:
        repeat(machine, node.body, scope, Unknown("dynamic-expression", at, "a while loop"), at)
    return machine.execute(machine, node.orelse, scope)


def repeat(
    machine: Machine,
    body: Sequence[ast.stmt],
    scope: Scope,
    unknown: Unknown,
    at: Place,
    target: tuple[ast.expr, Val] | None = None,
) -> None:
    """Execute a loop's body once for any number of times, and forget what it changed."""
    machine.doubts += 1
    before = machine.fork()
    for name in stored_names(body):
        bind(machine, scope, name, Unk(unknown))
    if target is not None:
        assign(machine, target[0], target[1], scope)
    condition = Condition(unknown.detail or "in a loop", at)
    machine.conditions.append(condition)
    try:
        outcome = machine.execute(machine, body, scope)
    finally:
        machine.conditions.pop()
    after: State | None = None
    # Returns out of such a loop are taken for its end too: what follows is then uncertain in any case.
    for way in outcome.values():
        after = way.state if after is None else join(way.state, after, condition)
    machine.state = before if after is None else blur(before, after, unknown)
