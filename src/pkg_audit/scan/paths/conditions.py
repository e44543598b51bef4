"""Recognise conditions and handlers that make the failure of a path harmless, and modes that write."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pkg_audit.facts.path_uses import Use
from pkg_audit.scan.paths import words
from pkg_audit.scan.paths.bindings import last_name
from pkg_audit.scan.paths.values import Scope, text_of

_FILE_ERRORS = frozenset(
    {"OSError", "IOError", "EnvironmentError", "FileNotFoundError", "NotADirectoryError", "Exception", "BaseException"}
)
_TESTS = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists", "access"})


def catches_file_errors(node: ast.expr | None) -> bool:
    """Tell whether an `except` clause covers a file that is not there."""
    if node is None:
        return True
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(last_name(item) in _FILE_ERRORS for item in items)


def catches_only_file_errors(node: ast.expr | None) -> bool:
    """Tell whether an `except` clause covers errors of files and nothing broader."""
    items = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
    return bool(items) and not any(last_name(item) in ("Exception", "BaseException") for item in items)


def tests_existence(test: ast.expr) -> bool:
    """Tell whether a condition asks if something exists."""
    return any(isinstance(node, ast.Call) and last_name(node.func) in _TESTS for node in list(_bounded(test)))


def tests_frozen(test: ast.expr) -> bool:
    """Tell whether a condition asks if the program is frozen."""
    for node in _bounded(test):
        if isinstance(node, ast.Constant) and node.value in ("frozen", "_MEIPASS"):
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("frozen", "_MEIPASS"):
            return True
    return False


def by_last(last: str, *, method: bool) -> Use:
    """Say what a call of an unknown function does with a path, by the last part of its name."""
    if method and last in words.SHOWING:
        return "shown"
    if method and last in words.TESTING:
        return "tested"
    if last in words.READING or last in words.FOLDERS:
        return "read"
    return "shown" if last.endswith(("Error", "Exception", "Warning")) else "passed"


def writes(node: ast.Call, position: int, scope: Scope) -> bool:
    """Tell whether an `open` call asks for writing."""
    mode = node.args[position] if len(node.args) > position else None
    for keyword in node.keywords:
        if keyword.arg == "mode":
            mode = keyword.value
    text = text_of(mode, scope) if mode is not None else ""
    return bool(words.WRITING_MODES & set(text or "")) and len(text or "") <= 4


def _bounded(node: ast.expr) -> Iterator[ast.AST]:
    for number, item in enumerate(ast.walk(node)):
        if number > 200:
            return
        yield item
