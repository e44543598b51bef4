"""Draw the table of verdicts and the one recommended form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.report.canvas import cells
from pkg_audit.report.words import printable

if TYPE_CHECKING:
    from pkg_audit.model import Advice, Report, Status, Verdict
    from pkg_audit.report.canvas import Canvas
    from pkg_audit.report.style import Style

SYMBOLS: dict[Status, tuple[str, str]] = {
    "ready": ("✓", "good"),
    "ready-with-work": ("!", "warning"),
    "blocked": ("✗", "error"),
    "unknown": ("?", "info"),
    "not-suited": ("–", "dim"),
}
WORDS: dict[Status, str] = {
    "ready": "ready",
    "ready-with-work": "needs work",
    "blocked": "blocked",
    "unknown": "unknown",
    "not-suited": "not suited",
}
MAX_NAME = 24
MAX_REASON = 300
QUESTIONS = ("kind", "audience", "environment", "deployment")


def draw_verdicts(canvas: Canvas, report: Report, style: Style) -> None:
    """Add a line a technology: its id as `--target` takes it, symbol, status and reason.

    What is ready or out of the question has one line in the short report; what is not says all of its reason.
    """
    if not report.verdicts:
        return
    canvas.gap()
    names = [printable(verdict.technology, MAX_NAME) for verdict in report.verdicts]
    width = max(cells(name) for name in names)
    states = max(len(WORDS[verdict.status]) for verdict in report.verdicts)
    previous: Verdict | None = None
    for name, verdict in zip(names, report.verdicts, strict=True):
        symbol, color = SYMBOLS[verdict.status]
        lead = [
            (f"  {name}{' ' * (width - cells(name))}  ", ""),
            (f"{symbol} {WORDS[verdict.status]:<{states}}  ", color),
        ]
        same = previous is not None and (previous.status, _reason(previous)) == (verdict.status, _reason(verdict))
        reason = "as above" if same else printable(_reason(verdict), MAX_REASON)
        previous = verdict
        indent = sum(cells(text) for text, _ in lead)
        if style.show_all or verdict.status not in ("ready", "not-suited") or indent > canvas.width // 2:
            canvas.flow(lead, reason, "", " " * (indent - 2) + "│ ")
        else:
            canvas.add(*lead, (reason, ""))
        if style.show_all and verdict.next_action:
            next_action = printable(verdict.next_action, MAX_REASON)
            canvas.flow([(" " * (indent - 2) + "→ ", "dim")], next_action, "", " " * (indent - 2) + "│ ")


def draw_advice(canvas: Canvas, report: Report, style: Style) -> None:
    """Add the recommended form with its next action, the alternatives, and how to say that the answers are wrong."""
    advice = report.advice
    titles = {verdict.technology: verdict for verdict in report.verdicts}
    if advice.primary is None and not titles:
        return
    canvas.gap()
    primary = titles.get(advice.primary or "")
    name = _title(advice.primary, titles) if advice.primary else "none of these yet"
    provisional = " (not certain)" if primary is not None and primary.status == "unknown" else ""
    canvas.flow([("Ship it as: ", "strong")], f"{name}{provisional}{_purpose(advice)}")
    if primary is not None and primary.next_action:
        canvas.flow([("  next: ", "strong")], printable(primary.next_action, MAX_REASON))
    if advice.alternatives:
        canvas.flow([("  or: ", "strong")], printable(", ".join(advice.alternatives), MAX_REASON))
    # A question without an answer is asked back below; what made the others stand here can be wrong.
    known = [item for item in advice.inferred_from if getattr(advice, item.question, "unknown") != "unknown"]
    reasons = advice.inferred_from if style.show_all else known[:2]
    for reason in reasons:
        place = "" if reason.at.path is None else f" ({printable(reason.at.path, 120)}"
        place += f":{reason.at.line})" if place and reason.at.line is not None else ")" if place else ""
        value = getattr(advice, reason.question, "")
        lead = f"{reason.question} = {value}: " if value else f"{printable(reason.question, 40)}: "
        canvas.flow([("  because ", "dim")], lead + printable(reason.because, 200) + place, "dim")
    if advice.inferred_from or "unknown" in (advice.kind, advice.audience):
        unknown = [question for question in QUESTIONS if getattr(advice, question) == "unknown"]
        asked = unknown[0] if unknown else "kind"
        wrong = "Not known" if unknown else "Wrong"
        canvas.flow(
            [("  ", "")], f"{wrong}? Say --{asked} ..., or {asked} = \"...\" in [tool.pkg-audit]", "dim"
        )  # fmt: skip


def _reason(verdict: Verdict) -> str:
    return verdict.summary if verdict.basis == "static" else f"{verdict.summary} (proved by running it)"


def _title(technology: str, verdicts: dict[str, Verdict]) -> str:
    verdict = verdicts.get(technology)
    return printable(technology if verdict is None else verdict.title, 60)


def _purpose(advice: Advice) -> str:
    """Return what the recommendation is for: ", a tool for developers"."""
    kind = "" if advice.kind == "unknown" else f"{'an' if advice.kind[0] in 'aeiou' else 'a'} {advice.kind}"
    audience = "" if advice.audience == "unknown" else f"for {advice.audience}"
    words = " ".join(word for word in (kind, audience) if word)
    return f", {words}" if words else ""
