"""Read one table of a TOML file with the types that a backend expects; a value of another type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import TomlDocument


@dataclass(frozen=True, slots=True)
class Table:
    """A table at a key path; a missing one, or one of a missing document, is empty."""

    document: TomlDocument | None
    path: tuple[str, ...]

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the table's keys and values as parsed."""
        value = self.document.get(*self.path) if self.document else None
        return value if isinstance(value, Mapping) else {}

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def at(self, *keys: str | int) -> Place:
        """Return the place of a value below the table, or of what encloses it."""
        from pkg_audit.facts.place import WHOLE_PROJECT

        return self.document.at(*self.path, *keys) if self.document else WHOLE_PROJECT

    def table(self, *keys: str) -> Table:
        """Return a table below this one."""
        return Table(self.document, (*self.path, *keys))

    def text(self, key: str) -> str | None:
        """Return a string, None where there is none."""
        value = self.data.get(key)
        return value if isinstance(value, str) else None

    def flag(self, key: str) -> bool | None:
        """Return a boolean, None where there is none."""
        value = self.data.get(key)
        return value if isinstance(value, bool) else None

    def strings(self, key: str) -> list[str] | None:
        """Return the strings of an array, None where there is no array."""
        value = self.data.get(key)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else None

    def one_or_more(self, key: str) -> list[str] | None:
        """Return a string, or the strings of an array, as a list; None where there is neither."""
        text = self.text(key)
        return [text] if text is not None else self.strings(key)

    def string_map(self, key: str) -> dict[str, str]:
        """Return a table of strings, empty where there is none."""
        value = self.data.get(key)
        if not isinstance(value, Mapping):
            return {}
        return {name: item for name, item in value.items() if isinstance(item, str)}
