"""Read `[dependency-groups]` and resolve `include-group` (dependency-groups specification, PEP 735).

Groups are resolved once each and unite as sets, so that groups which include each other twice over cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.declared import DependencyGroup
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Text, Unknown

if TYPE_CHECKING:
    from pkg_audit.scan.pyproject.reader import TomlReader

MAX_ITEMS = 10_000
"""Bound on one resolved group, and ten times that on all groups together."""

GroupProblem = Literal["", "cycle", "unknown-group", "duplicate-name", "invalid-item"]


@dataclass(slots=True)
class _Group:
    """A group as written: its requirements, and the groups it includes with the place of each include."""

    name: str
    at: Place
    items: list[Text | tuple[str, Place]] = field(default_factory=list)
    problem: GroupProblem = ""
    problem_at: Place = WHOLE_PROJECT
    detail: str = ""


def normalize_group(name: str) -> str:
    """Normalise a group's or extra's name (PEP 685)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_groups(reader: TomlReader) -> tuple[DependencyGroup, ...]:
    """Read and resolve every group, in order of declaration."""
    written = [_read_group(reader, name) for name in reader.table("dependency-groups") or {}]
    by_name: dict[str, _Group] = {}
    for group in written:
        first = by_name.setdefault(normalize_group(group.name), group)
        if first is not group and not group.problem:
            group.problem, group.problem_at, group.detail = "duplicate-name", group.at, first.name
    resolved = _Resolver(by_name)
    return tuple(resolved.group(group) for group in written)


def _read_group(reader: TomlReader, name: str) -> _Group:
    path = ("dependency-groups", name)
    group = _Group(name, reader.document.key_at(*path))
    for index, item in enumerate(reader.array(*path) or ()):
        at = reader.at(*path, index)
        if isinstance(item, str):
            group.items.append(Text(item, at))
        elif isinstance(item, Mapping) and set(item) == {"include-group"} and isinstance(item["include-group"], str):
            group.items.append((item["include-group"], reader.at(*path, index, "include-group")))
        elif isinstance(item, Mapping):
            if not group.problem:
                group.problem, group.problem_at = "invalid-item", at
                group.detail = "a table here must have the one key include-group, a string"
        else:
            reader.misfit((*path, index), "a string or a table with include-group")
    return group


class _Resolver:
    """Unites groups depth first, without recursion."""

    def __init__(self, groups: Mapping[str, _Group]) -> None:
        self._groups = groups
        self._done: dict[str, DependencyGroup] = {}
        self._total = 0

    def group(self, group: _Group) -> DependencyGroup:
        key = normalize_group(group.name)
        if self._groups[key] is not group:  # the second of two equal names: unusable, and nobody's include
            unknown = Unknown("conditional", group.problem_at, "another group has the same normalised name")
            return DependencyGroup(group.name, group.at, (), unknown, group.problem, group.problem_at, group.detail)
        if key not in self._done:
            self._resolve(key)
        return self._done[key]

    def _resolve(self, root: str) -> None:
        path = [root]
        reached = {root: 0}  # per open group, how many of its items are dealt with
        while path:
            key = path[-1]
            group = self._groups[key]
            if reached[key] == len(group.items):
                self._done[key] = self._unite(group)
                del reached[path.pop()]
                continue
            item = group.items[reached[key]]
            reached[key] += 1
            if isinstance(item, Text):
                continue
            target = normalize_group(item[0])
            if target not in self._groups:
                _blame(group, "unknown-group", item[1], item[0])
            elif target in reached:
                cycle = [*path[path.index(target) :], target]
                _blame(group, "cycle", item[1], " -> ".join(self._groups[name].name for name in cycle[:20]))
            elif target not in self._done:
                path.append(target)
                reached[target] = 0

    def _unite(self, group: _Group) -> DependencyGroup:
        united: dict[Text, None] = {}
        unknown: Unknown | None = None
        if group.problem:
            unknown = Unknown("not-parseable", group.problem_at, group.problem)
        for item in group.items:
            if isinstance(item, Text):
                united[item] = None
                continue
            part = self._done.get(normalize_group(item[0]))
            if part is None:
                continue
            united.update(dict.fromkeys(part.requirements))
            if part.unknown and not unknown:
                unknown = replace(part.unknown, at=item[1])
            if len(united) > MAX_ITEMS or self._total > 10 * MAX_ITEMS:
                unknown = Unknown("too-large", group.at, f"more than {MAX_ITEMS} requirements")
                united.clear()
                break
        self._total += len(united)
        return DependencyGroup(
            group.name, group.at, tuple(united), unknown, group.problem, group.problem_at, group.detail
        )


def _blame(group: _Group, problem: GroupProblem, at: Place, detail: str) -> None:
    if not group.problem:
        group.problem, group.problem_at, group.detail = problem, at, detail
