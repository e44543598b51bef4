"""Hold what an evaluation of a build script keeps between statements, and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    import ast

    from pkg_audit.scan.native.script.values import Cls, Func, Inst, ModuleVal, Scenario, Scope
    from pkg_audit.tree import Tree

STEPS = 60_000
DEPTH = 240
CALLS = 12
MODULES = 12
ROUNDS = 400
SEARCHES = 60


class Spent(Exception):  # noqa: N818 - a limit, not an error
    """The script needs more steps or depth than it is worth."""


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
