"""List the names that a module binds at its top level, wherever in its blocks that happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from pkg_audit.facts.sources import Binding, ModuleBindings
from pkg_audit.scan.sources.dynamic import is_dynamic
from pkg_audit.scan.sources.names import Names

MAX_MEMBERS = 5000

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bindings_of(tree: ast.Module, text: str) -> ModuleBindings:
    """Return what the module's statements bind, conditional or not; `del` at the top level unbinds."""
    names = Names()
    found: list[Binding] = []
    for statement in _flat(tree.body):
        if isinstance(statement, ast.Delete):
            if any(statement is top for top in tree.body[-50:]):
                gone = {target.id for target in statement.targets if isinstance(target, ast.Name)}
                found = [binding for binding in found if binding.name not in gone]
            continue
        found += _bound(statement, names)
    found += _globals(tree, text)
    dynamic = any(binding.name == "__getattr__" for binding in found) or is_dynamic(tree, text)
    return ModuleBindings(tuple(found), dynamic=dynamic)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block and of the blocks in it that run with it, in order."""
    stack: list[Iterator[ast.stmt]] = [iter(body)]
    while stack:
        statement = next(stack[-1], None)
        if statement is None:
            stack.pop()
            continue
        yield statement
        if isinstance(statement, _NESTED):
            continue
        inner: list[Iterator[ast.stmt]] = []
        for name in ("body", "orelse", "finalbody"):
            block = getattr(statement, name, None)
            if block:
                inner.append(iter(block))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            inner.insert(1, iter(part.body))
        stack.extend(reversed(inner))


def _bound(statement: ast.stmt, names: Names) -> Iterator[Binding]:
    line, column = statement.lineno, statement.col_offset + 1
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield Binding(statement.name, "function", line, column, call=_call(statement))
    elif isinstance(statement, ast.ClassDef):
        yield _class(statement)
    elif isinstance(statement, ast.Import):
        names.add_import(statement)
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = alias.name if alias.asname else name
            yield Binding(name, "import", line, column, module=module)
    elif isinstance(statement, ast.ImportFrom):
        names.add_import(statement)
        for alias in statement.names:
            star = alias.name == "*"
            yield Binding(
                alias.asname or alias.name,
                "star-import" if star else "import",
                line,
                column,
                module=statement.module or "",
                level=statement.level,
                attr=alias.name,
            )
    else:
        yield from _assigned(statement, line, column)


def _call(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Say why calling a function without arguments does not run it; "" where it does, or a decorator may see to it."""
    if function.decorator_list:
        return ""
    if isinstance(function, ast.AsyncFunctionDef):
        return "it is a coroutine function, whose call runs nothing"
    arguments = function.args
    needed = [*arguments.posonlyargs, *arguments.args][: _positional(arguments) - len(arguments.defaults)]
    needed += [
        item for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None
    ]
    if not needed:
        return ""
    return f"it needs an argument for `{needed[0].arg}`"


def _positional(arguments: ast.arguments) -> int:
    return len(arguments.posonlyargs) + len(arguments.args)


def _assigned(statement: ast.stmt, line: int, column: int) -> Iterator[Binding]:
    targets: list[Any] = []
    alias = ""
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
        alias = _dotted(statement.value)
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target] if statement.value is not None else []
        alias = _dotted(statement.value) if statement.value is not None else ""
    elif isinstance(statement, (ast.AugAssign, ast.For, ast.AsyncFor)):
        targets = [statement.target]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield from (Binding(name, "assignment", line, column) for name in _captures(case.pattern))
    elif type(statement).__name__ == "TypeAlias":
        targets = [statement.name]  # type: ignore[attr-defined]
    for name in _targets(targets):
        yield Binding(name, "assignment", line, column, alias=alias)
    for name in _walruses(statement):
        yield Binding(name, "assignment", line, column)


def _dotted(node: ast.expr) -> str:
    return Names().dotted(node) or ""


def _targets(targets: list[Any]) -> Iterator[str]:
    """Yield the plain names among assignment targets."""
    pending = list(reversed(targets))
    while pending:
        target = pending.pop()
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            pending.extend(reversed(target.elts))


def _captures(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
        if isinstance(name, str):
            yield name


def _walruses(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that assignment expressions bind in a statement's own expressions."""
    pending: list[ast.AST] = [
        node for node in ast.iter_child_nodes(statement) if isinstance(node, (ast.expr, ast.withitem))
    ]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.NamedExpr):
            yield from _targets([node.target])
        if not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _class(node: ast.ClassDef) -> Binding:
    members: dict[str, None] = {}
    for statement in _flat(node.body):
        if len(members) > MAX_MEMBERS:
            break
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            members[statement.name] = None
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            members.update(dict.fromkeys(alias.asname or alias.name.partition(".")[0] for alias in statement.names))
        else:
            members.update(dict.fromkeys(item.name for item in _assigned(statement, 1, 1)))
    plain = (
        not node.keywords
        and not node.decorator_list
        and all(isinstance(base, ast.Name) and base.id == "object" for base in node.bases)
    )
    return Binding(
        node.name,
        "class",
        node.lineno,
        node.col_offset + 1,
        members=tuple(members),
        open_ended=not plain or "*" in members,
    )


def _globals(tree: ast.Module, text: str) -> Iterator[Binding]:
    """Yield the names that functions bind through `global`."""
    if "global " not in text and "global\t" not in text:
        return
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for function in functions:
        statements = list(_flat(function.body))
        declared = {name for item in statements if isinstance(item, ast.Global) for name in item.names}
        if not declared:
            continue
        names = Names()
        for statement in statements:
            if isinstance(statement, ast.Delete):
                continue
            for binding in _bound(statement, names):
                if binding.name in declared:
                    yield binding
