"""Walk one file's statements and expressions for what is done with paths, the interpreter and names of modules."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pkg_audit.facts.path_uses import (
    ChildInterpreter,
    DynamicImport,
    Guard,
    PathName,
    PathUse,
    PathValue,
    PluginCall,
    Use,
)
from pkg_audit.facts.place import Place
from pkg_audit.scan.paths import programs, words
from pkg_audit.scan.paths.bindings import MAX_NESTING, bind_arguments, bind_block, blocks, elements, last_name
from pkg_audit.scan.paths.conditions import (
    by_last,
    catches_file_errors,
    catches_only_file_errors,
    tests_existence,
    tests_frozen,
    writes,
)
from pkg_audit.scan.paths.values import MAX_DEPTH, Scope, Values, evaluate
from pkg_audit.scan.sources.guards import judge
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.text import Source
from pkg_audit.scan.sources.walk import leaves

MAX_USES = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """Under which conditions a statement runs. `dead` statements never run on the platforms and Pythons of today."""

    context: tuple[str, ...] = ()
    guard: Guard = ""
    in_class: str = ""
    dead: bool = False

    def within(self, *context: str) -> Frame:
        return replace(self, context=tuple(dict.fromkeys((*self.context, *context))))


@dataclass(frozen=True, slots=True)
class Role:
    """What the expression around a path does with it."""

    use: Use | Literal["", "bound", "returned"]
    by: str = ""
    called: str = ""
    argument: int = -1


_NOTHING = Role("")


@dataclass(slots=True)
class FileVisitor:
    """Collects what one file does. Call `run` once."""

    source: Source
    scope: Scope
    uses: list[PathUse] = field(default_factory=list)
    names: dict[tuple[str, PathValue], PathName] = field(default_factory=dict)
    children: list[ChildInterpreter] = field(default_factory=list)
    dynamic: list[DynamicImport] = field(default_factory=list)
    plugins: list[PluginCall] = field(default_factory=list)

    def run(self, tree: ast.Module) -> None:
        """Bind names first, so that functions see constants that stand below them; then look at the uses."""
        for _ in range(2):
            bind_block(tree.body, self.scope, "", 0)
        self._block(tree.body, self.scope, Frame(), 0)

    def _block(self, body: Sequence[ast.stmt], scope: Scope, frame: Frame, depth: int) -> None:
        if depth > MAX_NESTING or len(self.uses) >= MAX_USES:
            return
        for node in body:
            if frame.dead:
                return
            self._statement(node, scope, frame, depth)
            if (
                isinstance(node, ast.If)
                and tests_existence(node.test)
                and leaves(node.body, scope.imports, function="function" in frame.context)
            ):
                frame = replace(frame, guard="test")

    def _statement(self, node: ast.stmt, scope: Scope, frame: Frame, depth: int) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    self._expression(default, scope, frame, Role("bound"))
            for decorator in node.decorator_list:
                self._expression(decorator, scope, frame, _NOTHING)
            inner = scope.inner()
            bind_arguments(node, inner)
            for _ in range(2):
                bind_block(node.body, inner, "", depth + 1)
            name = f".{node.name}" if frame.in_class else node.name
            body = replace(frame.within("function"), guard="")
            self._export_function(name, scope, node)
            self._block(node.body, inner, body, depth + 1)
            return
        if isinstance(node, ast.ClassDef):
            for item in (*node.bases, *node.decorator_list):
                self._expression(item, scope, frame, _NOTHING)
            self._block(node.body, scope, replace(frame, in_class=node.name), depth + 1)
            return
        if isinstance(node, ast.If):
            self._if(node, scope, frame, depth)
            return
        if isinstance(node, (ast.Try, ast.TryStar)):
            self._try(node, scope, frame, depth)
            return
        self._own_expressions(node, scope, frame)
        for block in blocks(node):
            self._block(block, scope, frame, depth + 1)

    def _if(self, node: ast.If, scope: Scope, frame: Frame, depth: int) -> None:
        self._expression(node.test, scope, frame, Role("tested", "if"))
        truth = judge(node.test, scope.imports)
        guard: Guard = frame.guard
        if tests_existence(node.test):
            guard = "test"
        if tests_frozen(node.test):
            guard = "frozen"
        for block, branch in ((node.body, truth.yes), (node.orelse, truth.no)):
            inner = frame.within(*branch.contexts)
            # Windows-only code proves nothing about the archive, which is judged for the systems of the others
            dead = bool(branch.dead) or "main-guard" in branch.contexts
            self._block(block, scope, replace(inner, guard=guard, dead=frame.dead or dead), depth + 1)

    def _try(self, node: ast.Try | ast.TryStar, scope: Scope, frame: Frame, depth: int) -> None:
        guard: Guard = frame.guard
        for handler in node.handlers:
            if catches_file_errors(handler.type) and not leaves(handler.body, scope.imports, function=False):
                guard = "os-error" if catches_only_file_errors(handler.type) else "handler"
        self._block(node.body, scope, replace(frame, guard=guard), depth + 1)
        for handler in node.handlers:
            self._block(handler.body, scope, frame, depth + 1)
        self._block(node.orelse, scope, frame, depth + 1)
        self._block(node.finalbody, scope, frame, depth + 1)

    def _own_expressions(self, node: ast.stmt, scope: Scope, frame: Frame) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            if node.value is None:
                return
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            role = Role("bound")
            for target in targets:
                if isinstance(target, ast.Subscript):
                    path = self.scope.imports.dotted(target.value)
                    role = Role("sys-path") if path == "sys.path" else Role("passed", "a table")
                elif isinstance(target, ast.Attribute) and not self._is_own(target, scope):
                    path = self.scope.imports.dotted(target) or target.attr
                    role = Role("sys-path") if path in ("sys.path", "__path__") else Role("passed", path)
                self._export(target, node.value, scope, frame)
            self._expression(node.value, scope, frame, role)
        elif isinstance(node, ast.AugAssign):
            dotted = self.scope.imports.dotted(node.target) or ""
            self._expression(node.value, scope, frame, Role("sys-path" if dotted == "sys.path" else "passed", dotted))
        elif isinstance(node, ast.Return):
            self._expression(node.value, scope, frame, Role("returned"))
        elif isinstance(node, ast.Raise):
            for part in (node.exc, node.cause):
                self._expression(part, scope, frame, Role("shown", "raise"))
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter, scope, frame, _NOTHING)
        elif isinstance(node, (ast.While, ast.Assert)):
            self._expression(node.test, scope, frame, Role("tested", "assert"))
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self._expression(child, scope, frame, _NOTHING)
                elif isinstance(child, ast.withitem):
                    self._expression(child.context_expr, scope, frame, _NOTHING)

    def _is_own(self, target: ast.Attribute, scope: Scope) -> bool:
        return isinstance(target.value, ast.Name) and (
            target.value.id in ("self", "cls") or target.value.id in scope.classes
        )

    def _export(self, target: ast.expr, value: ast.expr, scope: Scope, frame: Frame) -> None:
        """Remember what the module, or an object of its classes, binds to a path."""
        name = ""
        if isinstance(target, ast.Name) and "function" not in frame.context:
            name = f".{target.id}" if frame.in_class else target.id
        elif isinstance(target, ast.Attribute):
            name = f".{target.attr}"
        if name:
            for item in evaluate(value, scope):
                self.names.setdefault((name, item), PathName(name, item, self._place(value)))

    def _export_function(self, name: str, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for item in scope.functions.get(name, ()):
            self.names.setdefault((name, item), PathName(name, item, self._place(node), callable=True))

    def _expression(self, node: ast.expr | None, scope: Scope, frame: Frame, role: Role, depth: int = 0) -> None:
        """Find the largest path expressions below a node and say what is done with them."""
        if node is None or depth > 2 * MAX_DEPTH:
            return
        values = evaluate(node, scope)
        if values:
            self._use(node, values, role, frame)
            self._below_path(node, scope, frame, depth)
            return
        if isinstance(node, ast.Call):
            self._call(node, scope, frame, role, depth)
            return
        child = programs.child_interpreter(node, scope)
        if child is not None:
            kind, module = child
            self.children.append(ChildInterpreter(self._place(node), kind, module, frame.context))
        if isinstance(node, (ast.Tuple, ast.List)):
            for number, item in enumerate(node.elts):
                inner = Role("passed", role.by) if role.use == "run" and number else role
                inner = Role("passed", "a table") if inner.use in ("bound", "returned", "") else inner
                self._expression(item, scope, frame, inner, depth + 1)
            return
        if isinstance(node, (ast.Set, ast.Dict)):
            items = node.elts if isinstance(node, ast.Set) else [*node.keys, *node.values]
            inner = Role("passed", "a table") if role.use in ("bound", "returned", "") else role
            for part in items:
                self._expression(part, scope, frame, inner, depth + 1)
            return
        if isinstance(node, (ast.IfExp, ast.BoolOp, ast.Starred, ast.Await, ast.NamedExpr, ast.Yield)):
            for child_node in ast.iter_child_nodes(node):
                if isinstance(child_node, ast.expr):
                    self._expression(child_node, scope, frame, role, depth + 1)
            return
        if isinstance(node, ast.Compare):
            role = Role("tested", "comparison")
        elif isinstance(node, ast.Lambda):
            self._expression(node.body, scope, frame.within("function"), Role("returned"), depth + 1)
            return
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._comprehension(node, scope, frame, depth)
            return
        elif isinstance(node, (ast.JoinedStr, ast.BinOp)):
            role = role if role.use in ("shown", "tested", "run", "read", "passed") else Role("shown", "text")
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.UnaryOp)):
            role = _NOTHING
        for below in ast.iter_child_nodes(node):
            if isinstance(below, ast.expr):
                self._expression(below, scope, frame, role, depth + 1)
            elif isinstance(below, ast.keyword):
                self._expression(below.value, scope, frame, role, depth + 1)

    def _comprehension(self, node: ast.expr, scope: Scope, frame: Frame, depth: int) -> None:
        inner = scope.inner()
        for generator in node.generators:  # type: ignore[attr-defined]
            self._expression(generator.iter, inner, frame, _NOTHING, depth + 1)
            if isinstance(generator.target, ast.Name):
                inner.bind(inner.names, generator.target.id, tuple(elements(generator.iter, inner)))
            for test in generator.ifs:
                self._expression(test, inner, frame, Role("tested"), depth + 1)
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                self._expression(getattr(node, name), inner, frame, Role("passed", "a table"), depth + 1)

    def _below_path(self, node: ast.expr, scope: Scope, frame: Frame, depth: int) -> None:
        """Look at calls inside a path expression that use it themselves: `listdir(here)`, `here.glob("*")`."""
        if depth > MAX_DEPTH:
            return
        if isinstance(node, ast.Call):
            name = scope.imports.dotted(node.func) or ""
            if name in words.CALLS and words.CALLS[name] in ("listed", "globbed") and node.args:
                self._use(node, evaluate(node.args[0], scope), Role(words.CALLS[name], name), frame)
            elif isinstance(node.func, ast.Attribute) and node.func.attr in ("iterdir", "glob", "rglob"):
                self._use(
                    node, evaluate(node.func.value, scope), Role(words.METHODS[node.func.attr], node.func.attr), frame
                )
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._below_path(child, scope, frame, depth + 1)

    def _call(self, node: ast.Call, scope: Scope, frame: Frame, role: Role, depth: int) -> None:
        name = scope.imports.dotted(node.func) or ""
        last = name.rpartition(".")[2] or last_name(node.func)
        dynamic = programs.dynamic_import(node, name, scope)
        if dynamic is not None:
            prefix, own = dynamic
            self.dynamic.append(DynamicImport(self._place(node), last, prefix, own, frame.context))
        group = programs.plugin_group(node, name, scope)
        if group is not None:
            self.plugins.append(PluginCall(self._place(node), last, group, frame.context))
        child = programs.child_interpreter(node, scope)
        if child is not None:
            kind, module = child
            self.children.append(ChildInterpreter(self._place(node), kind, module, frame.context))
        if isinstance(node.func, ast.Attribute):
            values = evaluate(node.func.value, scope)
            if values:
                use = words.METHODS.get(node.func.attr)
                if use == "read" and node.func.attr == "open" and writes(node, 0, scope):
                    use = "written"
                self._use(node, values, Role(use or "tested", f".{node.func.attr}"), frame)
            else:
                self._expression(node.func.value, scope, frame, _NOTHING, depth + 1)
        use = words.CALLS.get(name)
        if use is None:
            use = by_last(last, method=isinstance(node.func, ast.Attribute))
        if use == "read" and last == "open" and writes(node, 1, scope):
            use = "written"
        if role.use == "shown" and use == "passed" and role.by == "raise":
            use = "shown"
        for number, argument in enumerate(node.args):
            inner = Role(use, last, name, number)
            if use == "run" and number:
                inner = Role("passed", last)
            elif use == "copied" and number and last != "symlink":
                inner = Role("written", last)
            self._expression(argument, scope, frame, inner, depth + 1)
        for keyword in node.keywords:
            inner = Role(use, last)
            if keyword.arg == "cwd":
                inner = Role("entered", last)
            elif use == "run" and keyword.arg not in ("args", "executable"):
                inner = Role("passed", last)
            elif keyword.arg in ("help", "description", "epilog", "version", "prog", "metavar", "doc", "mode"):
                inner = Role("shown", last)
            elif use == "shown" and keyword.arg == "default":
                inner = Role("passed", "a default")
            self._expression(keyword.value, scope, frame, inner, depth + 1)

    def _use(self, node: ast.expr, values: Values, role: Role, frame: Frame) -> None:
        use = role.use
        if use == "" or use == "bound" or use == "returned" or len(self.uses) >= MAX_USES:
            return
        # a path beside a resource of the same name is what older Pythons fall back to
        fallback = any(value.start == "resource" for value in values)
        for value in values:
            context = frame.context if not frame.in_class else (*frame.context, "class")
            guard: Guard = "fallback" if fallback and value.start != "resource" else frame.guard
            place = self._place(node)
            self.uses.append(PathUse(place, value, use, role.by, guard, context, role.called, role.argument))

    def _place(self, node: ast.AST) -> Place:
        line = getattr(node, "lineno", 1)
        if isinstance(node, ast.stmt):
            return self.source.place(line, getattr(node, "col_offset", 0), None, None)
        end = getattr(node, "end_lineno", None)
        return self.source.place(line, getattr(node, "col_offset", 0), end, getattr(node, "end_col_offset", None))


def file_visitor(source: Source, names: Names, wanted: frozenset[str], interpreters: frozenset[str]) -> FileVisitor:
    """Return a visitor for one file whose imports are known."""
    return FileVisitor(source, Scope(names, wanted=wanted, interpreters=interpreters))
