"""Tell what a small script of the project prints, with the evaluator that also reads setup.py; nothing runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.scan.setup_py.expressions import evaluate
from pkg_audit.scan.setup_py.functions import call
from pkg_audit.scan.setup_py.limits import ExhaustedError
from pkg_audit.scan.setup_py.machine import Machine, RaisedError
from pkg_audit.scan.setup_py.modules import scope_of
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.statements import execute
from pkg_audit.scan.setup_py.values import ModuleValue, place_of, text_of, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.tree.port import Tree


def printed_text(tree: Tree, path: str) -> Value[str]:
    """Return the one text that a script prints when it is run without arguments, surrounding space apart.

    Unknown where it prints at several places, or something that cannot be evaluated.
    """
    at = Place(path)
    machine = Machine(tree)
    machine.state.directory = ROOT
    machine.search_path = [path.rpartition("/")[0], ""]
    machine.evaluate, machine.execute, machine.call = evaluate, execute, call
    try:
        scope = scope_of(machine, ModuleValue(path))
        printed = list(_printed(scope.source.tree)) if scope is not None else []
        if scope is None or len(printed) != 1:
            return Value(None, at, Unknown("dynamic-expression", at, "what the script prints is not followed"))
        value = evaluate(machine, printed[0], scope)
    except (ExhaustedError, RaisedError, RecursionError):
        return Value(None, at, Unknown("dynamic-expression", at, "what the script prints is not followed"))
    text = text_of(value)
    if text is None or not text.strip():
        return Value(None, at, Unknown("dynamic-expression", at) if value is None else why(value, at))
    return Value(text.strip(), place_of(value, at))


def _printed(module: ast.Module) -> Iterator[ast.expr]:
    """Yield what is printed at module level; a print anywhere else that writes to standard output counts as well."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="print"), keywords=keywords) if not any(k.arg == "file" for k in keywords):
                yield _argument(module, node)


def _argument(module: ast.Module, print_call: ast.Call) -> ast.expr:
    """Return the one argument of a print that runs for sure and last, else something without a text."""
    last = module.body[-1] if module.body else None
    if isinstance(last, ast.If) and _is_main(last.test) and len(last.body) == 1 and not last.orelse:
        last = last.body[0]
    at_end = isinstance(last, ast.Expr) and last.value is print_call
    single = len(print_call.args) == 1 and not print_call.keywords and not isinstance(print_call.args[0], ast.Starred)
    return print_call.args[0] if at_end and single else ast.Constant(None)


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]):
            return True
    return False
