"""Run a compiled pattern over a text, each pair of instruction and position once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.setup_py.regex_program import Instruction, Program

Spans = tuple[tuple[int, int] | None, ...]


def search(
    program: Program,
    text: str,
    spend: Callable[[int], None],
    start: int = 0,
    anchored: bool = False,
    whole: bool = False,
) -> Spans | None:
    """Return the spans of the leftmost match and its groups, None where nothing matches.

    `spend` is told the work done and may raise. `anchored` matches at `start` only; `whole` up to the text's end.
    """
    seen: set[tuple[int, int]] = set()
    position = start
    while 0 <= position <= len(text):
        if program.prefix and not anchored:
            position = text.find(program.prefix, position)
            spend(1)
            if position < 0:
                return None
        elif program.first is not None and not anchored:
            origin = position
            while position < len(text) and text[position] not in program.first:
                position += 1
            spend((position - origin) // 16)
            if position == len(text):
                return None
        found = _run(program, text, position, seen, spend, whole)
        if found is not None or anchored:
            return found
        position += 1
    return None


def _run(
    program: Program,
    text: str,
    position: int,
    seen: set[tuple[int, int]],
    spend: Callable[[int], None],
    whole: bool,
) -> Spans | None:
    slots: tuple[int, ...] = (-1,) * (2 * program.groups)
    pending = [(0, position, slots)]
    code = program.code
    work = 0
    while pending:
        counter, at, slots = pending.pop()
        while True:
            work += 1
            if work >= 64:
                spend(work // 3)
                work = 0
            item = code[counter]
            if (counter, at) in seen:
                if item.kind == "split" and item.data:
                    # A round of a loop that took nothing ends the loop, as in `re`.
                    counter = item.first if item.data == "first" else item.second
                    if (counter, at) not in seen:
                        continue
                break
            seen.add((counter, at))
            kind = item.kind
            if kind == "letters":
                assert item.letters is not None
                if at < len(text) and text[at] in item.letters:
                    counter, at = counter + 1, at + 1
                    continue
                break
            if kind == "split":
                pending.append((item.second, at, slots))
                counter = item.first
            elif kind == "jump":
                counter = item.first
            elif kind == "save":
                slots = (*slots[: item.slot], at, *slots[item.slot + 1 :])
                counter += 1
            elif kind == "match":
                if whole and at != len(text):
                    break
                return tuple(
                    (slots[2 * group], slots[2 * group + 1]) if slots[2 * group + 1] >= 0 else None
                    for group in range(program.groups)
                )
            elif _holds(program, item, text, at, spend):
                counter += 1
            else:
                break
    spend(1)
    return None


def _holds(program: Program, item: Instruction, text: str, at: int, spend: Callable[[int], None]) -> bool:
    if item.kind == "look":
        assert item.looked is not None
        negative = item.data.endswith("!")
        begin = at - item.width
        found = begin >= 0 and _run(item.looked, text, begin, set(), spend, whole=False) is not None
        return found is not negative
    kind = item.data
    if kind == "A" or (kind == "^" and not program.multiline):
        return at == 0
    if kind == "^":
        return at == 0 or text[at - 1] == "\n"
    if kind == "Z":
        return at == len(text)
    if kind == "$":
        return at == len(text) or (text[at] == "\n" and (program.multiline or at == len(text) - 1))
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    after = at < len(text) and (text[at].isalnum() or text[at] == "_")
    return (before != after) is (kind == "b")
