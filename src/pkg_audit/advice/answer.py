"""Answer the decision tree's questions: the user's word first, then the facts, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import WHOLE_PROJECT, Place
from pkg_audit.model import Inference
from pkg_audit.ruleset.answers import Answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.advice.decision import Decision, Question


def answer(
    document: dict[str, Any], decision: Decision, given: Mapping[str, Any] | None = None
) -> tuple[Answered, tuple[Inference, ...]]:
    """Answer every question for a facts document, and say why.

    `given` has the user's answers by question, with None or nothing for those to be inferred; also `assume` and
    `platforms`, which are never inferred. A question that nothing answers stays "unknown" and is asked back.
    """
    said = {name: value for name, value in (given or {}).items() if value}
    answers: dict[str, Any] = {name: tuple(said[name]) for name in ("assume", "platforms") if name in said}
    inferences = []
    for question in decision.questions:
        if question.name in said:
            answers[question.name] = said[question.name]
            inferences.append(Inference(question.name, "set by the user", WHOLE_PROJECT))
            continue
        value, inference = _infer(question, document, answers)
        answers[question.name] = value
        inferences.append(inference)
    return Answered(**answers), tuple(inferences)


def _infer(question: Question, document: dict[str, Any], answers: Mapping[str, Any]) -> tuple[str, Inference]:
    for clue in question.clues:
        if clue.find.idle(document):
            continue
        records = clue.find.select(document)
        if records:
            at = records[0]["at"]
            place = Place(**at) if at is not None else WHOLE_PROJECT
            return clue.answer, Inference(question.name, clue.because.render(records[0]), place)
    for (earlier, value), follows in question.follows.items():
        if answers.get(earlier) == value:
            return follows, Inference(question.name, f"{earlier} is {value}", WHOLE_PROJECT)
    return "unknown", Inference(question.name, f"nothing says: {question.ask}", WHOLE_PROJECT)
