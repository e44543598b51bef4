"""Evaluate the expressions of a build script; what cannot be known is `Unk`."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from pkg_audit.scan.native.script import calls
from pkg_audit.scan.native.script.state import MAX_ITEMS, MAX_TEXT, ROUNDS, Spent, State, is_bounded, text_length
from pkg_audit.scan.native.script.values import UNK, Func, PathVal, Ref, Scope, Unk, extensions_in, merge

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.BitOr: operator.or_, ast.BitAnd: operator.and_,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
_PLAIN = (str, int, float, bytes, tuple, list, dict, set, type(None))


class Expressions(State):
    """Evaluates expressions and assigns their values."""

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """Evaluate an expression; UNK where its value cannot be known."""
        self.enter()
        try:
            result = self._expression(node, scope)
            return result if is_bounded(result) else UNK
        finally:
            self.leave()

    def _expression(self, node: ast.expr, scope: Scope) -> Any:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, _PLAIN) else UNK
        if isinstance(node, ast.Name):
            if scope.has(node.id):
                return scope.get(node.id)
            return Ref(f"builtins.{node.id}")
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = self._items(node.elts, scope)
            return items if isinstance(node, ast.List) or isinstance(items, Unk) else tuple(items)
        if isinstance(node, ast.Dict):
            return self._dict(node, scope)
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Attribute):
            return calls.attribute(self, self.value(node.value, scope), node.attr)
        if isinstance(node, ast.Subscript):
            return calls.item(self, self.value(node.value, scope), self._index(node.slice, scope))
        if isinstance(node, ast.BinOp):
            return self._binary(type(node.op), self.value(node.left, scope), self.value(node.right, scope))
        if isinstance(node, ast.BoolOp):
            return self._bool(node, scope)
        if isinstance(node, ast.UnaryOp):
            operand = self.value(node.operand, scope)
            if isinstance(node.op, ast.Not):
                truth = calls.truth(operand)
                return UNK if truth is None else not truth
            return -operand if isinstance(node.op, ast.USub) and isinstance(operand, (int, float)) else UNK
        if isinstance(node, ast.Compare):
            return self._compare(node, scope)
        if isinstance(node, ast.IfExp):
            test = calls.truth(self.value(node.test, scope))
            if test is None:
                return merge(self.value(node.body, scope), self.value(node.orelse, scope))
            return self.value(node.body if test else node.orelse, scope)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node, scope)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            return self._comprehension(node.elt, node.generators, scope)
        if isinstance(node, ast.DictComp):
            pairs = self._comprehension(ast.Tuple([node.key, node.value], ast.Load()), node.generators, scope)
            if isinstance(pairs, Unk) or any(not isinstance(k, (str, int)) for k, _ in pairs):
                return UNK
            return dict(pairs)
        if isinstance(node, ast.Lambda):
            return Func(node, scope)
        if isinstance(node, ast.NamedExpr):
            value = self.value(node.value, scope)
            self.assign(node.target, value, scope)
            return value
        return UNK

    def _items(self, nodes: list[ast.expr], scope: Scope) -> list[Any] | Unk:
        out: list[Any] = []
        known = True
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.value(node.value, scope)
                items = calls.iterate(value)
                known = known and items is not None
                out.extend(items if items is not None else extensions_in(value)[0])
            else:
                out.append(self.value(node, scope))
            if len(out) > MAX_ITEMS:
                raise Spent
        return out if known else Unk(tuple(extensions_in(out)[0]))

    def _dict(self, node: ast.Dict, scope: Scope) -> Any:
        out: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.value(value, scope)
            if key is None:
                if isinstance(found, dict):
                    out.update(found)
                continue
            name = self.value(key, scope)
            if isinstance(name, (str, int, float, tuple)):
                try:
                    out[name] = found
                except TypeError:
                    continue
        return out

    def _index(self, node: ast.expr, scope: Scope) -> Any:
        if isinstance(node, ast.Slice):
            parts = [self.value(p, scope) if p is not None else None for p in (node.lower, node.upper, node.step)]
            return slice(*parts) if all(p is None or isinstance(p, int) for p in parts) else UNK
        return self.value(node, scope)

    def _binary(self, kind: type[ast.operator], left: Any, right: Any) -> Any:
        if isinstance(left, PathVal) or isinstance(right, PathVal):
            return calls.join_path(left, right) if kind is ast.Div else UNK
        if isinstance(left, (Unk, list, tuple)) or isinstance(right, (Unk, list, tuple)):
            if kind is ast.Mod and isinstance(left, str):
                return calls.percent(left, right)
            if not (isinstance(left, _PLAIN) and isinstance(right, _PLAIN)) or kind is not ast.Add:
                return Unk(tuple(extensions_in([left, right])[0]))
        if not isinstance(left, _PLAIN) or not isinstance(right, _PLAIN):
            return UNK
        if kind is ast.Mod and isinstance(left, str):
            return calls.percent(left, right)
        if kind is ast.Mult:
            return (
                left * right if isinstance(left, int) and isinstance(right, int) and abs(left * right) < 1e12 else UNK
            )
        compute = _BINARY.get(kind)
        if compute is None:
            return UNK
        try:
            result = compute(left, right)
        except (TypeError, ValueError, ArithmeticError):
            return UNK
        return result if is_bounded(result) else UNK

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Any:
        wanted = isinstance(node.op, ast.Or)
        result: Any = UNK
        undecided = False
        for part in node.values:
            result = self.value(part, scope)
            truth = calls.truth(result)
            if truth is None:
                undecided = True
            elif truth == wanted:
                # Whatever the undecided parts are, `x or True` is true; as a value it is not known.
                return truth if undecided else result
        return UNK if undecided else result

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self.value(node.left, scope)
        result: Any = True
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, scope)
            one = calls.compare(self, op, left, right, _COMPARE)
            if one is False:
                return False
            result = result if one is True else UNK
            left = right
        return result

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Any:
        out = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.value(part.value, scope)
                if part.format_spec is not None or not isinstance(value, (str, int, PathVal)):
                    return UNK
                out.append(value.value if isinstance(value, PathVal) else str(value))
            elif isinstance(part, ast.Constant):
                out.append(str(part.value))
        return "".join(out) if text_length(out) <= MAX_TEXT else UNK

    def _comprehension(self, element: ast.expr, generators: list[ast.comprehension], scope: Scope) -> Any:
        inner = Scope(scope.path, {}, scope)
        out: list[Any] = []

        def run(index: int) -> bool:
            if index == len(generators):
                out.append(self.value(element, inner))
                return True
            generator = generators[index]
            items = calls.iterate(self.value(generator.iter, inner))
            known = items is not None
            for item in items[:ROUNDS] if items is not None else [UNK]:
                self.assign(generator.target, item, inner)
                tests = [calls.truth(self.value(test, inner)) for test in generator.ifs]
                if False in tests:
                    continue
                known = known and None not in tests
                known = run(index + 1) and known
            return known

        return out if run(0) else Unk(tuple(extensions_in(out)[0]))

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        function = self.value(node.func, scope)
        args = self._items(node.args, scope)
        kwargs: dict[str, Any] = {}
        complete = not isinstance(args, Unk)
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs.update({k: v for k, v in value.items() if isinstance(k, str)})
            else:
                complete = False
        plain = list(args.maybe) if isinstance(args, Unk) else args
        return calls.apply(self, function, plain, kwargs, self.at(node, scope), complete)

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = calls.iterate(value)
            names = target.elts
            if items is None or len(items) != len(names) or any(isinstance(t, ast.Starred) for t in names):
                items = [UNK] * len(names)
            for name, item in zip(names, items, strict=True):
                self.assign(name.value if isinstance(name, ast.Starred) else name, item, scope)
        elif isinstance(target, ast.Subscript):
            owner = self.value(target.value, scope)
            key = self.value(target.slice, scope)
            if isinstance(owner, dict) and isinstance(key, (str, int)):
                owner[key] = value
            if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
                owner[key] = value
        elif isinstance(target, ast.Attribute):
            calls.set_attribute(self.value(target.value, scope), target.attr, value)
