"""Find a call of `setup()` that evaluation did not reach, and read what stands in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.limits import ExhaustedError
from pkg_audit.scan.setup_py.machine import RaisedError, Scope
from pkg_audit.scan.setup_py.names import declared, stored_names
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.setup_call import SETUP_ROOTS
from pkg_audit.scan.setup_py.state import State
from pkg_audit.scan.setup_py.values import External, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.scan.setup_py.machine import Machine

STEPS = 10_000


def look_for_call(machine: Machine, scope: Scope, finished: bool) -> None:
    """Record the first call of `setup` in the script's text that can be evaluated where it stands.

    Where the script was evaluated to its end (`finished`), its variables are known; a function nobody called is
    evaluated with unknown arguments. Where the budget was spent, only what the call itself says is known.
    """
    machine.steps = STEPS
    machine.depth = machine.calls = machine.catching = machine.retrying = 0
    machine.conditions.clear()
    body = scope.source.tree.body
    if not finished:
        _forget(machine, scope, body)
    try:
        for statement in body:
            call = _call_in(statement)
            if call is not None:
                _evaluate(machine, statement, call, scope, finished)
            if machine.setup_calls:
                return
    except (ExhaustedError, RaisedError, RecursionError):
        return


def _forget(machine: Machine, scope: Scope, body: Iterable[ast.stmt]) -> None:
    """Drop every variable and import again: what was bound when the budget ended is not what the call would see."""
    machine.spent = True
    machine.state = State(directory=ROOT)
    machine.modules.clear()
    scope.stars.clear()
    names = machine.state.names
    for node in (part for statement in body for part in ast.walk(statement)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                dotted = alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
                name = alias.asname or alias.name.partition(".")[0]
                if dotted.partition(".")[0] in SETUP_ROOTS and (scope.number, name) not in names:
                    whole = isinstance(node, ast.Import) and alias.asname is None
                    names[scope.number, name] = External(name if whole else dotted)


def _call_in(statement: ast.stmt) -> ast.Call | None:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name == "setup":
                return node
    return None


def _evaluate(machine: Machine, statement: ast.stmt, call: ast.Call, scope: Scope, finished: bool) -> None:
    inner = scope
    if isinstance(statement, ast.FunctionDef):
        function = machine.state.names.get((scope.number, statement.name))
        required = len(statement.args.args) - len(statement.args.defaults)
        if finished and isinstance(function, FunctionValue) and required == 0:
            machine.call(machine, function, Arguments(), Place(scope.source.path))
            if machine.setup_calls:
                return
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        # Local names are unknown, whatever the module calls by the same name.
        own = stored_names(ast.walk(statement)) | {
            node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)
        }
        shared = declared(statement.body, ast.Global)
        inner = Scope(machine.number(), scope.source, "function", scope, own - shared, shared)
    machine.evaluate(machine, call, inner)
