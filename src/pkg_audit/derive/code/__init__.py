"""Derive what follows from the shipped code: entry points, imports against dependencies and Pythons, syntax."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pkg_audit.derive.code.build_imports import build_imports
from pkg_audit.derive.code.context import Code, gather
from pkg_audit.derive.code.entry_points import entry_point_extras, entry_points
from pkg_audit.derive.code.marker_gaps import marker_gaps
from pkg_audit.derive.code.outside_imports import outside_imports
from pkg_audit.derive.code.own_imports import deep_relative_imports, own_imports
from pkg_audit.derive.code.stdlib_imports import stdlib_imports, stdlib_uses
from pkg_audit.derive.code.syntax import newer_syntax, unread_sources
from pkg_audit.derive.code.third_party import undeclared_imports
from pkg_audit.derive.code.unused import unused_dependencies
from pkg_audit.derive.layout import unshipped_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["code_derivations"]


def code_derivations(
    tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None = None
) -> Mapping[str, Callable[[], tuple[Any, ...]]]:
    """Map the lists of facts about shipped code to what fills them; they share one index of the project's modules."""

    @cache
    def code() -> Code:
        return gather(tree, scanned, distribution, environment)

    return {
        "entry_points": lambda: entry_points(code()),
        "entry_point_extras": lambda: entry_point_extras(code()),
        "stdlib_imports": lambda: stdlib_imports(code()),
        "stdlib_uses": lambda: stdlib_uses(code()),
        "newer_syntax": lambda: newer_syntax(code()),
        "undeclared_imports": lambda: undeclared_imports(code()),
        "unused_dependencies": lambda: unused_dependencies(code()),
        "unread_sources": lambda: unread_sources(code()),
        "deep_relative_imports": lambda: deep_relative_imports(code()),
        "own_imports": lambda: own_imports(code()),
        "outside_imports": lambda: outside_imports(code()),
        "marker_gaps": lambda: marker_gaps(code()),
        "build_imports": lambda: build_imports(code()),
        "unshipped_packages": lambda: unshipped_packages(scanned, distribution, code),
    }
