"""Derive facts from what the probes found and what the backend would ship: scope, reachability, joins, judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive import data_files, layout, metadata, project, signs
from pkg_audit.facts.document import Facts

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["derive"]


def derive(tree: Tree, scanned: Scanned, distribution: Distribution) -> Facts:
    """Return the facts document of one project root; rules select from it and from nothing else."""
    return Facts(
        project=project.project_facts(scanned, distribution),
        signs=signs.signs(scanned, distribution),
        discovery_errors=layout.discovery_errors(distribution),
        top_level_names=layout.top_level_names(scanned, distribution),
        extra_modules=layout.extra_modules(distribution),
        unshipped_packages=layout.unshipped_packages(tree, scanned, distribution),
        unshipped_data=data_files.unshipped_data(tree, scanned, distribution),
        typed_markers=layout.typed_markers(scanned, distribution),
        shipped_oddities=layout.shipped_oddities(distribution),
        name_clashes=layout.name_clashes(distribution),
        stray_inits=layout.stray_inits(scanned, distribution),
        links=layout.links(scanned, distribution),
        configuration_faults=metadata.configuration_faults(scanned),
        build_faults=metadata.build_faults(tree, scanned),
        field_faults=(
            *metadata.field_faults(scanned, distribution),
            *metadata.dynamic_faults(tree, scanned, distribution),
        ),
        license_faults=metadata.license_faults(tree, scanned, distribution),
        readme_faults=metadata.readme_faults(tree, scanned, distribution),
        address_faults=metadata.address_faults(scanned, distribution),
        classifier_faults=metadata.classifier_faults(scanned, distribution),
        requirement_faults=metadata.requirement_faults(scanned, distribution),
        extra_faults=metadata.extra_faults(scanned, distribution),
        group_faults=metadata.group_faults(scanned),
        legacy_faults=metadata.legacy_faults(scanned),
        entry_point_group_faults=metadata.entry_point_group_faults(scanned),
    )
