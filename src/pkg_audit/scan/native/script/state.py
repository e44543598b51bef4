"""Hold what an evaluation of a build script keeps between statements, and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place
from pkg_audit.scan.native.script.values import PathVal

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from pkg_audit.scan.native.script.values import Cls, Func, Inst, ModuleVal, Scenario, Scope
    from pkg_audit.tree import Tree

STEPS = 60_000
DEPTH = 240
CALLS = 12
MODULES = 12
ROUNDS = 400
SEARCHES = 60
MAX_TEXT = 1 << 20
MAX_ITEMS = 20_000
MAX_BITS = 256
MAX_PATH = 4_096
"""Sizes of a value: characters, items, bits of an integer, characters of a path. What grows beyond is not known."""


class Spent(Exception):  # noqa: N818 - a limit, not an error
    """The script needs more steps or depth than it is worth."""


def is_bounded(value: Any) -> bool:
    """Tell whether a value is small enough to be computed with; few operations make more than twice their operands."""
    if isinstance(value, (str, bytes)):
        return len(value) <= MAX_TEXT
    if isinstance(value, (list, tuple, dict, set)):
        return len(value) <= MAX_ITEMS
    if isinstance(value, PathVal):
        return len(value.value) <= MAX_PATH
    return not isinstance(value, int) or value.bit_length() <= MAX_BITS


def text_length(values: Iterable[Any]) -> int:
    """Return the characters that values would have as text, about."""
    return sum(len(value) if isinstance(value, (str, bytes)) else 80 for value in values)


class State:
    """What the parts of the machine share."""

    def __init__(self, tree: Tree, scenario: Scenario) -> None:
        self.tree = tree
        self.scenario = scenario
        self.setups: list[tuple[dict[str, Any], Place, bool]] = []
        self.set_sources: list[tuple[Any, Any, Place]] = []
        self.asked_environment = False
        self.asked_implementation = False
        self.modules: dict[str, ModuleVal | None] = {}
        self.searches = 0
        self.roots: list[str] = [""]
        self.lines: dict[str, list[bytes]] = {}
        self._steps = STEPS
        self._depth = 0
        self._calls = 0

    def enter(self) -> None:
        """Count one step and one level; raises Spent beyond the limits. `leave` must follow."""
        self._steps -= 1
        if self._depth >= DEPTH or self._steps < 0:
            raise Spent
        self._depth += 1

    def search(self) -> bool:
        """Count one search through the tree's files; tell whether it is still allowed."""
        self.searches += 1
        return self.searches <= SEARCHES

    def leave(self) -> None:
        """End one level."""
        self._depth -= 1

    def at(self, node: ast.expr | ast.stmt, scope: Scope) -> Place:
        """Return a node's place, with columns in code points."""
        first = self._column(scope.path, node.lineno, node.col_offset)
        end = node.end_lineno or node.lineno
        return Place(scope.path, node.lineno, first, end, self._column(scope.path, end, node.end_col_offset or 0))

    def _column(self, path: str, line: int, offset: int) -> int:
        lines = self.lines.get(path, [])
        text = lines[line - 1] if 0 < line <= len(lines) else b""
        return offset + 1 if text.isascii() else len(text[:offset].decode("utf-8", "replace")) + 1

    def call(self, function: Func, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Evaluate a call of one of the script's own functions."""
        raise NotImplementedError

    def instance(self, cls: Cls, args: list[Any], kwargs: dict[str, Any]) -> Inst:
        """Return a new instance of one of the script's own classes."""
        raise NotImplementedError

    def module(self, path: str) -> ModuleVal | None:
        """Return a module of the project."""
        raise NotImplementedError
