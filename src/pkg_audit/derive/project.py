"""Derive what the project is as a whole, for the verdicts that depend on its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.document import ProjectFacts
from pkg_audit.facts.place import Answer, Place

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned


def project_facts(scanned: Scanned, distribution: Distribution) -> ProjectFacts:
    """Return the facts about the project root: has it metadata, what kind of wheel, is it published."""
    has_metadata: Answer = "no" if distribution.backend is None else "yes"
    if scanned.pyproject is not None and scanned.pyproject.error is not None:
        has_metadata = "unknown"
    single = distribution.wheel.single_module
    private = any(text.value.startswith("Private ::") for text in distribution.metadata.classifiers)
    return ProjectFacts(
        at=Place(_where(scanned)),
        has_metadata=has_metadata,
        kind=distribution.wheel.kind,
        single_module="unknown" if single is None else "yes" if single else "no",
        published="no" if private else "yes",
    )


def _where(scanned: Scanned) -> str | None:
    if scanned.pyproject is not None:
        return "pyproject.toml"
    if scanned.setup_py is not None:
        return "setup.py"
    return "setup.cfg" if scanned.setup_cfg is not None else None
