"""Answer calls of regular expressions, with an engine of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.limits import ITEMS, TEXT
from pkg_audit.scan.setup_py.operators import lift
from pkg_audit.scan.setup_py.regex import RegexError, compile_pattern
from pkg_audit.scan.setup_py.regex_match import search
from pkg_audit.scan.setup_py.regex_program import Program
from pkg_audit.scan.setup_py.text import part
from pkg_audit.scan.setup_py.values import (
    Const,
    Entry,
    MatchValue,
    PatternValue,
    Tuple,
    Unk,
    Val,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.setup_py.machine import Machine


def pattern_of(machine: Machine, value: Val | None, flags: Val | None) -> Program | None:
    """Return a compiled pattern, None where the pattern or its flags are not known or not supported."""
    if isinstance(value, PatternValue):
        return value.program
    text = text_of(value)
    number = 0
    if flags is not None:
        if not isinstance(flags, Const) or not isinstance(flags.value, int):
            return None
        number = flags.value
    if text is None:
        return None
    machine.step(1 + len(text) // 8)
    try:
        return compile_pattern(text, number)
    except RegexError:
        return None


def _compile(machine: Machine, arguments: Arguments, _: Place) -> Val | None:
    program = pattern_of(machine, arguments.get(0, "pattern"), arguments.get(1, "flags"))
    return PatternValue(program) if program is not None else None


def find(machine: Machine, kind: str, program: Program | None, subject: Val | None, at: Place) -> Val:
    """Search a text for a pattern, as `re.search`, `match`, `fullmatch`, `findall` or `finditer`."""
    if subject is None or program is None:
        return machine.dynamic(at, "a regular expression")

    def one(value: Val) -> Val:
        if not isinstance(value, Const) or not isinstance(value.value, str):
            machine.doubts += 1
            return Unk(why(value, at))
        if kind in {"findall", "finditer"}:
            return _all(machine, program, value, kind, at)
        spans = search(program, value.value, machine.step, anchored=kind != "search", whole=kind == "fullmatch")
        return Const(None, at) if spans is None else _match(value, program, spans)

    return lift(machine, subject, one)


def _match(subject: Const, program: Program, spans: tuple[tuple[int, int] | None, ...]) -> MatchValue:
    text = subject.value
    assert isinstance(text, str)
    last = next((span for span in reversed(spans) if span is not None), (0, 0))
    groups = tuple(None if span is None else text[span[0] : span[1]] for span in spans)
    return MatchValue(groups, program.names, part(subject, *last).at)


def _all(machine: Machine, program: Program, subject: Const, kind: str, at: Place) -> Val:
    text = subject.value
    assert isinstance(text, str)
    found: list[Entry] = []
    position = 0
    while position <= len(text) and len(found) < ITEMS // 10:
        spans = search(program, text, machine.step, position)
        if spans is None or spans[0] is None:
            break
        start, end = spans[0]
        position = end if end > start else end + 1
        if kind == "finditer":
            found.append(_match(subject, program, spans))
            continue
        pieces = [Const("", at) if span is None else part(subject, *span) for span in spans]
        shown = pieces[1:] if len(pieces) > 1 else pieces
        found.append(shown[0] if len(shown) == 1 else Tuple(tuple(shown), at))
    else:
        return machine.unknown("too-large", at)
    return machine.new_list(found, at)


def _finder(kind: str) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        program = pattern_of(machine, arguments.get(0, "pattern"), arguments.get(2, "flags"))
        return find(machine, kind, program, arguments.get(1, "string"), at)

    return answer


def substitute(machine: Machine, program: Program | None, arguments: Arguments, at: Place) -> Val | None:
    """Return what `re.sub(pattern, replacement, text)` returns for a replacement without references."""
    replacement, subject = text_of(arguments.get(1, "repl")), arguments.get(2, "string")
    text = text_of(subject)
    if program is None or replacement is None or text is None or "\\" in replacement or len(arguments.positional) > 3:
        return None
    pieces: list[str] = []
    position = copied = 0
    while position <= len(text):
        spans = search(program, text, machine.step, position)
        if spans is None or spans[0] is None:
            break
        start, end = spans[0]
        pieces.extend((text[copied:start], replacement))
        copied = end
        position = end if end > start else end + 1
    pieces.append(text[copied:])
    result = "".join(pieces)
    return Const(result, getattr(subject, "at", at)) if len(result) <= 4 * TEXT else None


def _substitute(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    return substitute(machine, pattern_of(machine, arguments.get(0), arguments.get(4, "flags")), arguments, at)


REGEX_FUNCTIONS: dict[str, Callable[[Machine, Arguments, Place], Val | None]] = {
    "re.compile": _compile,
    "re.search": _finder("search"),
    "re.match": _finder("match"),
    "re.fullmatch": _finder("fullmatch"),
    "re.findall": _finder("findall"),
    "re.finditer": _finder("finditer"),
    "re.sub": _substitute,
}
