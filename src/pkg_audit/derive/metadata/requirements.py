"""Judge requirements, extras and dependency groups (dependency specifiers, PEP 685, PEP 735; 2026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from stdlibs import stdlib_module_names

from pkg_audit.derive.metadata.common import IDENTIFIER, capped, effective, known, nearest, normalize
from pkg_audit.derive.metadata.dead_markers import dead_marker
from pkg_audit.facts.metadata_records import ExtraFault, GroupFault, RequirementFault
from pkg_audit.scan.sources.versions import from_specifier
from pkg_audit.standards import NotStandard, parse_requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Place, Text
    from pkg_audit.facts.scanned import Scanned

_NEWEST = "3.14"

Table = Literal["dependencies", "extra", "build-system", "group"]


def requirement_faults(scanned: Scanned, distribution: Distribution) -> tuple[RequirementFault, ...]:
    """Return requirements that do not parse, that an index refuses, that stand twice, or that name the project."""
    faults: list[RequirementFault] = []
    own = normalize(distribution.metadata.name.value) if distribution.metadata.name else ""
    window = _window(distribution)
    dead: set[Text] = set()
    seen_invalid: set[Place] = set()
    for table, where, texts in _lists(scanned, distribution):
        first: dict[tuple[str, str, str], Place] = {}
        for text in texts:
            parsed = _parse(text)
            if isinstance(parsed, str):
                if text.at not in seen_invalid:  # a group's requirement counts once, not for each group including it
                    seen_invalid.add(text.at)
                    faults.append(RequirementFault(text.at, "invalid", table, where, text.value, detail=parsed))
                continue
            faults += _misplaced(parsed, text, table, where, own)
            kind = dead_marker(parsed.marker, window) if table in ("dependencies", "extra") else ""
            if kind and text not in dead:  # extras may share a list
                dead.add(text)
                detail = str(parsed.marker)[:200]
                faults.append(RequirementFault(text.at, kind, table, where, text.value, normalize(parsed.name), detail))
            if table != "build-system" and own and normalize(parsed.name) == own:
                faults += _unknown_extras(parsed, text, table, where, distribution)
            name = normalize(parsed.name)
            key = (name, ",".join(sorted(map(normalize, parsed.extras))), str(parsed.marker or ""))
            if key in first:
                related = (first[key],)
                faults.append(RequirementFault(text.at, "duplicate", table, where, text.value, name, related=related))
            elif table != "group":  # groups that include each other may well name a thing twice
                first[key] = text.at
    return capped(faults)


def _window(distribution: Distribution) -> int | None:
    """Return the Pythons that requires-python admits, None where that is not known or not said."""
    required = distribution.metadata.requires_python
    return from_specifier(required.value) if required is not None else None


def _lists(scanned: Scanned, distribution: Distribution) -> Iterator[tuple[Table, str, Texts]]:
    for declared in effective(scanned, distribution):
        yield "dependencies", "dependencies", known(declared.dependencies) or ()
        for extra, texts in (known(declared.optional_dependencies) or {}).items():
            yield "extra", f"extra {extra}", texts
    pyproject = scanned.pyproject
    if pyproject is None:
        return
    if pyproject.build_system is not None:
        yield "build-system", "build-system.requires", pyproject.build_system.requires or ()
    for group in pyproject.dependency_groups:
        if group.source == "dependency-groups":
            yield "group", f"dependency group {group.name}", group.requirements


def _parse(text: Text) -> Requirement | str:
    """Return the parsed requirement, or why it does not parse."""
    try:
        return parse_requirement(text.value)
    except NotStandard as error:
        return str(error)


def _misplaced(parsed: Requirement, text: Text, table: Table, where: str, own: str) -> Iterator[RequirementFault]:
    if parsed.url and table in {"dependencies", "extra"}:
        yield RequirementFault(text.at, "direct-url", table, where, text.value, normalize(parsed.name))
    if own and normalize(parsed.name) == own and table == "dependencies":
        yield RequirementFault(text.at, "itself", table, where, text.value, own)
    # with a marker it is a backport for old Pythons, which is what such names on an index are
    if table == "dependencies" and parsed.marker is None and parsed.name in stdlib_module_names(_NEWEST):
        yield RequirementFault(text.at, "standard-library", table, where, text.value, parsed.name)


def _unknown_extras(
    parsed: Requirement, text: Text, table: Table, where: str, distribution: Distribution
) -> Iterator[RequirementFault]:
    """Yield the extras of the project itself that a requirement asks for and the project does not have."""
    metadata = distribution.metadata
    if any(item.field == "optional_dependencies" for item in metadata.unknown):
        return
    extras = {normalize(name): name for name in metadata.optional_dependencies}
    for extra in sorted(parsed.extras):
        if normalize(extra) not in extras:
            near = nearest(extra, extras.values())
            yield RequirementFault(text.at, "own-extra-unknown", table, where, text.value, extra, detail=near)


def extra_faults(scanned: Scanned, distribution: Distribution) -> tuple[ExtraFault, ...]:
    """Return extras with names that are not valid or equal after normalisation."""
    faults: list[ExtraFault] = []
    document = scanned.pyproject.document if scanned.pyproject else None
    for declared in effective(scanned, distribution):
        extras = declared.optional_dependencies
        first: dict[str, str] = {}
        for name in known(extras) or ():
            at = extras.at if extras else declared.at
            if declared.source == "project" and document is not None:
                at = document.key_at("project", "optional-dependencies", name)
            if not IDENTIFIER.fullmatch(name[:256]):
                faults.append(ExtraFault(at, "name-invalid", name))
                continue
            other = first.setdefault(normalize(name), name)
            if other != name:
                faults.append(ExtraFault(at, "collision", name, other))
    return capped(faults)


def group_faults(scanned: Scanned) -> tuple[GroupFault, ...]:
    """Return dependency groups that cannot be resolved."""
    groups = scanned.pyproject.dependency_groups if scanned.pyproject else ()
    found = [
        GroupFault(group.problem_at, group.problem, group.name, group.problem_detail)
        for group in groups
        if group.problem
    ]
    return capped(found)
