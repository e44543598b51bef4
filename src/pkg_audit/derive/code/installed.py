"""Say what an environment holds that was given beside the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.derive.code.requirements import canonical

if TYPE_CHECKING:
    from pkg_audit.tree import Tree


@dataclass(frozen=True, slots=True)
class Installed:
    """Top-level import names, and the normalized names of the distributions that they came with."""

    tops: frozenset[str]
    distributions: frozenset[str]


def installed(environment: Tree) -> Installed:
    """Return what is installed in a virtual environment or a folder that `pip install --target` filled."""
    from pkg_audit.derive.runtime.site import site_packages  # which itself builds on this folder

    start = site_packages(environment)
    tops: set[str] = set()
    distributions: set[str] = set()
    for path in environment.files():
        if not path.startswith(start):
            continue
        top = path[len(start) :].partition("/")[0]
        if top.endswith(".dist-info"):
            distributions.add(canonical(top.removesuffix(".dist-info").rpartition("-")[0]))
        else:
            tops.add(top.partition(".")[0])
    return Installed(frozenset(tops), frozenset(distributions))
