"""Find the end of f-strings and t-strings as PEP 701 reads them, where quotes may nest."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NESTING = 20

_PREFIX = re.compile(r"(?<![^\W_])(?<!_)[A-Za-z]{1,2}\Z")
_PLAIN = re.compile(
    r"'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)|\"\"\"(?:[^\"\\]++|\\.|\"(?!\"\"))*+(?:\"\"\"|\Z)"
    r"|'(?:[^'\\\n]++|\\.)*+'?|\"(?:[^\"\\\n]++|\\.)*+\"?",
    re.DOTALL,
)
_LITERAL = re.compile(r"[^'\"{}\\\n]++")
_EXPRESSION = re.compile(r"[^'\"{}\\\n()\[\]:#]++")


@dataclass(frozen=True, slots=True)
class Formatted:
    """`end` is the offset after the closing quote; `nested`: only Python 3.12 or later reads it so.

    `closed` False: no closing quote was found, so that nothing may be concluded.
    """

    end: int
    nested: bool
    closed: bool = True


def prefix_before(text: str, quote: int) -> str:
    """Return the letters of a string's prefix, given the offset of its opening quote."""
    start = max(0, quote - 3)
    match = _PREFIX.search(text, start, quote)
    return match.group() if match and match.end() == quote else ""


def formatted_string(text: str, start: int, *, raw: bool = False) -> Formatted:
    """Scan the f-string whose opening quote stands at `start`; an unterminated one ends at its line or the file."""
    quotes: list[str] = []
    # Each level is one string: a list of the modes it is in, "literal", "spec" or the bracket depth of an expression.
    modes: list[str | int] = []
    nested = False
    position = start

    def opening(at: int) -> str:
        return text[at : at + 3] if text[at : at + 3] in ("'''", '"""') else text[at]

    quotes.append(opening(position))
    modes.append("literal")
    position += len(quotes[-1])
    size = len(text)
    while position < size:
        mode = modes[-1]
        quote = quotes[-1]
        if isinstance(mode, str):
            match = _LITERAL.match(text, position)
            if match:
                position = match.end()
                continue
            character = text[position]
            if mode == "literal" and text.startswith(quote, position):
                position += len(quote)
                modes.pop()
                quotes.pop()
                if not quotes:
                    return Formatted(position, nested)
                continue
            if character == "\\":
                name = not raw and text.startswith("N{", position + 1)
                closing = text.find("}", position) if name else -1
                position = closing + 1 if closing > 0 else position + 2
            elif character == "{":
                if mode == "literal" and text.startswith("{{", position):
                    position += 2
                else:
                    modes.append(0)
                    position += 1
            elif character == "}" and mode == "spec":
                modes.pop()
                modes.pop()
                position += 1
            elif character == "\n" and len(quote) == 1 and mode == "literal":
                return Formatted(position, nested, closed=False)
            else:
                position += 1
            continue
        match = _EXPRESSION.match(text, position)
        if match:
            position = match.end()
            continue
        character = text[position]
        if character in "'\"":
            inner = opening(position)
            if inner == quote or (len(quote) == 1 and inner[0] == quote):
                nested = True
            prefix = prefix_before(text, position).lower()
            if ("f" in prefix or "t" in prefix) and len(quotes) < MAX_NESTING:
                quotes.append(inner)
                modes.append("literal")
                position += len(inner)
            else:
                match = _PLAIN.match(text, position)
                nested = nested or (match is not None and "\\" in match.group())
                position = match.end() if match else position + 1
            continue
        if character in "([{":
            modes[-1] = mode + 1
        elif character in ")]":
            modes[-1] = mode - 1
        elif character == "}":
            if mode > 0:
                modes[-1] = mode - 1
            else:
                modes.pop()
        elif character == ":" and mode <= 0:
            modes.append("spec")
        elif character in "\\#" or (character == "\n" and len(quote) == 1):
            nested = True
            if character == "#":
                newline = text.find("\n", position)
                position = newline if newline >= 0 else size
                continue
        position += 1
    return Formatted(size, nested, closed=False)
