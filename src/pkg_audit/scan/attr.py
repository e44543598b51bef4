"""Resolve `attr: package.module.name` from the source, as setuptools' static reading does; nothing is imported."""

from __future__ import annotations

import ast
from posixpath import normpath
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.scan.python_parser import PARSER_ERRORS, parse_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.place import UnknownReason
    from pkg_audit.tree import Tree

MAX_HOPS = 5
"""How many re-exports inside the tree are followed to a literal."""


def parse_module(data: bytes) -> ast.Module | None:
    """Parse Python source, None where the parser refuses it for whatever reason."""
    try:
        tree: ast.Module = parse_python(data)
    except PARSER_ERRORS:
        return None
    return tree


def find_module(tree: Tree, module: str, package_dir: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """Return the path of a module's source below the tree, None where no source file is found.

    `package_dir` maps packages ("" = root) to directories as in setuptools. Where it does not name the root, the
    src-layout is tried too, since setuptools discovers it by itself.
    """
    parts = module.split(".") if module else []
    starts = []
    for count in range(len(parts), 0, -1):
        prefix = ".".join(parts[:count])
        if prefix in package_dir:
            starts.append("/".join([package_dir[prefix], *parts[count:]]))
            break
    else:
        roots = [package_dir[""]] if "" in package_dir else ["", "src"]
        starts += ["/".join([root, *parts]) for root in roots]
    for start in starts:
        base = normpath(start or ".").lstrip("/")
        for candidate in (f"{base}.py", normpath(f"{base}/__init__.py")):
            if not candidate.startswith("..") and tree.is_file(candidate):
                return candidate
    return None


def resolve_attr(
    tree: Tree, reference: str, package_dir: Mapping[str, str] = MappingProxyType({}), at: Place | None = None
) -> Value[str]:
    """Resolve `pkg.mod.attr` to the text that setuptools would use.

    Known: the first module-level assignment of the name is a literal string, number or sequence of them (joined by
    dots), or the name is imported from a module of the tree where that holds. Anything else needs an import: unknown.
    `at` is the place that asks, for unknowns.
    """
    place = at or Place()
    module, _, name = reference.strip().rpartition(".")
    for hop in range(MAX_HOPS):
        path = find_module(tree, module, package_dir)
        if path is None:
            missing: UnknownReason = "dynamic-expression" if hop else "file-missing"
            return _unknown(missing, place, f"no source file of module {module}")
        try:
            parsed = parse_module(tree.read(path))
        except ReadError as error:
            return _unknown("too-large" if error.reason == "too-large" else "file-missing", Place(path), str(error))
        if parsed is None:
            return _unknown("not-parseable", Place(path), f"{path} does not parse")
        value, origin = _find(parsed, name, path)
        if value is not None:
            return value
        if origin is None:
            return _unknown("dynamic-expression", Place(path), f"{name} is not a literal in {path}")
        level, target, name = origin
        module = _absolute(module, path, level, target)
    return _unknown("dynamic-expression", place, "imported from module to module")


def _find(module: ast.Module, name: str, path: str) -> tuple[Value[str] | None, tuple[int, str, str] | None]:
    """Return the literal that a name is first assigned, or where the module imports it from."""
    origin: tuple[int, str, str] | None = None
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            targets, expression = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, expression = [statement.target], statement.value
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    origin = (statement.level, statement.module or "", alias.name)
            continue
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            text = _literal(expression)
            if text is None:
                return None, None
            return Value(text, _place_of(expression, path)), None
    return None, origin


def _literal(expression: ast.expr) -> str | None:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, (str, int, float)):
        return _text(expression.value)
    if isinstance(expression, (ast.Tuple, ast.List)):
        parts = []
        for item in expression.elts:
            if not isinstance(item, ast.Constant) or not isinstance(item.value, (str, int)):
                return None
            part = _text(item.value)
            if part is None:
                return None
            parts.append(part)
        return ".".join(parts)
    return None


def _text(value: str | float) -> str | None:
    try:
        return str(value)
    except ValueError:  # an integer of too many digits
        return None


def _place_of(expression: ast.expr, path: str) -> Place:
    """Return the place of an expression; columns are bytes in ast, exact here for lines of ASCII."""
    end_column = None if expression.end_col_offset is None else expression.end_col_offset + 1
    return Place(path, expression.lineno, expression.col_offset + 1, expression.end_lineno, end_column)


def _absolute(module: str, path: str, level: int, target: str) -> str:
    """Return the dotted name of an imported module, seen from the module at `path`."""
    if level == 0:
        return target
    parts = module.split(".") if module else []
    drop = level - 1 if path.endswith("/__init__.py") or path == "__init__.py" else level
    kept = parts[: len(parts) - drop] if drop else parts
    return ".".join([*kept, *([target] if target else [])])


def _unknown(reason: UnknownReason, at: Place, detail: str) -> Value[str]:
    return Value(None, at, Unknown(reason, at, detail))
