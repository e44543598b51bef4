"""Answer what belongs to the stable ABI of CPython and since when, where the package `abi3info` is installed.

The data is CPython's own Misc/stable_abi.toml as `abi3info` carries it; the extra `abi3` installs it. Without it there
is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Minor = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StableAbi:
    """The symbols of the stable ABI with the Python that added each, and the newest Python that is known."""

    added: Mapping[str, Minor]
    newest: Minor


@cache
def stable_abi() -> StableAbi | None:
    """Return the symbols of the stable ABI, None where the data is not installed or not as it was."""
    try:
        import abi3info

        items = (*abi3info.FUNCTIONS.values(), *abi3info.DATAS.values())
        added = {str(item.symbol.name): (int(item.added.major), int(item.added.minor)) for item in items}
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return StableAbi(added, max(added.values())) if added else None
