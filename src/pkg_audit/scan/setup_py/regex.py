"""Compile the project's regular expressions into a program of ours, so that no pattern can run away.

A pattern becomes instructions for a backtracking machine that visits each pair of instruction and position once:
time is linear in pattern times text, whatever the pattern. Back references, conditionals, possessive and atomic
groups are not supported: such a pattern is unknown.
"""

from __future__ import annotations

import re

from pkg_audit.scan.setup_py.regex_program import CLASSES, Instruction, Letters, Program

PATTERN = 400
PROGRAM = 2_000
REPEAT = 64
DEPTH = 16
# Plain integers: an IntFlag is slow to test.
VERBOSE, IGNORE_CASE, MULTILINE, DOT_ALL = (int(flag) for flag in (re.VERBOSE, re.IGNORECASE, re.MULTILINE, re.DOTALL))
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}


class RegexError(Exception):
    """The pattern is not valid or not supported."""


def compile_pattern(pattern: str, flags: int = 0) -> Program:
    """Compile a pattern. Raises RegexError."""
    if len(pattern) > PATTERN:
        raise RegexError("pattern too long")
    return _Compiler(pattern, flags).program()


class _Compiler:
    def __init__(self, pattern: str, flags: int) -> None:
        self.text = pattern
        self.at = 0
        self.flags = int(flags)
        self.out = Program()
        self.depth = 0

    def program(self) -> Program:
        self._leading_flags()
        self.out.multiline = bool(self.flags & MULTILINE)
        self._emit(Instruction("save", slot=0))
        self._alternatives()
        if self.at < len(self.text):
            raise RegexError("unbalanced parenthesis")
        self._emit(Instruction("save", slot=1))
        self._emit(Instruction("match"))
        self.out.prefix = _prefix(self.out.code)
        beginning = next((item for item in self.out.code if item.kind not in {"save", "assert", "look"}), None)
        self.out.first = beginning.letters if beginning is not None else None
        return self.out

    def _leading_flags(self) -> None:
        found = re.match(r"\(\?([aimsux]{1,6})\)", self.text)
        if found:
            known = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "u": 0, "x": re.VERBOSE}
            for letter in found.group(1):
                self.flags |= int(known[letter])
            self.at = found.end()

    def _emit(self, instruction: Instruction) -> int:
        if len(self.out.code) >= PROGRAM:
            raise RegexError("pattern too large")
        self.out.code.append(instruction)
        return len(self.out.code) - 1

    def _peek(self) -> str:
        if self.flags & VERBOSE:
            while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] == "#"):
                if self.text[self.at] == "#":
                    end = self.text.find("\n", self.at)
                    self.at = len(self.text) if end < 0 else end
                else:
                    self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def _alternatives(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise RegexError("nested too deeply")
        start, jumps = len(self.out.code), []
        while True:
            self._sequence()
            if self._peek() != "|":
                break
            self.at += 1
            self._insert(start, Instruction("split", first=start + 1))
            jumps.append(self._emit(Instruction("jump")))
            self.out.code[start].second = len(self.out.code)
            start = len(self.out.code)
        for jump in jumps:
            self.out.code[jump].first = len(self.out.code)
        self.depth -= 1

    def _insert(self, position: int, instruction: Instruction) -> None:
        self._emit(instruction)
        self.out.code.insert(position, self.out.code.pop())
        for index, other in enumerate(self.out.code):
            if index != position and other.kind in {"split", "jump"}:
                other.first += other.first >= position and index > position
                other.second += other.second >= position and index > position

    def _sequence(self) -> None:
        while (letter := self._peek()) and letter not in "|)":
            start = len(self.out.code)
            groups = self.out.groups
            self._atom(letter)
            self._quantifier(start, groups)

    def _quantifier(self, start: int, groups: int) -> None:
        letter = self._peek()
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(letter)
        if bounds is not None:
            self.at += 1
        elif letter == "{":
            found = re.match(r"\{(\d{1,3})?(,)?(\d{1,3})?\}", self.text[self.at :])
            if not found or not any(found.groups()):
                return
            low, comma, high = found.groups()
            self.at += found.end()
            bounds = (int(low or 0), (int(high) if high else None) if comma else int(low or 0))
        else:
            return
        lazy = self._peek() == "?"
        if lazy:
            self.at += 1
        if (self._peek() and self._peek() in "*+?") or (
            self._peek() == "{" and self.text[self.at + 1 : self.at + 2].isdecimal()
        ):
            raise RegexError("multiple repeat")
        self._repeat(start, bounds, lazy, groups)

    def _repeat(self, start: int, bounds: tuple[int, int | None], lazy: bool, groups: int) -> None:
        low, high = bounds
        if max(low, high or 0) > REPEAT or (high is not None and high < low):
            raise RegexError("repeat out of bounds")
        body = self.out.code[start:]
        if any(item.kind == "look" for item in body) and groups != self.out.groups:
            raise RegexError("repeated look-around group")
        del self.out.code[start:]
        for _ in range(low):
            self._copy(body, start)
        if high is None:
            split = self._emit(Instruction("split"))
            self._copy(body, start)
            self._emit(Instruction("jump", first=split))
            self._aim(split, split + 1, len(self.out.code), lazy)
            self.out.code[split].data = "first" if lazy else "second"
        else:
            splits = []
            for _ in range(high - low):
                splits.append(self._emit(Instruction("split")))
                self._copy(body, start)
            for split in splits:
                self._aim(split, split + 1, len(self.out.code), lazy)

    def _aim(self, split: int, more: int, done: int, lazy: bool) -> None:
        self.out.code[split].first, self.out.code[split].second = (done, more) if lazy else (more, done)

    def _copy(self, body: list[Instruction], start: int) -> None:
        shift = len(self.out.code) - start
        for item in body:
            self._emit(
                Instruction(
                    item.kind,
                    item.letters,
                    item.first + shift,
                    item.second + shift,
                    item.data,
                    item.slot,
                    item.looked,
                    item.width,
                )
            )

    def _atom(self, letter: str) -> None:
        self.at += 1
        if letter == "(":
            self._group()
        elif letter == "[":
            self._emit(Instruction("letters", self._set()))
        elif letter == ".":
            newline = frozenset() if self.flags & DOT_ALL else frozenset("\n")
            self._emit(Instruction("letters", Letters(newline, negated=True)))
        elif letter in "^$":
            self._emit(Instruction("assert", data=letter))
        elif letter == "\\":
            self._escape()
        elif letter in "*+?":
            raise RegexError("nothing to repeat")
        else:
            self._emit(Instruction("letters", self._one(letter)))

    def _one(self, letter: str) -> Letters:
        return Letters(frozenset(letter), ignore_case=bool(self.flags & IGNORE_CASE))

    def _escape(self) -> None:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter in {"A", "Z", "b", "B"}:
            self._emit(Instruction("assert", data=letter))
        elif letter and letter.lower() in CLASSES:
            self._emit(Instruction("letters", Letters(classes=letter)))
        elif letter in ESCAPES:
            self._emit(Instruction("letters", self._one(ESCAPES[letter])))
        elif letter and not letter.isalnum():
            self._emit(Instruction("letters", self._one(letter)))
        else:
            raise RegexError("escape not supported")

    def _set(self) -> Letters:
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        singles: set[str] = set()
        ranges: list[tuple[str, str]] = []
        classes = ""
        first = True
        while True:
            letter = self.text[self.at : self.at + 1]
            if not letter:
                raise RegexError("unterminated set")
            if letter == "]" and not first:
                self.at += 1
                break
            first = False
            low, name = self._member()
            if name:
                classes += name
                continue
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in {"", "]"}:
                self.at += 1
                high, name = self._member()
                if name or high < low:
                    raise RegexError("bad range")
                ranges.append((low, high))
            else:
                singles.add(low)
        return Letters(frozenset(singles), tuple(ranges), classes, negated, bool(self.flags & IGNORE_CASE))

    def _member(self) -> tuple[str, str]:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter != "\\":
            return letter, ""
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter and letter.lower() in CLASSES:
            return "", letter
        if letter in ESCAPES:
            return ESCAPES[letter], ""
        if letter and not letter.isalnum():
            return letter, ""
        raise RegexError("escape not supported")

    def _group(self) -> None:
        slot = 0
        found = re.match(r"\?(?:(:)|P?<([A-Za-z_]\w{0,60})>|(<?[=!]))", self.text[self.at :])
        if found:
            self.at += found.end()
            if found.group(3):
                self._look(found.group(3))
                return
        elif self._peek() == "?":
            raise RegexError("group not supported")
        if not found or found.group(2):
            slot = 2 * self.out.groups
            if found:
                self.out.names[found.group(2)] = self.out.groups
            self.out.groups += 1
            self._emit(Instruction("save", slot=slot))
        self._alternatives()
        self._close()
        if slot:
            self._emit(Instruction("save", slot=slot + 1))

    def _close(self) -> None:
        if self._peek() != ")":
            raise RegexError("missing parenthesis")
        self.at += 1

    def _look(self, kind: str) -> None:
        outer, groups = self.out.code, self.out.groups
        self.out.code = []
        self._alternatives()
        self._close()
        if self.out.groups != groups:
            raise RegexError("group in a look-around")
        body = [*self.out.code, Instruction("match")]
        self.out.code = outer
        width = 0
        if kind.startswith("<"):
            if any(item.kind not in {"letters", "match"} for item in body):
                raise RegexError("look-behind not supported")
            width = len(body) - 1
        looked = Program(body, 0, multiline=bool(self.flags & MULTILINE))
        self._emit(Instruction("look", data=kind, looked=looked, width=width))


def _prefix(code: list[Instruction]) -> str:
    found = ""
    for item in code:
        if item.kind == "letters":
            letters = item.letters
            assert letters is not None
            if letters.negated or letters.ranges or letters.classes or letters.ignore_case or len(letters.singles) != 1:
                break
            found += next(iter(letters.singles))
        elif item.kind not in {"save", "assert"}:
            break
    return found
