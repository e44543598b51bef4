"""Draw code frames: the line of a file with the span underlined, and further places it has to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.report.canvas import Canvas, cells, cut
from pkg_audit.report.words import plural, printable

if TYPE_CHECKING:
    from pkg_audit.model import Location

MAX_PATH = 300
MAX_LABEL = 160
MAX_RELATED = 3
CONTEXT = 12
"""Columns of a long line that stay visible before the span."""


def draw_frames(canvas: Canvas, primary: Location, related: tuple[Location, ...]) -> None:
    """Add the frame of a finding, with up to three related places; further ones are counted."""
    shown = related[:MAX_RELATED]
    gutter = max(len(str(location.at.line or "1")) for location in (primary, *shown))
    previous = None
    for location in (primary, *shown):
        first = location is primary
        _draw_place(canvas, location, gutter, "-->" if first else ":::", follows=previous == location.at.path)
        _draw_line(canvas, location, gutter, "^" if first else "-")
        previous = location.at.path
    if len(related) > len(shown):
        canvas.add((" " * (gutter + 1), ""), (f"= and {plural(len(related) - len(shown), 'more place')}", "dim"))


def place_of(location: Location) -> str:
    """Return `path:line:column`, as far as it is known."""
    at = location.at
    if at.path is None:
        return "the whole project"
    path = printable(at.path, MAX_PATH)
    if at.line is None:
        return path
    return f"{path}:{at.line}" if at.column is None else f"{path}:{at.line}:{at.column}"


def _draw_place(canvas: Canvas, location: Location, gutter: int, arrow: str, *, follows: bool) -> None:
    if follows and location.excerpt is not None and location.at.line is not None:
        canvas.add((" " * (gutter + 1) + "...", "dim"))
        return
    lead = " " * gutter + arrow + " "
    label = (
        "" if location.excerpt is not None or not location.message else f": {printable(location.message, MAX_LABEL)}"
    )
    canvas.flow([(lead, "dim")], place_of(location) + label, "link" if not label else "")


def _draw_line(canvas: Canvas, location: Location, gutter: int, mark: str) -> None:
    at = location.at
    if location.excerpt is None or at.line is None:
        return
    room = canvas.width - gutter - 3
    code = _one_line(location.excerpt)
    start = (at.column or 1) - 1
    same_line = at.end_line in (None, at.line)
    end = (at.end_column or start + 2) - 1 if same_line else len(code)
    code, start, end = _window(code, start, end, room)
    canvas.add((" " * gutter + " |", "dim"))
    canvas.add((f"{at.line:>{gutter}} | ", "dim"), (code, ""))
    underline = _underline(code, start, end, mark)
    if underline:
        style = "error" if mark == "^" else "info"
        label = printable(location.message, MAX_LABEL) if location.message else ""
        lead = (" " * gutter + " | ", "dim")
        if label and cells(underline) + 1 + cells(label) > room:
            canvas.add(lead, (underline, style))
            canvas.flow([(" " * gutter + " |   ", "dim")], label, style, " " * gutter + " |   ")
        else:
            canvas.add(lead, (f"{underline} {label}".rstrip(), style))


def _one_line(excerpt: str) -> str:
    """Return the line with tabs as one space, so that columns stay true; it may hold escapes already."""
    return printable(excerpt.replace("\t", " "), 2_000).rstrip()


def _window(code: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Return the part of a long line around the span, and the span in it."""
    start = min(start, len(code))
    end = max(min(end, len(code)), start)
    if cells(code) <= room:
        return code, start, end
    if start > room // 2:
        offset = start - CONTEXT
        code = "…" + code[offset:]
        start, end = start - offset + 1, end - offset + 1
    code = cut(code, room)
    return code, min(start, len(code)), min(end, len(code))


def _underline(code: str, start: int, end: int, mark: str) -> str:
    """Return the marks below the span; none where the span lies beyond what is shown."""
    if start >= len(code):
        return ""
    return " " * cells(code[:start]) + mark * max(cells(code[start:end]), 1)
