"""Say how a block of statements can end, each way with the state in which it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pkg_audit.scan.setup_py.state import State, either, join

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.values import Condition, Val

Ending: TypeAlias = Literal["next", "break", "continue", "return", "raise"]


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a block: with a value for `return`, with exception names for `raise`, under a condition."""

    state: State
    value: Val | None = None
    names: tuple[str, ...] = ()
    condition: Condition | None = None


Exits: TypeAlias = dict[Ending, Exit]


def join_exits(a: Exit | None, b: Exit, condition: Condition) -> Exit:
    """Return the exit that is `a` under its own condition (else the given one) and `b` otherwise."""
    if a is None:
        return b
    when = a.condition or condition
    value = b.value
    if a.value is not None and b.value is not None:
        value = either(a.state, a.value, b.state, b.value, when)
    return Exit(join(a.state, b.state, when), value, tuple(dict.fromkeys((*a.names, *b.names))), b.condition)


def merge(target: Exits, more: Exits, condition: Condition) -> None:
    """Add further ways out to those found so far."""
    for ending, way in more.items():
        target[ending] = join_exits(target.get(ending), way, condition)
