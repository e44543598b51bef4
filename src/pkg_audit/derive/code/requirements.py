"""Read the names of the distributions that a project requires, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.knowledge.distributions import brought_by, requirements_known
from pkg_audit.knowledge.import_names import imports_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Place, Text
    from pkg_audit.facts.scanned import Scanned

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_DEVELOPER_EXTRA = re.compile(
    r"(?:dev|develop|development|tests?|testing|lint|linting|docs?|documentation|typing|types|mypy|qa|quality|ci|build|"
    r"release|benchmarks?|bench|style|format|check|checks|tox|nox|coverage|style|examples?)(?:[-_].*)?"
)


def canonical(name: str) -> str:
    """Normalise a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_name(text: str) -> str:
    """Return the normalized name that a requirement begins with, "" where it begins with none."""
    match = _NAME.match(text[:300])
    return canonical(match.group(1)) if match else ""


def marker_of(text: str) -> str:
    """Return the text of a requirement's environment marker, "" for none."""
    return text.partition(";")[2].strip()


def runtime_names(distribution: Distribution) -> frozenset[str]:
    """Return the normalized names of the run-time dependencies."""
    return frozenset(requirement_name(text.value) for text in distribution.metadata.dependencies) - {""}


@dataclass(slots=True)
class Required:
    """What a project requires, by normalized name: at run time, in extras for users, for developers.

    `provided` maps import names to the run-time dependency that provides them, `brought` to the one whose own
    requirements bring them along; `brought_by_extras` and `brought_by_tools` (of developers)
    to the extra or group where such a one stands. `untold` are
    run-time dependencies whose import names nobody knows. `unsettled` are those of
    which it is not known in full what they bring along.
    """

    runtime: dict[str, Place] = field(default_factory=dict)
    extras: dict[str, list[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(list))
    developers: dict[str, list[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(list))
    provided: dict[str, str] = field(default_factory=dict)
    brought: dict[str, str] = field(default_factory=dict)
    brought_by_extras: dict[str, tuple[str, Place]] = field(default_factory=dict)
    brought_by_tools: dict[str, tuple[str, Place]] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    unsettled: set[str] = field(default_factory=set)

    def provider(self, names: Iterable[str]) -> str:
        """Return the run-time dependency that provides the first of the import names that any provides, else ""."""
        return next((self.provided[name] for name in names if name in self.provided), "")


def required(scanned: Scanned, distribution: Distribution) -> Required:
    """Collect the requirements of the distribution and of its dependency groups."""
    result = Required()
    metadata = distribution.metadata
    own = canonical(metadata.name.value) if metadata.name else ""
    for text in metadata.dependencies:
        _note(result.runtime, text)
        if not _is_settled(text.value, own):
            result.unsettled.add(requirement_name(text.value))
    commands = {entry.name for entry in metadata.entry_points}  # an extra of a command's name is for its users
    for extra, texts in metadata.optional_dependencies.items():
        is_for_developers = extra not in commands and _DEVELOPER_EXTRA.fullmatch(extra.lower())
        target = result.developers if is_for_developers else result.extras
        for text in texts:
            if name := requirement_name(text.value):
                target[name].append((f"extra {extra}", text.at))
    for group in scanned.pyproject.dependency_groups if scanned.pyproject else ():
        for text in group.requirements:
            if name := requirement_name(text.value):
                result.developers[name].append((f"dependency group {group.name}", text.at))
    for name in [*result.runtime]:
        if name == own:
            continue  # the shipped knowledge is never asked about the project itself
        imports = imports_of(name)
        if imports is None:
            result.untold.add(name)
            imports = (name.replace("-", "_"), *_likely(name))
        for item in imports:
            result.provided.setdefault(item, name)
        for item in brought_by(name):
            result.brought.setdefault(item, name)
    for name, entries in result.extras.items():
        for item in brought_by(name):
            result.brought_by_extras.setdefault(item, entries[0])
    for name, entries in result.developers.items():
        for item in brought_by(name):
            result.brought_by_tools.setdefault(item, entries[0])
    return result


def _is_settled(requirement: str, own: str) -> bool:
    """Tell whether it is known what a requirement brings along: extras of it bring more."""
    name = requirement_name(requirement)
    return name == own or (requirements_known(name) and "[" not in requirement.partition(";")[0])


def _note(into: dict[str, Place], text: Text) -> None:
    name = requirement_name(text.value)
    if name:
        into.setdefault(name, text.at)


def _likely(name: str) -> tuple[str, ...]:
    """Return import names that a distribution of unknown contents may well have."""
    dashed = name.replace("-", "_")
    guesses = [dashed.removeprefix("python_"), dashed.removeprefix("py"), dashed.removesuffix("_python")]
    if "-" in name:
        guesses += [name.replace("-", "."), name.partition("-")[0], name.replace("-", "")]
    return tuple(guesses)
