"""Parse a build script of the project, silently and within limits."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

SIZE = 256 << 10


def parse_script(tree: Tree, path: str) -> tuple[ast.Module, bytes] | None:
    """Return a script's syntax tree and bytes; None where it is missing, above 256 KiB or does not parse.

    Its warnings (invalid escapes) are the project's business and are not printed.
    """
    try:
        data = tree.read(path, SIZE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data, filename=""), data
    except (ReadError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
