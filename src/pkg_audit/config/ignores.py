"""Hold what is to be ignored: rules for paths, and comments in the audited files; linear for any input."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

LONGEST_LINE = 2_000
MARK = "pkg-audit:"

_COMMENT = re.compile(r"#\s{0,8}pkg-audit:\s{0,8}ignore(?:\[([^\]]{0,500})\])?([^\n]{0,500})")
# The lexis that Python and TOML share: what opens outside a string, and what ends each kind of string. They differ in
# one thing: a backslash in TOML's '...' is a character like any other.
_OUTSIDE = re.compile("'''|\"\"\"|'|\"|#")
_BASIC = {'"': re.compile(r'\\.|"|\n', re.DOTALL), '"""': re.compile(r'\\.|"""', re.DOTALL)}
_ESCAPABLE = {**_BASIC, "'": re.compile(r"\\.|'|\n", re.DOTALL), "'''": re.compile(r"\\.|'''", re.DOTALL)}
_LITERAL = {**_BASIC, "'": re.compile(r"'|\n"), "'''": re.compile("'''")}


@dataclass(frozen=True, slots=True)
class Ignore:
    """Ignore a rule or a family, everywhere (`path` empty) or for the files that a glob names.

    In the glob `*` and `?` stay inside one path component, `**` spans any number; it starts at the root, and a glob
    that matches a folder covers what lies below. `origin` is where it was written, for messages.
    """

    rule: str
    path: str = ""
    reason: str = ""
    origin: str = ""

    def matches(self, rule: str, family: str, path: str | None) -> bool:
        """Tell whether a finding of the rule at the path is to be ignored; None is the whole project."""
        if not names_rule(self.rule, rule, family):
            return False
        return not self.path or (path is not None and covers(self.path, path))


@dataclass(frozen=True, slots=True)
class InlineIgnore:
    """An ignore comment: it stands at `line` and speaks of findings that start or end at `applies_to`.

    `rules` empty: the comment names none, so that it ignores nothing and should be reported.
    """

    line: int
    applies_to: int
    rules: tuple[str, ...]
    reason: str = ""

    def matches(self, rule: str, family: str, line: int | None, end_line: int | None = None) -> bool:
        """Tell whether a finding of the rule at these lines is to be ignored."""
        named = any(names_rule(name, rule, family) for name in self.rules)
        return named and self.applies_to in (line, end_line)


def names_rule(name: str, rule: str, family: str) -> bool:
    """Tell whether a name, as in `select`, means the rule: its id, its family, or its beginning followed by `*`."""
    return name in (rule, family) or (name.endswith("*") and rule.startswith(name[:-1]))


def inline_ignores(text: str, path: str = "") -> tuple[InlineIgnore, ...]:
    """Return the `# pkg-audit: ignore[rule, rule] reason` comments of a Python, TOML or INI text, in order.

    A comment behind code speaks of its own line, one on a line of its own of the next line that is no comment.
    What stands inside a string is no comment. Never raises.
    """
    if MARK not in text:
        return ()
    lines = text.split("\n")
    next_statement = _next_statements(lines)
    found = []
    for line, column in _comments(text, lines, path):
        comment = lines[line - 1][column : column + LONGEST_LINE]
        if match := _COMMENT.match(comment):
            rules = tuple(name.strip() for name in (match[1] or "").split(",") if name.strip())
            alone = not lines[line - 1][:column].strip()
            target = next_statement[line] if alone else line
            found.append(InlineIgnore(line, target, rules, match[2].strip(" :-–\t\r")))
    return tuple(found)


def covers(glob: str, path: str) -> bool:
    """Tell whether a glob matches a posix path or one of the folders above it; linear in glob times path."""
    patterns = [part for part in glob.split("/") if part not in ("", ".")]
    if not patterns:
        return False
    parts = path.split("/")
    # `reached` holds how many patterns are used up by the parts so far: a set, so that `**` costs no backtracking.
    reached = _through_stars(patterns, {0})
    for part in parts:
        if len(patterns) in reached:
            return True
        after = set()
        for index in reached:
            if index < len(patterns):
                if patterns[index] == "**":
                    after.add(index)
                elif _matches_part(patterns[index], part):
                    after.add(index + 1)
        reached = _through_stars(patterns, after)
    return len(patterns) in reached


def _through_stars(patterns: list[str], reached: set[int]) -> set[int]:
    todo = list(reached)
    while todo:
        index = todo.pop()
        if index < len(patterns) and patterns[index] == "**" and index + 1 not in reached:
            reached.add(index + 1)
            todo.append(index + 1)
    return reached


def _matches_part(pattern: str, text: str) -> bool:
    """Match `*` and `?` in one component by the two-pointer method: it steps back to the last star only."""
    at = star = 0
    position = 0
    last = -1
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            last, star = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif last >= 0:
            star += 1
            at, position = last + 1, star
        else:
            return False
    return all(character == "*" for character in pattern[at:])


def _comments(text: str, lines: list[str], path: str) -> list[tuple[int, int]]:
    """Return (line, column from 0) of the `#` of each comment with our mark."""
    if path.endswith((".cfg", ".ini", ".in", ".txt")):
        return [
            (number, len(line) - len(line.lstrip()))
            for number, line in enumerate(lines, 1)
            if MARK in line and line.lstrip().startswith("#")
        ]
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    inside = _LITERAL if path.endswith(".toml") else _ESCAPABLE
    found = []
    quote, position = "", 0
    while token := (inside[quote] if quote else _OUTSIDE).search(text, position):
        word, position = token.group(), token.end()
        if quote:
            # A string of one line ends with its line, so that a stray quote costs one line and not the file.
            quote = quote if word[0] == "\\" else ""
        elif word == "#":
            line = bisect_right(starts, token.start())
            end = starts[line]
            if MARK in text[position : min(end, position + 40)]:
                found.append((line, token.start() - starts[line - 1]))
            position = end - 1
        else:
            quote = word
    return found


def _next_statements(lines: list[str]) -> list[int]:
    """Return for each line number the next line that is neither empty nor a comment; itself where there is none."""
    following = list(range(len(lines) + 1))
    found = 0
    for number in range(len(lines), 0, -1):
        following[number] = found or number
        content = lines[number - 1].strip()
        if content and not content.startswith("#"):
            found = number
    return following
