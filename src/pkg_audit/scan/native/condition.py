"""Evaluate the expression of an `#if` in C, where it depends on Python's version and on macros of the same file.

Source: C17, 6.10.1 (conditional inclusion); docs.python.org/3.15, API and ABI versioning, read November 2026.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT = 1_000
"""Characters of an expression that is looked at; a longer one is not decided."""

_MAX_DEPTH = 24
_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9A-Fa-f]+|\d+)[uUlL]{0,3}(?![\w.])|([A-Za-z_]\w*)|(\|\||&&|[<>=!]=|<<|>>|[-+*/%<>!~()&|^]))"
)
_BITS = (1 << 64) - 1
_LEVELS = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<<": 8, ">>": 8,
    "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}  # fmt: skip
_STRICT: dict[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: (a << min(max(b, 0), 63)) & _BITS,
    ">>": lambda a, b: a >> min(max(b, 0), 63),
    "+": lambda a, b: (a + b) & _BITS,
    "-": lambda a, b: a - b,
    "*": lambda a, b: (a * b) & _BITS,
}


class _Undecided(Exception):  # noqa: N818 - no error: the expression is one that is not evaluated here
    """The expression is not one of those that are evaluated here."""


def evaluate(text: str, value_of: Callable[[str], int | None], is_defined: Callable[[str], bool | None]) -> int | None:
    """Return the value of an expression, None where it is not known or the text is not evaluated here.

    Three-valued: `unknown && 0` is 0. `value_of` gives the value of an identifier, `is_defined` answers `defined(X)`.
    """
    if len(text) > MAX_TEXT:
        return None
    try:
        parser = _Parser(_tokens(text), value_of, is_defined)
        value = parser.binary(1, 0)
        return value if parser.at_end() else None
    except _Undecided:
        return None


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[str, ...]:
    found = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _Undecided
        found.append(match[1] or match[2] or match[3])
        position = match.end()
    return tuple(found)


class _Parser:
    def __init__(
        self,
        tokens: tuple[str, ...],
        value_of: Callable[[str], int | None],
        is_defined: Callable[[str], bool | None],
    ) -> None:
        self._tokens = tokens
        self._next = 0
        self._value_of = value_of
        self._is_defined = is_defined

    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def _peek(self) -> str:
        return "" if self.at_end() else self._tokens[self._next]

    def _take(self) -> str:
        if self.at_end():
            raise _Undecided
        self._next += 1
        return self._tokens[self._next - 1]

    def binary(self, lowest: int, depth: int) -> int | None:
        """Read operands and operators that bind at least as tightly as `lowest`."""
        if depth > _MAX_DEPTH:
            raise _Undecided
        left = self._unary(depth + 1)
        while (level := _LEVELS.get(self._peek(), 0)) >= lowest and level:
            operator = self._take()
            left = _apply(operator, left, self.binary(level + 1, depth + 1))
        return left

    def _unary(self, depth: int) -> int | None:
        if depth > _MAX_DEPTH:
            raise _Undecided
        word = self._take()
        if word in {"!", "-", "+", "~"}:
            value = self._unary(depth + 1)
            if value is None:
                return None
            return {"!": int(not value), "-": -value, "+": value, "~": ~value}[word]
        if word == "(":
            value = self.binary(1, depth + 1)
            if self._take() != ")":
                raise _Undecided
            return value
        if word[0].isdigit():
            octal = len(word) > 1 and word[0] == "0" and word[1] not in "xX"
            try:
                return int(word, 8 if octal else 0) & _BITS
            except ValueError:
                raise _Undecided from None
        if word == "defined":
            return self._defined()
        if not (word[0].isalpha() or word[0] == "_") or self._peek() == "(":
            raise _Undecided  # an operator out of place, or a macro with arguments
        return self._value_of(word)

    def _defined(self) -> int | None:
        word = self._take()
        if word == "(":
            word = self._take()
            if self._take() != ")":
                raise _Undecided
        answer = self._is_defined(word)
        return None if answer is None else int(answer)


def _apply(operator: str, left: int | None, right: int | None) -> int | None:
    if operator == "&&":
        if left == 0 or right == 0:
            return 0
        return None if left is None or right is None else 1
    if operator == "||":
        if left or right:
            return 1
        return None if left is None or right is None else 0
    if left is None or right is None:
        return None
    if operator in {"/", "%"}:
        if right == 0:
            return None
        return left // right if operator == "/" else left % right
    return _STRICT[operator](left, right)
