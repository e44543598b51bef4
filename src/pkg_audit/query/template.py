"""Fill the placeholders of a rule's text with the fields of a record, checked when the rule loads."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from pkg_audit.query.check import QueryError
from pkg_audit.query.shapes import Anything, ListOf, Record, Scalar, Shape, describe
from pkg_audit.query.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALUE_LIMIT = 200
LIST_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its noun, written `{files:file|files}`: "1 file", "2 files"."""

    path: tuple[str, ...]
    one: str
    many: str

    def words(self, value: Any) -> str:
        """Return the number and the noun that goes with it."""
        return f"{_words(value)} {self.one if value == 1 else self.many}"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders. `parts` alternates texts, field paths and counts; `touched` is as in Query."""

    text: str
    parts: tuple[str | tuple[str, ...] | Count, ...]
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
            path = part.path if isinstance(part, Count) else part
            found = _follow(record, path)
            value = _cut(part.words(found) if isinstance(part, Count) else _words(found))
            result.append(write(path[-1], value) if write else value)
        return "".join(result)


def parse_template(text: str, record: Shape) -> Template:
    """Read a text with `{field}`, `{field.field}` and `{number:one|many}` placeholders for records of this shape.

    Raises QueryError.
    """
    parts: list[str | tuple[str, ...] | Count] = []
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
        one, bar, many = (spec or "").partition("|")
        if conversion or (spec and (not bar or not one or not many or "|" in many or "{" in spec)):
            raise QueryError(f"placeholder {{{name}}} takes no format but the nouns for one and many, `:file|files`")
        path = _path(name, record, touched)
        if not spec:
            parts.append(path)
        elif _counts(path, record):
            parts.append(Count(path, one, many))
        else:
            raise QueryError(f"placeholder {{{name}}} is no number, and takes no nouns for one and many")
    return Template(text, tuple(parts), frozenset(touched))


def _counts(path: tuple[str, ...], record: Shape) -> bool:
    """Tell whether a path, which exists, leads to a number."""
    here: Shape = record
    for step in path:
        here = here.fields[step] if isinstance(here, Record) else here
    return isinstance(here, Anything) or (isinstance(here, Scalar) and here.types == {"number"})


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
