"""Know what JMESPath's built-in functions take and give (https://jmespath.org/specification.html, 2026-11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.query.shapes import (
    BOOLEAN,
    NUMBER,
    STRING,
    Anything,
    ListOf,
    Record,
    Scalar,
    Shape,
    or_null,
    union,
    without_null,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes: for each argument the kinds it accepts; `variadic`: the last one may repeat."""

    arguments: tuple[str, ...]
    result: Callable[[Sequence[Shape]], Shape]
    variadic: bool = False


def accepts(kinds: str, shape: Shape) -> bool:
    """Tell whether a shape fits one of the kinds, written `string|array`. Null fits only `any`."""
    if kinds == "any" or (isinstance(shape, Anything)):
        return True
    if shape.nullable:
        return False
    return any(_is_kind(kind, shape) for kind in kinds.split("|"))


def _is_kind(kind: str, shape: Shape) -> bool:
    match shape:
        case Scalar(types=types):
            return types == {kind}
        case Record():
            return kind == "object"
        case ListOf(item=item):
            return kind == "array" or (
                kind.startswith("array-") and (item is None or accepts(kind.removeprefix("array-"), item))
            )
    return True


def _first(shapes: Sequence[Shape]) -> Shape:
    return shapes[0]


def _item(shapes: Sequence[Shape]) -> Shape:
    return or_null(shapes[0].item) if isinstance(shapes[0], ListOf) and shapes[0].item is not None else Anything()


def _not_null(shapes: Sequence[Shape]) -> Shape:
    sure = any(not shape.nullable for shape in shapes)
    found = union(without_null(shape) for shape in shapes)
    return found if sure else or_null(found)


def _merged(shapes: Sequence[Shape]) -> Shape:
    fields: dict[str, Shape] = {}
    names = []
    for shape in shapes:
        if not isinstance(shape, Record):
            return Anything()
        fields |= shape.fields
        names.append(shape.name)
    return Record(names[0], fields)


def _as_list(shapes: Sequence[Shape]) -> Shape:
    return shapes[0] if isinstance(shapes[0], ListOf) else ListOf(shapes[0])


def _number(_: Sequence[Shape]) -> Shape:
    return NUMBER


def _number_or_null(_: Sequence[Shape]) -> Shape:
    return or_null(NUMBER)


def _text(_: Sequence[Shape]) -> Shape:
    return STRING


def _truth(_: Sequence[Shape]) -> Shape:
    return BOOLEAN


FUNCTIONS: dict[str, Signature] = {
    "abs": Signature(("number",), _number),
    "avg": Signature(("array-number",), _number_or_null),
    "ceil": Signature(("number",), _number),
    "contains": Signature(("array|string", "any"), _truth),
    "ends_with": Signature(("string", "string"), _truth),
    "floor": Signature(("number",), _number),
    "join": Signature(("string", "array-string"), _text),
    "keys": Signature(("object",), lambda _: ListOf(STRING)),
    "length": Signature(("string|array|object",), _number),
    "map": Signature(("expref", "array"), lambda shapes: ListOf(shapes[0])),
    "max": Signature(("array-number|array-string",), _item),
    "max_by": Signature(("array", "expref"), _item),
    "merge": Signature(("object",), _merged, variadic=True),
    "min": Signature(("array-number|array-string",), _item),
    "min_by": Signature(("array", "expref"), _item),
    "not_null": Signature(("any",), _not_null, variadic=True),
    "reverse": Signature(("array|string",), _first),
    "sort": Signature(("array-string|array-number",), _first),
    "sort_by": Signature(("array", "expref"), _first),
    "starts_with": Signature(("string", "string"), _truth),
    "sum": Signature(("array-number",), _number),
    "to_array": Signature(("any",), _as_list),
    "to_number": Signature(("any",), _number_or_null),
    "to_string": Signature(("any",), _text),
    "type": Signature(("any",), _text),
    "values": Signature(("object",), lambda _: ListOf(Anything())),
}
