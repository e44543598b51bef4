"""Hand Python text to the parser: the one place that does, and what it may raise."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

PARSER_ERRORS = (
    SyntaxError, ValueError, RecursionError, MemoryError, LookupError, UnicodeError, OverflowError, SystemError,
)  # fmt: skip
"""Deep nesting raises RecursionError or MemoryError, NUL bytes ValueError; the others were met on odd encodings and on
numbers beyond the interpreter's limit."""

MAX_DOTTED = 300
"""Names joined by dots in one place. CPython joins those of an import one by one and keeps every step: 20,000 of them
(40 kB) take 400 MB, and the bytes grow with the square (measured with 3.11.7 and 3.13.0, November 2026)."""

_LONG_LINE = 2 * MAX_DOTTED
_CONTINUATIONS = 30
_GAP = r"[ \t\f]*+(?:\\\r?\n[ \t\f]*+)*+"
_CHAIN = re.compile(rf"(?<![\w.])(?:\w++{_GAP}\.{_GAP}){{{MAX_DOTTED}}}")
_CHAIN_BYTES = re.compile(rf"(?<![\w.\x80-\xff])(?:[\w\x80-\xff]++{_GAP}\.{_GAP}){{{MAX_DOTTED}}}".encode("latin-1"))


def parse_python(source: str | bytes, mode: str = "exec") -> Any:
    """Return the syntax tree of a file, or of an expression (`mode` "eval"). Raises one of PARSER_ERRORS.

    Its warnings (invalid escapes and the like) are the project's affair: under -W error they would look like syntax
    errors. The file has no name, since CPython opens the file of that name to quote the line of a syntax error.
    """
    if _is_costly(source):
        raise RecursionError("too many names joined by dots")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, filename="", mode=mode)


def _is_costly(source: str | bytes) -> bool:
    """Tell whether more names are joined by dots than any program joins; looks closely where lines are long only."""
    if isinstance(source, bytes):
        if source.count(b".") < MAX_DOTTED:
            return False
        long = source.count(b"\\\n") > _CONTINUATIONS or max(map(len, source.split(b"\n"))) > _LONG_LINE
        return (long or b"\r" in source) and _CHAIN_BYTES.search(source) is not None
    if source.count(".") < MAX_DOTTED:
        return False
    long = source.count("\\\n") > _CONTINUATIONS or max(map(len, source.split("\n"))) > _LONG_LINE
    return (long or "\r" in source) and _CHAIN.search(source) is not None
