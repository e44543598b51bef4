"""Hold a packaging technology and read it from its table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from pkg_audit.model import Status
from pkg_audit.query import Query, Template, facts_schema
from pkg_audit.query.shapes import STRING, Record, schema_of
from pkg_audit.ruleset.answers import ANSWERS, Answered
from pkg_audit.ruleset.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORMS = ("linux", "macos", "windows", "android", "ios", "wasm", "mcu")

_CLAUSE = re.compile(r"(?:~=|==|!=|<=|>=|<|>)\d+(?:\.\d+)*\Z")

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Applies:
    """Where a technology runs at all. Empty: everywhere. `python` is a specifier set of Pythons that it supports."""

    platforms: tuple[str, ...] = ()
    python: str = ""


@dataclass(frozen=True, slots=True)
class NotSuited:
    """Why a technology is pointless for a project on which `when` holds."""

    when: Query
    because: Template


@dataclass(frozen=True, slots=True)
class Technology:
    """A form in which a project can be shipped.

    `level` is what it carries along (0 a file, 1 an archive, 3 its dependencies, 5 the interpreter ...), `order` its
    place among those of one level. `traits` are its demands. `summaries` and `next_actions` are texts by status;
    `{because}` in a summary is what the findings or doubts say. `successor` is set for a technology that is dead.
    """

    id: str
    title: str
    level: int
    order: int
    traits: tuple[str, ...]
    applies: Applies
    summaries: Mapping[Status, Template]
    next_actions: Mapping[Status, Template]
    not_suited: tuple[NotSuited, ...]
    references: tuple[str, ...]
    successor: str

    def touched(self) -> frozenset[tuple[str, str]]:
        """Return every (record, field) of the facts that its texts and conditions read."""
        asked: list[Query | Template] = [*self.summaries.values(), *self.next_actions.values()]
        for case in self.not_suited:
            asked += [case.when, case.because]
        return frozenset().union(*(part.touched for part in asked))


@lru_cache(maxsize=1)
def technology_schema() -> Record:
    """Return the shape that a technology's conditions and texts see: the facts, and the answers of the decision
    tree as `answers`."""
    facts = facts_schema()
    return Record(facts.name, {**facts.fields, ANSWERS: schema_of(Answered)})


def read_technology(data: Mapping[str, Any], *, id: str, origin: str, faults: list[str]) -> Technology | None:  # noqa: A002
    """Read a technology; None where `faults` grew."""
    before = len(faults)
    table = Table(data, origin, faults)
    schema = technology_schema()
    traits = table.names("traits")
    if not traits:
        table.fault("traits", "must name at least one demand")
    technology = Technology(
        id=id,
        title=table.text("title", required=True),
        level=table.number("level"),
        order=table.number("order"),
        traits=traits,
        applies=_applies(table),
        summaries=_texts(table, "summary", Record("Facts", {**schema.fields, "because": STRING})),
        next_actions=_texts(table, "next", Record("Facts", schema.fields)),
        not_suited=_not_suited(table, schema),
        references=table.texts("references"),
        successor=table.text("successor"),
    )
    for status in ("ready", "ready-with-work", "blocked", "unknown"):
        if status not in technology.summaries:
            table.fault("summary", f"lacks a text for {status!r}")
    table.finish()
    return technology if len(faults) == before else None


def _applies(table: Table) -> Applies:
    entry = table.table("applies")
    if entry is None:
        return Applies()
    platforms = entry.texts("platform", choices=PLATFORMS, what="platform")
    python = entry.text("python")
    if python and not all(_CLAUSE.match(clause) for clause in python.split(",")):
        entry.fault("python", f"{python!r} is not a version specifier such as >=3.8,<3.16")
    entry.finish()
    return Applies(platforms, python)


def _texts(table: Table, key: str, schema: Record) -> Mapping[Status, Template]:
    entry = table.table(key)
    found: dict[Status, Template] = {}
    if entry is not None:
        for status in STATUSES:
            template = entry.template(status, schema)
            if template is not None:
                found[status] = template
        entry.finish(STATUSES)
    return found


def _not_suited(table: Table, schema: Record) -> tuple[NotSuited, ...]:
    cases = []
    for entry in table.tables("not-suited"):
        when = entry.query("when", required=True, schema=schema, condition=True)
        because = entry.template("because", schema, required=True)
        entry.finish()
        if when is not None and because is not None:
            cases.append(NotSuited(when, because))
    return tuple(cases)
