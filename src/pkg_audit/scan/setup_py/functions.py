"""Call what the project defines, by evaluating the body; and say what calling anything unknown may have changed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py import library
from pkg_audit.scan.setup_py.arguments import Arguments, plain
from pkg_audit.scan.setup_py.extensions import extension_kind, make_extension
from pkg_audit.scan.setup_py.limits import CALLS
from pkg_audit.scan.setup_py.machine import Analysis, RaisedError, Scope
from pkg_audit.scan.setup_py.methods import call_method
from pkg_audit.scan.setup_py.names import declared, has_yield, stored_names
from pkg_audit.scan.setup_py.outcome import Exit, join_exits
from pkg_audit.scan.setup_py.state import either, join
from pkg_audit.scan.setup_py.values import (
    Bound,
    Choice,
    ClassValue,
    Condition,
    Const,
    DictCell,
    External,
    FunctionValue,
    Hole,
    Instance,
    Maybe,
    Scalar,
    Tuple,
    Unk,
    Val,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine
    from pkg_audit.scan.setup_py.outcome import Exits


def call(machine: Machine, function: Val, arguments: Arguments, at: Place) -> Val:
    """Return what a call returns. Raises RaisedError where it certainly raises."""
    if isinstance(function, Choice):
        callable_ = tuple(option for option in function.options if not isinstance(option[0], Const))
        if len(callable_) == 1:
            return call(machine, callable_[0][0], arguments, at)
        return _each(machine, callable_ or function.options, arguments, at)
    if isinstance(function, FunctionValue):
        return _inline(machine, function, arguments, at)
    if isinstance(function, External):
        result = library.call_library(machine, function.name, arguments, at)
    elif isinstance(function, Bound):
        result = call_method(machine, function.receiver, function.name, arguments, at)
    elif isinstance(function, ClassValue):
        kind = extension_kind(function)
        if kind:
            return make_extension(machine, kind, _constructor(machine, function, arguments, at), at)
        machine.taint(arguments.values(), Unknown("dynamic-expression", at))
        return Instance(function, at)
    else:
        result = None
    if result is not None:
        return result
    machine.doubts += 1
    unknown = function.unknown if isinstance(function, Unk) else Unknown("dynamic-expression", at)
    receiver = (function.receiver,) if isinstance(function, Bound) else ()
    machine.taint((*arguments.values(), *receiver), unknown)
    return Unk(unknown)


def _each(machine: Machine, options: tuple[tuple[Val, Condition], ...], arguments: Arguments, at: Place) -> Val:
    """Call every option; each may change things under its own condition only."""
    result: Val | None = None
    for option, condition in reversed(options):
        before = machine.fork()
        try:
            one = call(machine, option, arguments, at)
        except RaisedError:
            one = machine.dynamic(at)
        machine.state = join(machine.state, before, condition)
        result = one if result is None else either(machine.state, one, machine.state, result, condition)
    return result if result is not None else machine.dynamic(at)


def _inline(machine: Machine, function: FunctionValue, arguments: Arguments, at: Place) -> Val:
    if machine.calls >= CALLS or function.coroutine or _analysed(machine, function).generator:
        machine.taint(arguments.values(), Unknown("dynamic-expression", at))
        return machine.dynamic(at, f"{function.name} is not followed")
    scope = _scope_for(machine, function)
    if not _bind_arguments(machine, function, arguments, scope, at):
        machine.taint(arguments.values(), Unknown("dynamic-expression", at))
        return machine.dynamic(at, f"arguments of {function.name}")
    machine.calls += 1
    try:
        exits = machine.execute(machine, function.body, scope)
    finally:
        machine.calls -= 1
    if not _analysed(machine, function).encloses:
        for way in exits.values():
            for name in scope.own or ():
                way.state.names.pop((scope.number, name), None)
    returned = exits.get("return")
    finished = exits.get("next")
    if returned is None and finished is None:
        raised = exits.get("raise")
        if raised is not None:
            machine.state = raised.state
        raise RaisedError(raised.names[0] if raised is not None and raised.names else "Exception", at)
    if "raise" in exits:
        machine.doubts += 1
    return _result(machine, exits, at)


def _scope_for(machine: Machine, function: FunctionValue) -> Scope:
    parent = function.scope
    while parent.kind == "class" and parent.parent is not None:
        parent = parent.parent
    analysis = _analysed(machine, function)
    return Scope(machine.number(), parent.source, "function", parent, analysis.own, analysis.shared)


def _analysed(machine: Machine, function: FunctionValue) -> Analysis:
    """Return what a function's text says about its names; worked out once."""
    names = function.arguments
    known = machine.functions.get(id(names))
    if known is None:
        every = [*names.posonlyargs, *names.args, *names.kwonlyargs]
        every.extend(argument for argument in (names.vararg, names.kwarg) if argument is not None)
        shared = declared(function.body, ast.Global)
        own = (stored_names(function.body) | {argument.arg for argument in every}) - shared
        own -= declared(function.body, ast.Nonlocal)
        inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        encloses = any(isinstance(node, inner) for statement in function.body for node in ast.walk(statement))
        known = Analysis(names, own, shared, has_yield(function.body), encloses)
        machine.functions[id(names)] = known
    return known


def _result(machine: Machine, exits: Exits, at: Place) -> Val:
    returned, finished = exits.get("return"), exits.get("next")
    way = returned
    if finished is not None:
        way = join_exits(returned, Exit(finished.state, Const(None, at)), Condition("", at))
    assert way is not None
    machine.state = way.state
    return way.value if way.value is not None else Const(None, at)


def _bind_arguments(machine: Machine, function: FunctionValue, arguments: Arguments, scope: Scope, at: Place) -> bool:
    """Bind parameters; False where the call does not fit or cannot be matched."""
    if any(isinstance(entry, (Hole, Maybe)) for entry in arguments.positional):
        return False
    names = function.arguments
    positional = [argument.arg for argument in (*names.posonlyargs, *names.args)]
    bound: dict[str, Val] = {}
    given = [plain(entry) for entry in arguments.positional]
    bound.update(zip(positional, given, strict=False))
    if len(given) > len(positional):
        if names.vararg is None:
            return False
        bound[names.vararg.arg] = Tuple(tuple(given[len(positional) :]), at)
    elif names.vararg is not None:
        bound[names.vararg.arg] = Tuple((), at)
    keyword_only = [argument.arg for argument in names.kwonlyargs]
    further: dict[Scalar, Val | Maybe] = {}
    for name, value in arguments.keywords.items():
        if name in positional or name in keyword_only:
            bound.setdefault(name, plain(value))
        else:
            further[name] = value
    if names.kwarg is not None:
        places: dict[Scalar, Place] = dict(arguments.places.items())
        bound[names.kwarg.arg] = machine.new(DictCell(further, places, arguments.rest), at)
    elif further:
        return False
    defaults = dict(zip(positional[len(positional) - len(function.defaults) :], function.defaults, strict=True))
    defaults.update(
        {name: value for name, value in zip(keyword_only, function.keyword_defaults, strict=True) if value is not None}
    )
    for name in (*positional, *keyword_only):
        if name in bound:
            continue
        if arguments.rest is not None:
            bound[name] = Unk(arguments.rest)
        elif name in defaults:
            bound[name] = defaults[name]
        else:
            return False
    for name, value in bound.items():
        machine.state.names[scope.number, name] = value
    return True


def _constructor(machine: Machine, class_: ClassValue, arguments: Arguments, at: Place) -> Arguments:
    """Return the arguments that reach the library's `Extension.__init__` through a project's subclass."""
    for _ in range(CALLS):
        own = machine.state.names.get((class_.scope.number, "__init__"))
        if isinstance(own, FunctionValue):
            found = _passed_on(machine, own, arguments, at)
            if found is None:
                return Arguments(rest=Unknown("dynamic-expression", at))
            arguments = found
        following = next((base for base in class_.bases if isinstance(base, ClassValue)), None)
        if following is None:
            break
        class_ = following
    return arguments


def _passed_on(machine: Machine, function: FunctionValue, arguments: Arguments, at: Place) -> Arguments | None:
    for node in (part for statement in function.body for part in ast.walk(statement)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            break
    else:
        return None
    scope = _scope_for(machine, function)
    with_self = Arguments(
        (Const(None, at), *arguments.positional), arguments.keywords, arguments.places, arguments.rest
    )
    if not _bind_arguments(machine, function, with_self, scope, at):
        return None
    passed = [machine.evaluate(machine, part, scope) for part in node.args if not isinstance(part, ast.Starred)]
    by_super = isinstance(node.func.value, ast.Call)
    keywords: dict[str, Val | Maybe] = {}
    for keyword in node.keywords:
        value = machine.evaluate(machine, keyword.value, scope)
        cell = machine.cell(value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(cell, DictCell):
            keywords.update({key: entry for key, entry in cell.entries.items() if isinstance(key, str)})
    return Arguments(tuple(passed if by_super else passed[1:]), keywords)
