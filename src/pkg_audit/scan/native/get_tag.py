"""Read what a project's own `bdist_wheel.get_tag` returns on CPython, by its syntax.

The usual shape is followed: unpack what setuptools answers, put other parts in its place, return three parts. A branch
is taken where its test asks whether the interpreter is CPython or the wheel is not pure; any other branch must come to
the same answer on both sides. setuptools 84 (`bdist_wheel.get_tag`), 2026-11.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.native import TagOverride

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place

_DEPTH = 12
_PARTS = ("python", "abi", "platform")

Part = str | None
"""Literal text; "" for what setuptools itself answers, marked by position; None where it cannot be told."""

Parts = tuple[Part, Part, Part]
_UNKNOWN: Parts = (None, None, None)


class _Super:
    """Stands for one part, or all, of what the inherited `get_tag` returns."""

    def __init__(self, index: int | None = None) -> None:
        self.index = index


_Value = str | _Super | tuple["_Value", ...] | None


def read_get_tag(node: ast.FunctionDef, at: Place) -> TagOverride:
    """Return the parts of the tag that the method gives on CPython for a wheel that is not pure."""
    names: dict[str, _Value] = {}
    found = _body(node.body, names, 0)
    return TagOverride(at, *(found if found is not None else _UNKNOWN))


def _body(body: list[ast.stmt], names: dict[str, _Value], depth: int) -> Parts | None:
    """Follow statements; None where none of them returns."""
    if depth > _DEPTH:
        return _UNKNOWN
    for index, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            return _parts(_value(statement.value, names, 0))
        if isinstance(statement, ast.Assign):
            value = _value(statement.value, names, 0)
            for target in statement.targets:
                _bind(target, value, names)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            _bind(statement.target, _value(statement.value, names, 0), names)
        elif isinstance(statement, ast.If):
            taken = _cpython(statement.test, names)
            rest = body[index + 1 :]
            if taken is not None:
                return _body([*(statement.body if taken else statement.orelse), *rest], names, depth + 1)
            other = dict(names)
            first = _body([*statement.body, *rest], names, depth + 1)
            second = _body([*statement.orelse, *rest], other, depth + 1)
            return first if first == second else _merged(first, second)
        elif not isinstance(statement, (ast.Expr, ast.Pass, ast.Import, ast.ImportFrom, ast.Assert)):
            return _UNKNOWN
    return None


def _merged(first: Parts | None, second: Parts | None) -> Parts:
    if first is None or second is None:
        return _UNKNOWN
    python, abi, platform = (a if a == b else None for a, b in zip(first, second, strict=True))
    return python, abi, platform


def _bind(target: ast.expr, value: _Value, names: dict[str, _Value]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        items: tuple[_Value, ...]
        if isinstance(value, _Super) and value.index is None and len(target.elts) == len(_PARTS):
            items = tuple(_Super(index) for index in range(len(_PARTS)))
        elif isinstance(value, tuple) and len(value) == len(target.elts):
            items = value
        else:
            items = (None,) * len(target.elts)
        for element, item in zip(target.elts, items, strict=True):
            _bind(element, item, names)


def _value(node: ast.expr | None, names: dict[str, _Value], depth: int) -> _Value:
    if node is None or depth > _DEPTH:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, (ast.Tuple, ast.List)):
        out: list[_Value] = []
        for element in node.elts:
            inner = element.value if isinstance(element, ast.Starred) else element
            value = _value(inner, names, depth + 1)
            if not isinstance(element, ast.Starred):
                out.append(value)
            elif isinstance(value, tuple):
                out += value
            else:
                return None
        return tuple(out)
    if isinstance(node, ast.Call):
        return _Super() if isinstance(node.func, ast.Attribute) and node.func.attr == "get_tag" else None
    if isinstance(node, ast.Subscript):
        return _item(_value(node.value, names, depth + 1), node.slice)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (_value(side, names, depth + 1) for side in (node.left, node.right))
        if isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
    return None


def _item(owner: _Value, index: ast.expr) -> _Value:
    whole = tuple(_Super(i) for i in range(len(_PARTS))) if isinstance(owner, _Super) and owner.index is None else owner
    if not isinstance(whole, tuple):
        return None
    if isinstance(index, ast.Slice):
        low, high = (
            bound.value if isinstance(bound, ast.Constant) and isinstance(bound.value, int) else None
            for bound in (index.lower, index.upper)
        )
        known = (index.lower is None or low is not None) and (index.upper is None or high is not None)
        return whole[low:high] if known and index.step is None else None
    operand = index.operand if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) else index
    if not isinstance(operand, ast.Constant) or type(operand.value) is not int:
        return None
    number = operand.value if operand is index else -operand.value
    return whole[number] if -len(whole) <= number < len(whole) else None


def _parts(value: _Value) -> Parts:
    if isinstance(value, _Super) and value.index is None:
        return "", "", ""
    if not isinstance(value, tuple) or len(value) != len(_PARTS):
        return _UNKNOWN
    python, abi, platform = (_part(item, index) for index, item in enumerate(value))
    return python, abi, platform


def _part(value: _Value, index: int) -> Part:
    if isinstance(value, str):
        return value or None
    return "" if isinstance(value, _Super) and value.index == index else None


def _cpython(test: ast.expr, names: dict[str, _Value]) -> bool | None:
    """Tell which way a test goes on CPython, for a wheel that is not pure; None where it does not say."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _cpython(test.operand, names)
        return None if inner is None else not inner
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr == "startswith":
        owner, prefix = _value(test.func.value, names, 0), test.args[0] if test.args else None
        python = isinstance(owner, _Super) and owner.index == 0
        return True if python and isinstance(prefix, ast.Constant) and prefix.value == "cp" else None
    if isinstance(test, ast.Attribute) and test.attr == "root_is_pure":
        return False
    return None
