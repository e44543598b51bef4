"""Split source text that need not be valid into strings, comments and code, in linear time.

Only files that the parser refuses come here: Python 2, newer syntax, broken or oversized files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Possessive quantifiers keep every pattern linear; an unterminated string ends with its line or with the file.
_PIECE = re.compile(
    r"""
      (?P<code>[^'"#\n\\()\[\]{}]++)
    | (?P<newline>\n)
    | (?P<string>'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)
        |\"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"|\Z)
        |'(?:[^'\\\n]++|\\.)*+'?
        |"(?:[^"\\\n]++|\\.)*+"?)
    | (?P<comment>\#[^\n]*+)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<join>\\\n)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """A statement line with strings and comments blanked: `text` is as long as the source from `start` to `end`."""

    start: int
    end: int
    line: int
    indent: int
    text: str


def pieces(text: str, position: int = 0) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, start, end) of every piece of the text from `position` on, in order, without gaps."""
    for match in _PIECE.finditer(text, position):
        yield match.lastgroup or "other", match.start(), match.end()


def mask(text: str) -> tuple[str, list[int]]:
    """Blank strings and comments; return the code and the offsets of the newlines that end logical lines.

    A string becomes quote characters with its newlines kept, so that offsets and line numbers stay true.
    """
    out: list[str] = []
    ends: list[int] = []
    depth = 0
    for kind, start, end in pieces(text):
        piece = text[start:end]
        if kind == "string":
            piece = _NOT_NEWLINE.sub('"', piece)
        elif kind == "comment":
            piece = " " * len(piece)
        elif kind == "join":
            piece = " \n"
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "newline" and (not depth or _starts_statement(text, end)):
            depth = 0
            ends.append(start)
        out.append(piece)
    return "".join(out), ends


_STATEMENT = re.compile(r"(?:def|class|import|from|try|with|@)\b|@")


def _starts_statement(text: str, start: int) -> bool:
    """Tell whether an unindented statement begins here: a bracket left open in broken code must not eat the file."""
    match = _STATEMENT.match(text, start)
    return match is not None and match.group() != "from"


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Yield the logical lines that are not blank, with their indentation (a tab counts to the next multiple of 8)."""
    code, ends = mask(text)
    start, line = 0, 1
    for end in [*ends, len(code)]:
        piece = code[start:end]
        stripped = piece.lstrip(" \t\f")
        if stripped.strip():
            lead = piece[: len(piece) - len(stripped)].rpartition("\f")[2].expandtabs(8)
            skipped = len(piece) - len(stripped)
            first = stripped.lstrip()
            skipped += len(stripped) - len(first)
            newlines = piece.count("\n", 0, skipped)
            yield LogicalLine(start + skipped, end, line + newlines, len(lead), first)
        line += piece.count("\n") + 1
        start = end + 1
