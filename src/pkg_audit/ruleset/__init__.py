"""Load the rules and technologies: one file, one rule; every fault of every file at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.errors import RuleError
from pkg_audit.resources import rules_root
from pkg_audit.ruleset.answers import Answered
from pkg_audit.ruleset.files import DECISION, TECHNOLOGIES, RuleFile, read_files
from pkg_audit.ruleset.rule import EditTemplate, Related, Rule, read_rule
from pkg_audit.ruleset.table import NAME
from pkg_audit.ruleset.technology import Applies, NotSuited, Technology, read_technology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

__all__ = [
    "Answered",
    "Applies",
    "EditTemplate",
    "NotSuited",
    "Related",
    "Rule",
    "Ruleset",
    "Technology",
    "load_ruleset",
]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules by id and the technologies in order of level. `decision` is decision.toml as parsed."""

    rules: Mapping[str, Rule]
    technologies: Mapping[str, Technology]
    decision: RuleFile | None = field(default=None, repr=False)

    @property
    def families(self) -> tuple[str, ...]:
        """Return the families that have rules, sorted."""
        return tuple(sorted({rule.family for rule in self.rules.values()}))

    @property
    def traits(self) -> frozenset[str]:
        """Return the vocabulary of traits: whatever some technology demands."""
        return frozenset(trait for technology in self.technologies.values() for trait in technology.traits)

    @property
    def renamed(self) -> Mapping[str, str]:
        """Return the former names of rules with the present ones."""
        return MappingProxyType({old: rule.id for rule in self.rules.values() for old in rule.renamed_from})


def load_ruleset(folders: Iterable[str] = (), *, root: Traversable | None = None) -> Ruleset:
    """Load the package's own rules and technologies (or those below `root`), then an organisation's folders of rules.

    Raises RuleError, which lists the faults of all files, one a line, each naming file and key.
    """
    faults: list[str] = []
    technologies: dict[str, Technology] = {}
    files = []
    decision = None
    for file in read_files(root if root is not None else rules_root(), "rules", faults):
        if file.folder == TECHNOLOGIES:
            technology = read_technology(file.data, id=_name(file, faults), origin=file.origin, faults=faults)
            if technology is not None:
                technologies[technology.id] = technology
        elif not file.folder and f"{file.stem}.toml" == DECISION:
            decision = file
        else:
            files.append((file, True))
    for folder in folders:
        files += [(file, False) for file in _organisation(folder, faults)]
    ordered = sorted(technologies.values(), key=lambda technology: (technology.level, technology.order, technology.id))
    vocabulary = {trait for technology in ordered for trait in technology.traits}
    rules = _read_rules(files, vocabulary, faults)
    _check_names(rules, faults)
    if faults:
        raise RuleError("\n".join(faults))
    ruleset = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    return Ruleset(
        MappingProxyType(ruleset),
        MappingProxyType({technology.id: technology for technology in ordered}),
        decision,
    )


def _organisation(folder: str, faults: list[str]) -> list[RuleFile]:
    path = Path(folder)
    if not path.is_dir():
        faults.append(f"{folder}: no such folder of rules")
        return []
    before = len(faults)
    found = []
    for file in read_files(path, folder.rstrip("/") or folder, faults):
        if file.folder == TECHNOLOGIES or (not file.folder and f"{file.stem}.toml" == DECISION):
            faults.append(f"{file.origin}: technologies and the decision tree load from the package only")
            continue
        family = file.folder or path.resolve().name
        found.append(RuleFile(file.stem, family, file.origin, file.data))
    if not found and len(faults) == before:
        faults.append(f"{folder}: holds no rule (*.toml)")
    return found


def _read_rules(files: Iterable[tuple[RuleFile, bool]], vocabulary: set[str], faults: list[str]) -> list[Rule]:
    rules = []
    for file, builtin in files:
        name = _name(file, faults)
        if builtin and not file.folder:
            faults.append(f"{file.origin}: a rule stands in the folder of its family")
        rule = read_rule(
            file.data,
            id=name,
            family=file.folder,
            origin=file.origin,
            builtin=builtin,
            traits=vocabulary,
            faults=faults,
        )
        if rule is not None:
            rules.append(rule)
    return rules


def _name(file: RuleFile, faults: list[str]) -> str:
    if not NAME.match(file.stem):
        faults.append(f"{file.origin}: a file's name is lower-case words joined by dashes, and .toml")
    return file.stem


def _check_names(rules: Iterable[Rule], faults: list[str]) -> None:
    """Report every name that stands for two things: an id, a former id, a family."""
    taken: dict[str, str] = {}
    for rule in rules:
        for name in (rule.id, *rule.renamed_from):
            if name in taken:
                faults.append(f"{rule.origin}: the name {name!r} is taken by {taken[name]}")
            taken.setdefault(name, rule.origin)
    faults += [
        f"{rule.origin}: its family {rule.family!r} is also the name of a rule, {taken[rule.family]}"
        for rule in rules
        if rule.family in taken
    ]
