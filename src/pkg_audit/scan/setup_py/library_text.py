"""Answer calls that read text: literals, JSON, and running the project's version files."""

from __future__ import annotations

import ast
import json
import textwrap
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.machine import Scope
from pkg_audit.scan.setup_py.mappings import store
from pkg_audit.scan.setup_py.modules import import_module, scope_of
from pkg_audit.scan.setup_py.names import bind, resolve
from pkg_audit.scan.setup_py.paths import located
from pkg_audit.scan.setup_py.source import Source, SourceError, parse
from pkg_audit.scan.setup_py.values import (
    Const,
    DictCell,
    FileHandle,
    ModuleValue,
    Ref,
    Unk,
    Val,
    path_of,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.setup_py.machine import Machine

LITERAL = 4_096
JSON = 65_536


def _literal(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    text = text_of(arguments.get(0))
    if text is None or len(text) > LITERAL:
        value = arguments.get(0)
        return Unk(why(value, at)) if value is not None else None
    try:
        node = parse(text.strip(), "eval").body
    except SourceError:
        return None
    # Only literals: a name or a call would be the project's code.
    if any(isinstance(child, (ast.Name, ast.Call, ast.Attribute, ast.Lambda, ast.BinOp)) for child in ast.walk(node)):
        return None
    source = Source(at.path or "", "")
    value = machine.evaluate(machine, node, Scope(machine.number(), source, "module"))
    return Const(value.value, getattr(arguments.get(0), "at", at)) if isinstance(value, Const) else value


def _json(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    content = value.content if isinstance(value, FileHandle) else value
    text = text_of(content)
    if text is None or len(text) > JSON:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _from_json(machine, data, getattr(content, "at", at), 0)


def _from_json(machine: Machine, data: Any, at: Place, depth: int) -> Val:
    machine.step()
    if depth > 8:
        return machine.unknown("too-large", at)
    if isinstance(data, dict):
        return machine.new_dict({key: _from_json(machine, item, at, depth + 1) for key, item in data.items()}, at)
    if isinstance(data, list):
        return machine.new_list([_from_json(machine, item, at, depth + 1) for item in data], at)
    return Const(data, at)


def _dedent(_: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    text = text_of(value)
    return Const(textwrap.dedent(text), getattr(value, "at", at)) if text is not None else None


def _first(_: Machine, arguments: Arguments, __: Place) -> Val | None:
    return arguments.get(0)


def _execute(machine: Machine, arguments: Arguments, at: Place) -> Val:
    """Run a text as Python: in the namespace passed to `exec`, else where the call stands."""
    code = arguments.get(0)
    given = arguments.get(2, "locals") or arguments.get(1, "globals")
    scope = arguments.scope
    text = text_of(code)
    namespace = given if isinstance(machine.cell(given), DictCell) else None
    if text is None or scope is None or machine.calls > 6:
        return _not_run(machine, given, scope, at)
    spot = getattr(code, "at", at)
    try:
        source = Source(spot.path or scope.source.path, text.strip("\n") if "\n" not in text else text, spot.line or 1)
    except SourceError:
        return _not_run(machine, given, scope, at)
    machine.calls += 1
    try:
        if namespace is None:
            _run_here(machine, source, scope, given)
        else:
            assert isinstance(namespace, Ref)
            _run_in(machine, source, namespace, at)
    finally:
        machine.calls -= 1
    return Const(None, at)


def _not_run(machine: Machine, given: Val | None, scope: Scope | None, at: Place) -> Val:
    unknown = Unknown("dynamic-expression", at, "exec")
    if given is not None:
        machine.taint((given,), unknown)
    if scope is not None and not isinstance(machine.cell(given), DictCell):
        scope.stars.append(Unk(unknown))
    return machine.dynamic(at)


def _run_here(machine: Machine, source: Source, scope: Scope, given: Val | None) -> None:
    target = scope if given is None else scope.module
    twin = Scope(target.number, source, target.kind, target.parent, target.own, target.shared, target.stars)
    exits = machine.execute(machine, source.tree.body, twin)
    if "next" in exits:
        machine.state = exits["next"].state


def _run_in(machine: Machine, source: Source, namespace: Ref, at: Place) -> None:
    inner = Scope(machine.number(), source, "module")
    cell = machine.cell(namespace)
    assert isinstance(cell, DictCell)
    for key, entry in cell.entries.items():
        if isinstance(key, str) and not hasattr(entry, "condition"):
            bind(machine, inner, key, entry)
    exits = machine.execute(machine, source.tree.body, inner)
    if "next" in exits:
        machine.state = exits["next"].state
    _copy_names(machine, inner, namespace, at)


def _copy_names(machine: Machine, scope: Scope, namespace: Ref, at: Place) -> None:
    names = machine.state.names
    for number, name in [key for key in {**names.base, **names} if key[0] == scope.number]:
        value = resolve(machine, names[number, name])
        store(machine, namespace.cell, Const(name, getattr(value, "at", at)), value, at)
    if scope.stars:
        cell = machine.state.cells[namespace.cell]
        if isinstance(cell, DictCell):
            rest = Unknown("dynamic-expression", at)
            machine.state.cells[namespace.cell] = DictCell(cell.entries, cell.places, rest)


def _run_path(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    module = _module_at(machine, arguments.get(0, "path_name"))
    scope = scope_of(machine, module) if module is not None else None
    if scope is None:
        return None
    result = machine.new(DictCell({}, {}), at)
    _copy_names(machine, scope, result, at)
    return result


def _module_at(machine: Machine, path: Val | None) -> ModuleValue | None:
    text = path_of(path)
    where = located(machine, text) if text is not None else None
    return ModuleValue(where) if where is not None and machine.tree.is_file(where) else None


def _module_from_file(machine: Machine, arguments: Arguments, _: Place) -> Val | None:
    return _module_at(machine, arguments.get(1, "location") or arguments.get(1, "path"))


def _import(machine: Machine, arguments: Arguments, _: Place) -> Val | None:
    name = text_of(arguments.get(0))
    return import_module(machine, name) if name is not None and not name.startswith(".") else None


TEXT_FUNCTIONS: dict[str, Callable[[Machine, Arguments, Place], Val | None]] = {
    "ast.literal_eval": _literal,
    "builtins.eval": _literal,
    "json.load": _json,
    "json.loads": _json,
    "textwrap.dedent": _dedent,
    "builtins.compile": _first,
    "builtins.exec": _execute,
    "runpy.run_path": _run_path,
    # A spec and its loader stand for the module that they will make.
    "importlib.util.spec_from_file_location": _module_from_file,
    "importlib.machinery.SourceFileLoader": _module_from_file,
    "importlib.util.module_from_spec": _first,
    "imp.load_source": _module_from_file,
    "importlib.import_module": _import,
    "builtins.__import__": _import,
}
