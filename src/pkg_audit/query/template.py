"""Fill the placeholders of a rule's text with the fields of a record, checked when the rule loads."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from pkg_audit.query.check import QueryError
from pkg_audit.query.shapes import Anything, ListOf, Record, Shape, describe
from pkg_audit.query.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALUE_LIMIT = 200
LIST_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders. `parts` alternates texts and field paths; `touched` is as in Query."""

    text: str
    parts: tuple[str | tuple[str, ...], ...]
    touched: frozenset[tuple[str, str]]

    def render(self, record: Mapping[str, Any], write: Callable[[str, str], str] | None = None) -> str:
        """Return the text for one record; values are cut at 200 characters, lists at five items.

        `write` is given a field's name and its words, and returns what the text needs, such as a quoted shell word.
        The result holds the project's words as they are: whoever prints it makes it printable.
        """
        result = []
        for part in self.parts:
            if isinstance(part, str):
                result.append(part)
                continue
            value = _cut(_words(_follow(record, part)))
            result.append(write(part[-1], value) if write else value)
        return "".join(result)


def parse_template(text: str, record: Shape) -> Template:
    """Read a text with `{field}` and `{field.field}` placeholders for records of this shape. Raises QueryError."""
    parts: list[str | tuple[str, ...]] = []
    touched: set[tuple[str, str]] = set()
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise QueryError(f"{error}; write {{{{ and }}}} for braces that are meant as such") from None
    for plain, name, spec, conversion in pieces:
        if plain:
            parts.append(plain)
        if name is None:
            continue
        if spec or conversion:
            raise QueryError(f"placeholder {{{name}}} takes no format")
        parts.append(_path(name, record, touched))
    return Template(text, tuple(parts), frozenset(touched))


def _path(name: str, record: Shape, touched: set[tuple[str, str]]) -> tuple[str, ...]:
    path = tuple(name.split("."))
    here = record
    for step in path:
        if isinstance(here, Anything):
            return path
        if not isinstance(here, Record):
            raise QueryError(f"placeholder {{{name}}}: {step!r} is asked of {describe(here)}")
        if step not in here.fields:
            raise QueryError(f"placeholder {{{name}}}: the record has no {step!r}; {suggestion(step, here.fields)}")
        touched.add((here.name, step))
        here = here.fields[step]
    if isinstance(here, Record) or (isinstance(here, ListOf) and isinstance(here.item, Record | ListOf)):
        raise QueryError(f"placeholder {{{name}}} is {describe(here)}; name something that can be written")
    return path


def _follow(record: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def _words(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            more = f" and {len(value) - LIST_LIMIT} more" if len(value) > LIST_LIMIT else ""
            return ", ".join(_cut(_words(item)) for item in value[:LIST_LIMIT]) + more
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"
