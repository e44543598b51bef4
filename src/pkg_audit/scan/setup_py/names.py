"""Bind and look up names as Python's scopes do."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py.values import (
    Choice,
    External,
    Hole,
    ListCell,
    ModuleValue,
    Pending,
    Ref,
    Tuple,
    Unk,
    Val,
    choice,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.scan.setup_py.machine import Machine, Scope

CHAIN = 12
"""Modules that hand a name on to each other."""

BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {
    "unicode",
    "basestring",
    "__import__",
}


def bind(machine: Machine, scope: Scope, name: str, value: Val) -> None:
    """Bind a name in the scope that Python would bind it in."""
    if name in scope.shared:
        scope = scope.module
    machine.state.names[scope.number, name] = value


def unbind(machine: Machine, scope: Scope, name: str) -> None:
    """Remove a binding, as `del` does."""
    machine.state.names.pop((scope.number, name), None)


def look_up(machine: Machine, scope: Scope, name: str, at: Place) -> Val:
    """Return what a name stands for; unknown where nothing binds it."""
    current: Scope | None = scope
    names = machine.state.names
    while current is not None:
        if name in current.shared:
            current = current.module
            continue
        found = names.get((current.number, name))
        if found is not None:
            starred = _starred(machine, current, name) if current.stars else None
            return starred if starred is not None else resolve(machine, found)
        if current.own is not None and name in current.own:
            return machine.dynamic(at, f"{name} is not bound yet")
        if current.stars:
            found = _starred(machine, current, name)
            if found is not None:
                return found
        current = current.parent
    if name in BUILTINS:
        return External(f"builtins.{name}")
    if machine.spent:
        return machine.unknown("too-large", at, f"{name} was not reached")
    return machine.dynamic(at, f"{name} is not bound")


def _starred(machine: Machine, scope: Scope, name: str) -> Val | None:
    """Return what the scope's star imports bind a name to. The last one wins over bindings made before it."""
    for star in reversed(scope.stars):
        if isinstance(star, ModuleValue):
            found = member(machine, star, name, public=True)
            if found is not None:
                return found
        elif (scope.number, name) not in machine.state.names and name not in BUILTINS:
            return External(f"{star.name}.{name}") if isinstance(star, External) else star
    return None


def member(machine: Machine, module: ModuleValue, name: str, public: bool = False) -> Val | None:
    """Return what a project's module binds a name to, None where it certainly does not bind it.

    `public`: as a star import sees it, which leaves names with an underscore to `__all__`.
    """
    from pkg_audit.scan.setup_py.modules import scope_of, submodule

    scope = scope_of(machine, module)
    if scope is None:
        return Unk(Unknown("not-parseable", Place(module.path), f"{name} of {module.path}"))
    if public and (name.startswith("_") or (scope.number, "__all__") in machine.state.names):
        exported = _exported(machine, scope)
        if exported is None or name not in exported:
            return None
    found = machine.state.names.get((scope.number, name))
    if found is None and scope.stars:
        found = _starred(machine, scope, name)
    return resolve(machine, found) if found is not None else submodule(machine, module, name)


def resolve(machine: Machine, value: Val) -> Val:
    """Return what a variable's value stands for: a name imported from a project's module is looked up there."""
    if isinstance(value, Pending):
        if machine.resolving > CHAIN:
            return machine.dynamic(value.at, f"{value.name} is imported in a circle")
        machine.resolving += 1
        try:
            found = member(machine, value.module, value.name)
        finally:
            machine.resolving -= 1
        return found if found is not None else machine.dynamic(value.at, f"{value.name} cannot be imported")
    if isinstance(value, Choice) and any(isinstance(option, Pending) for option, _ in value.options):
        return choice(*((resolve(machine, option), condition) for option, condition in value.options))
    return value


def _exported(machine: Machine, scope: Scope) -> set[str | None] | None:
    listed = machine.state.names.get((scope.number, "__all__"))
    value = resolve(machine, listed) if listed is not None else None
    cell = machine.cell(value)
    if isinstance(cell, ListCell):
        items = cell.items
    elif isinstance(value, Tuple):
        items = value.items
    else:
        return None
    return None if any(isinstance(item, Hole) for item in items) else {text_of(item) for item in items}


def stored_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return every name that some code binds, nested functions and classes apart. Iterative: depth costs nothing."""
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
            continue
        pending.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def has_yield(nodes: Iterable[ast.AST]) -> bool:
    """Tell whether a function's body makes it a generator."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def declared(nodes: Iterable[ast.AST], kind: type[ast.Global | ast.Nonlocal]) -> frozenset[str]:
    """Return the names that a function's body declares global, or nonlocal."""
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, kind):
            found.update(node.names)
        elif isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            pending.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))
    return frozenset(found)


def referenced(machine: Machine, scope: Scope, node: ast.AST) -> list[Ref]:
    """Return the mutable objects that some code names."""
    found = []
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            current: Scope | None = scope
            while current is not None:
                value = machine.state.names.get((current.number, part.id))
                if isinstance(value, Ref):
                    found.append(value)
                    break
                current = current.parent
    return found
