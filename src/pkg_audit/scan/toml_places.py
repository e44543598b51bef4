"""Find where every key and value of a TOML document stands.

The text must be valid TOML already (a parser accepted it); this pass only measures. It is iterative, so that nesting
costs no stack. Positions are offsets into text whose line ends are `\\n`; lines and columns are the same as in the
file, since a dropped carriage return always stands last on its line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field

import tomli

from pkg_audit.facts.place import Place
from pkg_audit.scan.toml_lexing import string_end

KeyPath = tuple[str | int, ...]

MAX_PLACES = 100_000
"""Values beyond this many get the place of their table: a list of a million numbers is no reason to use gigabytes."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#[^\n]*")
_SPACE = re.compile(r"[ \t\n]*")
_SCALAR = re.compile(r"[^,\]}\n#]*")


class Lines:
    """Turn offsets of a text into places of its file."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column (from 1, in code points) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """Return the span from `start` to `end` (exclusive)."""
        return Place(self._path, *self.position(start), *self.position(end))


@dataclass(slots=True)
class _Open:
    """An array or inline table being read."""

    path: KeyPath
    start: int
    array: bool
    index: int = 0


@dataclass(slots=True)
class _Locator:
    text: str
    lines: Lines
    values: dict[KeyPath, Place] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)

    def run(self) -> None:
        text = self.text
        table: KeyPath = ()
        position = self.skip(0)
        while position < len(text) and len(self.values) < MAX_PLACES:
            if text[position] == "[":
                table, position = self.header(position)
            else:
                path, position = self.key(position, table)
                position = self.blank(self.blank(position) + 1)
                position = self.value(position, path)
            position = self.skip(position)

    def blank(self, position: int) -> int:
        match = _BLANK.match(self.text, position)
        return match.end() if match else position

    def skip(self, position: int) -> int:
        """Skip white space, line ends and comments."""
        while True:
            match = _SPACE.match(self.text, position)
            position = match.end() if match else position
            if not (comment := _COMMENT.match(self.text, position)):
                return position
            position = comment.end()

    def parts(self, position: int) -> tuple[list[tuple[str, Place]], int]:
        """Read a dotted key. Returns its parts with their places, and the offset after it."""
        found: list[tuple[str, Place]] = []
        while True:
            position = self.blank(position)
            if self.text[position] in "\"'":
                end = string_end(self.text, position)
                part = _unquote(self.text[position:end])
            else:
                match = _BARE_KEY.match(self.text, position)
                if match is None:
                    raise ValueError("not a key")
                part, end = match[0], match.end()
            found.append((part, self.lines.place(position, end)))
            position = self.blank(end)
            if not self.text.startswith(".", position):
                return found, position
            position += 1

    def header(self, start: int) -> tuple[KeyPath, int]:
        width = 2 if self.text.startswith("[[", start) else 1
        found, position = self.parts(start + width)
        end = position + width
        place = self.lines.place(start, end)
        path: KeyPath = ()
        for number, (part, at) in enumerate(found, 1):
            path = (*path, part)
            self.keys.setdefault(path, at)
            last = number == len(found)
            if last and width == 2:
                self.values.setdefault(path, place)
                self.arrays[path] = self.arrays.get(path, -1) + 1
                path = (*path, self.arrays[path])
                self.values[path] = place
            elif path in self.arrays:
                path = (*path, self.arrays[path])
            elif last:
                self.values[path] = place
                self.keys[path] = at
            else:
                self.values.setdefault(path, place)
        return path, end

    def key(self, position: int, table: KeyPath) -> tuple[KeyPath, int]:
        found, end = self.parts(position)
        path = table
        for part, at in found:
            path = (*path, part)
            self.keys.setdefault(path, at)
            self.values.setdefault(path, at)
        return path, end

    def value(self, position: int, path: KeyPath) -> int:
        """Record the value at `position` and everything in it. Returns the offset after it."""
        text = self.text
        stack: list[_Open] = []
        while True:
            char = text[position]
            if char in "[{":
                stack.append(_Open(path, position, char == "["))
                position += 1
            else:
                end = string_end(text, position) if char in "\"'" else self.scalar_end(position)
                self.record(path, position, end)
                position = end
            while stack:
                position = self.skip(position)
                if text[position] == ",":
                    position = self.skip(position + 1)
                top = stack[-1]
                if text[position] in "]}":
                    position += 1
                    self.record(top.path, top.start, position)
                    stack.pop()
                    continue
                if top.array:
                    path = (*top.path, top.index)
                    top.index += 1
                else:
                    path, position = self.key(position, top.path)
                    position = self.blank(self.blank(position) + 1)
                break
            if not stack:
                return position

    def scalar_end(self, position: int) -> int:
        match = _SCALAR.match(self.text, position)
        return position + len(match[0].rstrip(" \t")) if match else position

    def record(self, path: KeyPath, start: int, end: int) -> None:
        if len(self.values) < MAX_PLACES:
            self.values[path] = self.lines.place(start, end)


def _unquote(literal: str) -> str:
    if "\\" not in literal:
        return literal[1:-1]
    return str(next(iter(tomli.loads(literal + "=0"))))


def locate(text: str, path: str) -> tuple[dict[KeyPath, Place], dict[KeyPath, Place]]:
    """Return the places of all values and of all keys of valid TOML, by key path.

    A table's place is its header; a table that only dotted keys or longer headers imply has the place of the first
    of them. The whole file stands under `()` of the values, without line.
    """
    locator = _Locator(text, Lines(text, path))
    locator.values[()] = Place(path)
    with suppress(IndexError, ValueError):  # a reader more lenient than this pass: places end here, the data stays
        locator.run()
    return locator.values, locator.keys
