"""Answer methods of strings; parts of a file's text keep their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py import text as texts
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.limits import TEXT
from pkg_audit.scan.setup_py.values import Const, Hole, Maybe, Tuple, Unk, Val, text_of, why

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.machine import Machine

SIMPLE = frozenset({"lower", "upper", "title", "capitalize", "casefold", "swapcase"})
TESTS = frozenset({"isdigit", "isdecimal", "isalpha", "isalnum", "isspace", "isupper", "islower", "isidentifier"})


def call_string(machine: Machine, whole: Const, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a string's method returns, None where that is not known."""
    value = whole.value
    assert isinstance(value, str)
    machine.step(1 + len(value) // 2048)
    if name in {"strip", "lstrip", "rstrip"}:
        characters = arguments.get(0)
        letters = text_of(characters)
        if letters is None and not (characters is None or (isinstance(characters, Const) and characters.value is None)):
            return None
        return texts.strip(whole, letters, left=name != "rstrip", right=name != "lstrip")
    if name in {"split", "rsplit"}:
        return _split(machine, whole, name, arguments, at)
    if name == "splitlines":
        keep = arguments.get(0, "keepends")
        lines = texts.split_lines(whole, keep_ends=isinstance(keep, Const) and bool(keep.value))
        machine.step(1 + len(lines) // 8)
        return machine.new_list(lines, at)
    if name in SIMPLE and not arguments.positional:
        return Const(getattr(value, name)(), whole.at)
    if name in TESTS and not arguments.positional:
        return Const(getattr(value, name)(), at)
    if name in {"startswith", "endswith"}:
        return _affix(value, name, arguments, at)
    if name == "join":
        return _join(machine, value, arguments, at)
    if name == "format":
        return _format(machine, value, arguments, at)
    if name == "replace":
        return _replace(value, whole.at, arguments)
    if name in {"partition", "rpartition"}:
        separator = text_of(arguments.get(0))
        if not separator:
            return None
        found = value.find(separator) if name == "partition" else value.rfind(separator)
        if found < 0:
            return Tuple(
                (whole, Const("", at), Const("", at)) if name == "partition" else (Const(""), Const(""), whole), at
            )
        behind = found + len(separator)
        spans = ((0, found), (found, behind), (behind, len(value)))
        return Tuple(tuple(texts.part(whole, *span) for span in spans), at)
    if name in {"find", "rfind", "count", "index"}:
        wanted = text_of(arguments.get(0))
        if wanted is None or len(arguments.positional) != 1 or (name == "index" and wanted not in value):
            return None
        return Const(getattr(value, name)(wanted), at)
    if name in {"removeprefix", "removesuffix"}:
        affix = text_of(arguments.get(0))
        return Const(getattr(value, name)(affix), whole.at) if affix is not None else None
    if name in {"decode", "encode"}:
        # Bytes and text are told apart nowhere in metadata.
        return whole
    return None


def _split(machine: Machine, whole: Const, name: str, arguments: Arguments, at: Place) -> Val | None:
    given, most = arguments.get(0, "sep"), arguments.get(1, "maxsplit") or Const(-1)
    separator = text_of(given)
    blank = given is None or (isinstance(given, Const) and given.value is None)
    if (separator is None and not blank) or separator == "" or not isinstance(most, Const):
        return None
    limit = most.value if isinstance(most.value, int) else -1
    pieces = texts.split(whole, separator, limit, right=name == "rsplit")
    machine.step(1 + len(pieces) // 8)
    return machine.new_list(pieces, at)


def _affix(value: str, name: str, arguments: Arguments, at: Place) -> Val | None:
    wanted = arguments.get(0)
    options = wanted.items if isinstance(wanted, Tuple) else (wanted,)
    affixes = [text_of(option) for option in options]
    known = tuple(affix for affix in affixes if affix is not None)
    if len(known) != len(affixes) or len(arguments.positional) != 1:
        return None
    return Const(value.startswith(known) if name == "startswith" else value.endswith(known), at)


def _join(machine: Machine, separator: str, arguments: Arguments, at: Place) -> Val | None:
    iterable = arguments.get(0)
    if iterable is None:
        return None
    pieces: list[str] = []
    items = items_of(machine, iterable, at)
    for item in items:
        piece = text_of(item)
        if piece is None:
            machine.doubts += 1
            return Unk(why(item, at)) if isinstance(item, (Maybe, Hole, Unk)) else None
        pieces.append(piece)
    if sum(map(len, pieces)) + len(separator) * len(pieces) > 4 * TEXT:
        return machine.unknown("too-large", at)
    machine.step(1 + len(pieces) // 8)
    if len(items) == 1 and isinstance(items[0], Const):
        return items[0]
    return Const(separator.join(pieces), at)


def _format(machine: Machine, template: str, arguments: Arguments, at: Place) -> Val | None:
    values: list[Val] = []
    for entry in arguments.positional:
        if isinstance(entry, (Maybe, Hole)):
            return Unk(why(entry, at))
        values.append(entry)
    names = {name: value for name, value in arguments.keywords.items() if not isinstance(value, Maybe)}
    result = texts.braces(template, values, names)
    if result is not None:
        return Const(result, at)
    machine.doubts += 1
    doubtful = next((value for value in (*values, *names.values()) if not isinstance(value, Const)), None)
    return Unk(why(doubtful, at)) if doubtful is not None else None


def _replace(value: str, spot: Place, arguments: Arguments) -> Val | None:
    old, new = text_of(arguments.get(0)), text_of(arguments.get(1))
    if not old or new is None or len(arguments.positional) != 2:
        return None
    if len(value) + value.count(old) * (len(new) - len(old)) > 4 * TEXT:
        return None
    return Const(value.replace(old, new), spot)
