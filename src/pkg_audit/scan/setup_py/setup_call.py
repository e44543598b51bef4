"""Record a call of `setup()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.machine import SetupCall
from pkg_audit.scan.setup_py.values import DictCell, Hole, Scalar, Val

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.machine import Machine
    from pkg_audit.scan.setup_py.values import Maybe

SETUP_ROOTS = frozenset({"setuptools", "distutils", "skbuild", "numpy", "setuptools_rust", "wheel", "distribute_setup"})
MOST = 8


def record(machine: Machine, origin: str, arguments: Arguments, at: Place) -> Val:
    """Record a call of `setup()` with its keywords as they are now. Nobody knows what it returns."""
    entries: dict[Scalar, Val | Maybe] = dict(arguments.keywords.items())
    places: dict[Scalar, Place] = dict(arguments.places.items())
    rest = arguments.rest
    if any(isinstance(entry, Hole) for entry in arguments.positional):
        rest = rest or Unknown("dynamic-expression", at)
    if len(machine.setup_calls) < MOST:
        call = SetupCall(
            at=at,
            origin=origin,
            keywords=DictCell(entries, places, rest),
            state=machine.fork(),
            conditions=tuple(machine.conditions),
            retry=machine.retrying > 0,
        )
        machine.setup_calls.append(call)
    return machine.dynamic(at)
