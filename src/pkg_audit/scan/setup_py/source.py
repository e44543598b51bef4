"""Parse Python text within limits, and say where its nodes stand."""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
from typing import Any

from pkg_audit.facts.place import Place
from pkg_audit.scan.python_parser import PARSER_ERRORS, parse_python

CONDITION_LENGTH = 120


class SourceError(Exception):
    """The text cannot be parsed. `reason` is one of the closed list of reasons in `pkg_audit.facts.place`."""

    def __init__(self, message: str, reason: str = "not-parseable", line: int | None = None, column: int | None = None):
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.line = line
        self.column = column


class Source:
    """Python text with its syntax tree. `first_line` shifts places for text that is a part of a file."""

    def __init__(self, path: str, text: str, first_line: int = 1) -> None:
        self.path = path
        self.tree = parse(text)
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._shift = first_line - 1
        self._ascii = text.isascii()
        self._places: dict[int, tuple[ast.AST, Place]] = {}

    def place(self, node: ast.AST) -> Place:
        """Return the span of a node; columns in code points, from 1, the end exclusive."""
        known = self._places.get(id(node))
        if known is None:
            spot: Any = node
            line, end_line = getattr(spot, "lineno", None), getattr(spot, "end_lineno", None)
            if line is None or end_line is None:
                return Place(self.path)
            found = Place(
                self.path,
                line + self._shift,
                self._column(line, spot.col_offset),
                end_line + self._shift,
                self._column(end_line, spot.end_col_offset or 0),
            )
            # The node is kept too, so that its id stays its own.
            self._places[id(node)] = known = (node, found)
        return known[1]

    def condition(self, node: ast.expr) -> str:
        """Return a node's text in one line, cut, to name a condition."""
        at = self.place(node)
        if at.line is None or at.end_line is None:
            return ""
        lines = self._lines[at.line - 1 - self._shift : at.end_line - self._shift]
        if not lines or at.column is None or at.end_column is None:
            return ""
        lines[-1] = lines[-1][: at.end_column - 1]
        lines[0] = lines[0][at.column - 1 :]
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= CONDITION_LENGTH else text[: CONDITION_LENGTH - 1] + "…"

    def _column(self, line: int, offset: int) -> int:
        if self._ascii:
            return offset + 1
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return offset + 1 if text.isascii() else len(text.encode(errors="replace")[:offset].decode(errors="ignore")) + 1


def parse(text: str, mode: str = "exec") -> Any:
    """Parse Python text. Raises SourceError for everything that the parser can fail with."""
    try:
        return parse_python(text, mode)
    except SyntaxError as error:
        raise SourceError(error.msg or "invalid syntax", line=error.lineno, column=error.offset or None) from None
    except PARSER_ERRORS as error:
        raise SourceError(f"{type(error).__name__}: {error}") from None


def decode(data: bytes) -> str:
    """Decode Python source by its BOM or PEP 263 cookie. Raises SourceError with reason `encoding`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        info: Any = codecs.lookup(encoding)
        # Codecs such as `zip` or `rot13` are no text encodings: bytes.decode would refuse or, worse, unpack.
        if not getattr(info, "_is_text_encoding", True):
            raise SourceError(f"{encoding} is not a text encoding", "encoding")
        return data.decode(encoding)
    except (SyntaxError, LookupError, ValueError) as error:
        raise SourceError(str(error) or type(error).__name__, "encoding") from None
