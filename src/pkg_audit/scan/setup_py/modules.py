"""Find and read the project's own modules that setup.py imports or runs; names of all others are only names."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place, Text, Unknown
from pkg_audit.scan.setup_py.limits import FILE, MODULE_STEPS, MODULES, ExhaustedError
from pkg_audit.scan.setup_py.machine import RaisedError, Scope
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.source import Source, SourceError, decode
from pkg_audit.scan.setup_py.values import Const, External, ModuleValue, Unk, Val

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.machine import Machine

PRESENT = frozenset({*sys.stdlib_module_names, "setuptools", "distutils", "__future__"}) - {"imp"}
"""What certainly imports where setup.py runs. (`distutils` comes with setuptools since Python 3.12.)"""

GENERATORS = frozenset({"versioneer", "setuptools_scm", "pbr", "vcversioner", "miniver", "setuptools_git_versioning"})
"""Tools that compute a version from version control; their vendored copies are not worth reading."""


def find_module(machine: Machine, dotted: str) -> ModuleValue | None:
    """Return the project's module of that name on `sys.path` as setup.py has it, None where there is none."""
    root = dotted.split(".", maxsplit=1)[0]
    if root in PRESENT or root in GENERATORS:
        return None
    relative = dotted.replace(".", "/")
    for directory in machine.search_path:
        base = f"{directory}/{relative}" if directory else relative
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if machine.tree.is_file(path):
                return ModuleValue(path)
        if machine.tree.is_dir(base):
            return ModuleValue(f"{base}/__init__.py")
    return None


def import_module(machine: Machine, dotted: str) -> Val:
    """Return the module that `import dotted` imports; one that may be missing counts as a doubt."""
    found = find_module(machine, dotted)
    if found is not None:
        return found
    if dotted.split(".", maxsplit=1)[0] not in PRESENT:
        machine.doubts += 1
    return External(dotted)


def submodule(machine: Machine, module: ModuleValue, name: str) -> ModuleValue | None:
    """Return a package's module of that name, None where there is none."""
    if not module.path.endswith("/__init__.py"):
        return None
    base = f"{module.path.removesuffix('/__init__.py')}/{name}"
    for path in (f"{base}/__init__.py", f"{base}.py"):
        if machine.tree.is_file(path):
            return ModuleValue(path)
    return ModuleValue(f"{base}/__init__.py") if machine.tree.is_dir(base) else None


def relative_module(machine: Machine, path: str, level: int, dotted: str) -> Val:
    """Return the module that `from <level dots><dotted>` means in the module at `path`."""
    parts = path.split("/")[:-1]
    if level - 1 > len(parts):
        return External(dotted)
    base = "/".join([*parts[: len(parts) - (level - 1)], *(dotted.split(".") if dotted else [])])
    for candidate in (f"{base}/__init__.py", f"{base}.py"):
        if machine.tree.is_file(candidate):
            return ModuleValue(candidate)
    return ModuleValue(f"{base}/__init__.py" if base else "__init__.py")


def scope_of(machine: Machine, module: ModuleValue) -> Scope | None:
    """Return the namespace of a project's module, reading it at the first call; None where it cannot be read."""
    if module.path in machine.modules:
        return machine.modules[module.path]
    machine.modules[module.path] = None
    size = machine.tree.size(module.path) or 0
    if len(machine.modules) > MODULES or machine.calls > 8 or size > machine.module_bytes:
        return None
    machine.module_bytes -= size
    if not machine.tree.is_file(module.path) and module.path.endswith("__init__.py"):
        # A namespace package: nothing but submodules.
        source = Source(module.path, "")
    else:
        try:
            source = Source(module.path, decode(machine.tree.read(module.path, FILE)))
        except (ReadError, SourceError):
            return None
    machine.step(len(source.tree.body))
    machine.reads.setdefault(module.path, Text(module.path, Place(module.path)))
    scope = Scope(machine.number(), source, "module")
    machine.modules[module.path] = scope
    run_module(machine, scope, f"{ROOT}/{module.path}", "__module__")
    return scope


def run_module(machine: Machine, scope: Scope, path: str, name: str) -> None:
    """Evaluate a module's top level within a budget of its own; what is left over stays unknown."""
    machine.state.names[scope.number, "__file__"] = Const(path, Place(scope.source.path))
    machine.state.names[scope.number, "__name__"] = Const(name, Place(scope.source.path))
    machine.state.names[scope.number, "__doc__"] = docstring(scope)
    budget = min(machine.steps, MODULE_STEPS)
    kept, doubts = machine.steps - budget, machine.doubts
    outside = (machine.conditions, machine.catching, machine.retrying)
    machine.steps = budget
    machine.calls += 1
    machine.conditions, machine.catching, machine.retrying = [], 0, 0
    before = set(machine.state.cells)
    try:
        exits = machine.execute(machine, scope.source.tree.body, scope)
        way = exits.get("next") or next(iter(exits.values()), None)
        machine.state = way.state if way is not None else machine.state
    except (ExhaustedError, RaisedError):
        # What the module bound so far is right unless later code changes it: nobody knows.
        for key in [key for key in machine.state.names if key[0] == scope.number]:
            machine.state.names[key] = Unk(Unknown("too-large", Place(scope.source.path)))
    finally:
        machine.calls -= 1
        machine.conditions, machine.catching, machine.retrying = outside
        machine.steps = max(machine.steps, 0) + kept
        machine.doubts = doubts
    # Wherever the import stands, the module is the same: so no fork needs to carry what it binds.
    machine.state.names.settle([key for key in machine.state.names if key[0] == scope.number])
    machine.state.cells.settle([number for number in machine.state.cells if number not in before])


def docstring(scope: Scope) -> Val:
    """Return a module's docstring."""
    body = scope.source.tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        value = body[0].value.value
        if isinstance(value, str):
            return Const(value, scope.source.place(body[0].value))
    return Const(None)
