"""Take typed values out of a TOML document; a value of another type becomes a Misfit and counts as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Text, Value
from pkg_audit.facts.scanned import Misfit, TomlDocument

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.place import Place

Key = str | int

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a string"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a float"),
    (datetime, "a date-time"),
    (date, "a date"),
    (time, "a time"),
    (list, "an array"),
    (Mapping, "a table"),
)


def kind_of(value: object) -> str:
    """Name a TOML value's type in words."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "something else")


def dotted(path: tuple[Key, ...]) -> str:
    """Write a key path as TOML does, with `[i]` for array items."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            name = part if _BARE.fullmatch(part) else f'"{part}"'
            written += f".{name}" if written else name
    return written


class TomlReader:
    """Reads typed values by key path and collects misfits."""

    def __init__(self, document: TomlDocument) -> None:
        self.document = document
        self.misfits: list[Misfit] = []

    def raw(self, *path: Key) -> Any:
        """Return the value at a path, None where it is absent."""
        value: Any = self.document.data
        for part in path:
            if isinstance(part, int):
                if not isinstance(value, list) or not 0 <= part < len(value):
                    return None
                value = value[part]
            elif isinstance(value, Mapping):
                value = value.get(part)
            else:
                return None
        return value

    def misfit(self, path: tuple[Key, ...], expected: str) -> None:
        """Record that the value at a path should be something else."""
        message = f"expected {expected}, found {kind_of(self.raw(*path))}"
        self.misfits.append(Misfit(self.document.at(*path), dotted(path), message))

    def at(self, *path: Key) -> Place:
        """Return the place of the value at a path."""
        return self.document.at(*path)

    def table(self, *path: Key) -> Mapping[str, Any] | None:
        """Return a table, None where it is absent or not a table."""
        value = self.raw(*path)
        if value is None or isinstance(value, Mapping):
            return value
        self.misfit(path, "a table")
        return None

    def array(self, *path: Key) -> list[Any] | None:
        """Return an array, None where it is absent or not an array."""
        value = self.raw(*path)
        if value is None or isinstance(value, list):
            return value
        self.misfit(path, "an array")
        return None

    def text(self, *path: Key) -> Text | None:
        """Return a string with its place, None where it is absent or not a string."""
        value = self.raw(*path)
        if isinstance(value, str):
            return Text(value, self.at(*path))
        if value is not None:
            self.misfit(path, "a string")
        return None

    def string(self, *path: Key) -> Value[str] | None:
        """Return a string as a declared value."""
        text = self.text(*path)
        return Value(text.value, text.at) if text else None

    def boolean(self, *path: Key) -> Value[bool] | None:
        """Return a boolean as a declared value."""
        value = self.raw(*path)
        if isinstance(value, bool):
            return Value(value, self.at(*path))
        if value is not None:
            self.misfit(path, "a boolean")
        return None

    def texts(self, *path: Key) -> Value[Texts] | None:
        """Return an array of strings; an item of another type is left out and recorded."""
        items = self.array(*path)
        if items is None:
            return None
        found = (self.text(*path, index) for index in range(len(items)))
        return Value(tuple(text for text in found if text is not None), self.at(*path))

    def strings(self, *path: Key) -> Value[tuple[str, ...]] | None:
        """Return an array of strings without the items' places."""
        texts = self.texts(*path)
        return None if texts is None else Value(tuple(text.value for text in texts.value or ()), texts.at)

    def text_lists(self, *path: Key) -> Value[Mapping[str, Texts]] | None:
        """Return a table whose values are arrays of strings."""
        table = self.table(*path)
        if table is None:
            return None
        found = {name: self.texts(*path, name) for name in table}
        lists = {name: texts.value or () for name, texts in found.items() if texts is not None}
        return Value(MappingProxyType(lists), self.at(*path))

    def string_lists(self, *path: Key) -> Value[Mapping[str, tuple[str, ...]]] | None:
        """Return a table whose values are arrays of strings, without the items' places."""
        lists = self.text_lists(*path)
        if lists is None:
            return None
        plain = {name: tuple(text.value for text in texts) for name, texts in (lists.value or {}).items()}
        return Value(MappingProxyType(plain), lists.at)

    def text_table(self, *path: Key) -> Value[Mapping[str, Text]] | None:
        """Return a table whose values are strings."""
        table = self.table(*path)
        if table is None:
            return None
        found = {name: self.text(*path, name) for name in table}
        return Value(MappingProxyType({name: text for name, text in found.items() if text is not None}), self.at(*path))
