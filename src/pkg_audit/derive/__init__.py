"""Derive facts from what the probes found and what the backend would ship: scope, reachability, joins, judgements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.derive import data_files, import_names, layout, metadata, project, release, resources, signs
from pkg_audit.derive.code import code_derivations
from pkg_audit.derive.native import native_faults
from pkg_audit.derive.native.c_api import c_api_uses
from pkg_audit.derive.native.headers import missing_headers
from pkg_audit.derive.native.tags import tag_faults
from pkg_audit.derive.runtime import runtime_derivations
from pkg_audit.derive.wheel import unread_binaries, wheel_faults
from pkg_audit.facts.document import Facts
from pkg_audit.facts.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["derive"]


def derive(
    tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None = None
) -> tuple[Facts, tuple[Problem, ...]]:
    """Return the facts document of one project root, and what could not be derived.

    Rules select from the document and from nothing else. `environment` holds the installed dependencies, if given.
    An exception in one derivation is our own fault: it leaves
    that list empty and is an internal problem, so that no finding is never taken for a clean one.
    """
    facts = Facts(project=project.project_facts(scanned, distribution))
    problems = []
    for field, records in _derivations(tree, scanned, distribution, environment).items():
        try:
            facts = replace(facts, **{field: records()})  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - one broken derivation must not cost the audit
            what = f"internal error: {field}: {type(error).__name__}: {error}"
            problems.append(Problem(what, probe="derive", internal=True))
    return facts, tuple(problems)


def _derivations(
    tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None
) -> Mapping[str, Callable[[], tuple[Any, ...]]]:
    """Map each list of the facts document to what fills it; nothing is computed before it is asked for."""
    return {
        "unsettled": lambda: project.unsettled(scanned, distribution),
        "signs": lambda: signs.signs(tree, scanned, distribution),
        "kind_evidence": lambda: project.kind_evidence(distribution),
        "discovery_errors": lambda: layout.discovery_errors(scanned, distribution),
        "top_level_names": lambda: layout.top_level_names(distribution),
        "extra_modules": lambda: layout.extra_modules(distribution),
        "unshipped_data": lambda: data_files.unshipped_data(tree, scanned, distribution),
        "missing_resources": lambda: resources.missing_resources(scanned, distribution),
        "typed_markers": lambda: layout.typed_markers(scanned, distribution),
        "shipped_oddities": lambda: layout.shipped_oddities(distribution),
        "import_name_faults": lambda: import_names.import_name_faults(scanned, distribution),
        "unimportable_modules": lambda: import_names.unimportable_modules(distribution),
        "name_clashes": lambda: layout.name_clashes(distribution),
        "stray_inits": lambda: layout.stray_inits(scanned, distribution),
        "links": lambda: layout.links(scanned, distribution),
        "configuration_faults": lambda: metadata.configuration_faults(scanned),
        "build_faults": lambda: (
            *metadata.build_faults(tree, scanned),
            *metadata.pattern_faults(scanned, distribution),
        ),
        "field_faults": lambda: (
            *metadata.field_faults(scanned, distribution),
            *metadata.dynamic_faults(tree, scanned, distribution),
            *metadata.dynamic_source_faults(tree, scanned, distribution),
        ),
        "license_faults": lambda: metadata.license_faults(tree, scanned, distribution),
        "readme_faults": lambda: metadata.readme_faults(tree, scanned, distribution),
        "address_faults": lambda: metadata.address_faults(scanned, distribution),
        "classifier_faults": lambda: metadata.classifier_faults(scanned, distribution),
        "requirement_faults": lambda: metadata.requirement_faults(scanned, distribution),
        "extra_faults": lambda: metadata.extra_faults(scanned, distribution),
        "group_faults": lambda: metadata.group_faults(scanned),
        "legacy_faults": lambda: metadata.legacy_faults(scanned),
        "entry_point_group_faults": lambda: metadata.entry_point_group_faults(scanned),
        **code_derivations(tree, scanned, distribution, environment),
        **runtime_derivations(tree, scanned, distribution, environment),
        "native_faults": lambda: native_faults(tree, scanned, distribution),
        "tag_faults": lambda: tag_faults(tree, scanned, distribution),
        "c_api_uses": lambda: c_api_uses(tree, scanned, distribution),
        "wheel_faults": lambda: wheel_faults(scanned, distribution),
        "unread_binaries": lambda: unread_binaries(scanned, distribution),
        "relative_links": lambda: release.relative_links(tree, scanned),
        "outside_installs": lambda: release.outside_installs(scanned),
        "missing_build_inputs": lambda: (
            *release.missing_build_inputs(scanned, distribution),
            *missing_headers(tree, scanned, distribution),
        ),
        "sdist_gaps": lambda: release.sdist_gaps(scanned, distribution),
        "lock_gaps": lambda: release.lock_gaps(tree, scanned, distribution),
        "stored_credentials": lambda: release.stored_credentials(tree, scanned),
        "script_block_faults": lambda: release.script_block_faults(scanned),
    }
