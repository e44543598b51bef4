"""Split CMake files into commands with their arguments.

Follows cmake-language(7) of CMake 4.2 (2026-11): quoted, bracket and unquoted arguments, both kinds of comments.
Linear in the text's length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"([A-Za-z_]\w*)[ \t]*\(")
_SKIP = re.compile(r"\s+|#\[(=*)\[|#[^\n]*")
_BRACKET = re.compile(r"\[(=*)\[")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_UNQUOTED = re.compile(r'(?:[^\s()#"\\]|\\.|"[^"\n]*")+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
COMMANDS = 20_000


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as written; `quoted` ones are not split at semicolons, `raw` ones (brackets) not expanded."""

    text: str
    quoted: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command invocation; `name` is lower case, `line` counts from 1."""

    name: str
    arguments: tuple[Argument, ...]
    line: int


def split_commands(text: str) -> tuple[Command, ...]:
    """Return a file's commands. What does not fit the grammar is skipped; at most 20,000 commands are returned."""
    commands: list[Command] = []
    position = line = 0
    counted = 0
    while len(commands) < COMMANDS:
        position = _skip(text, position)
        if position >= len(text):
            break
        match = _COMMAND.match(text, position)
        if match is None:
            newline = text.find("\n", position)
            if newline < 0:
                break
            position = newline + 1
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        arguments, position = _arguments(text, match.end())
        commands.append(Command(match.group(1).lower(), arguments, line + 1))
    return tuple(commands)


def _skip(text: str, position: int) -> int:
    while match := _SKIP.match(text, position):
        position = match.end()
        if match.group(1) is not None:
            end = text.find("]" + match.group(1) + "]", position)
            position = len(text) if end < 0 else end + len(match.group(1)) + 2
    return position


def _arguments(text: str, position: int) -> tuple[tuple[Argument, ...], int]:
    found: list[Argument] = []
    depth = 1
    while position < len(text):
        position = _skip(text, position)
        if position >= len(text):
            break
        char = text[position]
        if char in "()":
            depth += 1 if char == "(" else -1
            position += 1
            if depth == 0:
                return tuple(found), position
            found.append(Argument(char))
            continue
        if match := _BRACKET.match(text, position):
            closing = "]" + match.group(1) + "]"
            end = text.find(closing, match.end())
            end = len(text) if end < 0 else end
            found.append(Argument(text[match.end() : end], True, True))
            position = end + len(closing)
        elif char == '"' and (match := _QUOTED.match(text, position)):
            found.append(Argument(_ESCAPE.sub(r"\1", match.group(1)), True))
            position = match.end()
        elif match := _UNQUOTED.match(text, position):
            found.append(Argument(_ESCAPE.sub(r"\1", match.group())))
            position = match.end()
        else:
            position += 1
    return tuple(found), position
