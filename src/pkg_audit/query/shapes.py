"""Describe the shape of the facts document, as a query sees it, from the types of the fact dataclasses."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number or boolean. `choices` is the closed set of its values, None where it is open.

    No type at all and `nullable` is the null literal.
    """

    types: frozenset[str]
    choices: frozenset[str] | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """An object whose fields are all known."""

    name: str
    fields: Mapping[str, Shape]
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of items of one shape; `item` None: a list that is always empty."""

    item: Shape | None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that the checker does not follow."""

    nullable: bool = True


Shape = Scalar | Record | ListOf | Anything

STRING = Scalar(frozenset({"string"}))
NUMBER = Scalar(frozenset({"number"}))
BOOLEAN = Scalar(frozenset({"boolean"}))
NULL = Scalar(frozenset(), nullable=True)

_SCALARS: dict[Any, Scalar] = {str: STRING, int: NUMBER, float: NUMBER, bool: BOOLEAN, type(None): NULL}


def schema_of(hint: Any) -> Shape:
    """Return the shape of a type: a frozen dataclass, a scalar, a Literal, a tuple of one kind, or a union of these.

    Raises TypeError for a type that the facts document cannot hold (a mapping, a mixed tuple, a type inside itself).
    """
    return _schema(hint, ())


def _schema(hint: Any, inside: tuple[Any, ...]) -> Shape:
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        if hint in inside:
            raise TypeError(f"{hint.__name__} holds itself; the facts document is a tree of bounded depth")
        hints = typing.get_type_hints(hint)
        return Record(hint.__name__, {f.name: _schema(hints[f.name], (*inside, hint)) for f in fields(hint)})
    if origin is typing.Literal:
        return union(literal(value) for value in arguments)
    if origin in {tuple, frozenset} and len([a for a in arguments if a is not Ellipsis]) == 1:
        return ListOf(_schema(arguments[0], inside))
    if origin in {typing.Union, types.UnionType}:
        return union(_schema(argument, inside) for argument in arguments)
    raise TypeError(f"{hint!r} cannot stand in the facts document")


def literal(value: Any) -> Shape:
    """Return the shape of a constant."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case str():
            return Scalar(STRING.types, frozenset({value}))
        case int() | float():
            return NUMBER
        case list():
            return ListOf(union(literal(item) for item in value) if value else None)
        case dict():
            return Record("literal", {key: literal(item) for key, item in value.items()})
    return Anything()


def union(shapes: Iterable[Shape]) -> Shape:
    """Return the shape of a value that has one of these shapes; of different records only what all have."""
    result: Shape | None = None
    for shape in shapes:
        result = shape if result is None or result == shape else _join(result, shape)
    return Anything() if result is None else result


def without_null(shape: Shape) -> Shape:
    """Return the shape of a value that is known to be there."""
    return replace(shape, nullable=False) if shape.nullable and shape != NULL else shape


def or_null(shape: Shape) -> Shape:
    """Return the shape of a value that may be missing."""
    return shape if shape.nullable else replace(shape, nullable=True)


def describe(shape: Shape) -> str:
    """Say in words what a shape is."""
    match shape:
        case Scalar(choices=choices) if choices is not None and len(choices) > 1:
            text = "one of " + ", ".join(repr(choice) for choice in sorted(choices))
        case Scalar(types=kinds) if kinds:
            text = "a " + " or ".join(sorted(kinds))
        case Scalar():
            text = "null"
        case Record(name=name):
            text = f"a record ({name})"
        case ListOf():
            text = "a list"
        case _:
            text = "anything"
    return f"{text}, or null" if shape.nullable and shape != NULL else text


def _join(one: Shape, other: Shape) -> Shape:
    nullable = one.nullable or other.nullable
    if one == NULL:
        return or_null(other)
    if other == NULL:
        return or_null(one)
    match one, other:
        case Scalar(), Scalar():
            texts = [shape.choices for shape in (one, other) if "string" in shape.types]
            closed = None if None in texts or not texts else frozenset().union(*(t for t in texts if t is not None))
            return Scalar(one.types | other.types, closed, nullable)
        case Record(), Record():
            shared = {key: union((one.fields[key], other.fields[key])) for key in one.fields if key in other.fields}
            return Record(one.name if one.name == other.name else "mixed", shared, nullable)
        case ListOf(), ListOf():
            items = [shape.item for shape in (one, other) if shape.item is not None]
            return ListOf(union(items) if items else None, nullable)
    return Anything(nullable)
