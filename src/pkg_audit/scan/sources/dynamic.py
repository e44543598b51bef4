"""Tell whether a module can bind names that its statements do not show."""

from __future__ import annotations

import ast

_READ_METHODS = frozenset({"get", "keys", "items", "values", "copy", "__contains__"})
_WORDS = ("globals", "exec", "sys.modules", "modules[", "locals", "vars", "execfile")


def is_dynamic(tree: ast.Module, text: str) -> bool:
    """Tell whether the module may write its own namespace: through `globals()`, `exec`, `vars()` or `sys.modules`.

    Reading does not count: `globals()["x"]`, `globals().get("x")`, `"x" in globals()`.
    """
    if not any(word in text for word in _WORDS):
        return False
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, inside = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend((child, True) for child in ast.iter_child_nodes(node))
            continue
        if _reads_only(node):
            # The namespace itself is only read here; what it is asked for may still be an expression.
            pending.extend((child, inside) for child in _arguments(node))
            continue
        if _is_namespace(node, inside) or _is_own_module(node):
            return True
        if not inside and _executes(node):
            return True
        pending.extend((child, inside) for child in ast.iter_child_nodes(node))
    return False


def _executes(node: ast.AST) -> bool:
    """Tell whether this runs code in the namespace around it: `exec(code)`, `execfile(path)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("exec", "execfile")
        and len(node.args) < 2
    )


def _is_namespace(node: ast.AST, inside: bool) -> bool:
    """Tell whether this is `globals()`, or at the top level `locals()` or `vars()`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args):
        return False
    return node.func.id == "globals" or (not inside and node.func.id in ("locals", "vars"))


def _is_own_module(node: ast.AST) -> bool:
    """Tell whether this is `sys.modules[__name__]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Name) or node.slice.id != "__name__":
        return False
    value = node.value
    return (isinstance(value, ast.Attribute) and value.attr == "modules") or (
        isinstance(value, ast.Name) and value.id == "modules"
    )


def _reads_only(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) and _is_namespace(node.value, inside=False)
    if isinstance(node, ast.Compare):
        return all(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops) and any(
            _is_namespace(item, inside=False) for item in node.comparators
        )
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _READ_METHODS:
            return _is_namespace(function.value, inside=False)
        if isinstance(function, ast.Name) and function.id in ("getattr", "hasattr", "dir", "len", "sorted", "list"):
            return bool(node.args) and (_is_namespace(node.args[0], inside=False) or _is_own_module(node.args[0]))
    return False


def _arguments(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Compare):
        return [node.left]
    if isinstance(node, ast.Call):
        return [*node.args[1:]]
    return []
