"""Walk a build script's syntax tree and work out the values that reach `setup()`, without executing anything.

A build script decides by environment, platform and what is installed. This machine follows it under one `Scenario` on
Linux: what cannot be known becomes `Unk`, both branches of an undecided `if` are followed and merged, loops over
unknown things run once. Steps, depth and sizes are bounded, so any input ends soon.
"""

from __future__ import annotations

import ast
from typing import Any

from pkg_audit.scan.native.script.parsing import parse_script
from pkg_audit.scan.native.script.state import CALLS, MODULES
from pkg_audit.scan.native.script.statements import Statements
from pkg_audit.scan.native.script.values import ROOT, UNK, Cls, Func, Inst, ModuleVal, Scope, merge


class Machine(Statements):
    """Evaluates one build script under one scenario."""

    def run_file(self, path: str) -> Scope | None:
        """Evaluate a file's module level; None where it cannot be read or parsed."""
        scope = Scope(path, {"__file__": f"{ROOT}/{path}", "__name__": "__main__"})
        return scope if self._run(path, scope) else None

    def module(self, path: str) -> ModuleVal | None:
        """Return a module of the project, evaluated once; None where there is no such file or too many of them."""
        if path not in self.modules:
            self.modules[path] = None
            if len(self.modules) <= MODULES and self.tree.is_file(path):
                name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                scope = Scope(path, {"__file__": f"{ROOT}/{path}", "__name__": name})
                self.modules[path] = ModuleVal(scope)
                if not self._run(path, scope):
                    self.modules[path] = None
        return self.modules[path]

    def _run(self, path: str, scope: Scope) -> bool:
        parsed = parse_script(self.tree, path)
        if parsed is None:
            return False
        node, data = parsed
        self.lines[path] = data.splitlines()
        self.block(node.body, scope)
        return True

    def call(self, function: Func, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Evaluate a call of one of the script's own functions; unknown beyond the depth limit."""
        if self._calls >= CALLS:
            return UNK
        node = function.node
        spec = node.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
        if function.owner is not None:
            args = [function.owner, *args]
        scope = Scope(function.scope.path, {}, function.scope)
        local = scope.names
        for name, default in zip(reversed(names), reversed(spec.defaults), strict=False):
            local[name] = self.value(default, function.scope)
        for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            local[a.arg] = self.value(d, function.scope) if d is not None else UNK
        local.update(zip(names, args, strict=False))
        if spec.vararg:
            local[spec.vararg.arg] = tuple(args[len(names) :])
        extra = {k: v for k, v in kwargs.items() if k not in names and k not in local}
        local.update({k: v for k, v in kwargs.items() if k in names or k in local})
        if spec.kwarg:
            local[spec.kwarg.arg] = extra
        for name in names:
            local.setdefault(name, UNK)
        self._calls += 1
        try:
            if isinstance(node, ast.Lambda):
                return self.value(node.body, scope)
            returned: list[Any] = []
            local["return"] = returned
            self.block(node.body, scope)
            if not returned:
                return None
            result = returned[0]
            for other in returned[1:]:
                result = merge(result, other)
            return result
        finally:
            self._calls -= 1

    def instance(self, cls: Cls, args: list[Any], kwargs: dict[str, Any]) -> Inst:
        """Return a new instance with its `__init__` evaluated."""
        instance = Inst(cls)
        init = cls.names.get("__init__")
        if isinstance(init, Func):
            self.call(Func(init.node, init.scope, instance), args, kwargs)
        return instance
