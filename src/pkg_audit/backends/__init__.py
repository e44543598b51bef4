"""Predict, without building, what a project's build backend would make of it. Imports neither rules nor verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree


def predict(tree: Tree, scanned: Scanned) -> Distribution:
    """Return what the project's sdist and wheel would hold: names, metadata, files, kind.

    Reads through `tree` only and never raises for what the project contains. A backend without a model, or a file
    that cannot be read, gives unknown fields with their reason; the static `[project]` table is told all the same.
    """
    from pkg_audit.backends.prediction import predict_distribution

    return predict_distribution(tree, scanned)
