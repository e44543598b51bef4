"""Find the uses of standard-library names that came or went, written `module.name`.

Only uses that nothing in the file foresees are kept: a name that `hasattr` asks for, that a `try` around it may miss,
or whose module is bound in another way too, is left out.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from pkg_audit.facts.sources import Import
from pkg_audit.knowledge.stdlib import changed_names
from pkg_audit.scan.sources.expressions import own_expressions
from pkg_audit.scan.sources.imports import Collected
from pkg_audit.scan.sources.interest import lines_with
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.parse import Parsed
from pkg_audit.scan.sources.walk import Frame, Lines, statements

MAX_USES = 500

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_ASKED = re.compile(r"\b(?:has|get|set|del)attr\([\w.]{1,100},\s?[\"'](\w{1,100})[\"']")
_ERRORS = frozenset({"AttributeError", "NameError", "TypeError"})

_Key = tuple[str, str]


def attributes_of(parsed: Parsed, collected: Collected) -> tuple[Import, ...]:
    """Return each use as the import that it amounts to: `asyncio.TaskGroup` as of `from asyncio import TaskGroup`."""
    watched = {
        local: (module, names)
        for local, module in collected.names.aliases.items()
        if (names := changed_names(module)) and not module.startswith(".")
    }
    if not watched or parsed.tree is None:
        return ()
    text = parsed.source.text
    found = {position for local, (_, names) in watched.items() for position in _positions(text, local, names)}
    if not found:
        return ()
    foreseen = frozenset(_ASKED.findall(text))
    ambiguous, assigned, guarded = look_around(parsed.tree, collected.names)
    targets = {local: module for local, (module, _) in watched.items() if local not in ambiguous}
    uses: dict[tuple[str, str, tuple[str, ...], str], Import] = {}
    for node, frame in evaluated_expressions(
        parsed.tree, lines_with(text, (), found), collected, _unevaluated(collected)
    ):
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if not isinstance(node.value, ast.Name) or (module := targets.get(node.value.id)) is None:
            continue
        if node.attr not in changed_names(module) or node.attr in foreseen or (module, node.attr) in assigned:
            continue
        if any(first <= node.lineno <= last for first, last in guarded) or len(uses) >= MAX_USES:
            continue
        at = parsed.source.place(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        use = Import(at, module, 0, (node.attr,), frame.context, frame.python, frame.platform)
        uses.setdefault((module, node.attr, frame.context, frame.python), use)
    return tuple(uses.values())


def _positions(text: str, local: str, names: frozenset[str]) -> Iterator[int]:
    needle = f"{local}."
    position = text.find(needle)
    while position >= 0:
        name = _IDENTIFIER.match(text, position + len(needle))
        if name is not None and name[0] in names:
            yield position
        position = text.find(needle, position + len(needle))


def look_around(tree: ast.Module, names: Names) -> tuple[set[str], set[_Key], list[tuple[int, int]]]:
    """Return the names bound in more than one way, the attributes that are assigned, and the lines under a guard."""
    bound: defaultdict[str, set[str]] = defaultdict(set)
    assigned: set[_Key] = set()
    guarded: list[tuple[int, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound[node.id].add("")
        elif isinstance(node, ast.Attribute):
            if not isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
                assigned.add((names.aliases.get(node.value.id, node.value.id), node.attr))
        elif isinstance(node, ast.arg):
            bound[node.arg].add("")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound[node.name].add("")
            if not isinstance(node, ast.ClassDef):
                guarded += _foreseen_lines(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for local, target in _imported(node).items():
                bound[local].add(target)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            if node.name:
                bound[node.name].add("")
        elif isinstance(node, (ast.Try, ast.TryStar)):
            if node.body and any(_names_error(handler.type, names) for handler in node.handlers):
                guarded.append((node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno))
        elif isinstance(node, ast.With):
            calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
            if any(_names_error(argument, names) for call in calls for argument in call.args):
                guarded.append((node.lineno, node.end_lineno or node.lineno))
    ambiguous = {local for local, targets in bound.items() if targets != {names.aliases.get(local)}}
    return ambiguous, assigned, guarded


def _foreseen_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, int]]:
    """Yield the lines of a function that run only where something is there: after `if not FLAG: return`, and in the
    method of a visitor for nodes of a newer kind."""
    last = function.end_lineno or function.lineno
    if function.name.startswith("visit_") and function.name[len("visit_") :] in changed_names("ast"):
        yield function.lineno, last
    for statement in function.body:
        if not isinstance(statement, ast.If) or statement.orelse or not _is_flag(statement.test):
            continue
        if isinstance(statement.body[-1], (ast.Return, ast.Raise)):
            yield (statement.end_lineno or statement.lineno) + 1, last
            return


def _is_flag(test: ast.expr) -> bool:
    """Tell whether a test asks for a constant, as its name in capitals says, or for its contrary."""
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    return (
        isinstance(inner, (ast.Name, ast.Attribute))
        and (inner.id if isinstance(inner, ast.Name) else inner.attr).isupper()
    )


def _imported(node: ast.Import | ast.ImportFrom) -> Mapping[str, str]:
    names = Names()
    names.add_import(node)
    return names.aliases


def _names_error(expression: ast.expr | None, names: Names) -> bool:
    candidates = expression.elts if isinstance(expression, ast.Tuple) else [expression]
    return any(item is not None and (names.dotted(item) or "") in _ERRORS for item in candidates)


def evaluated_expressions(
    tree: ast.Module, lines: Lines, collected: Collected, skipped: Callable[[ast.stmt, Frame], Iterator[ast.expr]]
) -> Iterator[tuple[ast.AST, Frame]]:
    """Yield the expressions on the given lines, each with its frame, but for those that `skipped` yields."""
    for statement, frame in statements(tree, lines, collected.names):
        left_out = {id(item) for item in skipped(statement, frame)}
        yield from own_expressions(statement, frame, collected.names, lines, left_out)


def _unevaluated(collected: Collected) -> Callable[[ast.stmt, Frame], Iterator[ast.expr]]:
    """Return what yields the annotations that no Python evaluates."""

    def unevaluated(statement: ast.stmt, frame: Frame) -> Iterator[ast.expr]:
        local = "function" in frame.context and frame.context[-1:] != ("class",)
        if collected.future_annotations or (local and isinstance(statement, ast.AnnAssign)):
            yield from annotations_of(statement, frame)

    return unevaluated


def annotations_of(statement: ast.stmt, _: Frame) -> Iterator[ast.expr]:
    """Yield the annotations of a statement."""
    if isinstance(statement, ast.AnnAssign):
        yield statement.annotation
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if statement.returns is not None:
            yield statement.returns
        for node in ast.walk(statement.args):
            if isinstance(node, ast.arg) and node.annotation is not None:
                yield node.annotation
