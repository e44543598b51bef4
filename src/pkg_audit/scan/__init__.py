"""Probes: what stands in the files of one project, without scope and without judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["scan"]


def scan(tree: Tree) -> Scanned:
    """Read one project root with every probe. See `pkg_audit.scan.probes`."""
    from pkg_audit.scan.probes import read_project

    return read_project(tree)
