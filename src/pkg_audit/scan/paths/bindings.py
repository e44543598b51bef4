"""Bind the names, attributes and functions of one file to the paths that they stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pkg_audit.facts.path_uses import PathValue
from pkg_audit.scan.paths.values import Scope, Values, evaluate, opened, text_of

MAX_NESTING = 60


def bind_block(body: Sequence[ast.stmt], scope: Scope, where: str, depth: int) -> None:
    """Bind what a block assigns, functions and classes in it included."""
    if depth > MAX_NESTING:
        return
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = scope.inner()
            bind_arguments(node, inner)
            bind_block(node.body, inner, "", depth + 1)
            values = returned(node, inner)
            if values:
                name = f".{node.name}" if where == "class" else node.name
                scope.bind(scope.functions, name, values)
                if any(last_name(item) in ("property", "cached_property") for item in node.decorator_list):
                    scope.bind(scope.attributes, node.name, values)
        elif isinstance(node, ast.ClassDef):
            scope.classes.add(node.name)
            bind_block(node.body, scope, "class", depth + 1)
        else:
            bind_statement(node, scope, where)
            for block in blocks(node):
                bind_block(block, scope, where, depth + 1)


def bind_statement(node: ast.stmt, scope: Scope, where: str) -> None:
    """Bind what one statement assigns."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        values = evaluate(node.value, scope)
        text = text_of(node.value, scope) if not values else None
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            bind_target(target, values, text, scope, where)
            if isinstance(target, (ast.Tuple, ast.List)) and isinstance(node.value, (ast.Tuple, ast.List)):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    bind_target(one, evaluate(value, scope), text_of(value, scope), scope, where)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        values = tuple(item for item in elements(node.iter, scope))
        if isinstance(node.target, ast.Name):
            scope.bind(scope.names, node.target.id, values)
        elif isinstance(node.target, ast.Tuple) and isinstance(node.iter, ast.Call):
            called = scope.imports.dotted(node.iter.func)
            if called in ("os.walk", "os.fwalk") and node.iter.args and isinstance(node.target.elts[0], ast.Name):
                below = tuple(opened(value) for value in evaluate(node.iter.args[0], scope))
                scope.bind(scope.names, node.target.elts[0].id, below)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            # `as_file` gives a real file, wherever the resource lies: nothing that could fail
            if isinstance(item.optional_vars, ast.Name) and isinstance(item.context_expr, ast.Call):
                called = scope.imports.dotted(item.context_expr.func) or ""
                if called == "os.scandir" and item.context_expr.args:
                    values = tuple(opened(value) for value in evaluate(item.context_expr.args[0], scope))
                    scope.bind(scope.names, item.optional_vars.id, values)


def elements(node: ast.expr, scope: Scope) -> Iterator[PathValue]:
    """Yield the paths that a loop over an expression goes through."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for item in node.elts[:20]:
            yield from evaluate(item, scope)
        return
    yield from (opened(value) for value in evaluate(node, scope))


def bind_target(target: ast.expr, values: Values, text: str | None, scope: Scope, where: str) -> None:
    """Bind one target of an assignment."""
    if isinstance(target, ast.Name):
        if values:
            scope.bind(scope.names, target.id, values)
            if where == "class":
                scope.bind(scope.attributes, target.id, values)
        if text is not None and scope.texts.get(target.id, text) == text:
            scope.texts[target.id] = text
        elif target.id in scope.texts:
            del scope.texts[target.id]
    elif (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and (target.value.id in ("self", "cls") or target.value.id in scope.classes)
    ):
        scope.bind(scope.attributes, target.attr, values)


def bind_arguments(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    """Hide the names that a function's parameters shadow, and bind their defaults."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args]
    for argument in (*every, *arguments.kwonlyargs):
        scope.names.pop(argument.arg, None)
        scope.texts.pop(argument.arg, None)
    for argument, default in zip(every[::-1], arguments.defaults[::-1], strict=False):
        scope.bind(scope.names, argument.arg, evaluate(default, scope))
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
        scope.bind(scope.names, argument.arg, evaluate(keyword_default, scope))


def returned(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Values:
    """Return the paths that a function may return."""
    found: list[PathValue] = []
    pending: list[Sequence[ast.stmt]] = [node.body]
    while pending:
        for item in pending.pop():
            if isinstance(item, ast.Return):
                found += [v for v in evaluate(item.value, scope) if v not in found]
            elif not isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                pending += blocks(item)
    return tuple(found[:4])


def blocks(node: ast.stmt) -> list[Sequence[ast.stmt]]:
    """Return the blocks of a compound statement other than a definition."""
    found = [getattr(node, name) for name in ("body", "orelse", "finalbody") if getattr(node, name, None)]
    found += [part.body for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))]
    return found


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, "" for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
