"""List the rules and the technologies, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.ruleset import Ruleset, Technology

SHORT = {"error": "E", "warning": "W", "info": "I"}


def rules_text(ruleset: Ruleset) -> str:
    """Return the rules by family: severity, name, title."""
    from pkg_audit.report.words import plural, printable

    width = max((len(name) for name in ruleset.rules), default=0)
    lines = []
    for family in ruleset.families:
        lines += ["", f"{family}"]
        lines += [
            f"  {SHORT[rule.severity]} {rule.id:<{width}}  {printable(rule.title)}".rstrip()
            for rule in ruleset.rules.values()
            if rule.family == family
        ]
    count = f"{plural(len(ruleset.rules), 'rule')} (E error, W warning, I note); `pkg-audit explain RULE` says more"
    return "\n".join([*lines[1:], "", count]) + "\n"


def rules_json(ruleset: Ruleset) -> str:
    """Return the rules as a JSON list of objects."""
    from pkg_audit.report.json import dumps

    rules = [
        {
            "rule": rule.id,
            "family": rule.family,
            "title": rule.title,
            "severity": rule.severity,
            "confidence": rule.confidence,
            "persona": rule.persona,
            "breaks": rule.breaks,
            "hinders": rule.hinders,
            "fix": None if rule.edit is None else "safe" if rule.edit.safe else "unsafe",
            "since": rule.since,
            "url": rule.url,
        }
        for rule in ruleset.rules.values()
    ]
    return dumps(rules) + "\n"


def technologies_text(ruleset: Ruleset) -> str:
    """Return the technologies in order of level: what each carries along and what it demands."""
    items = list(ruleset.technologies.values())
    width = max((len(item.id) for item in items), default=0)
    lines = ["level  technology, and what it demands", ""]
    for item in items:
        lines.append(f"{item.level:>5}  {item.id:<{width}}  {item.title}{_where(item)}")
        lines.append(f"{'':>5}  {'':<{width}}    {', '.join(item.traits)}")
    lines += ["", "A level says how much is carried along: 0 a file, 1 an archive, 3 dependencies, 5 the interpreter."]
    return "\n".join(lines) + "\n"


def _where(item: Technology) -> str:
    words = []
    if item.applies.platforms:
        words.append(", ".join(item.applies.platforms))
    if item.applies.python:
        words.append(f"Python {item.applies.python}")
    if item.successor:
        words.append(f"no longer maintained; use {item.successor}")
    return f" ({'; '.join(words)})" if words else ""


def technologies_json(ruleset: Ruleset) -> str:
    """Return the technologies as a JSON list of objects."""
    from pkg_audit.report.json import dumps

    items = [
        {
            "technology": item.id,
            "title": item.title,
            "level": item.level,
            "traits": item.traits,
            "platforms": item.applies.platforms,
            "python": item.applies.python or None,
            "successor": item.successor or None,
            "references": item.references,
        }
        for item in ruleset.technologies.values()
    ]
    return dumps(items) + "\n"


def rules_markdown(ruleset: Ruleset) -> str:
    """Return the index of the rules' pages."""
    lines = ["# Rules", "", f"{len(ruleset.rules)} rules. `pkg-audit explain RULE` prints the same pages."]
    for family in ruleset.families:
        lines += ["", f"## {family}", "", "| Rule | Severity | Finds |", "| --- | --- | --- |"]
        lines += [
            f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title.replace('|', chr(92) + '|')} |"
            for rule in ruleset.rules.values()
            if rule.family == family
        ]
    return "\n".join(lines) + "\n"


def technologies_markdown(ruleset: Ruleset) -> str:
    """Return the page about the technologies."""
    lines = [
        "# Technologies",
        "",
        "A level says how much is carried along: 0 a file, 1 an archive, 3 dependencies, 5 the interpreter.",
        "A technology demands traits of a project; a rule says which traits its findings break or hinder.",
        "",
        "| Level | Technology | Id | Demands | Runs on |",
        "| --- | --- | --- | --- | --- |",
    ]
    for item in ruleset.technologies.values():
        name = f"[{item.title}]({item.references[0]})" if item.references else item.title
        where = _where(item).strip(" ()") or "everywhere"
        lines.append(f"| {item.level} | {name} | `{item.id}` | {', '.join(item.traits)} | {where} |")
    return "\n".join(lines) + "\n"
