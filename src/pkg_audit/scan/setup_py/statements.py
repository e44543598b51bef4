"""Execute statements: both branches where a test cannot be decided, loops item by item, `try` only as far as needed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py import imports
from pkg_audit.scan.setup_py.expressions import condition_of, default_values, evaluate
from pkg_audit.scan.setup_py.limits import DEPTH
from pkg_audit.scan.setup_py.loops import execute_for, execute_while
from pkg_audit.scan.setup_py.machine import RaisedError, Scope
from pkg_audit.scan.setup_py.names import bind, referenced, stored_names, unbind
from pkg_audit.scan.setup_py.operators import add, binary, truth
from pkg_audit.scan.setup_py.outcome import Exit, Exits, merge
from pkg_audit.scan.setup_py.targets import assign
from pkg_audit.scan.setup_py.trying import execute_try, execute_with
from pkg_audit.scan.setup_py.values import (
    Choice,
    ClassValue,
    Condition,
    Const,
    DictCell,
    External,
    FunctionValue,
    ListCell,
    Ref,
    Unk,
    Val,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pkg_audit.scan.setup_py.machine import Machine

HARMLESS = frozenset({"staticmethod", "classmethod", "lru_cache", "cache", "wraps", "contextmanager"})


def execute(machine: Machine, statements: Sequence[ast.stmt], scope: Scope) -> Exits:
    """Execute a block; the machine's state is left in the way that goes on, if there is one."""
    exits: Exits = {}
    for statement in statements:
        machine.step()
        outcome = _guarded(machine, statement, scope)
        if outcome is None:
            continue
        going_on = outcome.pop("next", None)
        merge(exits, outcome, Condition("", scope.source.place(statement)))
        if going_on is None:
            return exits
        machine.state = going_on.state
    exits["next"] = Exit(machine.state)
    return exits


def _guarded(machine: Machine, statement: ast.stmt, scope: Scope) -> Exits | None:
    if machine.depth >= DEPTH:
        havoc(machine, statement, scope)
        return None
    machine.depth += 1
    try:
        return _execute(machine, statement, scope)
    except RaisedError as error:
        if scope.kind == "module" and not machine.catching and not machine.conditions:
            # The script would end here. Going on says more than stopping: the build is broken for another reason.
            havoc(machine, statement, scope)
            return None
        return {"raise": Exit(machine.state, names=(error.name,))}
    finally:
        machine.depth -= 1


def havoc(machine: Machine, node: ast.stmt, scope: Scope) -> None:
    """Forget everything that a statement may have changed."""
    unknown = Unknown("dynamic-expression", scope.source.place(node))
    machine.doubts += 1
    machine.taint(referenced(machine, scope, node), unknown)
    for name in stored_names([node]):
        bind(machine, scope, name, Unk(unknown))


def _execute(machine: Machine, node: ast.stmt, scope: Scope) -> Exits | None:
    match node:
        case ast.Expr():
            if not isinstance(node.value, ast.Constant):
                evaluate(machine, node.value, scope)
        case ast.Assign():
            value = evaluate(machine, node.value, scope)
            for target in node.targets:
                assign(machine, target, value, scope)
        case ast.AnnAssign():
            if node.value is not None:
                assign(machine, node.target, evaluate(machine, node.value, scope), scope)
        case ast.AugAssign():
            _augmented(machine, node, scope)
        case ast.If():
            return _if(machine, node, scope)
        case ast.For():
            return execute_for(machine, node, scope)
        case ast.While():
            return execute_while(machine, node, scope)
        case ast.Try() | ast.TryStar():
            return execute_try(machine, node, scope)
        case ast.With():
            return execute_with(machine, node, scope)
        case ast.Import():
            imports.execute_import(machine, node, scope)
        case ast.ImportFrom():
            imports.execute_import_from(machine, node, scope)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            bind(machine, scope, node.name, _function(machine, node, scope))
        case ast.ClassDef():
            bind(machine, scope, node.name, _class(machine, node, scope))
        case ast.Return():
            value = Const(None) if node.value is None else evaluate(machine, node.value, scope)
            return {"return": Exit(machine.state, value)}
        case ast.Raise():
            return {"raise": Exit(machine.state, names=(_exception(machine, node, scope),))}
        case ast.Break():
            return {"break": Exit(machine.state)}
        case ast.Continue():
            return {"continue": Exit(machine.state)}
        case ast.Assert():
            if truth(machine, evaluate(machine, node.test, scope)) is False:
                raise RaisedError("AssertionError", scope.source.place(node))
        case ast.Delete():
            _delete(machine, node, scope)
        case ast.Pass() | ast.Global() | ast.Nonlocal():
            pass
        case _:
            havoc(machine, node, scope)
    return None


def _exception(machine: Machine, node: ast.Raise, scope: Scope) -> str:
    if node.exc is None:
        return "Exception"
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    value = evaluate(machine, raised, scope)
    if isinstance(value, External):
        return value.name.removeprefix("builtins.")
    return value.name if isinstance(value, ClassValue) else "Exception"


def _if(machine: Machine, node: ast.If, scope: Scope) -> Exits:
    decided = truth(machine, evaluate(machine, node.test, scope))
    if decided is not None:
        return execute(machine, node.body if decided else node.orelse, scope)
    return branches(machine, node.body, node.orelse, condition_of(node.test, scope), scope)


def branches(
    machine: Machine, body: Sequence[ast.stmt], other: Sequence[ast.stmt], condition: Condition, scope: Scope
) -> Exits:
    """Execute both branches of a test that cannot be decided."""
    before = machine.fork()
    results: list[Exits] = []
    for statements, when in ((body, condition), (other, condition.negated())):
        machine.conditions.append(when)
        try:
            results.append(execute(machine, statements, scope))
        finally:
            machine.conditions.pop()
        machine.state = before
    exits: Exits = {kind: Exit(way.state, way.value, way.names, condition) for kind, way in results[0].items()}
    merge(exits, results[1], condition)
    # A way out that only one branch has stands under that branch's condition when it meets others later.
    for kind, way in list(exits.items()):
        if kind not in results[0]:
            exits[kind] = Exit(way.state, way.value, way.names, condition.negated())
    return exits


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> None:
    at = scope.source.place(node)
    load = ast.copy_location(_loaded(node.target), node.target)
    old = evaluate(machine, load, scope)
    value = evaluate(machine, node.value, scope)
    cell = machine.cell(old)
    if isinstance(node.op, ast.Add) and isinstance(old, Ref) and isinstance(cell, ListCell):
        # In place: other names of the same list see it.
        total = add(machine, old, value, at)
        grown = machine.cell(total)
        if isinstance(grown, ListCell):
            machine.state.cells[old.cell] = ListCell(grown.items, cell.kind)
        else:
            machine.taint((old,), why(total, at))
        return
    if isinstance(old, Choice):
        machine.taint((old,), why(old, at))
    if isinstance(cell, (ListCell, DictCell)):
        machine.taint((old,), Unknown("dynamic-expression", at))
    result = add(machine, old, value, at) if isinstance(node.op, ast.Add) else binary(machine, node.op, old, value, at)
    assign(machine, node.target, result, scope)


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Subscript(target.value, target.slice, ast.Load())


def _delete(machine: Machine, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            unbind(machine, scope, target.id)
            continue
        if isinstance(target, ast.Subscript):
            owner = evaluate(machine, target.value, scope)
            cell = machine.cell(owner)
            key = Const(None) if isinstance(target.slice, ast.Slice) else evaluate(machine, target.slice, scope)
            if isinstance(owner, Ref) and isinstance(cell, DictCell) and isinstance(key, Const):
                entries = {name: value for name, value in cell.entries.items() if name != key.value}
                machine.state.cells[owner.cell] = DictCell(entries, cell.places, cell.rest)
                continue
            machine.taint((owner,), Unknown("dynamic-expression", scope.source.place(target)))


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Val:
    for decorator in node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = named.attr if isinstance(named, ast.Attribute) else named.id if isinstance(named, ast.Name) else ""
        if name not in HARMLESS:
            return machine.dynamic(scope.source.place(node), "a decorated function")
    defaults, keyword_defaults = default_values(machine, node.args, scope)
    return FunctionValue(
        node.name,
        node.args,
        tuple(node.body),
        defaults,
        keyword_defaults,
        scope,
        isinstance(node, ast.AsyncFunctionDef),
    )


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> Val:
    bases = tuple(evaluate(machine, base, scope) for base in node.bases if not isinstance(base, ast.Starred))
    inner = Scope(machine.number(), scope.source, "class", scope)
    execute(machine, node.body, inner)
    if node.decorator_list:
        machine.doubts += 1
    return ClassValue(node.name, bases, inner, node)
