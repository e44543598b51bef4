"""Evaluate a module attribute that is no literal, with the evaluator that also reads setup.py; nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.scan.attr import find_module, resolve_attr
from pkg_audit.scan.setup_py.expressions import evaluate
from pkg_audit.scan.setup_py.functions import call
from pkg_audit.scan.setup_py.limits import ExhaustedError
from pkg_audit.scan.setup_py.machine import Machine, RaisedError
from pkg_audit.scan.setup_py.names import member
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.statements import execute
from pkg_audit.scan.setup_py.values import Const, ModuleValue, Tuple, place_of, text_of, why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.tree.port import Tree


def attribute_text(tree: Tree, reference: str, package_dir: Mapping[str, str], at: Place) -> Value[str]:
    """Return the text of `package.module.attribute`, as setuptools reads it: a literal, or else by evaluation.

    A tuple gives its items joined by dots. Unknown where the value depends on what cannot be read statically.
    """
    found = resolve_attr(tree, reference, package_dir, at)
    if found.unknown is None or found.unknown.reason != "dynamic-expression":
        return found
    dotted, _, name = reference.strip().rpartition(".")
    path = find_module(tree, dotted, package_dir)
    if path is None:
        return found
    machine = Machine(tree)
    machine.state.directory = ROOT
    machine.search_path = ["", *dict.fromkeys(directory.strip("./") for directory in package_dir.values())]
    machine.evaluate, machine.execute, machine.call = evaluate, execute, call
    try:
        value = member(machine, ModuleValue(path), name)
    except (ExhaustedError, RaisedError, RecursionError):
        return found
    text = text_of(value)
    if text is None and isinstance(value, Tuple) and all(isinstance(item, Const) for item in value.items):
        text = ".".join(str(item.value) for item in value.items if isinstance(item, Const))
    if text is not None:
        return Value(text, place_of(value, Place(path)))
    unknown = Unknown("dynamic-expression", Place(path)) if value is None else why(value, Place(path))
    return Value(None, found.at, unknown)
