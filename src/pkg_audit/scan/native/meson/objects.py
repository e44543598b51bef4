"""Hold the objects of a meson evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer

UNSET = object()


@dataclass(frozen=True, slots=True)
class Object:
    """Something that meson returned: a module, a compiler, a target, a dependency ..."""

    kind: str
    pure: Answer = "unknown"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Site(Object):
    """A directory below site-packages; `text` is the path relative to it."""


def flat(values: Any, limit: int = 20_000) -> list[Any]:
    """Return nested lists as one list."""
    out: list[Any] = []
    queue = list(values) if isinstance(values, (list, tuple)) else [values]
    while queue and len(out) < limit:
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item
        else:
            out.append(item)
    return out
