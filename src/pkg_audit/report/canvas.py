"""Lay text out in columns: lines of styled pieces, wrapped by display width, written plain or in colour."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pkg_audit.report.style import Style

Piece = tuple[str, str]
"""Text, and the name of its style in `STYLES`, "" for none."""

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "good": "green",
    "dim": "bright_black",
    "strong": "bold",
    "link": "blue",
}

NARROWEST = 12
"""Columns below which a text starts on a line of its own."""

ASCII = {
    "✓": "+",
    "✗": "x",
    "–": "-",
    "…": "...",
    "│": "|",
    "→": "->",
}
"""What stands for our own symbols where the encoding has none of them."""


def cells(text: str) -> int:
    """Return the columns that printable text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """Cut printable text to a number of columns, with a mark where something is missing."""
    if cells(text) <= width:
        return text
    taken, used = 0, 0
    for character in text:
        used += _cells(character)
        if used > width - 1:
            break
        taken += 1
    return text[:taken] + "…"


def wrap(text: str, width: int) -> list[str]:
    """Break printable text at spaces into lines of at most `width` columns; longer words are broken anywhere."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        size = cells(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line)
        while size > width:
            taken, used = 0, 0
            for character in word:
                if used + _cells(character) > width:
                    break
                used += _cells(character)
                taken += 1
            taken = max(taken, 1)
            lines.append(word[:taken])
            word = word[taken:]
            size = cells(word)
        line, used = word, size
    return [*lines, line] if line or not lines else lines


@dataclass(slots=True)
class Canvas:
    """Collects lines. Every line begins with text of ours: `continued` marks the second and later lines of a text,
    so that no word of the audited project can come first, where a log would take it for a command."""

    width: int
    lines: list[list[Piece]] = field(default_factory=list)

    def add(self, *pieces: Piece) -> None:
        """Add one line as it is, cut at the width."""
        left = self.width
        line: list[Piece] = []
        for text, style in pieces:
            if left <= 0:
                break
            shown = cut(text, left)
            line.append((shown, style))
            left -= cells(shown)
        self.lines.append(line)

    def flow(self, lead: Sequence[Piece], text: str, style: str = "", continued: str = "    │ ") -> None:
        """Add a text that may take several lines, behind `lead` and, from the second line on, `continued`."""
        text = text.strip(" ")
        room = self.width - sum(cells(piece) for piece, _ in lead)
        first = wrap(text, room)[0] if room >= NARROWEST else ""
        self.add(*lead, (first, style))
        if rest := text[len(first) :].lstrip(" "):
            for line in wrap(rest, max(self.width - cells(continued), NARROWEST)):
                self.add((continued, "dim"), (line, style))

    def gap(self) -> None:
        """Add an empty line, never two in a row and none at the top."""
        if self.lines and self.lines[-1]:
            self.lines.append([])

    def text(self, style: Style) -> str:
        """Return all lines, in colour where the style says so."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        if not self.lines:
            return ""
        return _colored(self.lines, self.width) if style.color else _plain(self.lines)


def _plain(lines: Iterable[Sequence[Piece]]) -> str:
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _colored(lines: Sequence[Sequence[Piece]], width: int) -> str:
    """Let rich write the escape sequences. Only `Text` objects reach it, so that nothing is read as markup."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    target = StringIO()
    console = Console(
        file=target,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        width=width + 1,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        soft_wrap=True,
        _environ={},
    )
    for line in lines:
        text = Text(no_wrap=True, end="\n")
        for piece, style in line:
            text.append(piece, STYLES.get(style))
        text.rstrip()
        console.print(text, soft_wrap=True)
    return target.getvalue()


def to_ascii(text: str) -> str:
    """Replace our symbols by ASCII ones and every other character beyond ASCII by its escape."""
    for symbol, plain in ASCII.items():
        text = text.replace(symbol, plain)
    return text.encode("ascii", "backslashreplace").decode("ascii")
