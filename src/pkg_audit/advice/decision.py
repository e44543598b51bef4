"""Read the decision tree: questions, how to answer them from the facts, and which form is whose home."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pkg_audit.errors import RuleError
from pkg_audit.query.words import suggestion
from pkg_audit.ruleset.answers import Answered
from pkg_audit.ruleset.table import Table
from pkg_audit.ruleset.technology import technology_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.query import Query, Template
    from pkg_audit.ruleset import Ruleset

QUESTIONS = ("kind", "audience", "environment", "deployment")


@dataclass(frozen=True, slots=True)
class Clue:
    """Answers a question by the first record that `find` selects; `because` is filled from that record."""

    answer: str
    find: Query
    because: Template


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `follows` maps an earlier question's answer to this one's: (question, answer) -> answer."""

    name: str
    ask: str
    clues: tuple[Clue, ...]
    follows: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Persona:
    """Who gets what: `home` is the form to start from, the first that suits; `allowed` are further forms."""

    title: str
    when: Query
    home: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole tree. `planned` has the levels of technologies that are not judged yet."""

    questions: tuple[Question, ...]
    personas: tuple[Persona, ...]
    planned: Mapping[str, int]

    def touched(self) -> frozenset[tuple[str, str]]:
        """Return every (record, field) of the facts that the tree reads."""
        asked: list[Query | Template] = [persona.when for persona in self.personas]
        for question in self.questions:
            for clue in question.clues:
                asked += [clue.find, clue.because]
        return frozenset().union(*(part.touched for part in asked))


def load_decision(ruleset: Ruleset) -> Decision:
    """Read the decision tree that came with the rules. Raises RuleError with all faults of the file."""
    if ruleset.decision is None:
        raise RuleError("rules/decision.toml: missing")
    faults: list[str] = []
    table = Table(ruleset.decision.data, ruleset.decision.origin, faults)
    planned = _planned(table, ruleset)
    questions = tuple(question for entry in table.tables("question") if (question := _question(entry)) is not None)
    if [question.name for question in questions] != list(QUESTIONS):
        table.fault("question", f"must ask for {', '.join(QUESTIONS)}, in this order")
    known = {*ruleset.technologies, *planned}
    personas = tuple(persona for entry in table.tables("persona") if (persona := _persona(entry, known)) is not None)
    table.finish()
    if faults:
        raise RuleError("\n".join(faults))
    return Decision(questions, personas, planned)


def _planned(table: Table, ruleset: Ruleset) -> Mapping[str, int]:
    entry = table.table("planned")
    planned: dict[str, int] = {}
    if entry is not None:
        for name in entry.own_keys():
            planned[name] = entry.number(name)
            if name in ruleset.technologies:
                entry.fault(name, "is judged by now; take it off this list")
    return MappingProxyType(planned)


def _question(table: Table) -> Question | None:
    name = table.text("name", required=True, choices=QUESTIONS)
    ask = table.text("ask", required=True)
    values = _values(name) if name else ()
    clues = []
    for entry in table.tables("infer"):
        answer = entry.text("answer", required=True, choices=values)
        find, record = entry.selection("find", required=True)
        because = entry.template("because", record, required=True)
        entry.finish()
        if answer and find is not None and because is not None:
            clues.append(Clue(answer, find, because))
    follows: dict[tuple[str, str], str] = {}
    asked = table.table("follows")
    if asked is not None:
        for earlier in asked.own_keys():
            if earlier not in QUESTIONS or earlier == name:
                asked.fault(earlier, f"is no other question; {suggestion(earlier, QUESTIONS)}")
                continue
            answers = asked.table(earlier)
            for answer in answers.own_keys() if answers is not None else ():
                if answers is not None:
                    follows[earlier, answer] = answers.text(answer, required=True, choices=values)
                    if answer not in _values(earlier):
                        answers.fault(answer, f"is no answer to {earlier}; {suggestion(answer, _values(earlier))}")
    table.finish()
    return Question(name, ask, tuple(clues), MappingProxyType(follows)) if name else None


def _values(question: str) -> tuple[str, ...]:
    hints: dict[str, Any] = get_type_hints(Answered)
    return tuple(value for value in get_args(hints[question]) if value != "unknown")


def _persona(table: Table, known: set[str]) -> Persona | None:
    title = table.text("title", required=True)
    when = table.query("when", required=True, schema=technology_schema(), condition=True)
    home = table.texts("home", choices=known, what="technology")
    allowed = table.texts("allowed", choices=known, what="technology")
    if not home:
        table.fault("home", "must name at least one technology")
    table.finish()
    return Persona(title, when, home, allowed) if when is not None else None
