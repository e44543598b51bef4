"""Derive what is wrong with declared metadata and build configuration."""

from __future__ import annotations

from pkg_audit.derive.metadata.addresses import address_faults
from pkg_audit.derive.metadata.build import build_faults
from pkg_audit.derive.metadata.classifiers import classifier_faults
from pkg_audit.derive.metadata.configuration import configuration_faults, entry_point_group_faults
from pkg_audit.derive.metadata.dynamic import dynamic_faults
from pkg_audit.derive.metadata.dynamic_sources import dynamic_source_faults
from pkg_audit.derive.metadata.fields import field_faults
from pkg_audit.derive.metadata.legacy import legacy_faults
from pkg_audit.derive.metadata.licences import license_faults
from pkg_audit.derive.metadata.patterns import pattern_faults
from pkg_audit.derive.metadata.readme import readme_faults
from pkg_audit.derive.metadata.requirements import extra_faults, group_faults, requirement_faults

__all__ = [
    "address_faults",
    "build_faults",
    "classifier_faults",
    "configuration_faults",
    "dynamic_faults",
    "dynamic_source_faults",
    "entry_point_group_faults",
    "extra_faults",
    "field_faults",
    "group_faults",
    "legacy_faults",
    "license_faults",
    "pattern_faults",
    "readme_faults",
    "requirement_faults",
]
