"""Decide the conditions of `if()` as far as static reading can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.native.cmake.lexing import Argument

_TRUE = frozenset({"ON", "YES", "TRUE", "Y"})
_FALSE = frozenset({"", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND"})
_BINARY = frozenset({
    "STREQUAL", "EQUAL", "LESS", "GREATER", "LESS_EQUAL", "GREATER_EQUAL", "STRLESS", "STRGREATER", "MATCHES",
    "IN_LIST",
    "VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL", "VERSION_LESS_EQUAL", "VERSION_GREATER_EQUAL", "IS_NEWER_THAN",
    "PATH_EQUAL",
})  # fmt: skip
_UNARY = frozenset({
    "DEFINED", "EXISTS", "TARGET", "COMMAND", "POLICY", "TEST", "IS_DIRECTORY", "IS_ABSOLUTE", "IS_SYMLINK",
    "IS_READABLE",
    "IS_WRITABLE", "IS_EXECUTABLE",
})  # fmt: skip
_DEPTH = 40

Lookup = "Callable[[str], str | None]"


class Condition:
    """Evaluates one condition. `lookup` returns a variable's value, None where it is not known."""

    def __init__(
        self,
        arguments: tuple[Argument, ...],
        lookup: Callable[[str], str | None],
        expand: Callable[[str], str | None],
        exists: Callable[[str], bool | None],
        target: Callable[[str], bool | None],
    ) -> None:
        self._tokens = arguments[:400]
        self._lookup = lookup
        self._expand = expand
        self._exists = exists
        self._target = target
        self._position = 0

    def evaluate(self) -> bool | None:
        """Return the condition's truth, None where it cannot be known."""
        if not self._tokens:
            return False
        result = self._or(0)
        return result if self._position >= len(self._tokens) else None

    def _peek(self) -> str:
        if self._position >= len(self._tokens):
            return ""
        token = self._tokens[self._position]
        return "" if token.quoted else token.text

    def _or(self, depth: int) -> bool | None:
        result = self._and(depth)
        while self._peek() == "OR":
            self._position += 1
            other = self._and(depth)
            result = True if True in (result, other) else None if None in (result, other) else False
        return result

    def _and(self, depth: int) -> bool | None:
        result = self._not(depth)
        while self._peek() == "AND":
            self._position += 1
            other = self._not(depth)
            result = False if False in (result, other) else None if None in (result, other) else True
        return result

    def _not(self, depth: int) -> bool | None:
        negate = False
        while self._peek() == "NOT":
            negate = not negate
            self._position += 1
        result = self._primary(depth)
        return result if result is None or not negate else not result

    def _primary(self, depth: int) -> bool | None:
        if self._position >= len(self._tokens) or depth > _DEPTH:
            self._position = len(self._tokens)
            return None
        word = self._peek()
        if word == "(":
            self._position += 1
            result = self._or(depth + 1)
            if self._peek() == ")":
                self._position += 1
            return result
        if word in _UNARY and self._position + 1 < len(self._tokens):
            operand = self._tokens[self._position + 1].text
            self._position += 2
            return self._unary(word, operand)
        token = self._tokens[self._position]
        self._position += 1
        if self._peek() in _BINARY and self._position + 1 < len(self._tokens):
            operator = self._peek()
            other = self._tokens[self._position + 1]
            self._position += 2
            return self._binary(operator, token, other)
        return self._truth(token)

    def _unary(self, word: str, operand: str) -> bool | None:
        if word == "DEFINED":
            return True if self._lookup(operand) is not None else None
        text = self._expand(operand)
        if text is None:
            return None
        if word in {"EXISTS", "IS_DIRECTORY"}:
            return self._exists(text)
        return self._target(text) if word == "TARGET" else None

    def _operand(self, token: Argument) -> str | None:
        text = self._expand(token.text)
        if text is None or token.quoted:
            return text
        value = self._lookup(text)
        return value if value is not None else text

    def _binary(self, operator: str, left: Argument, right: Argument) -> bool | None:
        a, b = self._operand(left), self._operand(right)
        if a is None or b is None:
            return None
        if operator == "STREQUAL":
            return a == b
        if operator == "IN_LIST":
            return a in b.split(";")
        if (
            operator == "MATCHES"
            and len(b) < 100
            and not re.search(r"\)[+*{?]", b)
            and len(re.findall(r"[+*{]", b)) < 4
        ):
            try:
                return re.search(b, a[:200]) is not None
            except re.error:
                return None
        if operator == "EQUAL" and a.isdigit() and b.isdigit():
            return int(a[:18]) == int(b[:18])
        return None

    def _truth(self, token: Argument) -> bool | None:
        text = self._expand(token.text)
        if text is None:
            return None
        known = constant(text)
        if known is not None:
            return known
        if token.quoted:
            return False
        value = self._lookup(text)
        if value is None:
            return None
        known = constant(value)
        return True if known is None else known


def constant(text: str) -> bool | None:
    """Return the truth of a constant of CMake's, None for any other text."""
    upper = text.upper()
    if upper in _TRUE:
        return True
    if upper in _FALSE or upper.endswith("-NOTFOUND"):
        return False
    if re.fullmatch(r"-?\d{1,18}(?:\.\d{1,18})?", text):
        return float(text) != 0
    return None
