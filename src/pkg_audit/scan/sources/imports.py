"""Collect a module's imports with their context, and what its names stand for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from pkg_audit.facts.place import Place
from pkg_audit.facts.sources import Import
from pkg_audit.scan.sources.interest import GUARD_WORDS, IMPORT_WORDS, lines_with
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.parse import Parsed
from pkg_audit.scan.sources.text import Source
from pkg_audit.scan.sources.walk import Frame, statements

MAX_IMPORTS = 20_000
MAX_NAME = 1_000
MAX_PARTS = 100
"""Characters and components of an imported name; file names end at 255 bytes, and paths at 4,096."""


@dataclass(slots=True)
class Collected:
    """What the first walk over a file found; `main_guard` is where `if __name__ == "__main__"` stands."""

    names: Names = field(default_factory=Names)
    imports: list[Import] = field(default_factory=list)
    main_guard: Place | None = None
    future_annotations: bool = False


def collect(parsed: Parsed) -> Collected:
    """Walk the statements that import, guard or define something."""
    result = Collected()
    source, tree = parsed.source, parsed.tree
    if tree is None:
        return result
    names = result.names
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.defined.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names.add_assignment(statement)
    lines = lines_with(source.text, (*IMPORT_WORDS, *GUARD_WORDS))
    for node, frame in statements(tree, lines, names):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.add_import(node)
            if len(result.imports) < MAX_IMPORTS:
                lazy = node.lineno in parsed.lazy_lines or bool(getattr(node, "is_lazy", 0))
                result.imports += imports_of(node, frame.within("lazy") if lazy else frame, source)
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                result.future_annotations |= any(alias.name == "annotations" for alias in node.names)
        elif isinstance(node, ast.If) and result.main_guard is None and _is_main(node, names):
            result.main_guard = source.place(node.lineno, node.col_offset, None, None)
    return result


def _is_main(node: ast.If, names: Names) -> bool:
    from pkg_audit.scan.sources.guards import judge

    return "main-guard" in judge(node.test, names).yes.contexts


def imports_of(node: ast.Import | ast.ImportFrom, frame: Frame, source: Source) -> list[Import]:
    """Turn an import statement into facts: one for each module of `import a, b`, one for a `from` import."""
    if isinstance(node, ast.ImportFrom):
        at = source.place(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        bound = tuple(alias.name for alias in node.names)
        module = _bounded(node.module or "")
        return [Import(at, module, node.level, bound, frame.context, frame.python, frame.platform)]
    found = []
    for alias in node.names:
        at = source.place(alias.lineno, alias.col_offset, alias.end_lineno, alias.end_col_offset)
        if len(node.names) == 1:
            at = source.place(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        found.append(Import(at, _bounded(alias.name), 0, (), frame.context, frame.python, frame.platform))
    return found


def _bounded(name: str) -> str:
    """Cut a dotted name to what may exist; whoever walks its parents pays for its square."""
    return name if len(name) <= MAX_NAME else ".".join(name[:MAX_NAME].split(".")[:MAX_PARTS])
