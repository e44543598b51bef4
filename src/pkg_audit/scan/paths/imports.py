"""Read the imports of a source that is not the project's own, and what a function of it imports when it runs."""

from __future__ import annotations

import ast

from pkg_audit.facts.sources import Import
from pkg_audit.scan.sources.imports import collect
from pkg_audit.scan.sources.parse import parse_source
from pkg_audit.scan.sources.text import decode
from pkg_audit.scan.sources.tolerant import tolerant_imports


def read_imports(data: bytes, path: str) -> tuple[Import, ...]:
    """Return the imports of a file with their context; of one that does not parse, what a line-wise reading finds."""
    source = decode(data, path)
    parsed = parse_source(source)
    return tuple(collect(parsed).imports) if parsed.tree is not None else tolerant_imports(source)


def function_lines(data: bytes, path: str, name: str) -> tuple[int, int] | None:
    """Return the first and last line of a function that a module defines at its top level, None where it does not."""
    parsed = parse_source(decode(data, path))
    if parsed.tree is None:
        return None
    for node in parsed.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return node.lineno, node.end_lineno or node.lineno
    return None
