"""Read what backends take from a module's source: its version and docstring, when they are literals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.scan.attr import parse_module

if TYPE_CHECKING:
    from pkg_audit.facts.place import UnknownReason
    from pkg_audit.tree.port import Tree


def read_module(tree: Tree, path: str) -> ast.Module | None:
    """Parse a module of the tree, None where it cannot be read or parsed."""
    try:
        return parse_module(tree.read(path))
    except ReadError:
        return None


def read_text(tree: Tree, path: str) -> str | None:
    """Return a file as text, with newlines as Python reads them, None where it is missing, too large or not UTF-8."""
    try:
        return tree.read(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (ReadError, UnicodeDecodeError):
        return None


def literal_assignment(module: ast.Module, name: str, path: str, *, last: bool = False) -> Value[str] | None:
    """Return the string that a name is assigned at module level, by the first or last such plain assignment.

    None where no statement assigns a string literal.
    """
    found: Value[str] | None = None
    for statement in module.body:
        match statement:
            case ast.Assign(targets=targets, value=ast.Constant(value=str(text)) as constant):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=target_name), value=ast.Constant(value=str(text)) as constant):
                names = [target_name]
            case _:
                continue
        if name in names:
            found = Value(text, _place(constant, path))
            if not last:
                break
    return found


def bound_otherwise(module: ast.Module, name: str) -> bool:
    """Tell whether anything but one plain assignment of a literal at module level may bind the name."""
    plain = 0
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            plain += 1
        elif isinstance(node, ast.alias):
            if (node.asname or node.name) in {name, "*"}:
                return True
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name:
            return True
    return plain != 1


def docstring_summary(module: ast.Module, path: str) -> Value[str] | None:
    """Return the first line of a module's docstring, None where it has none."""
    try:
        text = ast.get_docstring(module)
    except (ValueError, TypeError):
        return None
    if not text or not text.strip():
        return None
    return Value(text.lstrip().splitlines()[0], _place(module.body[0], path))


def unknown(reason: UnknownReason, at: Place, detail: str) -> Value[str]:
    """Return a declared value that is not known."""
    return Value(None, at, Unknown(reason, at, detail))


def _place(node: ast.expr | ast.stmt, path: str) -> Place:
    end = None if node.end_col_offset is None else node.end_col_offset + 1
    return Place(path, node.lineno, node.col_offset + 1, node.end_lineno, end)
