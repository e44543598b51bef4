"""Resolve names through a module's imports to the dotted names that they stand for."""

from __future__ import annotations

import ast

MAX_PARTS = 20


class Names:
    """What the names of one file stand for, gathered from its imports, and its module-level constants.

    `values` keeps the expressions that names were assigned exactly once at module level, for guards such as
    `PY2 = sys.version_info[0] == 2`.
    """

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.values: dict[str, ast.expr | None] = {}
        self.defined: set[str] = set()

    def add_import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Record the names that an import statement binds; relative modules keep their dots."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.aliases[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
            return
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name != "*":
                self.aliases[alias.asname or alias.name] = f"{base}.{alias.name}"

    def add_assignment(self, node: ast.Assign) -> None:
        """Record a module-level assignment to a plain name; a second one makes the name unusable."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.values[target.id] = None if target.id in self.values else node.value

    def dotted(self, node: ast.expr) -> str | None:
        """Return the dotted name of a name or attribute chain with its first part resolved, else None."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
            if len(parts) > MAX_PARTS:
                return None
        if not isinstance(node, ast.Name):
            return None
        first = self.aliases.get(node.id, node.id)
        return ".".join([first, *reversed(parts)]) if parts else first
