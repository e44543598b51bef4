"""Recognise commands that start the interpreter again, and imports by computed names."""

from __future__ import annotations

import ast
import re
from typing import Literal

from pkg_audit.scan.paths.values import Scope, text_of

Kind = Literal["module", "script", "code", "environment"]

_IMPORTERS = frozenset({"importlib.import_module", "__import__", "builtins.__import__"})
_PLUGIN_MODULES = frozenset({"stevedore", "pkg_resources", "importlib", "importlib_metadata", "backports"})
_PLUGIN_METHODS = frozenset(
    {"ExtensionManager", "NamedExtensionManager", "DriverManager", "HookManager", "EnabledExtensionManager",
     "DispatchExtensionManager", "NameDispatchExtensionManager"}
)  # fmt: skip
_PLUGIN_CALLS = frozenset(
    {
        "importlib.metadata.entry_points", "importlib_metadata.entry_points", "importlib.metadata.distributions",
        "importlib_metadata.distributions", "pkg_resources.iter_entry_points", "pkg_resources.load_entry_point",
        "pkg_resources.get_entry_map",
    }
)  # fmt: skip
_FORMATTED_COMMAND = re.compile(r"\s*+[\"']?\s*+-m\s+([A-Za-z_][\w.]*)")
_MODULE = re.compile(r"[A-Za-z_][\w.]*\Z")


def child_interpreter(node: ast.expr, scope: Scope) -> tuple[Kind, str] | None:
    """Return what a command makes a new interpreter run, None where it is no such command.

    A list or tuple that begins with `sys.executable`, the arguments of a call that do, or a text that does.
    """
    if isinstance(node, (ast.List, ast.Tuple)):
        return _command(node.elts, scope)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, (ast.List, ast.Tuple)):
        right = node.right.elts if isinstance(node.right, (ast.List, ast.Tuple)) else [node.right]
        return _command([*node.left.elts, *right], scope) if len(node.left.elts) == 1 else None
    if isinstance(node, ast.Call):
        if scope.imports.dotted(node.func) in ("venv.EnvBuilder", "venv.create"):
            return "environment", "venv"
        return _command(node.args, scope) if len(node.args) > 1 else None
    if isinstance(node, ast.JoinedStr):
        for first, second in zip(node.values, node.values[1:], strict=False):
            # quoted for a shell it is a command; a bare one is mostly a text that shows how to start the program
            if (
                isinstance(first, ast.FormattedValue)
                and isinstance(first.value, ast.Call)
                and _is_executable(first.value, scope)
            ):
                text = second.value if isinstance(second, ast.Constant) and isinstance(second.value, str) else ""
                match = _FORMATTED_COMMAND.match(text)
                if match:
                    return "module", match.group(1)
    return None


def _command(items: list[ast.expr], scope: Scope) -> tuple[Kind, str] | None:
    if len(items) < 2 or not _is_executable(items[0], scope):
        return None
    for number, item in enumerate(items[1:6], 1):
        text = text_of(item, scope)
        if text == "-m":
            following = items[number + 1] if len(items) > number + 1 else None
            module = text_of(following, scope) if following is not None else None
            if module is None and following is not None and _is_own_package(following):
                return "module", "."
            return "module", module if module is not None and _MODULE.match(module) else ""
        if text == "-c":
            return "code", ""
        if text is None or not text.startswith("-"):
            break
    return None


def _is_own_package(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("__package__", "__name__")


def _is_executable(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Call) and len(node.args) == 1:  # str(sys.executable), shlex.quote(sys.executable)
        return (scope.imports.dotted(node.func) or "") in ("str", "shlex.quote") and _is_executable(node.args[0], scope)
    return scope.imports.dotted(node) == "sys.executable" or (
        isinstance(node, ast.Name) and node.id in scope.interpreters
    )


def plugin_group(node: ast.Call, name: str, scope: Scope) -> str | None:
    """Return the group whose entry points a call looks up, "" where it is not literal; None for any other call."""
    last = name.rpartition(".")[2]
    method = node.func.attr if isinstance(node.func, ast.Attribute) else last
    managed = last in _PLUGIN_METHODS and name.partition(".")[0] in _PLUGIN_MODULES
    if name not in _PLUGIN_CALLS and not managed and method != "load_setuptools_entrypoints":
        return None
    for argument in (*node.args[:1], *(k.value for k in node.keywords if k.arg in ("group", "namespace"))):
        text = text_of(argument, scope)
        if text is not None:
            return text
    return ""


def dynamic_import(node: ast.Call, name: str, scope: Scope) -> tuple[str, bool] | None:
    """Return the literal beginning of the computed name that a call imports, and whether it is the own package's.

    None for a literal name and for any other call.
    """
    if name not in _IMPORTERS or not node.args:
        return None
    argument = node.args[0]
    if text_of(argument, scope) is not None:
        return None
    prefix, own = _beginning(argument, scope)
    if prefix.startswith(".") and not own:
        own = True
    return prefix, own


def _beginning(node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, bool]:
    text = text_of(node, scope)
    if text is not None:
        return text, False
    if isinstance(node, ast.Name) and node.id in ("__package__", "__name__"):
        return "", True
    if depth > 10:
        return "", False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, own = _beginning(node.left, scope, depth + 1)
        right = text_of(node.right, scope)
        if own and right is not None:
            return left + right, own
        return left, own
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = text_of(node.left, scope) or ""
        first = node.right.elts[0] if isinstance(node.right, ast.Tuple) and node.right.elts else node.right
        if text.startswith("%s"):
            left, own = _beginning(first, scope, depth + 1)
            return left + text[2:].partition("%")[0], own
        return text.partition("%")[0], False
    if isinstance(node, ast.JoinedStr) and node.values:
        first = node.values[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value, False
        if isinstance(first, ast.FormattedValue):
            left, own = _beginning(first.value, scope, depth + 1)
            rest = node.values[1] if len(node.values) > 1 else None
            if (own or left) and isinstance(rest, ast.Constant) and isinstance(rest.value, str):
                return left + rest.value, own
            return left, own
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        text = text_of(node.func.value, scope) or ""
        if node.func.attr == "format":
            first_argument = node.args[0] if node.args else None
            if text.startswith("{}") and first_argument is not None:
                left, own = _beginning(first_argument, scope, depth + 1)
                return left + text[2:].partition("{")[0], own
            return text.partition("{")[0], False
        if node.args and isinstance(node.args[0], (ast.List, ast.Tuple)) and node.args[0].elts:
            left, own = _beginning(node.args[0].elts[0], scope, depth + 1)
            return (left + text if left or own else ""), own
    return "", False
