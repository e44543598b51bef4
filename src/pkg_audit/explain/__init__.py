"""Explain rules and list what there is, from the rule files alone, as text, Markdown or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.ruleset import Rule, Ruleset

__all__ = ["FORMATS", "answer", "explain_rule", "find_rule"]

FORMATS = {
    "explain": ("text", "markdown", "json"),
    "rules": ("text", "json"),
    "technologies": ("text", "json"),
}
"""The formats that each command has; the first is the default."""


def answer(command: str, rule: str | None, form: str, folders: Iterable[str] = ()) -> str:
    """Return what `explain RULE`, `rules` or `technologies` prints. Raises ConfigError, RuleError."""
    from pkg_audit.explain import lists
    from pkg_audit.ruleset import load_ruleset

    ruleset = load_ruleset(folders)
    if command == "rules":
        return lists.rules_json(ruleset) if form == "json" else lists.rules_text(ruleset)
    if command == "technologies":
        return lists.technologies_json(ruleset) if form == "json" else lists.technologies_text(ruleset)
    return explain_rule(find_rule(rule or "", ruleset), ruleset, form)


def find_rule(name: str, ruleset: Ruleset) -> Rule:
    """Return the rule of that name, or of that former name. Raises ConfigError with the nearest names."""
    found = ruleset.rules.get(ruleset.renamed.get(name, name))
    if found is not None:
        return found
    from pkg_audit.config import nearest
    from pkg_audit.config.names import quote

    close = nearest(name, ruleset.rules, 3)
    fault = f"there is no rule {quote(name)}"
    if name in ruleset.families:
        close = [rule.id for rule in ruleset.rules.values() if rule.family == name]
        fault = f"{quote(name)} is a family of rules"
    hint = f"hint: {', '.join(close)}" if close else "hint: `pkg-audit rules` lists them"
    raise ConfigError(f"{fault}\n{hint}")


def explain_rule(rule: Rule, ruleset: Ruleset, form: str) -> str:
    """Return a rule's page in one of `FORMATS["explain"]`."""
    from pkg_audit.explain import page

    content = page.page_of(rule, ruleset)
    if form == "json":
        return page.as_json(content)
    return page.as_markdown(content) if form == "markdown" else page.as_text(content)
