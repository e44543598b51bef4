"""Ask the facts document: JMESPath queries, typed when they load against the fact dataclasses.

Untyped JMESPath fails silently: a mistyped name is null, a literal that can never occur selects nothing, and `!a.b`
is `(!a).b`. Here each of these is a QueryError that names the nearest valid word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pkg_audit.facts.document import Facts
from pkg_audit.query.check import Checker, QueryError
from pkg_audit.query.shapes import ListOf, Record, Shape, describe, schema_of
from pkg_audit.query.template import Template, parse_template

__all__ = ["Query", "QueryError", "Record", "Template", "compile_query", "facts_schema", "parse_template", "schema_of"]

LENGTH_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Query:
    """A checked query. `shape` is what it gives, `touched` the (record, field) pairs that it reads, `roots` the
    fields of the document's root among them."""

    text: str
    shape: Shape
    touched: frozenset[tuple[str, str]]
    roots: frozenset[str]
    _compiled: Any

    def search(self, document: Any) -> Any:
        """Return what the query gives for a document of the shape that it was checked against."""
        return self._compiled.search(document)

    def idle(self, document: dict[str, Any]) -> bool:
        """Tell whether every list that the query starts from is empty, so that it can select nothing."""
        return bool(self.roots) and all(document.get(root) == [] for root in self.roots)

    def select(self, document: Any) -> list[dict[str, Any]]:
        """Return the records that the query selects, none where it gives null. See `selected_record`."""
        found = self.search(document)
        return found if isinstance(found, list) else []

    def selected_record(self) -> Record:
        """Return the shape of the records that the query selects. Raises QueryError unless each has its `at`."""
        match self.shape:
            case ListOf(item=Record() as record):
                pass
            case Record():
                raise QueryError(f"it gives one record, not a list; write [{self.text}]")
            case _:
                raise QueryError(f"it gives {_contents(self.shape)}; select the records themselves")
        at = record.fields.get("at")
        if not isinstance(at, Record) or at.name != "Place":
            raise QueryError("it selects records without `at`, so that a finding would have no place")
        return record


@lru_cache(maxsize=1)
def facts_schema() -> Record:
    """Return the shape of the facts document."""
    schema = schema_of(Facts)
    assert isinstance(schema, Record)
    return schema


def compile_query(text: str, schema: Shape | None = None, *, condition: bool = False) -> Query:
    """Parse and check a query against a shape, by default the facts document's.

    With `condition` its truth decides, and a query that is always true or never is refused. Raises QueryError.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    here = facts_schema() if schema is None else schema
    if len(text) > LENGTH_LIMIT:
        raise QueryError(f"longer than {LENGTH_LIMIT} characters")
    checker = Checker()
    try:
        compiled: Any = jmespath.compile(text)
        if condition:
            checker.condition(compiled.parsed, here)
        shape = checker.check(compiled.parsed, here)
    except JMESPathError as error:
        raise QueryError(_syntax(error)) from None
    except RecursionError:
        raise QueryError("nested too deeply") from None
    root = here.name if isinstance(here, Record) else ""
    roots = frozenset(field for record, field in checker.touched if record == root)
    return Query(text, shape, frozenset(checker.touched), roots, compiled)


def _contents(shape: Shape) -> str:
    return f"a list of {describe(shape.item)}" if isinstance(shape, ListOf) and shape.item else describe(shape)


def _syntax(error: Exception) -> str:
    """Say on one line what the parser says on three."""
    where = getattr(error, "lex_position", None)
    token = getattr(error, "token_value", None)
    column = f" at column {where + 1}" if isinstance(where, int) else ""
    near = f", near {token!r}" if token else ", it ends too early"
    return f"not a JMESPath expression{column}{near}"
