"""Translate git's glob patterns for one path component into regular expressions that match in linear time.

Semantics: `wildmatch.c` of git with WM_PATHNAME (gitignore(5), 2.52, read 2026-11). A pattern of the audited project
must not be able to stall the scan, so a star takes the leftmost match of what follows it and never reconsiders.
"""

from __future__ import annotations

import re

NEVER = r"(?!)"

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r\\x0b\\x0c",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_SPECIAL = frozenset("*?[\\")


def is_literal(glob: str) -> bool:
    """Tell whether a pattern stands for itself."""
    return _SPECIAL.isdisjoint(glob)


def components(pattern: str) -> list[str] | None:
    """Split a pattern at its slashes, those in brackets apart; None where it is malformed and matches nothing."""
    found = [""]
    position = 0
    while position < len(pattern):
        char = pattern[position]
        start = position
        position += 1
        if char == "\\" and position < len(pattern):
            position += 1
            char = "/" if pattern[position - 1] == "/" else char  # an escaped slash separates too
        elif char == "[":
            bracket = _bracket(pattern, position)
            if bracket is None:
                return None
            position = bracket[1]
        if char == "/":
            found.append("")
        else:
            found[-1] += pattern[start:position]
    return found


def translate(glob: str) -> str:
    """Return the source of a regular expression for `re.match` under `re.DOTALL`; it matches a whole component.

    A malformed pattern (an open bracket, a final backslash) matches nothing, as in git.
    """
    chunks = [""]
    position, end = 0, len(glob)
    while position < end:
        char = glob[position]
        position += 1
        if char == "*":
            if len(chunks) == 1 or chunks[-1]:  # a run of stars is one
                chunks.append("")
        elif char == "?":
            chunks[-1] += "."
        elif char == "[":
            bracket = _bracket(glob, position)
            if bracket is None:
                return NEVER
            source, position = bracket
            chunks[-1] += source
        else:
            if char == "\\":
                if position == end:
                    return NEVER
                char = glob[position]
                position += 1
            chunks[-1] += re.escape(char)
    if len(chunks) == 1:
        return chunks[0] + r"\Z"
    middle = "".join(f"(?>.*?{chunk})" for chunk in chunks[1:-1])
    return f"{chunks[0]}{middle}.*{chunks[-1]}\\Z"


def _bracket(glob: str, position: int) -> tuple[str, int] | None:
    """Translate the bracket expression whose content starts at `position`; None where it is malformed."""
    end = len(glob)
    negated = position < end and glob[position] in "!^"
    position += negated
    members: list[str] = []
    previous = ""  # the last plain character, from which a range may start
    first = True
    while True:
        if position >= end:
            return None
        char = glob[position]
        position += 1
        if char == "]" and not first:
            break
        first = False
        if char == "-" and previous and position < end and glob[position] != "]":
            high = glob[position]
            position += 1
            if high == "\\":
                if position >= end:
                    return None
                high = glob[position]
                position += 1
            if previous <= high:
                members.append(f"{re.escape(previous)}-{re.escape(high)}")
            previous = ""
            continue
        if char == "[" and glob.startswith(":", position):
            close = glob.find("]", position + 1)
            if close < 0:
                return None
            if close > position + 1 and glob[close - 1] == ":":
                members.append(_CLASSES.get(glob[position + 1 : close - 1], ""))
                if not members[-1]:
                    return None
                position, previous = close + 1, ""
                continue
        elif char == "\\":
            if position >= end:
                return None
            char = glob[position]
            position += 1
        members.append(re.escape(char))
        previous = char
    if not members:
        return ("." if negated else NEVER), position
    return f"[{'^' if negated else ''}{''.join(members)}]", position
