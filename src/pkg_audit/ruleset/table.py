"""Read a table of a rule's file key by key, and collect every fault instead of stopping at the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pkg_audit.query import Query, QueryError, Record, Template, compile_query, parse_template
from pkg_audit.query.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pkg_audit.query.shapes import Shape

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class Table:
    """One TOML table. Every key must be asked for before `finish`, which reports the rest as unknown.

    A faulty value is reported and its neutral value returned, so that reading goes on to the next fault.
    """

    def __init__(self, data: Mapping[str, Any], where: str, faults: list[str], prefix: str = "") -> None:
        self._data = data
        self._where = where
        self._faults = faults
        self._prefix = prefix
        self._asked: set[str] = set()

    def fault(self, key: str, message: str) -> None:
        """Report a fault of one key."""
        self._faults.append(f"{self._where}: {self._prefix}{key}: {message}")

    def own_keys(self) -> tuple[str, ...]:
        """Return the table's keys, for tables that name their own."""
        return tuple(self._data)

    def has(self, key: str) -> bool:
        """Tell whether the table has the key, and accept it."""
        self._asked.add(key)
        return key in self._data

    def text(self, key: str, *, required: bool = False, choices: Collection[str] = (), default: str = "") -> str:
        """Return a text, `default` where it is missing; one of `choices` if there are any."""
        if not self.has(key):
            if required:
                wanted = f"one of {', '.join(choices)}" if choices else "a text"
                self.fault(key, f"missing; it must be {wanted}")
            return default
        value = self._data[key]
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "must be a text that is not empty")
            return default
        if choices and value not in choices:
            self.fault(key, f"{value!r} is not allowed; {suggestion(value, choices)}")
            return default
        return value.strip()

    def texts(self, key: str, *, choices: Collection[str] | None = None, what: str = "value") -> tuple[str, ...]:
        """Return a list of texts, empty where it is missing; each one of `choices` if given."""
        if not self.has(key):
            return ()
        value = self._data[key]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fault(key, "must be a list of texts")
            return ()
        for item in value:
            if choices is not None and item not in choices:
                self.fault(key, f"unknown {what} {item!r}; {suggestion(item, choices)}")
        if len(set(value)) < len(value):
            self.fault(key, "names something twice")
        return tuple(value)

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of kebab-case names."""
        values = self.texts(key)
        for value in values:
            if not NAME.match(value):
                self.fault(key, f"{value!r} must be lower-case words joined by dashes")
        return values

    def flag(self, key: str) -> bool:
        """Return a boolean, False where it is missing."""
        if not self.has(key):
            return False
        if not isinstance(self._data[key], bool):
            self.fault(key, "must be true or false")
            return False
        return bool(self._data[key])

    def number(self, key: str) -> int:
        """Return a whole number that must be there."""
        value = self._data[key] if self.has(key) else None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "must be a whole number")
            return 0
        return value

    def table(self, key: str) -> Table | None:
        """Return a table inside this one, None where it is missing."""
        if not self.has(key):
            return None
        value = self._data[key]
        if not isinstance(value, dict):
            self.fault(key, "must be a table")
            return None
        return Table(value, self._where, self._faults, f"{self._prefix}{key}.")

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return an array of tables, empty where it is missing."""
        if not self.has(key):
            return ()
        value = self._data[key]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "must be an array of tables")
            return ()
        return tuple(
            Table(item, self._where, self._faults, f"{self._prefix}{key}[{index}].") for index, item in enumerate(value)
        )

    def query(
        self, key: str, *, required: bool = False, schema: Shape | None = None, condition: bool = False
    ) -> Query | None:
        """Return a checked query, None where it is missing or faulty."""
        text = self.text(key, required=required)
        if not text:
            return None
        try:
            return compile_query(text, schema, condition=condition)
        except QueryError as error:
            self.fault(key, str(error))
            return None

    def selection(self, key: str, *, required: bool = False) -> tuple[Query | None, Record | None]:
        """Return a query that selects records with a place, and their shape."""
        query = self.query(key, required=required)
        if query is None:
            return None, None
        try:
            return query, query.selected_record()
        except QueryError as error:
            self.fault(key, str(error))
            return None, None

    def template(self, key: str, record: Shape | None, *, required: bool = False) -> Template | None:
        """Return a text with placeholders of the record; None where it is missing, faulty, or the record unknown."""
        text = self.text(key, required=required)
        return self.parse(key, text, record) if text and record is not None else None

    def parse(self, key: str, text: str, record: Shape) -> Template | None:
        """Return a checked text with placeholders, None where it is faulty."""
        try:
            return parse_template(text, record)
        except QueryError as error:
            self.fault(key, str(error))
            return None

    def finish(self, also: Iterable[str] = ()) -> None:
        """Report every key that nobody asked for."""
        known = self._asked | set(also)
        for key in self._data:
            if key not in known:
                self.fault(str(key), f"unknown key; {suggestion(str(key), known)}")
