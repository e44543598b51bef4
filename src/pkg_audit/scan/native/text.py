"""Read native sources as text: places by offset, and comments blanked so that words in them do not count."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

_C_TOKEN = re.compile(r'//[^\n]*|/\*|"(?:[^"\\\n]++|\\.)*+"?|\'(?:[^\'\\\n]++|\\.)*+\'?', re.DOTALL)
# A quote that nothing closes ends with its line: looking for another meaning would cost the line's square.
_NOT_NEWLINE = re.compile(r"[^\n]")


def read_text(tree: Tree, path: str, limit: int) -> str | None:
    """Return a file's text, undecodable bytes replaced; None where it is missing, unreadable or above `limit` bytes."""
    try:
        return tree.read(path, limit).decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    except ReadError:
        return None


class Lines:
    """Turn offsets into places of one file."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, start: int, end: int | None = None) -> Place:
        """Return the place of the span from `start` to `end` (exclusive), or of one point."""
        line, column = self._split(start)
        if end is None:
            return Place(self._path, line, column)
        end_line, end_column = self._split(end)
        return Place(self._path, line, column, end_line, end_column)

    def _split(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def blank_c_comments(text: str, *, strings: bool = False) -> str:
    """Return C, C++ or Rust text with its comments replaced by spaces, offsets and line ends unchanged.

    With `strings` what string and character literals hold is blanked as well. Linear: one pass over comments and
    string literals. Nested Rust comments end at the first `*/`.
    """
    out: list[str] = []
    position = 0
    while match := _C_TOKEN.search(text, position):
        found = match.group()
        if found == "/*":
            end = text.find("*/", match.end())
            stop = len(text) if end < 0 else end + 2
        elif found.startswith("//"):
            stop = match.end()
        else:
            out.append(text[position : match.start()])
            out.append(_NOT_NEWLINE.sub(" ", found) if strings else found)
            position = match.end()
            continue
        out.append(text[position : match.start()])
        out.append(_NOT_NEWLINE.sub(" ", text[match.start() : stop]))
        position = stop
    out.append(text[position:])
    return "".join(out)


def blank_hash_comments(text: str) -> str:
    """Return CMake, meson or Cython text with `#` comments blanked, offsets unchanged; quotes are not looked into."""
    return re.sub(r"#[^\n]*", lambda match: " " * len(match.group()), text)
