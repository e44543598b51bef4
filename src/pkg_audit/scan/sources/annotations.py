"""Find annotations that an older interpreter cannot evaluate, where annotations are evaluated at all.

Sources: PEP 585 (`list[int]`, 3.9), PEP 604 (`int | None`, 3.10), PEP 563 (`from __future__ import annotations`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

GENERIC_BUILTINS = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})
_TYPES = GENERIC_BUILTINS | {"int", "str", "float", "bool", "bytes", "complex", "object", "bytearray"}
MAX_NODES = 500


def evaluated(node: ast.stmt, context: tuple[str, ...]) -> Iterator[ast.expr]:
    """Yield the annotations of a statement that run when it does: not those of local variables."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.annotation is not None:
                yield argument.annotation
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None and extra.annotation is not None:
                yield extra.annotation
        if node.returns is not None:
            yield node.returns
    elif isinstance(node, ast.AnnAssign):
        if "function" not in context or context[-1:] == ("class",):
            yield node.annotation
    elif isinstance(node, ast.ClassDef):
        yield from node.bases


def newer_annotation(annotation: ast.expr, shadowed: set[str]) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield (name, first Python, node) of what is too new in one evaluated annotation.

    A union counts only if one side is None or a built-in type: other classes may define `|` themselves.
    """
    pending: list[ast.AST] = [annotation]
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.pop()
        if isinstance(node, ast.Subscript):
            if isinstance(node.value, ast.Name) and node.value.id in GENERIC_BUILTINS - shadowed:
                yield "built-in generic in an annotation", "3.9", node
            if isinstance(node.value, ast.Name) and node.value.id == "Literal":
                continue
            pending += [node.slice, node.value]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            if any(_is_type(side, shadowed) for side in (node.left, node.right)):
                yield "union in an annotation", "3.10", node
            pending += [node.right, node.left]
        elif isinstance(node, (ast.Tuple, ast.List)):
            pending += node.elts


def _is_type(node: ast.expr, shadowed: set[str]) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _TYPES - shadowed
