"""Visit the expressions of statements of interest for calls, dunder names and newer syntax, without recursion."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from pkg_audit.facts.place import Place
from pkg_audit.facts.sources import Call, Feature
from pkg_audit.scan.sources.annotations import evaluated, newer_annotation
from pkg_audit.scan.sources.calls_of_interest import ATTRIBUTES, BUILTINS, DUNDERS, is_call_of_interest
from pkg_audit.scan.sources.features import detect
from pkg_audit.scan.sources.guards import judge
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.text import Source
from pkg_audit.scan.sources.walk import Frame, Lines

MAX_CALLS = 2000
MAX_ARGUMENTS = 10
_FORMATTED_NODES: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)


@dataclass(slots=True)
class Visitor:
    """Collects calls and features; both are bounded, features by their few distinct kinds."""

    source: Source
    names: Names
    lines: Lines
    evaluate_annotations: bool
    calls: list[Call] = field(default_factory=list)
    features: dict[tuple[str, str, tuple[str, ...], str], Feature] = field(default_factory=dict)

    def visit(self, statement: ast.stmt, frame: Frame) -> None:
        """Visit what a statement itself evaluates, leaving out the statements nested in it."""
        self._features(statement, frame)
        if self.evaluate_annotations:
            shadowed = self.names.defined
            for annotation in evaluated(statement, frame.context):
                for name, since, where in newer_annotation(annotation, shadowed):
                    self.add_feature(name, since, self._place(where), frame)
        for decorator in getattr(statement, "decorator_list", ()):
            if not isinstance(decorator, ast.Call):
                self._dotted_call(decorator, frame)
        for handler in getattr(statement, "handlers", ()):
            self._features(handler, frame)
        # Positions inside f-strings are not to be trusted before Python 3.12: the string is their place.
        stack: list[tuple[ast.AST, Frame, ast.AST | None]] = [(node, frame, None) for node in _own(statement)]
        while stack:
            node, inner, string = stack.pop()
            first = getattr(node, "lineno", None)
            if first is not None and not string and not self.lines.touch(first, getattr(node, "end_lineno", None)):
                continue
            self._features(node, inner, string)
            self._record(node, inner, string)
            if string is None and isinstance(node, _FORMATTED_NODES):
                string = node
            if isinstance(node, ast.IfExp):
                truth = judge(node.test, self.names)
                stack.append((node.test, inner, string))
                stack.append((node.body, inner.under(truth.yes), string))
                stack.append((node.orelse, inner.under(truth.no), string))
                continue
            if isinstance(node, ast.Lambda):
                stack.append((node.args, inner, string))
                stack.append((node.body, inner.function(), string))
                continue
            stack.extend((child, inner, string) for child in ast.iter_child_nodes(node))

    def add_feature(self, name: str, since: str, at: Place, frame: Frame) -> None:
        """Record a syntax once for each way in which it may run."""
        key = (name, since, frame.context, frame.python)
        self.features.setdefault(key, Feature(at, name, since, frame.context, frame.python))

    def _features(self, node: ast.AST, frame: Frame, string: ast.AST | None = None) -> None:
        if string is not None and isinstance(node, _FORMATTED_NODES):
            return
        for name, since, where in detect(node, self.source):
            self.add_feature(name, since, self._place(string or where), frame)

    def _record(self, node: ast.AST, frame: Frame, string: ast.AST | None) -> None:
        place = string or node
        if isinstance(node, ast.Call):
            name = self.names.dotted(node.func)
            if name is not None and is_call_of_interest(name) and not self._shadowed(name):
                args = tuple(_literal(argument) for argument in node.args[:MAX_ARGUMENTS])
                keywords = tuple(keyword.arg for keyword in node.keywords[:MAX_ARGUMENTS] if keyword.arg)
                self._add(place, name, frame, args, keywords)
        elif isinstance(node, ast.Name):
            if node.id in DUNDERS and isinstance(node.ctx, ast.Load):
                self._add(place, node.id, frame)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = self.names.dotted(node)
            if name in ATTRIBUTES:
                self._add(place, name, frame)

    def _dotted_call(self, node: ast.expr, frame: Frame) -> None:
        name = self.names.dotted(node)
        if name is not None and is_call_of_interest(name) and not self._shadowed(name):
            self._add(node, name, frame)

    def _shadowed(self, name: str) -> bool:
        return name in BUILTINS and name in self.names.defined

    def _add(
        self,
        node: ast.AST,
        name: str,
        frame: Frame,
        args: tuple[str | None, ...] = (),
        keywords: tuple[str, ...] = (),
    ) -> None:
        if len(self.calls) < MAX_CALLS:
            self.calls.append(
                Call(self._place(node), name, args, keywords, frame.context, frame.python, frame.platform)
            )

    def _place(self, node: ast.AST) -> Place:
        line = getattr(node, "lineno", 1)
        offset = getattr(node, "col_offset", 0)
        if isinstance(node, ast.stmt) and hasattr(node, "body"):
            return self.source.place(line, offset, None, None)
        return self.source.place(line, offset, getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None))


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= 1000:
        return node.value
    return None


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.ExceptHandler):
            if child.type is not None:
                yield child.type
        elif isinstance(child, ast.match_case):
            yield child.pattern
            if child.guard is not None:
                yield child.guard
        elif not isinstance(child, ast.stmt):
            yield child


def own_expressions(
    statement: ast.stmt, frame: Frame, names: Names, lines: Lines, skipped: set[int]
) -> Iterator[tuple[ast.AST, Frame]]:
    """Yield the expressions that a statement itself evaluates, each with its frame.

    Branches of conditional expressions and the operands after the first of `and` and `or` stand under a condition.
    `skipped` are the ids of nodes to leave out; nodes on none of the lines are left out too, f-strings kept whole.
    """
    stack: list[tuple[ast.AST, Frame]] = [(node, frame) for node in _own(statement)]
    while stack:
        node, inner = stack.pop()
        first = getattr(node, "lineno", None)
        if id(node) in skipped or (first is not None and not lines.touch(first, getattr(node, "end_lineno", None))):
            continue
        yield node, inner
        if isinstance(node, ast.IfExp):
            truth = judge(node.test, names)
            stack += [(node.test, inner), (node.body, inner.under(truth.yes)), (node.orelse, inner.under(truth.no))]
        elif isinstance(node, ast.BoolOp):
            stack.append((node.values[0], inner))
            stack += [(value, inner.within("condition")) for value in node.values[1:]]
        elif isinstance(node, ast.Lambda):
            stack += [(node.args, inner), (node.body, inner.function())]
        else:
            stack.extend((child, inner) for child in ast.iter_child_nodes(node))
