"""Measure TOML before it is parsed: strings, comments and brackets, in one linear pass.

A parser may need time and memory far beyond a file's size (a 40 kB dotted key took 1.6 GB in 2025's readers), so the
limits come first. The pass lexes exactly like TOML up to the first fault; what follows a fault is never parsed.
"""

from __future__ import annotations

import re

MAX_DOTS = 100
MAX_DEPTH = 100
MAX_TABLES = 5_000
MAX_KEY_WORK = 2_000_000
"""Bound on the sum, over dotted keys, of parts times full path length: what readers spend on prefixes of keys."""

_INTERESTING = re.compile(r"[\"'#\[\]{}=,.\n]")
_QUOTE_OR_COMMENT = re.compile(r"[\"'#]")
_BASIC_STOP = re.compile(r'["\\\n]')
_MULTILINE_STOP = re.compile(r'["\\]')


def string_end(text: str, start: int) -> int:
    """Return the offset just past the string that starts at `start` (a quote), -1 where it never ends."""
    quote = text[start]
    if text.startswith(quote * 3, start):
        return _multiline_end(text, start + 3, quote)
    if quote == "'":
        end = text.find("'", start + 1)
        return -1 if end < 0 or text.find("\n", start, end) >= 0 else end + 1
    position = start + 1
    while match := _BASIC_STOP.search(text, position):
        if match[0] == '"':
            return match.end()
        if match[0] == "\n":
            return -1
        position = match.end() + 1
    return -1


def _multiline_end(text: str, position: int, quote: str) -> int:
    if quote == "'":
        end = text.find("'''", position)
    else:
        end = -1
        while match := _MULTILINE_STOP.search(text, position):
            if match[0] == "\\":
                position = match.end() + 1
            elif text.startswith('"""', match.start()):
                end = match.start()
                break
            else:
                position = match.end()
    if end < 0:
        return -1
    end += 3
    for _ in range(2):  # one or two quotes may stand right before the closing three
        if text.startswith(quote, end):
            end += 1
    return end


def find_excess(text: str, tables: int = MAX_TABLES) -> tuple[int, str] | None:
    """Return the offset and the name of the first limit that the text exceeds, None where it keeps them all."""
    dots = depth = headers = work = header_parts = 0
    in_header = False
    line_start = 0
    position = 0
    while match := _INTERESTING.search(text, position):
        at, char = match.start(), match[0]
        position = at + 1
        if char in "\"'":
            position = string_end(text, at)
            if position < 0:
                return None  # the parser stops here and says so
        elif char == "#":
            position = text.find("\n", at)
            if position < 0:
                return None
        elif char == ".":
            dots += 1
            if dots > MAX_DOTS:
                return at, f"a key of more than {MAX_DOTS} dots"
        elif char == "\n":
            dots, in_header = 0, False
            line_start = position
        elif char in "[{":
            if char == "[" and depth == 0 and not text[line_start:at].strip(" \t"):
                headers += 1
                in_header = True
                if headers > tables:
                    return at, f"more than {tables} tables"
            depth += 1
            dots = 0
            if depth > MAX_DEPTH:
                return at, f"brackets nested deeper than {MAX_DEPTH}"
        elif char in "]}":
            if in_header:
                header_parts, in_header = dots + 1, False
            depth = max(depth - 1, 0)
            dots = 0
        else:
            if char == "=" and depth == 0 and dots:
                work += (dots + 1) * (header_parts + dots + 1)
                if work > MAX_KEY_WORK:
                    return at, "too many long dotted keys"
            dots = 0
    return None


def find_unclosed_string(text: str) -> int | None:
    """Return the offset of the first string that never ends, None where every string does."""
    position = 0
    while match := _QUOTE_OR_COMMENT.search(text, position):
        if match[0] == "#":
            position = text.find("\n", match.start())
        else:
            position = string_end(text, match.start())
            if position < 0:
                return match.start()
        if position < 0:
            return None
    return None
