"""Rank the forms that suit a persona: by table look-up, so that it can be printed and repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pkg_audit.advice.decision import Decision, Persona
    from pkg_audit.model import Verdict
    from pkg_audit.ruleset import Technology

ALTERNATIVES_LIMIT = 4

BELOW_HOME = 10
"""What a level below home costs: the target has more than the form needs, and more can change under it."""

_USABILITY = {"ready": 0, "ready-with-work": 0, "unknown": 1, "blocked": 2}

DEFAULT_HOME = ("wheel", "platform-wheel")
"""Where nothing says what the project is: the form that leaves all others open."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of the forms. `home` is the form to start from, judged or planned; `blocked` are in that order too.

    `doubtful` are those of the usable ones of which nobody knows whether they work.
    """

    home: str
    usable: tuple[str, ...]
    blocked: tuple[str, ...]
    level: int = 0
    doubtful: frozenset[str] = frozenset()

    @property
    def primary(self) -> str | None:
        """Return the one recommended form, None where every form is blocked."""
        return self.usable[0] if self.usable else None


def rank(
    persona: Persona | None,
    decision: Decision,
    verdicts: Sequence[Verdict],
    technologies: Mapping[str, Technology],
    declared: Collection[str] = (),
) -> Ranking:
    """Sort the forms by usability, distance from home, declaration, life, home, work and the fixed order.

    `declared` are forms that the user lists or has a recipe for. Forms that do not suit the project never appear.
    Where none of the persona's forms is judged yet, all judged forms are candidates.
    """
    judged = {verdict.technology: verdict for verdict in verdicts if verdict.status != "not-suited"}
    homes = persona.home if persona is not None else DEFAULT_HOME
    unsuited = {verdict.technology for verdict in verdicts} - judged.keys()
    home = next((name for name in homes if name not in unsuited), homes[0])
    level = technologies[home].level if home in technologies else decision.planned[home]
    if persona is None:  # nobody knows that it is a program, so a form for programs must at least be sure to work
        wanted = {n for n, v in judged.items() if v.status != "unknown" or technologies[n].level <= level}
    else:
        wanted = {*persona.home, *persona.allowed} & judged.keys()

    def key(name: str) -> tuple[int | bool, ...]:
        verdict, technology = judged[name], technologies[name]
        above = technology.level - level
        return (
            _USABILITY[verdict.status],
            above if above >= 0 else BELOW_HOME - above,
            name not in declared,
            bool(technology.successor),
            name != home,
            len(verdict.findings) if verdict.status == "ready-with-work" else 0,
            technology.level,
            technology.order,
        )

    ranked = sorted(wanted or judged, key=key)
    usable = tuple(name for name in ranked if judged[name].status != "blocked" and not technologies[name].successor)
    blocked = tuple(name for name in ranked if judged[name].status == "blocked")
    return Ranking(home, usable, blocked, level, frozenset(n for n in usable if judged[n].status == "unknown"))


def alternatives(ranking: Ranking, technologies: Mapping[str, Technology]) -> tuple[str, ...]:
    """Return up to four further forms in order, at most one for each level; below home only what is sure to work."""
    chosen: list[str] = []
    levels: set[int] = set()
    for name in ranking.usable[1:]:
        doubtful = name in ranking.doubtful and technologies[name].level < ranking.level
        if technologies[name].level not in levels and not doubtful:
            levels.add(technologies[name].level)
            chosen.append(name)
    return tuple(chosen[:ALTERNATIVES_LIMIT])
