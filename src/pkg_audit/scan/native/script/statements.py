"""Follow the statements of a build script: both ways where a condition cannot be known."""

from __future__ import annotations

import ast
from typing import Any

from pkg_audit.scan.native.script import calls
from pkg_audit.scan.native.script.expressions import Expressions
from pkg_audit.scan.native.script.state import ROUNDS
from pkg_audit.scan.native.script.values import UNK, Cls, Func, ModuleVal, Ref, Scope, clone, merge


class Statements(Expressions):
    """Runs blocks of statements."""

    def block(self, body: list[ast.stmt], scope: Scope) -> str:
        """Run statements; return "" or how the block was left: return, break, continue, raise, maybe."""
        self.enter()
        try:
            left = ""
            for statement in body:
                how = self._statement(statement, scope)
                if how in {"return", "break", "continue", "raise"}:
                    return how
                left = left or how
            return left
        finally:
            self.leave()

    def _statement(self, node: ast.stmt, scope: Scope) -> str:
        if isinstance(node, ast.Expr):
            return "raise" if self.value(node.value, scope) is calls.EXIT else ""
        if isinstance(node, ast.Assign):
            value = self.value(node.value, scope)
            for target in node.targets:
                self.assign(target, value, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.assign(node.target, self.value(node.value, scope), scope)
        elif isinstance(node, ast.AugAssign):
            self._augment(node, scope)
        elif isinstance(node, ast.If):
            return self._if(node, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            return self._for(node, scope)
        elif isinstance(node, ast.While):
            return self._undecided([node.body], scope, clone_names=False)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                value = self.value(item.context_expr, scope)
                if item.optional_vars is not None:
                    self.assign(item.optional_vars, value, scope)
            return self.block(node.body, scope)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            return self._try(node, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scope.names[node.name] = Func(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scope)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scope)
        elif isinstance(node, ast.Return):
            value = self.value(node.value, scope) if node.value is not None else None
            holder = scope.get("return")
            if isinstance(holder, list):
                holder.append(value)
            return "return"
        elif isinstance(node, ast.Raise):
            return "raise"
        elif isinstance(node, ast.Break):
            return "break"
        elif isinstance(node, ast.Continue):
            return "continue"
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    scope.names.pop(target.id, None)
        elif isinstance(node, ast.Match):
            return self._undecided([case.body for case in node.cases], scope)
        return ""

    def _if(self, node: ast.If, scope: Scope) -> str:
        test = calls.truth(self.value(node.test, scope))
        if test is not None:
            return self.block(node.body if test else node.orelse, scope)
        return self._undecided([node.body, node.orelse], scope)

    def _undecided(self, branches: list[list[ast.stmt]], scope: Scope, clone_names: bool = True) -> str:
        """Follow every branch from the same start and keep what they agree on; a branch that raises does not count."""
        if not clone_names:
            branches = [*branches, []]
        start = scope.names
        holder = start.get("return")
        results: list[dict[str, Any]] = []
        ways: list[str] = []
        for branch in branches:
            memo: dict[int, Any] = {} if holder is None else {id(holder): holder}
            scope.names = {name: clone(value, memo) for name, value in start.items()}
            way = self.block(branch, scope)
            ways.append(way)
            if way not in {"raise", "return"}:
                results.append(scope.names)
        scope.names = start
        if not results:
            return "return" if "return" in ways else "raise"
        merged = results[0]
        for other in results[1:]:
            names = dict(merged)
            for name in {**merged, **other}:
                if name == "return":
                    continue
                names[name] = (
                    merge(merged[name], other[name])
                    if name in merged and name in other
                    else (merged[name] if name in merged else other[name])
                )
            merged = names
        start.clear()
        start.update(merged)
        return "maybe" if any(ways) else ""

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> str:
        items = calls.iterate(self.value(node.iter, scope))
        if items is None:
            self.assign(node.target, UNK, scope)
            way = self._undecided([node.body], scope, clone_names=False)
            return way if way == "return" else ""
        for item in items[:ROUNDS]:
            self.assign(node.target, item, scope)
            way = self.block(node.body, scope)
            if way == "break":
                return ""
            if way in {"return", "raise"}:
                return way
        return self.block(node.orelse, scope) if node.orelse else ""

    def _try(self, node: ast.Try | ast.TryStar, scope: Scope) -> str:
        way = self.block(node.body, scope)
        if way == "raise":
            way = ""
            for handler in node.handlers[:1]:
                if handler.name:
                    scope.names[handler.name] = UNK
                way = self.block(handler.body, scope)
        elif not way and node.orelse:
            way = self.block(node.orelse, scope)
        final = self.block(node.finalbody, scope) if node.finalbody else ""
        return final or way

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        inner = Scope(scope.path, {}, scope)
        for statement in node.body:
            if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.FunctionDef)):
                self._statement(statement, inner)
        makes = ""
        names: dict[str, Any] = {}
        for base in reversed(bases):
            if isinstance(base, Ref):
                makes = base.name if calls.constructor(base.name) else makes
            elif isinstance(base, Cls):
                makes = base.makes or makes
                names.update(base.names)
        names.update(inner.names)
        scope.names[node.name] = Cls(node.name, bases, names, makes)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    scope.names[alias.asname] = self._module_or_ref(alias.name, scope)
                else:
                    top = alias.name.split(".")[0]
                    scope.names[top] = self._module_or_ref(top, scope)
            return
        base = self._module_or_ref(node.module or "", scope, node.level)
        for alias in node.names:
            if alias.name == "*":
                if isinstance(base, ModuleVal):
                    for name, value in base.scope.names.items():
                        if not name.startswith("_"):
                            scope.names[name] = value
                continue
            if isinstance(base, ModuleVal):
                value = base.scope.names.get(alias.name)
                if value is None and alias.name not in base.scope.names:
                    inner = f"{node.module}.{alias.name}" if node.module else alias.name
                    value = self._module_or_ref(inner, scope, node.level)
            else:
                value = Ref(f"{node.module}.{alias.name}", imported=True)
            scope.names[alias.asname or alias.name] = value

    def _module_or_ref(self, name: str, scope: Scope, level: int = 0) -> Any:
        directory = scope.path.rsplit("/", 1)[0] if "/" in scope.path and level else ""
        for _ in range(max(0, level - 1)):
            directory = directory.rpartition("/")[0]
        # A build script sits at the root; packages of the project are not run for it, only its helpers are.
        for root in [directory] if level else self.roots:
            base = "/".join(part for part in (root, name.replace(".", "/")) if part)
            for path in (f"{base}.py", f"{base}/__init__.py"):
                if base and calls.is_helper(self.tree, path):
                    found = self.module(path)
                    if found is not None:
                        return found
        return Ref(name, imported=True)

    def _augment(self, node: ast.AugAssign, scope: Scope) -> None:
        old = self.value(node.target, scope)
        new = self.value(node.value, scope)
        if isinstance(old, list) and isinstance(node.op, ast.Add):
            items = calls.iterate(new)
            if items is not None:
                calls.extend(old, items)
                return
        self.assign(node.target, self._binary(type(node.op), old, new), scope)
