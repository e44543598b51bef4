"""Find the name of the module that a cffi build script makes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.scan.setup_py.limits import FILE
from pkg_audit.scan.setup_py.paths import inside
from pkg_audit.scan.setup_py.source import SourceError, decode, parse

if TYPE_CHECKING:
    from pkg_audit.tree import Tree


def cffi_module_name(tree: Tree, path: str, attribute: str) -> str:
    """Return the literal name given to `set_source`, "" where there is none or more than one.

    Source: cffi documentation, "Preparing and distributing modules" (2.0).
    """
    where = inside(path)
    if not where:
        return ""
    try:
        module = parse(decode(tree.read(where, FILE)))
    except (ReadError, SourceError):
        return ""
    names: set[str] = set()
    own: set[str] = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        first = node.args[0]
        if node.func.attr not in {"set_source", "set_source_pkgconfig"}:
            continue
        name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        names.add(name)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == attribute:
            own.add(name)
    chosen = own or names
    return chosen.pop() if len(chosen) == 1 else ""
