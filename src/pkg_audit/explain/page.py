"""Hold what there is to say about one rule, and write it three ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.ruleset import Rule, Ruleset

WIDTH = 80
LABEL = 11


@dataclass(frozen=True, slots=True)
class Page:
    """What `explain` says of a rule. `breaks` and `hinders` are traits, the others by technology, what they harm.

    `example` is the difference between the rule's bad and good project, empty in an installed package.
    """

    rule: str
    family: str
    title: str
    severity: str
    confidence: str
    persona: str
    since: str
    message: str
    why: str
    fix: str
    breaks: tuple[str, ...]
    broken_technologies: tuple[str, ...]
    hinders: tuple[str, ...]
    hindered_technologies: tuple[str, ...]
    edited: str
    needs: str
    example: str
    references: tuple[str, ...]
    renamed_from: tuple[str, ...]
    url: str
    origin: str


def page_of(rule: Rule, ruleset: Ruleset) -> Page:
    """Gather a rule's page from its file, the technologies' traits and, in a checkout, its example projects."""
    from pkg_audit.explain.example import example_of

    def harmed(traits: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(item.id for item in ruleset.technologies.values() if set(traits) & set(item.traits))

    broken = harmed(rule.breaks)
    edited = "" if rule.edit is None else "safe" if rule.edit.safe else "unsafe"
    return Page(
        rule=rule.id,
        family=rule.family,
        title=rule.title,
        severity=rule.severity,
        confidence=rule.confidence,
        persona=rule.persona,
        since=rule.since,
        message=rule.message.text,
        why=_flat(rule.why),
        fix=_flat(rule.fix),
        breaks=rule.breaks,
        broken_technologies=broken,
        hinders=rule.hinders,
        hindered_technologies=tuple(item for item in harmed(rule.hinders) if item not in broken),
        edited=edited,
        needs=rule.needs or "",
        example=example_of(rule.id) if rule.builtin else "",
        references=rule.references,
        renamed_from=rule.renamed_from,
        url=rule.url,
        origin=rule.origin,
    )


def _flat(text: str) -> str:
    """Join the lines of a paragraph; empty lines part paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def as_json(page: Page) -> str:
    """Return the page as one JSON object."""
    from pkg_audit.report.json import dumps

    return dumps(page) + "\n"


def as_text(page: Page) -> str:
    """Return the page for a terminal, at most 80 columns wide where words allow."""
    lines = [f"{page.rule}: {page.title}", f"  {_kind(page)}", ""]
    _paragraph(lines, "Says", page.message)
    _paragraph(lines, "Why", page.why)
    _paragraph(lines, "Fix", page.fix + _edit_note(page))
    for label, text in _harm(page):
        _paragraph(lines, label, text)
    if page.needs:
        _paragraph(lines, "Needs", f"a {page.needs}; a plain audit lists it as not evaluated")
    _paragraph(lines, "Silence", _silence(page)[0])
    lines.append(" " * LABEL + f"or in the line: {_silence(page)[1]}")
    if page.renamed_from:
        _paragraph(lines, "Was", ", ".join(page.renamed_from))
    for number, reference in enumerate(page.references):
        lines.append(f"{'See' if number == 0 else '':<{LABEL}}{_shown(reference)}")
    lines.append(f"{'Page' if page.url else 'File':<{LABEL}}{_shown(page.url or page.origin)}")
    if page.example:
        lines += ["", "Example (- has the fault, + has not)", *(f"    {line}" for line in page.example.splitlines())]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_markdown(page: Page) -> str:
    """Return the page as Markdown, as docs/rules holds it."""
    parts = [f"# {page.rule}", f"{_plain(page.title)}.", f"*{_kind(page)}*"]
    parts += ["## What it says", f"> {_plain(page.message)}", "## Why it matters", _plain(page.why)]
    parts += ["## What to do", _plain(page.fix) + _edit_note(page)]
    if page.example:
        parts += ["## Example", "Lines with `-` have the fault, lines with `+` mend it.", _fence(page.example, "diff")]
    harm = "\n".join(f"- **{label}** {text}" for label, text in _harm(page))
    if harm:
        parts += ["## What it harms", harm]
    if page.needs:
        parts.append(f"It needs a {page.needs}: a plain audit lists it as not evaluated.")
    table, comment = _silence(page)
    parts += ["## How to silence it", f"In pyproject.toml: `{table}`, or in the line itself: `{comment}`."]
    if page.renamed_from:
        parts.append(f"Former names: {', '.join(f'`{name}`' for name in page.renamed_from)}.")
    if page.references:
        parts += ["## References", "\n".join(f"- <{reference}>" for reference in page.references)]
    return "\n\n".join(parts) + "\n"


def _kind(page: Page) -> str:
    words = [page.severity, page.confidence, f"family {page.family}"]
    if page.persona != "default":
        words.append(f"persona {page.persona}")
    if page.url:
        words.append(f"since {page.since}")
    return ", ".join(words)


def _edit_note(page: Page) -> str:
    if not page.edited:
        return ""
    return f" The report carries the edit ({page.edited})."


def _harm(page: Page) -> list[tuple[str, str]]:
    rows = []
    for label, traits, technologies in (
        ("Breaks", page.breaks, page.broken_technologies),
        ("Hinders", page.hinders, page.hindered_technologies),
    ):
        if traits:
            rows.append((label, f"{', '.join(technologies) or 'no technology yet'} ({', '.join(traits)})"))
    return rows


def _silence(page: Page) -> tuple[str, str]:
    return (f'[tool.pkg-audit] ignore = ["{page.rule}"]', f"# pkg-audit: ignore[{page.rule}] reason")


def _paragraph(lines: list[str], label: str, text: str) -> None:
    from textwrap import wrap

    for number, part in enumerate(text.split("\n\n")):
        if number:
            lines.append("")
        wrapped = wrap(_shown(part), WIDTH - LABEL, break_long_words=False, break_on_hyphens=False) or [""]
        lead = label if number == 0 else ""
        lines.append(f"{lead:<{LABEL}}{wrapped[0]}")
        lines += [" " * LABEL + line for line in wrapped[1:]]


def _shown(text: str) -> str:
    """Return text of a rule file, which may be an organisation's, without control characters."""
    from pkg_audit.report.words import printable

    return printable(text, 4_000)


def _plain(text: str) -> str:
    """Return text for Markdown prose: HTML has no business in a rule; code spans and links stay."""
    return "`".join(part if number % 2 else part.replace("<", "&lt;") for number, part in enumerate(text.split("`")))


def _fence(text: str, language: str) -> str:
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text}\n{ticks}"
