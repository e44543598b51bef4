"""Execute imports: the project's own modules are read when asked for a name, all others are only names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.attributes import external
from pkg_audit.scan.setup_py.modules import PRESENT, import_module, relative_module
from pkg_audit.scan.setup_py.names import bind
from pkg_audit.scan.setup_py.values import External, ModuleValue, Pending, Val

if TYPE_CHECKING:
    import ast

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine, Scope


def execute_import(machine: Machine, node: ast.Import, scope: Scope) -> None:
    """Bind what `import a.b, c as d` binds."""
    for alias in node.names:
        name = alias.name if alias.asname else alias.name.split(".")[0]
        bind(machine, scope, alias.asname or name, import_module(machine, name))


def execute_import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    """Bind what `from a.b import c, d as e` binds; a star import is asked when a name is looked for."""
    dotted = node.module or ""
    if node.level:
        module: Val = relative_module(machine, scope.source.path, node.level, dotted)
    else:
        module = import_module(machine, dotted)
    at = scope.source.place(node)
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append(module)
            continue
        bind(machine, scope, alias.asname or alias.name, _from(machine, module, alias.name, at))


def _from(machine: Machine, module: Val, name: str, at: Place) -> Val:
    if isinstance(module, External):
        if module.name.split(".")[0] not in PRESENT:
            machine.doubts += 1
        return external(machine, f"{module.name}.{name}", at)
    if isinstance(module, ModuleValue):
        return Pending(module, name, at)
    return machine.dynamic(at, f"{name} cannot be imported")
