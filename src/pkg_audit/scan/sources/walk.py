"""Walk the statements of a module without recursion, with the conditions under which each one runs."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pkg_audit.facts.sources import Context
from pkg_audit.scan.sources.guards import FALSE, TRUE, Branch, judge
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.versions import ALL, to_specifier

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort", "pytest.skip", "unittest.SkipTest"})
_SUPPRESSING = frozenset({"contextlib.suppress", "suppress", "pytest.raises"})
_FUNCTION_LEAVES_BEHIND = frozenset({"try-fallback", "try-reraise", "suppress"})
_KEPT_AFTER_EXIT = frozenset({"version-guard", "platform-guard"})


@dataclass(frozen=True, slots=True)
class Frame:
    """Under which conditions a statement runs."""

    context: tuple[Context, ...] = ()
    mask: int = ALL
    platform: str = ""

    @property
    def python(self) -> str:
        """Write the Pythons on which the statement runs, "" for all of them or where it never runs."""
        return to_specifier(self.mask) if self.mask else ""

    def within(self, context: Context) -> Frame:
        """Return the frame of a block of this kind."""
        return self if self.context[-1:] == (context,) else replace(self, context=(*self.context, context))

    def function(self) -> Frame:
        """Return the frame of a function's body: it runs later, outside of every `try` around its definition."""
        kept = tuple(context for context in self.context if context not in _FUNCTION_LEAVES_BEHIND)
        return replace(self, context=(*kept, "function"))

    def under(self, branch: Branch) -> Frame:
        """Return the frame of a branch of a condition."""
        mask = self.mask & branch.mask
        context = self.context
        for item in branch.contexts:
            if context[-1:] != (item,):
                context = (*context, item)
        dead: Context | None = branch.dead or (None if mask else "never")
        if dead and dead not in context:
            context = (*context, dead)
        return Frame(context, mask, self.platform or branch.platform)


class Lines:
    """A set of line numbers that answers whether a node touches one of them."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers

    def touch(self, first: int, last: int | None) -> bool:
        """Tell whether any of the lines lies between `first` and `last`."""
        place = bisect_left(self.numbers, first)
        return place < len(self.numbers) and self.numbers[place] <= (last or first)


@dataclass(slots=True)
class _Block:
    body: Iterator[ast.stmt]
    frame: Frame


Walked = tuple[ast.stmt, Frame]


def statements(tree: ast.Module, lines: Lines, names: Names) -> Iterator[Walked]:
    """Yield the statements that touch one of the lines, in order, each with its frame.

    `names` may grow while the walk goes on: a guard is judged by what the lines above it define.
    """
    stack = [_Block(iter(tree.body), Frame())]
    numbers = lines.numbers
    count = len(numbers)
    while stack:
        block = stack[-1]
        for node in block.body:
            decorators = getattr(node, "decorator_list", None)
            place = bisect_left(numbers, decorators[0].lineno if decorators else node.lineno)
            if place == count:
                stack.clear()  # nothing of interest follows
                break
            if numbers[place] > (node.end_lineno or node.lineno):
                continue
            yield node, block.frame
            handler = _INNER.get(type(node))
            if handler is not None:
                inner = handler(node, block.frame, names)
                if type(node) is ast.If:
                    block.frame = _after(node, block.frame, names)
                stack.extend(reversed([_Block(iter(body), frame) for body, frame in inner if body]))
                break
        else:
            stack.pop()


def leaves(body: Sequence[ast.stmt], names: Names, *, function: bool = False) -> bool:
    """Tell whether a block always ends by raising or exiting (or, in a function, by returning)."""
    pending = [body]
    for _ in range(20):
        if not pending:
            return True
        block = pending.pop()
        last = block[-1] if block else None
        if isinstance(last, ast.Raise) or (function and isinstance(last, ast.Return)):
            continue
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            if names.dotted(last.value.func) in _EXITS:
                continue
            return False
        if isinstance(last, ast.If) and last.orelse:
            pending += [last.body, last.orelse]
            continue
        return False
    return False


def catches_import_error(expression: ast.expr | None, names: Names) -> bool:
    """Tell whether an `except` clause (or an argument of `suppress`) covers ImportError; None is a bare except."""
    if expression is None:
        return True
    candidates = expression.elts if isinstance(expression, ast.Tuple) else [expression]
    return any((names.dotted(item) or "").rpartition(".")[2] in IMPORT_ERRORS for item in candidates)


def _after(node: ast.If, frame: Frame, names: Names) -> Frame:
    """Return the frame of what follows an `if`: where one branch leaves for good, only the other goes on."""
    function = "function" in frame.context
    truth = None
    if leaves(node.body, names, function=function):
        truth = judge(node.test, names).no
    elif node.orelse and leaves(node.orelse, names, function=function):
        truth = judge(node.test, names).yes
    if truth is None or truth.dead:
        return frame
    contexts = tuple(context for context in truth.contexts if context in _KEPT_AFTER_EXIT)
    return frame.under(replace(truth, contexts=contexts)) if contexts else frame


_Inner = list[tuple[Sequence[ast.stmt], Frame]]


def _if(node: Any, frame: Frame, names: Names) -> _Inner:
    truth = judge(node.test, names)
    return [(node.body, frame.under(truth.yes)), (node.orelse, frame.under(truth.no))]


def _while(node: Any, frame: Frame, names: Names) -> _Inner:
    truth = judge(node.test, names)
    inner = frame if truth is TRUE else frame.under(truth.yes)
    return [(node.body, inner), (node.orelse, frame if truth is FALSE else frame.within("condition"))]


def _for(node: Any, frame: Frame, _: Names) -> _Inner:
    return [(node.body, frame), (node.orelse, frame)]


def _with(node: Any, frame: Frame, names: Names) -> _Inner:
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call) or names.dotted(call.func) not in _SUPPRESSING:
            continue
        if any(catches_import_error(argument, names) for argument in call.args[:20]):
            return [(node.body, frame.within("suppress"))]
    return [(node.body, frame)]


def _try(node: Any, frame: Frame, names: Names) -> _Inner:
    inner: _Inner = []
    body = otherwise = frame
    decided = False
    for handler in node.handlers:
        if not catches_import_error(handler.type, names):
            inner.append((handler.body, frame.within("condition")))
            continue
        if not decided:
            decided = True
            body = frame.within("try-reraise" if leaves(handler.body, names) else "try-fallback")
            if "try-fallback" in body.context and any(
                isinstance(item, ast.Import | ast.ImportFrom) for item in node.body
            ):
                otherwise = frame.within("condition")  # it runs only where those imports worked
        inner.append((handler.body, frame.within("except-handler")))
    return [(node.body, body), *inner, (node.orelse, otherwise), (node.finalbody, frame)]


def _match(node: Any, frame: Frame, _: Names) -> _Inner:
    return [(case.body, frame.within("condition")) for case in node.cases]


def _function(node: Any, frame: Frame, _: Names) -> _Inner:
    inner = frame.function()
    if node.name == "__getattr__" and not ({"function", "class"} & set(frame.context)):
        inner = inner.within("lazy")
    return [(node.body, inner)]


def _class(node: Any, frame: Frame, _: Names) -> _Inner:
    return [(node.body, frame.within("class"))]


_INNER: dict[type[ast.AST], Any] = {
    ast.If: _if, ast.While: _while, ast.For: _for, ast.AsyncFor: _for, ast.With: _with, ast.AsyncWith: _with,
    ast.Try: _try, ast.TryStar: _try, ast.Match: _match, ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function, ast.ClassDef: _class,
}  # fmt: skip
