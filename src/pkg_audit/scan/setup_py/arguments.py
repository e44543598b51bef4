"""Hold the evaluated arguments of a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.values import Const, Entry, Hole, Maybe, Unk, Val, choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.place import Place, Unknown
    from pkg_audit.scan.setup_py.machine import Scope


@dataclass(frozen=True, slots=True)
class Arguments:
    """Positional and keyword arguments with `*` and `**` spread. `rest` set: further keywords may have been given.

    `scope` is where the call stands: `exec` and `globals` need it.
    """

    positional: tuple[Entry, ...] = ()
    keywords: Mapping[str, Val | Maybe] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    rest: Unknown | None = None
    scope: Scope | None = None

    def get(self, index: int, name: str = "") -> Val | None:
        """Return an argument by position or keyword, None where it is not given."""
        # Behind an unknown number of items nothing has a known position.
        for entry in self.positional[: index + 1]:
            if isinstance(entry, Hole):
                return Unk(entry.unknown)
        if 0 <= index < len(self.positional):
            return plain(self.positional[index])
        found = self.keywords.get(name)
        if found is not None:
            return plain(found)
        return Unk(self.rest) if name and self.rest is not None else None

    def values(self) -> tuple[Entry, ...]:
        """Return every argument, to say that a call may have changed it."""
        return (*self.positional, *self.keywords.values())


def plain(entry: Entry) -> Val:
    """Return an item as a value: an item that may be missing is a choice."""
    if isinstance(entry, Maybe):
        return choice((entry.value, entry.condition), (Const(None), entry.condition.negated()))
    if isinstance(entry, Hole):
        return Unk(entry.unknown)
    return entry
