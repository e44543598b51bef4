"""Evaluate expressions. Whatever is not understood is unknown, with its place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.attributes import attribute
from pkg_audit.scan.setup_py.comparing import compare
from pkg_audit.scan.setup_py.comprehensions import dict_comprehension, list_comprehension
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import DEPTH, ITEMS, TEXT
from pkg_audit.scan.setup_py.mappings import store, update
from pkg_audit.scan.setup_py.names import bind, look_up
from pkg_audit.scan.setup_py.operators import add, binary, truth
from pkg_audit.scan.setup_py.state import either, join
from pkg_audit.scan.setup_py.subscripts import subscript
from pkg_audit.scan.setup_py.text import show
from pkg_audit.scan.setup_py.values import (
    Condition,
    Const,
    DictCell,
    Entry,
    FunctionValue,
    Hole,
    Maybe,
    Tuple,
    Unk,
    Val,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pkg_audit.scan.setup_py.machine import Machine, Scope


def evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Val:
    """Return the value of an expression. Raises RaisedError, ExhaustedError."""
    machine.step()
    if machine.depth >= DEPTH:
        return machine.unknown("too-large", scope.source.place(node), "nested too deeply")
    machine.depth += 1
    try:
        return _evaluate(machine, node, scope)
    finally:
        machine.depth -= 1


def _evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Val:
    at = scope.source.place(node)
    match node:
        case ast.Constant():
            return _constant(machine, node, at)
        case ast.Name():
            return look_up(machine, scope, node.id, at)
        case ast.Attribute():
            return attribute(machine, evaluate(machine, node.value, scope), node.attr, at)
        case ast.Call():
            return _call(machine, node, scope, at)
        case ast.List() | ast.Set():
            kind = "list" if isinstance(node, ast.List) else "set"
            return machine.new_list(_entries(machine, node.elts, scope), at, "list" if kind == "list" else "set")
        case ast.Tuple():
            return Tuple(tuple(_entries(machine, node.elts, scope)), at)
        case ast.Dict():
            return _dict(machine, node, scope, at)
        case ast.BinOp():
            return _binary(machine, node, scope, at)
        case ast.JoinedStr():
            return _formatted(machine, node, scope, at)
        case ast.Subscript():
            return subscript(machine, evaluate(machine, node.value, scope), node.slice, scope, at)
        case ast.IfExp():
            return _either_branch(machine, node, scope)
        case ast.BoolOp():
            return _and_or(machine, node, scope)
        case ast.Compare():
            return _compare(machine, node, scope, at)
        case ast.UnaryOp():
            return _unary(machine, node, scope, at)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return list_comprehension(machine, node, scope, at)
        case ast.DictComp():
            return dict_comprehension(machine, node, scope, at)
        case ast.Lambda():
            return _lambda(machine, node, scope)
        case ast.NamedExpr():
            value = evaluate(machine, node.value, scope)
            owner = scope
            while owner.kind == "comprehension" and owner.parent is not None:
                owner = owner.parent
            bind(machine, owner, node.target.id, value)
            return value
        case _:
            return machine.dynamic(at)


def _constant(machine: Machine, node: ast.Constant, at: Place) -> Val:
    value = node.value
    if isinstance(value, (str, bytes)) and len(value) > 4 * TEXT:
        return machine.unknown("too-large", at)
    if value is None or isinstance(value, (str, bytes, int, float)):
        return Const(value, at)
    return machine.dynamic(at)


def _entries(machine: Machine, nodes: Sequence[ast.expr], scope: Scope) -> list[Entry]:
    found: list[Entry] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            found.extend(items_of(machine, evaluate(machine, node.value, scope), scope.source.place(node)))
        else:
            found.append(evaluate(machine, node, scope))
        if len(found) > ITEMS:
            return [Hole(Unknown("too-large", scope.source.place(node)))]
    return found


def _dict(machine: Machine, node: ast.Dict, scope: Scope, at: Place) -> Val:
    result = machine.new(DictCell({}, {}), at)
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = evaluate(machine, value_node, scope)
        if key_node is None:
            update(machine, result.cell, value, at)
            continue
        key = evaluate(machine, key_node, scope)
        store(machine, result.cell, key, value, scope.source.place(key_node))
    return result


def _call(machine: Machine, node: ast.Call, scope: Scope, at: Place) -> Val:
    function = evaluate(machine, node.func, scope)
    positional = _entries(machine, node.args, scope)
    keywords: dict[str, Val | Maybe] = {}
    places: dict[str, Place] = {}
    rest: Unknown | None = None
    for keyword in node.keywords:
        value = evaluate(machine, keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            spot = scope.source.place(keyword)
            end = spot.column + len(keyword.arg) if spot.column is not None else None
            places[keyword.arg] = Place(spot.path, spot.line, spot.column, spot.line, end)
            continue
        spread = machine.new(DictCell({}, {}), at)
        update(machine, spread.cell, value, scope.source.place(keyword))
        cell = machine.state.cells[spread.cell]
        assert isinstance(cell, DictCell)
        rest = rest or cell.rest
        for key, entry in cell.entries.items():
            if isinstance(key, str):
                keywords.setdefault(key, entry)
                places.setdefault(key, cell.places.get(key, scope.source.place(keyword)))
    arguments = Arguments(tuple(positional), keywords, places, rest, scope)
    return machine.call(machine, function, arguments, at)


def _binary(machine: Machine, node: ast.BinOp, scope: Scope, at: Place) -> Val:
    if not isinstance(node.op, ast.Add):
        left = evaluate(machine, node.left, scope)
        return binary(machine, node.op, left, evaluate(machine, node.right, scope), at)
    # A long sum nests to the left: walk down it instead of recursing.
    terms: list[ast.BinOp] = [node]
    while isinstance(terms[-1].left, ast.BinOp) and isinstance(terms[-1].left.op, ast.Add):
        terms.append(terms[-1].left)
        machine.step()
    total = evaluate(machine, terms[-1].left, scope)
    for term in reversed(terms):
        total = add(machine, total, evaluate(machine, term.right, scope), scope.source.place(term))
    return total


def _formatted(machine: Machine, node: ast.JoinedStr, scope: Scope, at: Place) -> Val:
    pieces: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            pieces.append(part.value)
            continue
        if not isinstance(part, ast.FormattedValue) or part.format_spec is not None or part.conversion not in {-1, 115}:
            return machine.dynamic(at)
        value = evaluate(machine, part.value, scope)
        shown = show(value)
        if shown is None:
            machine.doubts += 1
            return Unk(why(value, at))
        pieces.append(shown)
    if sum(map(len, pieces)) > TEXT:
        return machine.unknown("too-large", at)
    return Const("".join(pieces), at)


def condition_of(node: ast.expr, scope: Scope) -> Condition:
    """Return an undecidable test as a condition."""
    return Condition(scope.source.condition(node), scope.source.place(node))


def _either_branch(machine: Machine, node: ast.IfExp, scope: Scope) -> Val:
    decided = truth(machine, evaluate(machine, node.test, scope))
    if decided is not None:
        return evaluate(machine, node.body if decided else node.orelse, scope)
    condition = condition_of(node.test, scope)
    before = machine.fork()
    first = evaluate(machine, node.body, scope)
    one = machine.state
    machine.state = before
    second = evaluate(machine, node.orelse, scope)
    result = either(one, first, machine.state, second, condition)
    machine.state = join(one, machine.state, condition)
    return result


def _and_or(machine: Machine, node: ast.BoolOp, scope: Scope) -> Val:
    stop = isinstance(node.op, ast.Or)
    value: Val = Const(None)
    pending: list[tuple[Val, Condition]] = []
    for part in node.values:
        value = evaluate(machine, part, scope)
        decided = truth(machine, value)
        if decided is stop:
            break
        if decided is None:
            pending.append((value, condition_of(part, scope)))
    if not pending or (truth(machine, value) is False and not stop):
        # `a and False` is false whatever `a` is.
        return value
    first, condition = pending[0]
    if value is first:
        return first
    state = machine.state
    return either(state, first, state, value, condition)


def _compare(machine: Machine, node: ast.Compare, scope: Scope, at: Place) -> Val:
    left = evaluate(machine, node.left, scope)
    result: Val = Const(True, at)
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = evaluate(machine, comparator, scope)
        result = compare(machine, operator, left, right, at)
        if truth(machine, result) is not True:
            return result
        left = right
    return result


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope, at: Place) -> Val:
    value = evaluate(machine, node.operand, scope)
    if isinstance(node.op, ast.Not):
        decided = truth(machine, value)
        return Const(not decided, at) if decided is not None else Unk(why(value, at))
    if isinstance(value, Const) and isinstance(value.value, (int, float)) and isinstance(node.op, ast.USub):
        return Const(-value.value, at)
    return machine.dynamic(at)


def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> Val:
    body = ast.Return(value=node.body)
    ast.copy_location(body, node.body)
    defaults, keyword_defaults = default_values(machine, node.args, scope)
    return FunctionValue("<lambda>", node.args, (body,), defaults, keyword_defaults, scope)


def default_values(
    machine: Machine, arguments: ast.arguments, scope: Scope
) -> tuple[tuple[Val, ...], tuple[Val | None, ...]]:
    """Evaluate a function's defaults, where the definition stands."""
    return (
        tuple(evaluate(machine, default, scope) for default in arguments.defaults),
        tuple(None if default is None else evaluate(machine, default, scope) for default in arguments.kw_defaults),
    )
