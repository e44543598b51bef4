"""Hold a rule and read it from its table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from pkg_audit.model import Confidence, Persona, Severity
from pkg_audit.query import Query, QueryError, Record, Template, compile_query
from pkg_audit.query.shapes import STRING, ListOf, Scalar, Shape
from pkg_audit.query.words import suggestion
from pkg_audit.ruleset.table import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Need = Literal["network", "build"]

_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Related:
    """A further place of a finding: the field path of the record that holds it, and what to say there.

    A rule that names none gets the record's field `related`, where it has one.
    """

    path: tuple[str, ...]
    message: Template | None


@dataclass(frozen=True, slots=True)
class EditTemplate:
    """What mends a finding by replacing the span at `path`; `when` says for which records."""

    path: tuple[str, ...]
    text: Template
    when: Query | None
    safe: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What a fact means. `breaks` and `hinders` are traits that technologies demand; see docs on writing rules.

    `unsure` selects the records on which the rule cannot decide, and `unsure_of` are the traits that they put in
    doubt: those of `breaks` and `hinders` unless the rule says otherwise. `unsure_about` says what is not known
    then, as a clause that starts with "whether" or "which".

    `needs`: what else than the files it takes, so that a plain scan lists it as not evaluated.
    `summary` speaks of all hits at once, with `{count}`. `origin` is the file, for messages and `rules`.
    """

    id: str
    family: str
    origin: str
    builtin: bool
    title: str
    severity: Severity
    confidence: Confidence
    persona: Persona
    find: Query
    given: Query | None
    unsure: Query | None
    unsure_of: tuple[str, ...]
    unsure_about: Template | None
    message: Template
    summary: Template | None
    why: str
    fix: str
    breaks: tuple[str, ...]
    hinders: tuple[str, ...]
    references: tuple[str, ...]
    since: str
    covers: tuple[str, ...]
    renamed_from: tuple[str, ...]
    needs: Need | None
    related: tuple[Related, ...]
    edit: EditTemplate | None

    @property
    def url(self) -> str:
        """Return the rule's page, relative to the documentation's root; empty for an organisation's rule."""
        return f"docs/rules/{self.id}.md" if self.builtin else ""

    def touched(self) -> frozenset[tuple[str, str]]:
        """Return every (record, field) of the facts that the rule reads."""
        asked: list[Query | Template | None] = [self.find, self.given, self.unsure, self.message, self.summary]
        asked.append(self.unsure_about)
        asked += [related.message for related in self.related]
        if self.edit is not None:
            asked += [self.edit.text, self.edit.when]
        return frozenset().union(*(part.touched for part in asked if part is not None))


def read_rule(
    data: Mapping[str, Any],
    *,
    id: str,  # noqa: A002  the name that the report's contract gives it
    family: str,
    origin: str,
    builtin: bool,
    traits: Collection[str],
    faults: list[str],
) -> Rule | None:
    """Read a rule; None where `faults` grew. `traits` are the technologies' demands."""
    before = len(faults)
    table = Table(data, origin, faults)
    find, record = table.selection("find", required=True)
    unsure, doubtful = _unsure(table)
    message = table.template("message", record, required=True)
    breaks = table.texts("breaks", choices=traits, what="trait")
    hinders = table.texts("hinders", choices=traits, what="trait")
    since = table.text("since", required=builtin, default="0")
    if builtin and since and not _VERSION.match(since):
        table.fault("since", f"{since!r} must be the version that first had the rule, such as 0.1.0")
    persona = cast("Persona", table.text("persona", choices=get_args(Persona), default="default"))
    for trait in set(breaks) & set(hinders):
        table.fault("hinders", f"{trait!r} is in `breaks` already")
    if persona == "pedantic" and (breaks or hinders):
        table.fault("persona", "a pedantic rule cannot break or hinder: verdicts do not depend on the persona")
    unsure_of = table.texts("unsure-of", choices=traits, what="trait") or (*breaks, *hinders)
    if unsure is not None and not unsure_of:
        table.fault("unsure", "says nothing about any technology without `breaks` or `hinders`")
    about = table.template("unsure-about", doubtful)
    for key in ("unsure-of", "unsure-about"):
        if not table.has("unsure") and table.has(key):
            table.fault(key, "has no `unsure` to speak of")
    rule = Rule(
        id=id,
        family=family,
        origin=origin,
        builtin=builtin,
        title=table.text("title", required=True),
        severity=cast("Severity", table.text("severity", required=True, choices=get_args(Severity), default="info")),
        confidence=cast("Confidence", table.text("confidence", required=True, choices=get_args(Confidence))),
        persona=persona,
        find=cast("Query", find),
        given=table.query("given", condition=True),
        unsure=unsure,
        unsure_of=unsure_of,
        unsure_about=about,
        message=cast("Template", message),
        summary=table.template("summary", Record("summary", {"count": STRING})),
        why=table.text("why", required=True),
        fix=table.text("fix", required=True),
        breaks=breaks,
        hinders=hinders,
        references=_references(table),
        since=since,
        covers=table.names("covers"),
        renamed_from=table.names("renamed-from"),
        needs=cast("Need | None", table.text("needs", choices=get_args(Need)) or None),
        related=_related(table, record),
        edit=_edit(table, record),
    )
    table.finish()
    return rule if len(faults) == before else None


def _references(table: Table) -> tuple[str, ...]:
    references = table.texts("references")
    for reference in references:
        if not reference.startswith("https://"):
            table.fault("references", f"{reference!r} must start with https://")
    return references


def _unsure(table: Table) -> tuple[Query | None, Record | None]:
    query, record = table.selection("unsure")
    reason = record.fields.get("reason") if record else None
    if query is not None and not (isinstance(reason, Scalar) and reason.types == {"string"}):
        table.fault("unsure", "it must select records with a `reason`; add one with .{at: at, reason: 'generated'}")
    return query, record


def _related(table: Table, record: Record | None) -> tuple[Related, ...]:
    found = []
    if not table.has("related") and record is not None and _is_places(record.fields.get("related")):
        return (Related(("related",), None),)
    for entry in table.tables("related"):
        name = entry.text("at", required=True)
        message = entry.template("message", record)
        if name and record is not None:
            found.append(Related(_place(entry, "at", name, record), message))
        entry.finish()
    return tuple(found)


def _edit(table: Table, record: Record | None) -> EditTemplate | None:
    entry = table.table("edit")
    if entry is None:
        return None
    name = entry.text("at", default="at")
    safe = entry.flag("safe")
    when = entry.query("when", schema=record, condition=True) if record is not None and entry.has("when") else None
    raw = "" if entry.has("delete") and entry.flag("delete") else entry.text("text", required=True)
    entry.has("text")
    text = entry.parse("text", raw, record) if record is not None else None
    entry.finish(("at", "safe", "when", "text", "delete"))
    if record is None:
        return None
    path = _place(entry, "at", name, record)
    return EditTemplate(path, text, when, safe) if text is not None else None


def _place(table: Table, key: str, name: str, record: Record) -> tuple[str, ...]:
    """Check that a field path leads to a place or a list of places."""
    try:
        shape: Shape | None = compile_query(name, record).shape
    except QueryError as error:
        table.fault(key, str(error))
        return ()
    if not _is_places(shape):
        places = [field for field, kind in record.fields.items() if _is_places(kind)]
        table.fault(key, f"{name!r} is not a place; {suggestion(name, places)}")
    return tuple(name.split("."))


def _is_places(shape: Shape | None) -> bool:
    """Tell whether a shape is a place or a list of places."""
    if isinstance(shape, ListOf):
        shape = shape.item
    return isinstance(shape, Record) and shape.name == "Place"
