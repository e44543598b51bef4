"""Hold the keywords that reach `setup()`, with several calls told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.scan.setup_py import convert
from pkg_audit.scan.setup_py.state import same
from pkg_audit.scan.setup_py.values import Condition, DictCell, Entry, Maybe, Ref, Unk, choice, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.scan.setup_py.machine import SetupCall
    from pkg_audit.scan.setup_py.state import State


EXTENSIONS = ("ext_modules", "rust_extensions", "cffi_modules", "cython_modules")
"""The keywords that declare extensions."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of the call that counts. `rest` set: further keywords may have been given.

    `retries` are those of the calls that follow when it fails: what they leave out, the build can do without.
    """

    at: Place
    entries: Mapping[str, Entry]
    spots: Mapping[str, Place]
    state: State
    rest: Unknown | None
    retries: tuple[Keywords, ...] = ()

    def entry(self, name: str) -> Entry | None:
        """Return a keyword's value as evaluated, None where it is certainly not given; None counts as not given."""
        found = self.entries.get(name)
        return None if found is None or convert.is_none(found) else found

    def dict_cell(self, name: str) -> DictCell | None:
        """Return a keyword's dict as far as it can be seen."""
        entry = self.entries.get(name)
        cell = self.state.cells.get(entry.cell) if isinstance(entry, Ref) else None
        return cell if isinstance(cell, DictCell) else None

    def places(self) -> Mapping[str, Place]:
        """Return where each keyword stands."""
        return self.spots

    def missing(self) -> Value[Any] | None:
        """Return what a keyword is that nobody saw: not given, or unknown."""
        return Value(None, self.at, self.rest) if self.rest is not None else None

    def field(self, name: str, convert_one: Callable[[State, Entry, Place], Any]) -> Any:
        """Return a keyword converted: None where not given, unknown where not evaluable."""
        entry = self.entry(name)
        if entry is None:
            return self.missing() if name not in self.entries else None
        at = self.spots.get(name, self.at)
        return convert.value_of(lambda: convert_one(self.state, entry, at), place_of(entry, at))


def gather(calls: list[SetupCall]) -> Keywords:
    """Return the keywords of the first call; where a later one differs, either may count."""
    first = calls[0]
    entries = _named(first.keywords)
    spots = {str(name): first.keywords.places.get(name, first.at) for name in entries}
    rest = first.keywords.rest
    for other in calls[1:]:
        theirs = _named(other.keywords)
        rest = rest or other.keywords.rest
        when = other.conditions[-1] if other.conditions else Condition("another call of setup()", other.at)
        for name in {**entries, **theirs}:
            mine, its = entries.get(name), theirs.get(name)
            if same(first.state, mine, other.state, its) or (other.retry and name in EXTENSIONS):
                continue
            spots.setdefault(name, other.keywords.places.get(name, other.at))
            unknown = Unk(Unknown("conditional", when.at, when.text))
            if mine is None or isinstance(mine, (Maybe, Unk)):
                entries[name] = unknown
            else:
                entries[name] = choice((mine, when.negated()), (unknown, when))  # type: ignore[arg-type]
    retries = tuple(_alone(other) for other in calls[1:] if other.retry)
    return Keywords(first.at, entries, spots, first.state, rest, retries)


def _alone(call: SetupCall) -> Keywords:
    entries = _named(call.keywords)
    spots = {str(name): call.keywords.places.get(name, call.at) for name in entries}
    return Keywords(call.at, entries, spots, call.state, call.keywords.rest)


def _named(keywords: DictCell) -> dict[str, Entry]:
    return {str(name): entry for name, entry in keywords.entries.items()}
