"""Assign to what stands left of `=`: names, tuples, keys and attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.arguments import plain
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.mappings import store
from pkg_audit.scan.setup_py.modules import scope_of
from pkg_audit.scan.setup_py.names import bind
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    ExtensionCell,
    Hole,
    ListCell,
    Maybe,
    ModuleValue,
    Ref,
    Unk,
    Val,
    why,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine, Scope


def assign(machine: Machine, target: ast.expr, value: Val, scope: Scope) -> None:
    """Assign a value to a target; what it may change without our knowing becomes unknown."""
    at = scope.source.place(target)
    if isinstance(target, ast.Name):
        bind(machine, scope, target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(machine, target, value, scope, at)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, value, scope)
    elif isinstance(target, ast.Subscript):
        _set_item(machine, target, value, scope, at)
    elif isinstance(target, ast.Attribute):
        owner = machine.evaluate(machine, target.value, scope)
        cell = machine.cell(owner)
        if isinstance(owner, Ref) and isinstance(cell, ExtensionCell):
            set_attribute(machine, owner, target.attr, value)
        elif isinstance(owner, ModuleValue):
            module = scope_of(machine, owner)
            if module is not None:
                machine.state.names[module.number, target.attr] = value
        elif not isinstance(owner, Ref):
            machine.taint((owner,), Unknown("dynamic-expression", at))


def set_attribute(machine: Machine, owner: Ref, name: str, value: Val) -> None:
    """Set an attribute of an extension object."""
    cell = machine.state.cells[owner.cell]
    if isinstance(cell, ExtensionCell):
        attributes = {**cell.attributes, name: value}
        machine.state.cells[owner.cell] = ExtensionCell(cell.by, attributes, cell.at)


def _unpack(machine: Machine, target: ast.Tuple | ast.List, value: Val, scope: Scope, at: Place) -> None:
    items = items_of(machine, value, at)
    starred = next((i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
    sure = not any(isinstance(item, (Maybe, Hole)) for item in items)
    if sure and starred is not None and len(items) >= len(target.elts) - 1:
        behind = len(target.elts) - starred - 1
        middle = machine.new_list(items[starred : len(items) - behind], at)
        items = (*items[:starred], middle, *items[len(items) - behind :])
    if sure and len(items) == len(target.elts):
        for part, item in zip(target.elts, items, strict=True):
            assign(machine, part, plain(item), scope)
        return
    unknown = next((why(item, at) for item in items if isinstance(item, (Maybe, Hole))), why(value, at))
    machine.doubts += 1
    for part in target.elts:
        assign(machine, part, Unk(unknown), scope)


def _set_item(machine: Machine, target: ast.Subscript, value: Val, scope: Scope, at: Place) -> None:
    owner = machine.evaluate(machine, target.value, scope)
    cell = machine.cell(owner)
    if isinstance(target.slice, ast.Slice):
        whole = target.slice.lower is None and target.slice.upper is None and target.slice.step is None
        if whole and isinstance(owner, Ref) and isinstance(cell, ListCell):
            machine.state.cells[owner.cell] = ListCell(items_of(machine, value, at), cell.kind)
        else:
            machine.taint((owner,), Unknown("dynamic-expression", at))
        return
    key = machine.evaluate(machine, target.slice, scope)
    if isinstance(owner, Ref) and isinstance(cell, DictCell):
        store(machine, owner.cell, key, value, at)
    elif isinstance(owner, Ref) and isinstance(cell, ListCell):
        sure = not any(isinstance(item, (Maybe, Hole)) for item in cell.items)
        index = key.value if isinstance(key, Const) else None
        if sure and isinstance(index, int) and -len(cell.items) <= index < len(cell.items):
            items = list(cell.items)
            items[index] = value
            machine.state.cells[owner.cell] = ListCell(tuple(items), cell.kind)
        else:
            machine.taint((owner,), why(key, at))
    elif isinstance(owner, Choice):
        machine.taint((owner,), why(owner, at))
