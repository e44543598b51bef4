"""Tell which parts of a C file are compiled for which Python 3 releases, as far as its own directives say.

CPython's ordinary build is assumed: no PyPy, no free threading, no debugging build. A part under a condition on
anything else (a platform, another library, a macro that the build may define) is surely compiled for no release.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from pkg_audit.knowledge.c_api import is_macro
from pkg_audit.scan.native.condition import evaluate

MINORS = range(9, 21)
"""The 3.x releases that are told apart: from the first to the last that the table of removed names speaks of."""

MAX_DIRECTIVES = 5_000
"""Directives that are followed; in a file with more, nothing is surely compiled."""

_MAX_NESTING = 200
_DIRECTIVE = re.compile(r"^[ \t]*+#[ \t]*+([a-z]++)((?:[^\\\n]++|\\[\s\S])*+)", re.MULTILINE)
_FIRST_WORD = re.compile(r"[ \t]*+([A-Za-z_]\w*+)([\s\S]*+)")
_ABSENT = frozenset({
    "PYPY_VERSION", "PYPY_VERSION_NUM", "GRAALVM_PYTHON", "GRAALPY_VERSION_NUM", "Py_GIL_DISABLED", "Py_TRACE_REFS",
    "Py_REF_DEBUG", "Py_NOGIL", "IRON_PYTHON",
})  # fmt: skip
_PRESENT = frozenset(
    {"Py_PYTHON_H", "PY_MAJOR_VERSION", "PY_MINOR_VERSION", "PY_VERSION_HEX", "PY_VERSION", "WITH_THREAD"}
)

Truth = bool | None


@dataclass(slots=True)
class Directive:
    """One directive: `word` such as `if`, the rest of its line as `text`, with the place where that begins."""

    word: str
    text: str
    start: int
    end: int
    text_at: int


@dataclass(slots=True)
class Compiled:
    """A file cut at its directives: for each piece, the 3.x minors for which it is surely compiled, as bits."""

    directives: list[Directive]
    masks: list[int]
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [directive.start for directive in self.directives]

    def at(self, offset: int) -> int:
        """Return the minors (bit n for 3.n) that surely compile what stands at an offset, 0 inside of a directive."""
        index = bisect.bisect_right(self._starts, offset)
        if index and offset < self.directives[index - 1].end:
            return 0
        return self.masks[index]

    def at_directive(self, index: int) -> int:
        """Return the minors for which a directive counts."""
        return self.masks[index]


def compiled(text: str, *, limited_api: Truth) -> Compiled:
    """Follow the directives of a file whose comments and strings are blanked. Never raises; linear."""
    found = [
        Directive(match[1], match[2].replace("\\\n", " "), match.start(), match.end(), match.start(2))
        for match in _DIRECTIVE.finditer(text)
    ]
    masks = [0] * (len(found) + 1)
    if len(found) > MAX_DIRECTIVES:
        return Compiled(found, masks)
    for minor in MINORS:
        for index, active in enumerate(_Walk(minor, limited_api).follow(found)):
            if active:
                masks[index] |= 1 << minor
    return Compiled(found, masks)


@dataclass(slots=True)
class _Branch:
    outer: Truth
    here: Truth
    taken: Truth


class _Walk:
    """Follow the directives as the preprocessor would for one Python."""

    def __init__(self, minor: int, limited_api: Truth) -> None:
        self._minor = minor
        self._micro = 0
        self._limited = limited_api
        self._defined: dict[str, Truth] = {}
        self._values: dict[str, int | None] = {}

    def follow(self, directives: list[Directive]) -> list[bool]:
        """Return whether the text before each directive, and that after the last, is surely compiled."""
        stack: list[_Branch] = []
        active: Truth = True
        out = []
        for index, directive in enumerate(directives):
            out.append(active is True)
            word = directive.word
            if word in {"if", "ifdef", "ifndef"}:
                if len(stack) >= _MAX_NESTING:
                    return out + [False] * (len(directives) + 1 - len(out))
                holds = True if index == 0 and _is_include_guard(directives) else self._holds(word, directive.text)
                stack.append(_Branch(active, holds, holds))
            elif word in {"elif", "elifdef", "elifndef", "else"} and stack:
                branch = stack[-1]
                holds = True if word == "else" else self._holds(word[2:], directive.text)
                branch.here = _both(_not(branch.taken), holds)
                branch.taken = _either(branch.taken, holds)
            elif word == "endif" and stack:
                active = stack.pop().outer
                continue
            elif word in {"define", "undef"}:
                self._define(word, directive.text, active)
            if stack and word not in {"define", "undef"}:
                active = _both(stack[-1].outer, stack[-1].here)
        out.append(active is True)
        return out

    def _holds(self, word: str, text: str) -> Truth:
        if word == "if":
            value = self._evaluate(text)
            return None if value is None else value != 0
        match = _FIRST_WORD.match(text)
        answer = self._is_defined(match[1]) if match else None
        return answer if word == "ifdef" else _not(answer)

    def _evaluate(self, text: str) -> int | None:
        """Return a value that is the same for the first and for late patch releases, else None."""
        self._micro = 0
        first = evaluate(text, self._value_of, self._is_defined)
        if first is None or not ("PY_VERSION_HEX" in text or "PY_MICRO_VERSION" in text):
            return first
        self._micro = 200
        return first if evaluate(text, self._value_of, self._is_defined) == first else None

    def _define(self, word: str, text: str, active: Truth) -> None:
        match = _FIRST_WORD.match(text)
        if match is None or active is False:
            return
        name, rest = match[1], match[2]
        self._values.pop(name, None)
        self._defined[name] = None if active is None else word == "define"
        if active and word == "define" and rest[:1] != "(":
            # Taken here and not where it is used: chains of macros cost nothing, and order rarely matters.
            self._values[name] = self._evaluate(rest)

    def _is_defined(self, name: str) -> Truth:
        if name in self._defined:
            return self._defined[name]
        if name in _ABSENT or name in _PRESENT:
            return name in _PRESENT
        return self._limited if name == "Py_LIMITED_API" else is_macro(name, self._minor)

    def _value_of(self, name: str) -> int | None:
        if name in self._defined:
            return 0 if self._defined[name] is False else self._values.get(name)
        if name == "PY_VERSION_HEX":
            return 0x03000000 | self._minor << 16 | self._micro << 8 | 0xF0
        if name == "PY_MINOR_VERSION":
            return self._minor
        if name == "PY_MAJOR_VERSION":
            return 3
        if name == "PY_MICRO_VERSION":
            return self._micro
        return 0 if self._is_defined(name) is False else None


def first_word(text: str) -> str:
    """Return the identifier that a directive's text begins with, "" where it begins with anything else."""
    match = _FIRST_WORD.match(text)
    return match[1] if match else ""


def _is_include_guard(directives: list[Directive]) -> bool:
    """Tell whether a file begins with `#ifndef X`, `#define X`: what is included once is compiled once."""
    if len(directives) < 2 or directives[0].word != "ifndef" or directives[1].word != "define":
        return False
    return directives[0].text.split() == directives[1].text.split() != []


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _both(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: Truth, other: Truth) -> Truth:
    if one or other:
        return True
    return None if one is None or other is None else False
