"""Find the nearest valid word for one that is not, and check the names that a configuration uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.config.settings import Config
    from pkg_audit.ruleset import Ruleset

LONGEST = 80


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return up to `count` of the known names that are close to `name`, the closest first; often none."""
    if len(name) > LONGEST:
        return []
    from difflib import get_close_matches

    names = {other.lower(): other for other in sorted(known, reverse=True)}
    close = get_close_matches(name.lower(), names, n=count, cutoff=0.6)
    found = close or [other for other in sorted(names) if len(name) > 3 and name.lower() in other][:count]
    return [names[other] for other in found]


def unknown_name(what: str, name: str, known: Iterable[str], elsewhere: str = "") -> str:
    """Say that there is no such `what`, with the nearest name; else with all of them where they are few."""
    names = sorted(known)
    message = f"unknown {what} {quote(name)}"
    if close := nearest(name, names):
        return f"{message}; did you mean `{close[0]}`?"
    if 0 < len(names) <= 20:
        return f"{message}; there are: {', '.join(names)}"
    return f"{message}; {elsewhere}" if elsewhere else message


def quote(text: str) -> str:
    """Return the text in backquotes, printable and short, for messages about what somebody wrote."""
    from pkg_audit.tree.display import display

    return f"`{display(text, 60)}`"


def check_names(config: Config, ruleset: Ruleset) -> None:
    """Check the rules, families and technologies that a configuration names. Raises ConfigError with all faults.

    `ruleset.selection.choose` refuses the same names; here the message says where they were written.
    """
    selectable = {*ruleset.rules, *ruleset.families, *ruleset.renamed}
    faults = []

    def check_rule(name: str, origin: str) -> None:
        begins = name.endswith("*") and any(rule.startswith(name[:-1]) for rule in ruleset.rules)
        if name not in selectable and not begins:
            hint = "`pkg-audit rules` lists them, `--rules DIR` adds an organisation's"
            faults.append(f"{origin}: {unknown_name('rule or family', name, selectable, hint)}")

    for name in config.select:
        check_rule(name, config.origins.get("select", "select"))
    for ignore in config.ignores:
        check_rule(ignore.rule, ignore.origin or "ignore")
    for name in config.severities:
        check_rule(name, config.origins.get(f"severity.{name}", "severity"))
    for name in config.targets:
        if name not in ruleset.technologies:
            origin = config.origins.get("targets", "targets")
            faults.append(f"{origin}: {unknown_name('technology', name, ruleset.technologies)}")
    if faults:
        raise ConfigError("\n".join(dict.fromkeys(faults)))
