"""Choose which rules count: by name or family, by persona, with severities of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.errors import ConfigError
from pkg_audit.model import Persona, Severity
from pkg_audit.query.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.ruleset import Rule, Ruleset

_ID, _PREFIX, _FAMILY = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user selected. A name is a rule's id (or former id), a family, or a beginning followed by `*`.

    The narrower name wins, and `ignore` wins among equals: `ignore` a family and `select` one of its rules leaves
    that rule. Whatever is not selected still bears on verdicts; its findings are reported as ignored.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    persona: Persona = "default"
    severity: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the selection makes of one rule. `runs` False: not evaluated at all (a persona's rule);
    `ignored_because` is why its findings do not count, None if they do."""

    rule: Rule
    severity: Severity
    runs: bool
    ignored_because: str | None


def choose(ruleset: Ruleset, selection: Selection) -> tuple[Chosen, ...]:
    """Apply a selection to all rules, in order of id. Raises ConfigError for names that select nothing."""
    faults: list[str] = []
    renamed = ruleset.renamed
    for key, names in (("select", selection.select), ("ignore", selection.ignore), ("severity", selection.severity)):
        faults += [f"{key}: {fault}" for name in names if (fault := _unknown(name, ruleset))]
    if faults:
        raise ConfigError("\n".join(faults))
    chosen = []
    for rule in ruleset.rules.values():
        wanted = _strength(rule, selection.select, renamed)
        unwanted = _strength(rule, selection.ignore, renamed)
        because = None
        if unwanted and unwanted >= wanted:
            because = "ignored by name"
        elif selection.select and not wanted:
            because = "not selected"
        runs = rule.persona == "default" or selection.persona == "pedantic" or wanted == _ID
        chosen.append(Chosen(rule, _severity(rule, selection, renamed), runs, because))
    return tuple(chosen)


def _severity(rule: Rule, selection: Selection, renamed: Mapping[str, str]) -> Severity:
    best: tuple[int, Severity] = (0, rule.severity)
    for name, severity in selection.severity.items():
        best = max(best, (_strength(rule, (name,), renamed), severity), key=lambda pair: pair[0])
    return best[1]


def _strength(rule: Rule, names: Iterable[str], renamed: Mapping[str, str]) -> int:
    """Return how narrowly the narrowest of the names means the rule, 0 if none does."""
    strength = 0
    for name in names:
        if renamed.get(name, name) == rule.id:
            return _ID
        if name.endswith("*") and rule.id.startswith(name[:-1]):
            strength = max(strength, _PREFIX)
        elif name == rule.family:
            strength = max(strength, _FAMILY)
    return strength


def _unknown(name: str, ruleset: Ruleset) -> str | None:
    valid = {*ruleset.rules, *ruleset.families, *ruleset.renamed}
    if name in valid or (name.endswith("*") and any(rule.startswith(name[:-1]) for rule in ruleset.rules)):
        return None
    return f"no rule or family {name!r}; {suggestion(name, valid)}"
