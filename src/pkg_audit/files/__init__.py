"""Show which files the wheel and the sdist would hold and why, and compare that with what was really built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.files.compare import Comparison, compare_sdist, compare_wheel
from pkg_audit.files.show import show_comparison, show_distribution

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

__all__ = ["Comparison", "answer"]


def answer(tree: Tree, wheel: Tree | None = None, sdist: Tree | None = None) -> tuple[str, bool]:
    """Return what `pkg-audit files` prints, and whether prediction and artifacts agree.

    Without an artifact: the predicted wheel and sdist as trees. Raises TreeError as an audit does, and for an
    artifact that is not what it is given for.
    """
    from pkg_audit.audit import project_root
    from pkg_audit.backends import predict
    from pkg_audit.scan import scan

    root, _ = project_root(tree)
    scanned = scan(root)
    distribution = predict(root, scanned)
    if wheel is None and sdist is None:
        return show_distribution(distribution), True
    comparisons = []
    if wheel is not None:
        comparisons.append(compare_wheel(distribution, root, wheel))
    if sdist is not None:
        comparisons.append(compare_sdist(distribution, root, sdist))
    return "\n".join(map(show_comparison, comparisons)), all(item.agrees for item in comparisons)
