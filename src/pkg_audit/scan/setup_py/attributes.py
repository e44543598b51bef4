"""Evaluate attributes: library constants, names of project modules, methods to be called."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.names import member, resolve
from pkg_audit.scan.setup_py.operators import lift
from pkg_audit.scan.setup_py.values import (
    Bound,
    Choice,
    ClassValue,
    Const,
    ExtensionCell,
    External,
    ModuleValue,
    PathValue,
    Tuple,
    Unk,
    Val,
    VersionInfo,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine
    from pkg_audit.scan.setup_py.values import Scalar

ENVIRONMENT = frozenset(
    {
        "sys.platform", "os.name", "sys.executable", "sys.prefix", "sys.maxsize", "sys.byteorder", "sys.version",
        "sys.hexversion", "sys.implementation", "sys.abiflags", "sys.flags",
    }
)  # fmt: skip
"""Values that differ from machine to machine."""

LOADING = frozenset({"loader", "exec_module", "load_module"})

CONSTANTS: dict[str, Scalar] = {
    "os.sep": "/",
    "os.path.sep": "/",
    "os.linesep": "\n",
    "os.curdir": ".",
    "os.pardir": "..",
    "os.extsep": ".",
    "six.PY2": False,
    "six.PY3": True,
    **{
        f"re.{name}": int(getattr(re, name))
        for name in ["A", "I", "M", "S", "U", "X", "ASCII", "IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE"]
    },
}


def attribute(machine: Machine, value: Val, name: str, at: Place) -> Val:
    """Return an attribute of a value; a method waits for its call."""
    if isinstance(value, Choice):
        return lift(machine, value, lambda option: attribute(machine, option, name, at))
    if isinstance(value, External):
        return external(machine, f"{value.name}.{name}", at)
    if isinstance(value, ModuleValue):
        found = member(machine, value, name)
        if found is None and name in LOADING:
            # A spec, its loader and the module that they make are one and the same here.
            return value if name == "loader" else Bound(value, name, at)
        return found if found is not None else machine.dynamic(at, f"{name} is not bound in {value.path}")
    if isinstance(value, VersionInfo):
        return machine.conditional(at, f"sys.version_info.{name}") if name != "major" else Const(3, at)
    if isinstance(value, PathValue):
        found = _of_path(value, name, at)
        return found if found is not None else Bound(value, name, at)
    if isinstance(value, ClassValue):
        found = machine.state.names.get((value.scope.number, name))
        return resolve(machine, found) if found is not None else machine.dynamic(at)
    cell = machine.cell(value)
    if isinstance(cell, ExtensionCell):
        found = cell.attributes.get(name)
        return found if found is not None else machine.dynamic(at)
    if isinstance(value, Unk):
        machine.doubts += 1
        return value
    return Bound(value, name, at)


def external(machine: Machine, name: str, at: Place) -> Val:
    """Return a library's object by dotted name: its value where that is known or known to vary, else the name."""
    if name in CONSTANTS:
        return Const(CONSTANTS[name], at)
    if name in ENVIRONMENT:
        return machine.conditional(at, name)
    if name == "sys.version_info":
        return VersionInfo(5)
    return External(name)


def _of_path(value: PathValue, name: str, at: Place) -> Val | None:
    path = posixpath.normpath(value.path) if value.path else "."
    base = posixpath.basename(path)
    stem, suffix = posixpath.splitext(base)
    if name == "parent":
        return PathValue(posixpath.dirname(path) or ".", at)
    if name == "parents":
        found: list[Val] = []
        while len(found) < 20 and (parent := posixpath.dirname(path) or ".") != path:
            found.append(PathValue(parent, at))
            path = parent
        return Tuple(tuple(found), at)
    known = {"name": base, "stem": stem, "suffix": suffix}
    return Const(known[name], at) if name in known else None
