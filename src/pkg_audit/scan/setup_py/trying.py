"""Execute `try` and `with`: handlers count only where something in the body may have raised."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.names import bind
from pkg_audit.scan.setup_py.outcome import Exit, Exits, merge
from pkg_audit.scan.setup_py.state import join
from pkg_audit.scan.setup_py.targets import assign
from pkg_audit.scan.setup_py.values import ClassValue, Condition, External, FileHandle, Tuple, Val

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.machine import Machine, Scope
    from pkg_audit.scan.setup_py.state import State


def execute_try(machine: Machine, node: ast.Try | ast.TryStar, scope: Scope) -> Exits:
    """Execute a `try`: its body, and each handler that may run, as alternatives."""
    at = scope.source.place(node)
    before, doubts, calls = machine.fork(), machine.doubts, len(machine.setup_calls)
    machine.catching += bool(node.handlers)
    try:
        exits = machine.execute(machine, node.body, scope)
    finally:
        machine.catching -= bool(node.handlers)
    after: State = exits["next"].state if "next" in exits else machine.state
    raised = exits.pop("raise", None)
    called = len(machine.setup_calls) > calls
    uncertain = machine.doubts != doubts or called
    if "next" in exits and node.orelse:
        machine.state = exits.pop("next").state
        merge(exits, machine.execute(machine, node.orelse, scope), Condition("no exception", at))
    if raised is not None or uncertain:
        start = _start(before, after, raised, uncertain, at_most_raised=not exits, at=Condition("no exception", at))
        machine.retrying += called
        try:
            _handlers(machine, node, scope, start, exits, raised, uncertain)
        finally:
            machine.retrying -= called
    return _finally(machine, node, scope, exits)


def _start(
    before: State, after: State, raised: Exit | None, uncertain: bool, at_most_raised: bool, at: Condition
) -> State:
    if raised is not None and (at_most_raised or not uncertain):
        return raised.state
    return join(after, before, at)


def _handlers(
    machine: Machine,
    node: ast.Try | ast.TryStar,
    scope: Scope,
    start: State,
    exits: Exits,
    raised: Exit | None,
    uncertain: bool,
) -> None:
    left = set(raised.names) if raised is not None else set()
    for handler in node.handlers:
        place = scope.source.place(handler)
        caught = {name for name in left if _catches(machine, handler, name, scope)}
        if not caught and not uncertain:
            continue
        left -= caught
        text = "an exception"
        if handler.type is not None:
            text = scope.source.condition(handler.type)
        condition = Condition(f"{text} in a try", place)
        machine.state = start.fork()
        if handler.name:
            bind(machine, scope, handler.name, machine.dynamic(place))
        machine.conditions.append(condition)
        try:
            outcome = machine.execute(machine, handler.body, scope)
        finally:
            machine.conditions.pop()
        late: Exits = {kind: Exit(way.state, way.value, way.names, condition) for kind, way in outcome.items()}
        for kind, way in late.items():
            known = exits.get(kind)
            single: Exits = {kind: way}
            if known is not None:
                merge(single, {kind: known}, condition)
            exits[kind] = single[kind]
    if left and raised is not None:
        missed: Exits = {"raise": Exit(raised.state, names=tuple(sorted(left)))}
        merge(exits, missed, Condition("an exception", scope.source.place(node)))


def _catches(machine: Machine, handler: ast.ExceptHandler, name: str, scope: Scope) -> bool:
    if handler.type is None:
        return True
    value = machine.evaluate(machine, handler.type, scope)
    kinds: tuple[object, ...] = value.items if isinstance(value, Tuple) else (value,)
    return any(_covers(kind, name) for kind in kinds)


def _covers(kind: object, name: str) -> bool:
    caught = kind.name.removeprefix("builtins.") if isinstance(kind, (External, ClassValue)) else ""
    if caught == name or caught in {"Exception", "BaseException"}:
        return caught == name or caught == "BaseException" or name not in {"SystemExit", "KeyboardInterrupt"}
    general, special = getattr(builtins, caught, None), getattr(builtins, name, None)
    return (
        isinstance(general, type)
        and isinstance(special, type)
        and issubclass(general, BaseException)
        and issubclass(special, general)
    )


def _finally(machine: Machine, node: ast.Try | ast.TryStar, scope: Scope, exits: Exits) -> Exits:
    if not node.finalbody:
        return exits
    results: Exits = {}
    for kind, way in exits.items():
        machine.state = way.state
        outcome = machine.execute(machine, node.finalbody, scope)
        going_on = outcome.pop("next", None)
        if going_on is not None:
            outcome[kind] = Exit(going_on.state, way.value, way.names, way.condition)
        merge(results, outcome, Condition("", scope.source.place(node)))
    return results


def execute_with(machine: Machine, node: ast.With, scope: Scope) -> Exits:
    """Execute a `with`: files are opened, `suppress` works like `try`, any other manager lets its body run."""
    suppressed: list[ast.expr] = []
    for item in node.items:
        value: Val = machine.evaluate(machine, item.context_expr, scope)
        call = item.context_expr
        if isinstance(value, External) and value.name == "contextlib.suppress()" and isinstance(call, ast.Call):
            suppressed.extend(call.args)
        elif item.optional_vars is not None:
            known = isinstance(value, FileHandle)
            at = scope.source.place(item.context_expr)
            assign(machine, item.optional_vars, value if known else machine.dynamic(at), scope)
    if suppressed:
        kind = ast.copy_location(ast.Tuple(suppressed, ast.Load()), suppressed[0])
        ignored = ast.copy_location(ast.Pass(), node)
        handler = ast.copy_location(ast.ExceptHandler(kind, None, [ignored]), node)
        attempt = ast.copy_location(ast.Try(node.body, [handler], [], []), node)
        return execute_try(machine, attempt, scope)
    return machine.execute(machine, node.body, scope)
