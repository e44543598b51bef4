"""Parse a build script of the project, silently and within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.scan.python_parser import PARSER_ERRORS, parse_python

if TYPE_CHECKING:
    import ast

    from pkg_audit.tree import Tree

SIZE = 256 << 10


def parse_script(tree: Tree, path: str) -> tuple[ast.Module, bytes] | None:
    """Return a script's syntax tree and bytes; None where it is missing, above 256 KiB or does not parse."""
    try:
        data = tree.read(path, SIZE)
        return parse_python(data), data
    except (ReadError, *PARSER_ERRORS):
        return None
