"""Make text that came from the audited project safe to show: one escaping rule for every writer."""

from __future__ import annotations

MARK = "…"
"""Ends a text that was cut."""


def display(text: str, limit: int = 200) -> str:
    r"""Replace what a terminal, log or browser could obey by escapes, and cut to `limit` characters.

    Escaped are C0, C1 and DEL, line and paragraph separators, bidirectional and other format controls, private and
    unassigned characters, and every space but U+0020. A byte that was not UTF-8 (a surrogate escape) shows as `\x..`.
    The result is printable, never longer than `limit`, and showing it again changes nothing.
    """
    if len(text) <= limit and text.isprintable():
        return text
    pieces: list[str] = []
    length = 0
    fits = 0  # how many pieces leave room for the mark
    for char in text[: limit + 1]:
        piece = char if char.isprintable() else _escape(char)
        length += len(piece)
        if length > limit:
            return "".join(pieces[:fits]) + MARK[:limit]
        pieces.append(piece)
        if length <= limit - len(MARK):
            fits = len(pieces)
    return "".join(pieces)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
