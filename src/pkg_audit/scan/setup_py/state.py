"""Fork and join what is known, so that both branches of an undecidable test are followed and neither is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.limits import OPTIONS
from pkg_audit.scan.setup_py.values import (
    Bound,
    Cell,
    Choice,
    Condition,
    Const,
    DictCell,
    Entry,
    ExtensionCell,
    Hole,
    ListCell,
    Maybe,
    PathValue,
    Ref,
    Scalar,
    Tuple,
    Unk,
    Val,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

K = TypeVar("K")
V = TypeVar("V")
Name = tuple[int, str]
DEEP = 6


class Layered(dict[K, V]):
    """A dict over one that all states share: what modules bind once they are read changes rarely, forks are many.

    Iteration and length are those of the upper layer; look-ups see both. `settle` moves entries down.
    """

    __slots__ = ("base",)

    def __init__(self, base: dict[K, V], own: Mapping[K, V] | None = None) -> None:
        super().__init__(own or {})
        self.base = base

    def get(self, key: K, default: V | None = None) -> V | None:  # type: ignore[override]
        """Return the value of a key from the upper layer, or else from the lower one."""
        found = super().get(key)
        return found if found is not None else self.base.get(key, default)

    def __missing__(self, key: K) -> V:
        return self.base[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.base

    def fork(self) -> Layered[K, V]:
        """Return a copy of the upper layer over the same lower one."""
        return Layered(self.base, self)

    def settle(self, keys: Iterable[K]) -> None:
        """Move entries to the layer that all forks share."""
        for key in keys:
            if key in self.keys():
                self.base[key] = self.pop(key)


@dataclass(slots=True)
class State:
    """Variables by scope and name, contents of mutable objects by cell, and the current directory."""

    names: Layered[Name, Val] = field(default_factory=lambda: Layered({}))
    cells: Layered[int, Cell] = field(default_factory=lambda: Layered({}))
    directory: str | None = "/"

    def fork(self) -> State:
        """Return a copy that can change on its own. Contents are immutable, so this copies two dicts."""
        return State(self.names.fork(), self.cells.fork(), self.directory)

    def __len__(self) -> int:
        return len(self.names) + len(self.cells)


def join(first: State, second: State, condition: Condition) -> State:
    """Return what holds whichever of two states is real; the first under `condition`."""
    names = second.names.fork()
    for name, value in first.names.items():
        # Most variables are the same in both: the plain look-up spares them everything else.
        if dict.get(second.names, name) is value:
            continue
        other = second.names.get(name)
        # A variable bound in one branch only: whoever reads it later is in that branch, or fails.
        names[name] = value if other is None or other is value else either(first, value, second, other, condition)
    for name in second.names.keys() - first.names.keys():
        shared = first.names.base.get(name)
        if shared is not None and shared is not second.names[name]:
            names[name] = either(first, shared, second, second.names[name], condition)
    cells = second.cells.fork()
    for number, cell in first.cells.items():
        if dict.get(second.cells, number) is cell:
            continue
        twin = second.cells.get(number)
        cells[number] = cell if twin is None or twin is cell else _join_cells(first, cell, second, twin, condition)
    for number in second.cells.keys() - first.cells.keys():
        settled = first.cells.base.get(number)
        if settled is not None and settled is not second.cells[number]:
            cells[number] = _join_cells(first, settled, second, second.cells[number], condition)
    directory = first.directory if first.directory == second.directory else None
    return State(names, cells, directory)


def either(first: State, a: Val, second: State, b: Val, condition: Condition) -> Val:
    """Return the value that is `a` under `condition` and `b` otherwise; the common value where they agree."""
    if same(first, a, second, b):
        return a
    options: list[tuple[Val, Condition]] = []
    for state, value, when in ((first, a, condition), (second, b, condition.negated())):
        for option, inner in value.options if isinstance(value, Choice) else ((value, when),):
            if not any(same(state, option, first, known) for known, _ in options):
                options.append((option, inner))
    if len(options) > OPTIONS:
        return Unk(Unknown("conditional", condition.at, condition.text))
    return Choice(tuple(options)) if len(options) > 1 else options[0][0]


def same(first: State, a: Entry | None, second: State, b: Entry | None, depth: int = 0) -> bool:
    """Tell whether two values are certainly equal, places apart."""
    if a is b:
        return True
    if a is None or b is None or type(a) is not type(b) or depth > DEEP:
        return False
    if isinstance(a, Const) and isinstance(b, Const):
        return type(a.value) is type(b.value) and a.value == b.value
    if isinstance(a, Tuple) and isinstance(b, Tuple):
        return _same_items(first, a.items, second, b.items, depth)
    if isinstance(a, Maybe) and isinstance(b, Maybe):
        return a.condition == b.condition and same(first, a.value, second, b.value, depth + 1)
    if isinstance(a, Ref) and isinstance(b, Ref):
        return _same_cells(first, first.cells.get(a.cell), second, second.cells.get(b.cell), depth + 1)
    if isinstance(a, PathValue) and isinstance(b, PathValue):
        return a.path == b.path
    if isinstance(a, Bound) and isinstance(b, Bound):
        return a.name == b.name and same(first, a.receiver, second, b.receiver, depth + 1)
    if isinstance(a, (Choice, Unk, Hole)):
        return False
    return a == b


def _same_items(first: State, a: tuple[Entry, ...], second: State, b: tuple[Entry, ...], depth: int) -> bool:
    return len(a) == len(b) and all(same(first, x, second, y, depth + 1) for x, y in zip(a, b, strict=True))


def _same_cells(first: State, a: Cell | None, second: State, b: Cell | None, depth: int) -> bool:
    if a is b:
        return a is not None
    if isinstance(a, ListCell) and isinstance(b, ListCell):
        return a.kind == b.kind and _same_items(first, a.items, second, b.items, depth)
    if isinstance(a, DictCell) and isinstance(b, DictCell):
        return (
            a.rest is None
            and b.rest is None
            and list(a.entries) == list(b.entries)
            and all(same(first, value, second, b.entries[key], depth) for key, value in a.entries.items())
        )
    if isinstance(a, ExtensionCell) and isinstance(b, ExtensionCell):
        return a.by == b.by and all(
            same(first, a.attributes.get(key), second, b.attributes.get(key), depth)
            for key in {*a.attributes, *b.attributes}
        )
    return False


def _join_cells(first: State, a: Cell, second: State, b: Cell, condition: Condition) -> Cell:
    if isinstance(a, ListCell) and isinstance(b, ListCell):
        return ListCell(join_items(first, a.items, second, b.items, condition), a.kind)
    if isinstance(a, DictCell) and isinstance(b, DictCell):
        entries: dict[Scalar, Val | Maybe] = {}
        for key in (*a.entries, *(key for key in b.entries if key not in a.entries)):
            entries[key] = _join_entries(first, a.entries.get(key), second, b.entries.get(key), condition)
        return DictCell(entries, {**b.places, **a.places}, a.rest or b.rest)
    if isinstance(a, ExtensionCell) and isinstance(b, ExtensionCell):
        attributes: dict[str, Val] = dict(b.attributes)
        for name, value in a.attributes.items():
            other = b.attributes.get(name)
            if other is None:
                other = Unk(Unknown("conditional", condition.at, condition.text))
            attributes[name] = either(first, value, second, other, condition)
        return ExtensionCell(a.by if a.by == b.by else b.by, attributes, a.at)
    return a


def _join_entries(
    first: State, a: Val | Maybe | None, second: State, b: Val | Maybe | None, condition: Condition
) -> Val | Maybe:
    if a is None or b is None:
        only, when = (a, condition) if a is not None else (b, condition.negated())
        assert only is not None
        return only if isinstance(only, Maybe) else Maybe(only, when)
    if same(first, a, second, b):
        return a
    if isinstance(a, Maybe) or isinstance(b, Maybe):
        one = a.value if isinstance(a, Maybe) else a
        two = b.value if isinstance(b, Maybe) else b
        own = a.condition if isinstance(a, Maybe) else b.condition if isinstance(b, Maybe) else condition
        return Maybe(either(first, one, second, two, condition), own)
    return either(first, a, second, b, condition)


def join_items(
    first: State, a: tuple[Entry, ...], second: State, b: tuple[Entry, ...], condition: Condition
) -> tuple[Entry, ...]:
    """Return the common head and tail as they are, and what lies between from both sides under its condition."""
    head = 0
    while head < min(len(a), len(b)) and same(first, a[head], second, b[head]):
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and same(first, a[-1 - tail], second, b[-1 - tail]):
        tail += 1
    middle = _merge(a[head : len(a) - tail], b[head : len(b) - tail], condition)
    return (*a[:head], *middle, *a[len(a) - tail :])


def _merge(a: tuple[Entry, ...], b: tuple[Entry, ...], condition: Condition) -> list[Entry]:
    """Join two stretches of items. An object that both hold, at whatever position, is there in any case."""
    twins = {held.cell: item for item in b if isinstance(held := _held(item), Ref)}
    doubtful = [item for item in b if isinstance(item, (Maybe, Hole))]
    middle: list[Entry] = []
    shared: set[int] = set()
    for item in a:
        held = _held(item)
        if isinstance(held, Ref) and held.cell in twins:
            shared.add(held.cell)
            twin = twins[held.cell]
            middle.append(twin if isinstance(twin, Maybe) else item)
        elif isinstance(item, (Maybe, Hole)):
            if item not in doubtful:
                middle.append(item)
        else:
            middle.append(Maybe(item, condition))
    other = condition.negated()
    for item in b:
        held = _held(item)
        if not (isinstance(held, Ref) and held.cell in shared):
            middle.append(item if isinstance(item, (Maybe, Hole)) else Maybe(item, other))
    return middle


def _held(item: Entry) -> Entry:
    return item.value if isinstance(item, Maybe) else item


def _under(items: tuple[Entry, ...], condition: Condition) -> tuple[Entry, ...]:
    return tuple(item if isinstance(item, (Maybe, Hole)) else Maybe(item, condition) for item in items)


def blur(before: State, after: State, unknown: Unknown) -> State:
    """Return what holds after a piece of code ran any number of times, `after` being one run from `before`."""
    condition = Condition(unknown.detail or "a loop", unknown.at)
    result = join(after, before, condition)
    for name, value in list(result.names.items()):
        if dict.get(before.names, name) is value:
            continue
        known = before.names.get(name)
        if known is not None and known is not value:
            result.names[name] = Unk(unknown)
    for number, cell in list(result.cells.items()):
        if dict.get(before.cells, number) is cell:
            continue
        old = before.cells.get(number)
        if old is not None and old is not cell:
            result.cells[number] = spoil(cell, unknown)
    return result


def spoil(cell: Cell, unknown: Unknown) -> Cell:
    """Return an object's contents after something unknown may have changed them; what was there stays visible."""
    if isinstance(cell, ListCell):
        if any(isinstance(item, Hole) for item in cell.items) and all(
            isinstance(item, (Maybe, Hole)) for item in cell.items
        ):
            return cell
        return ListCell((*_under(cell.items, Condition(unknown.detail, unknown.at)), Hole(unknown)), cell.kind)
    if isinstance(cell, DictCell):
        if cell.rest is not None and all(isinstance(value, (Maybe, Choice, Unk)) for value in cell.entries.values()):
            return cell
        doubt = Condition(unknown.detail, unknown.at)
        entries: dict[Scalar, Val | Maybe] = {
            key: value if isinstance(value, (Maybe, Choice, Unk)) else Choice(((value, doubt), (Unk(unknown), doubt)))
            for key, value in cell.entries.items()
        }
        return DictCell(entries, cell.places, unknown)
    return cell
