"""Check a parsed query against the shape of the document, so that a mistake is an error and not a silent null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.query.functions import FUNCTIONS, accepts
from pkg_audit.query.shapes import (
    BOOLEAN,
    NULL,
    Anything,
    ListOf,
    Record,
    Scalar,
    Shape,
    describe,
    literal,
    or_null,
    union,
    without_null,
)
from pkg_audit.query.words import nearest, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = dict[str, Any]

_BARE_WORDS = {"true", "false", "null"}
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "lte": "<=", "gte": ">="}
_EQUALITY = {"eq", "ne"}


class QueryError(ValueError):
    """A query, or a text with placeholders, asks for something that the facts document cannot have."""


class Checker:
    """Walks one query's parse tree. `touched` collects every (record, field) that the query reads."""

    def __init__(self) -> None:
        self.touched: set[tuple[str, str]] = set()

    def check(self, node: Node, here: Shape) -> Shape:
        """Return the shape that the node gives when it is asked of `here`. Raises QueryError."""
        handler = getattr(self, f"_{node['type']}", None)
        if handler is None:
            raise QueryError(f"`{node['type']}` has no place in a rule")
        shape: Shape = handler(node, here)
        return shape

    def condition(self, node: Node, here: Shape) -> None:
        """Check a node whose truth decides. Raises QueryError where it can only be true, or only false."""
        if node["type"] in {"and_expression", "or_expression"}:
            for child in node["children"]:
                self.condition(child, here)
            return
        shape = self.check(node, here)
        if shape.nullable:
            if shape == NULL:
                raise QueryError("a condition that is always null never holds")
            return
        name = _name(node)
        match shape:
            case Scalar(choices=choices) if choices is not None and "" not in choices and shape.types == {"string"}:
                raise QueryError(f"{name} is {describe(shape)}, so it always counts as true; compare it with a value")
            case Scalar(types=types) if types == {"number"}:
                raise QueryError(f"{name} is a number, and even 0 counts as true; compare it with a value")
            case Record():
                raise QueryError(f"{name} is a record and always there; ask for one of its fields")

    def _field(self, node: Node, here: Shape) -> Shape:
        word = node["value"]
        match here:
            case Anything():
                return Anything()
            case Record(name=name, fields=fields) if word in fields:
                self.touched.add((name, word))
                return or_null(fields[word]) if here.nullable else fields[word]
            case Record(name=name, fields=fields):
                if word in _BARE_WORDS:
                    raise QueryError(f"{word} is read as a field's name; write `{word}` between backticks")
                raise QueryError(f"{name} has no field {word!r}; {suggestion(word, fields)}")
            case ListOf():
                raise QueryError(f"{word!r} is asked of a list; write [].{word} to ask each of its items")
        raise QueryError(f"{word!r} is asked of {describe(here)}, which has no fields")

    def _identity(self, _: Node, here: Shape) -> Shape:
        return here

    _current = _identity

    def _literal(self, node: Node, _: Shape) -> Shape:
        return literal(node["value"])

    def _chain(self, node: Node, here: Shape) -> Shape:
        first, *others = node["children"]
        _refuse_not(first, ".")
        here = self.check(first, here)
        for child in others:
            here = self.check(child, here)
        return here

    _subexpression = _index_expression = _chain

    def _pipe(self, node: Node, here: Shape) -> Shape:
        for child in node["children"]:
            here = self.check(child, here)
        return here

    def _list(self, node: Node, here: Shape) -> tuple[Shape | None, bool]:
        _refuse_not(node, "[")
        shape = self.check(node, here)
        if isinstance(shape, Anything):
            return Anything(), True
        if not isinstance(shape, ListOf):
            raise QueryError(f"{_name(node)} is {describe(shape)}, not a list, so `[...]` finds nothing in it")
        return shape.item, shape.nullable

    def _projection(self, node: Node, here: Shape) -> Shape:
        source, each = node["children"]
        item, nullable = self._list(source, here)
        return ListOf(None if item is None else without_null(self.check(each, item)), nullable)

    def _filter_projection(self, node: Node, here: Shape) -> Shape:
        source, each, condition = node["children"]
        item, nullable = self._list(source, here)
        if item is None:
            return ListOf(None, nullable)
        self.condition(condition, item)
        return ListOf(without_null(self.check(each, item)), nullable)

    def _flatten(self, node: Node, here: Shape) -> Shape:
        item, nullable = self._list(node["children"][0], here)
        return ListOf(item.item if isinstance(item, ListOf) else item, nullable)

    def _index(self, node: Node, here: Shape) -> Shape:
        if isinstance(here, Anything):
            return here
        if not isinstance(here, ListOf):
            raise QueryError(f"[{node['value']}] is asked of {describe(here)}, not of a list")
        return NULL if here.item is None else or_null(here.item)

    def _slice(self, _: Node, here: Shape) -> Shape:
        if not isinstance(here, ListOf | Anything):
            raise QueryError(f"a slice is asked of {describe(here)}, not of a list")
        return here

    def _multi_select_list(self, node: Node, here: Shape) -> Shape:
        return ListOf(union(self.check(child, here) for child in node["children"]), here.nullable)

    def _multi_select_dict(self, node: Node, here: Shape) -> Shape:
        fields: Mapping[str, Shape] = {
            pair["value"]: self.check(pair["children"][0], here) for pair in node["children"]
        }
        return Record("selection", fields, here.nullable)

    def _not_expression(self, node: Node, here: Shape) -> Shape:
        self.condition(node["children"][0], here)
        return BOOLEAN

    def _and_expression(self, node: Node, here: Shape) -> Shape:
        left, right = node["children"]
        self.condition(left, here)
        return union((self.check(left, here), self.check(right, here)))

    def _or_expression(self, node: Node, here: Shape) -> Shape:
        left, right = node["children"]
        self.condition(left, here)
        return union((without_null(self.check(left, here)), self.check(right, here)))

    def _comparator(self, node: Node, here: Shape) -> Shape:
        left, right = node["children"]
        operator = _OPERATORS[node["value"]]
        for side in (left, right):
            _refuse_not(side, operator)
        shapes = [self._operand(child, other, here) for child, other in ((left, right), (right, left))]
        if node["value"] in _EQUALITY:
            _comparable(shapes[0], shapes[1], left, right, operator)
        else:
            for shape, child in zip(shapes, (left, right), strict=True):
                if not accepts("number", without_null(shape)):
                    raise QueryError(
                        f"{operator} compares numbers, and {_name(child)} is {describe(shape)}"
                        " (texts would be ordered by alphabet: '3.10' before '3.9')"
                    )
        return BOOLEAN

    def _operand(self, node: Node, other: Node, here: Shape) -> Shape:
        try:
            return self.check(node, here)
        except QueryError as error:
            if node["type"] == "field" and node["value"] not in _BARE_WORDS and isinstance(here, Record):
                meant = self.check(other, here)
                if isinstance(meant, Scalar) and _could_be(node["value"], meant, here):
                    raise QueryError(f"{node['value']} is read as a field's name; write '{node['value']}'") from None
            raise error from None

    def _function_expression(self, node: Node, here: Shape) -> Shape:
        name, children = node["value"], node["children"]
        signature = FUNCTIONS.get(name)
        if signature is None:
            raise QueryError(f"there is no function {name}(); {suggestion(name, FUNCTIONS)}")
        wanted = signature.arguments
        if len(children) < len(wanted) or (len(children) > len(wanted) and not signature.variadic):
            least = "at least " if signature.variadic else ""
            raise QueryError(f"{name}() takes {least}{len(wanted)} argument(s), and {len(children)} are given")
        shapes = self._arguments(name, children, wanted, here)
        if name == "contains":
            _containable(shapes, children)
        return signature.result(shapes)

    def _arguments(self, name: str, children: list[Node], wanted: tuple[str, ...], here: Shape) -> list[Shape]:
        kinds = [wanted[min(index, len(wanted) - 1)] for index in range(len(children))]
        shapes: list[Shape] = [NULL] * len(children)
        item: Shape | None = Anything()
        for index in sorted(range(len(children)), key=lambda i: kinds[i] == "expref"):
            child, kind = children[index], kinds[index]
            if kind == "expref":
                if child["type"] != "expref":
                    raise QueryError(f"{name}() takes an expression: write &{_bare(child)}")
                shapes[index] = Anything() if item is None else self.check(child["children"][0], item)
                if name.endswith("_by") and not (accepts("string", shapes[index]) or accepts("number", shapes[index])):
                    raise QueryError(f"{name}() orders by a string or a number, not by {describe(shapes[index])}")
                continue
            shapes[index] = shape = self.check(child, here)
            if not accepts(kind, shape):
                remedy = ""
                if shape.nullable and accepts(kind, without_null(shape)):
                    remedy = f"; write not_null({_bare(child)}, ...) with a value for the case that it is missing"
                wants = kind.replace("|", " or ").replace("-", " of ")
                raise QueryError(f"{name}() takes {wants}, and {_name(child)} is {describe(shape)}{remedy}")
            if isinstance(shape, ListOf):
                item = shape.item
        return shapes


def _could_be(word: str, meant: Scalar, here: Record) -> bool:
    """Tell whether a word that is no field was meant as a value of the other side."""
    if meant.choices is not None:
        return word in meant.choices
    return meant.types == {"string"} and nearest(word, here.fields) is None


def _refuse_not(node: Node, operator: str) -> None:
    if node["type"] == "not_expression":
        inner = _bare(node["children"][0])
        raise QueryError(f"!{inner}{operator} is read as (!{inner}){operator}; write !({inner}{operator}...)")


def _comparable(one: Shape, other: Shape, left: Node, right: Node, operator: str) -> None:
    if isinstance(one, Anything) or isinstance(other, Anything) or (one.nullable and other.nullable):
        return
    if NULL in (one, other):
        asked = right if one == NULL else left
        raise QueryError(f"{_name(asked)} is never null")
    match one, other:
        case Scalar(), Scalar():
            if not one.types & other.types:
                raise QueryError(
                    f"{_name(left)} is {describe(one)} and {_name(right)} is {describe(other)}:"
                    f" {operator} can never find them equal"
                )
            _possible(one, other, left, right)
        case ListOf(), ListOf():
            return
        case _:
            raise QueryError(f"{_name(left)} is {describe(one)} and {_name(right)} is {describe(other)}")


def _possible(one: Scalar, other: Scalar, left: Node, right: Node) -> None:
    if one.choices is None or other.choices is None or one.types | other.types != {"string"}:
        return
    if not one.choices & other.choices:
        (constant, rest, name) = (other, one, _name(left)) if _constant(right) else (one, other, _name(right))
        word = min(constant.choices or ())
        raise QueryError(f"{word!r} can never occur in {name}; {suggestion(word, rest.choices or ())}")


def _containable(shapes: list[Shape], children: list[Node]) -> None:
    container, needle = shapes
    if isinstance(container, Scalar) and not accepts("string", needle):
        raise QueryError(f"contains() looks for a string in a string, not for {describe(needle)}")
    item = container.item if isinstance(container, ListOf) else None
    if not isinstance(item, Scalar) or not isinstance(needle, Scalar):
        return
    if not item.types & needle.types:
        raise QueryError(f"{_name(children[0])} holds no {describe(needle).removeprefix('a ')}")
    if item.choices is None or needle.choices is None:
        return
    asked, held = (item, needle) if _constant(children[0]) else (needle, item)
    name = _name(children[1] if _constant(children[0]) else children[0])
    for word in sorted(asked.choices or ()):
        if word not in (held.choices or ()):
            raise QueryError(f"{word!r} can never occur in {name}; {suggestion(word, held.choices or ())}")


def _constant(node: Node) -> bool:
    if node["type"] == "multi_select_list":
        return all(_constant(child) for child in node["children"])
    return bool(node["type"] == "literal")


def _bare(node: Node) -> str:
    """Write the part of the query that a message is about; "..." for what needs no spelling out."""
    match node["type"]:
        case "field":
            return str(node["value"])
        case "literal":
            return repr(node["value"]) if isinstance(node["value"], str) else f"`{node['value']}`".lower()
        case "current" | "identity":
            return "@"
        case "subexpression":
            return ".".join(_bare(child) for child in node["children"])
        case "function_expression":
            return f"{node['value']}(...)"
        case "projection" | "filter_projection":
            source, each, *_ = node["children"]
            if source["type"] == "flatten":
                source = source["children"][0]
            return f"{_bare(source)}[...]" + ("" if each["type"] == "identity" else f".{_bare(each)}")
    return "(...)"


def _name(node: Node) -> str:
    return f"`{_bare(node)}`" if not _constant(node) else _bare(node)
