"""Turn values into facts: known if and only if every part of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.scan.setup_py import text
from pkg_audit.scan.setup_py.paths import ROOT, plain
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    Entry,
    Found,
    Hole,
    ListCell,
    Maybe,
    PathValue,
    Scalar,
    Tuple,
    Unk,
    path_of,
    place_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from pkg_audit.scan.setup_py.state import State

    T = TypeVar("T")


class UncertainError(Exception):
    """A part of a value is not known."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


def value_of(convert: Callable[[], T], at: Place) -> Value[T]:
    """Return a converted value, or why it is not known."""
    try:
        return Value(convert(), at)
    except UncertainError as error:
        return Value(None, at, error.unknown)


def is_none(entry: Entry) -> bool:
    """Tell whether a value is None: as good as not given."""
    return isinstance(entry, Const) and entry.value is None


def items(state: State, entry: Entry, at: Place) -> tuple[Entry, ...]:
    """Return the items of a list, tuple or set that are all certain. Raises UncertainError."""
    cell = state.cells.get(entry.cell) if hasattr(entry, "cell") else None
    found = entry.items if isinstance(entry, Tuple) else cell.items if isinstance(cell, ListCell) else None
    if isinstance(cell, DictCell):
        found = tuple(Const(key, cell.places.get(key, at)) for key in pairs(state, entry, at))
    if found is None:
        raise UncertainError(why(entry, at))
    for item in found:
        if isinstance(item, (Maybe, Hole, Unk, Choice)):
            raise UncertainError(why(item, at))
    return found


def pairs(state: State, entry: Entry, at: Place) -> dict[Scalar, Entry]:
    """Return the items of a dict that are all certain. Raises UncertainError."""
    cell = state.cells.get(entry.cell) if hasattr(entry, "cell") else None
    if not isinstance(cell, DictCell):
        raise UncertainError(why(entry, at))
    if cell.rest is not None:
        raise UncertainError(cell.rest)
    for value in cell.entries.values():
        if isinstance(value, (Maybe, Unk, Choice)):
            raise UncertainError(why(value, at))
    return dict(cell.entries)


def string(entry: Entry, at: Place) -> str:
    """Return a string. Raises UncertainError."""
    if isinstance(entry, Const) and isinstance(entry.value, str) and ROOT not in entry.value:
        return entry.value
    raise UncertainError(why(entry, at))


def path(entry: Entry, at: Place) -> str:
    """Return a path relative to the project. Raises UncertainError."""
    found = path_of(entry)
    if found is not None:
        found = plain(found)
        if ROOT not in found:
            return found
    raise UncertainError(why(entry, at))


def label(entry: Entry, at: Place) -> str:
    """Return a string, or a number or path written as one (a version may be given as a number)."""
    if isinstance(entry, Const) and isinstance(entry.value, (int, float)) and not isinstance(entry.value, bool):
        return str(entry.value)
    return path(entry, at) if isinstance(entry, PathValue) else string(entry, at)


def strings(state: State, entry: Entry, at: Place, single: bool = True) -> tuple[str, ...]:
    """Return strings; one string alone is a list of one. Raises UncertainError."""
    if single and isinstance(entry, Const) and isinstance(entry.value, str):
        return (string(entry, at),)
    return tuple(string(item, at) for item in items(state, entry, at))


def paths(state: State, entry: Entry, at: Place) -> tuple[str, ...]:
    """Return paths; one path alone is a list of one. Raises UncertainError."""
    if path_of(entry) is not None:
        return (path(entry, at),)
    return tuple(path(item, at) for item in items(state, entry, at))


def texts(state: State, entry: Entry, at: Place) -> tuple[Text, ...]:
    """Return strings with their places. Raises UncertainError."""
    return tuple(Text(string(item, at), place_of(item, at)) for item in items(state, entry, at))


def lines(state: State, entry: Entry, at: Place, depth: int = 0) -> tuple[Text, ...]:
    """Return requirements as setuptools reads them: strings of one or many lines, in lists within lists."""
    if is_none(entry):
        return ()
    if isinstance(entry, Const) and isinstance(entry.value, str):
        string(entry, at)
        return tuple(Text(str(line.value), place_of(line, at)) for line in text.requirement_lines(entry))
    if depth > 4:
        raise UncertainError(Unknown("dynamic-expression", at))
    found: list[Text] = []
    for item in items(state, entry, at):
        found.extend(lines(state, item, at, depth + 1))
    return tuple(found)


def boolean(entry: Entry, at: Place) -> bool:
    """Return a truth value. Raises UncertainError."""
    if isinstance(entry, Const):
        return bool(entry.value)
    raise UncertainError(why(entry, at))


def found_or_path(entry: Entry, at: Place) -> Found | str:
    """Return a package search or a package's name. Raises UncertainError."""
    return entry if isinstance(entry, Found) else string(entry, at)
