"""Recognise syntax by the Python that introduced it, from the nodes of the tree and the text they span.

Source: "What's New in Python 3.5" to "3.15", read November 2026. Only what makes an older parser (or, for evaluated
annotations, an older interpreter) fail counts; new methods and operators of old syntax do not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from pkg_audit.scan.sources.formatted import formatted_string, prefix_before
from pkg_audit.scan.sources.text import Source

Detected = Iterator[tuple[str, str, Any]]

_SELF_DOCUMENTING = re.compile(r"\{[^{}\n]*[^=!<>:{}\s]\s*=\s*(?:![rsa]\s*)?(?::[^{}]*)?\}")
_STRING_START = re.compile(r"[A-Za-z]{0,2}(?=[\"'])")


def _named(_: ast.NamedExpr, __: Source) -> Detected:
    yield "assignment expression", "3.8", _


def _arguments(node: ast.arguments, _: Source) -> Detected:
    if node.posonlyargs:
        yield "positional-only parameters", "3.8", node.posonlyargs[0]
    if node.vararg is not None and isinstance(node.vararg.annotation, ast.Starred):
        yield "unpacking in an annotation", "3.11", node.vararg.annotation


def _joined(node: ast.JoinedStr, source: Source) -> Detected:
    yield "f-string", "3.6", node
    last: ast.expr | None = None
    for value in node.values:
        documented = isinstance(last, ast.Constant) and str(last.value).rstrip().endswith("=")
        if documented and isinstance(value, ast.FormattedValue) and _SELF_DOCUMENTING.search(_segment(node, source)):
            yield "self-documenting f-string", "3.8", node
            break
        last = value
    if _has_nested_quotes(node, source):
        yield "f-string with nested quotes", "3.12", node


def _segment(node: ast.JoinedStr, source: Source) -> str:
    first, last = node.lineno, node.end_lineno or node.lineno
    lines = [source.line(number) for number in range(first, min(last, first + 200) + 1)]
    lines[0] = lines[0].encode("utf-8", "surrogatepass")[node.col_offset :].decode("utf-8", "replace")
    if first == last and node.end_col_offset is not None and lines[0].isascii():
        lines[0] = lines[0][: node.end_col_offset - node.col_offset]
    return "\n".join(lines)


def _has_nested_quotes(node: ast.JoinedStr, source: Source) -> bool:
    """Tell whether only PEP 701 allows this f-string; implicit concatenation is followed piece by piece."""
    text = _segment(node, source)
    position = 0
    for _ in range(50):
        match = _STRING_START.match(text, position)
        if match is None or match.end() >= len(text):
            return False
        prefix = prefix_before(text, match.end()).lower()
        if "f" not in prefix and "t" not in prefix:
            return False
        parsed = formatted_string(text, match.end(), raw="r" in prefix)
        if parsed.nested:
            return parsed.closed
        position = parsed.end
        while position < len(text) and text[position].isspace():
            position += 1
    return False


def _template(node: Any, _: Source) -> Detected:
    yield "template string", "3.14", node


def _match(node: ast.Match, _: Source) -> Detected:
    yield "match statement", "3.10", node


def _try_star(node: ast.TryStar, _: Source) -> Detected:
    yield "except*", "3.11", node


def _handler(node: ast.ExceptHandler, _: Source) -> Detected:
    if _is_bare(node.type):
        yield "except without parentheses", "3.14", node.type


def _is_bare(node: ast.expr | None) -> bool:
    """Tell whether a tuple stands without parentheses."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    first = node.elts[0]
    return (first.lineno, first.col_offset) == (node.lineno, node.col_offset) and not isinstance(first, ast.Tuple)


def _is_bare_unpacking(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Tuple) and _is_bare(node) and any(isinstance(item, ast.Starred) for item in node.elts)


def _returned(node: ast.Return | ast.Yield, _: Source) -> Detected:
    if _is_bare_unpacking(node.value):
        yield "unpacking in return or yield", "3.8", node


def _for(node: ast.For | ast.AsyncFor, _: Source) -> Detected:
    if _is_bare_unpacking(node.iter):
        yield "unpacking in for", "3.9", node.iter


def _subscript(node: ast.Subscript, _: Source) -> Detected:
    if isinstance(node.slice, ast.Starred) or _is_bare_unpacking(node.slice):
        yield "unpacking in an index", "3.11", node.slice


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, _: Source) -> Detected:
    if isinstance(node.elt, ast.Starred):
        yield "unpacking in a comprehension", "3.15", node
    if any(generator.is_async for generator in node.generators):
        yield "asynchronous comprehension", "3.6", node


def _dict_comprehension(node: ast.DictComp, _: Source) -> Detected:
    if any(generator.is_async for generator in node.generators):
        yield "asynchronous comprehension", "3.6", node


def _with(node: ast.With | ast.AsyncWith, source: Source) -> Detected:
    """Parenthesised context managers leave no trace in the tree; CPython has read them since 3.9."""
    first = node.items[0]
    if len(node.items) == 1 and first.optional_vars is None:
        return
    line = source.line(node.lineno).encode("utf-8", "surrogatepass")
    after = line[node.col_offset :].decode("utf-8", "replace").removeprefix("async").lstrip().removeprefix("with")
    if not after.lstrip().startswith("("):
        return
    end_line, end = first.context_expr.end_lineno, first.context_expr.end_col_offset
    if end_line is None or end is None:
        return
    if first.context_expr.lineno == node.lineno:
        between = line[node.col_offset : first.context_expr.col_offset]
        if b"(" not in between or between.count(b"(") > 1:
            return
    rest = source.line(end_line).encode("utf-8", "surrogatepass")[end:].decode("utf-8", "replace").lstrip()
    if rest.startswith(")"):
        return
    yield "parenthesised context managers", "3.9", node


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, _: Source) -> Detected:
    for decorator in node.decorator_list:
        inner: ast.expr = decorator.func if isinstance(decorator, ast.Call) else decorator
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            yield "relaxed decorator", "3.9", decorator
    parameters = getattr(node, "type_params", None) or ()
    if parameters:
        default = any(getattr(parameter, "default_value", None) is not None for parameter in parameters)
        yield (
            ("type parameter default", "3.13", parameters[0]) if default else ("type parameters", "3.12", parameters[0])
        )


def _async_function(node: ast.AsyncFunctionDef, source: Source) -> Detected:
    yield "async def", "3.5", node
    yield from _decorated(node, source)


def _type_alias(node: Any, _: Source) -> Detected:
    yield "type statement", "3.12", node


def _annotated(node: ast.AnnAssign, _: Source) -> Detected:
    yield "variable annotation", "3.6", node
    if _is_bare_unpacking(node.value):
        yield "unpacking in an annotated assignment", "3.8", node


def _operator(node: ast.BinOp | ast.AugAssign, _: Source) -> Detected:
    if isinstance(node.op, ast.MatMult):
        yield "matrix multiplication operator", "3.5", node


def _import(node: Any, _: Source) -> Detected:
    if getattr(node, "is_lazy", 0):
        yield "lazy import", "3.15", node


_BY_TYPE: dict[type[ast.AST], Callable[[Any, Source], Detected]] = {
    ast.NamedExpr: _named, ast.arguments: _arguments, ast.JoinedStr: _joined, ast.Match: _match,
    ast.TryStar: _try_star, ast.ExceptHandler: _handler, ast.Return: _returned, ast.Yield: _returned, ast.For: _for,
    ast.AsyncFor: _for, ast.Subscript: _subscript, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.DictComp: _dict_comprehension, ast.With: _with, ast.AsyncWith: _with,
    ast.FunctionDef: _decorated, ast.AsyncFunctionDef: _async_function, ast.ClassDef: _decorated,
    ast.AnnAssign: _annotated, ast.BinOp: _operator, ast.AugAssign: _operator, ast.Import: _import,
    ast.ImportFrom: _import,
}  # fmt: skip
for _name, _function in (("TypeAlias", _type_alias), ("TemplateStr", _template)):
    if hasattr(ast, _name):
        _BY_TYPE[getattr(ast, _name)] = _function


def detect(node: ast.AST, source: Source) -> Detected:
    """Yield (name, first Python, node that shows the place) of the newer syntax that this one node is."""
    function = _BY_TYPE.get(type(node))
    return function(node, source) if function is not None else iter(())
