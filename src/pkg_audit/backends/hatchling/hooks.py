"""Say what build hooks add: generated version files, and what can't be known of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.hatchling.options import Target

_VERSION_FILES = {"version": "path", "vcs": "version-file"}
"""Hooks that write one file, and the option that names it."""

_COMPILE_ONLY = frozenset({"mypyc"})
"""Hooks that add compiled modules and nothing else."""


@dataclass(frozen=True, slots=True)
class HookEffects:
    """The patterns of files that hooks make, files that they write, and what is not known of them."""

    artifacts: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    unknown: tuple[FieldUnknown, ...] = ()


def effects_of(target: Target) -> HookEffects:
    """Return what the enabled hooks of a target do to its files."""
    artifacts: list[str] = []
    written: list[str] = []
    doubts: list[FieldUnknown] = []
    for name, options in target.hooks().items():
        path = options.text(_VERSION_FILES[name]) if name in _VERSION_FILES else None
        if path:
            artifacts.append(f"/{path}")
            written.append(join(path))
        elif name not in _COMPILE_ONLY:
            reason = Unknown("needs-build", options.at(), f"build hook {name} can add or remove files")
            doubts.append(FieldUnknown("files", reason))
    return HookEffects(tuple(artifacts), tuple(written), tuple(doubts))
