"""Run `find_packages` on the tree as setuptools 83 does (discovery.py), where its items matter to the script."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.paths import inside

if TYPE_CHECKING:
    from pkg_audit.facts.setuptools_options import FindPackages
    from pkg_audit.tree import Tree

PATTERN = 200


def find(tree: Tree, search: FindPackages) -> tuple[str, ...]:
    """Return the dotted names of the packages that a search finds, sorted."""
    names: set[str] = set()
    for where in search.where:
        base = inside(where)
        if base is not None:
            names.update(_below(tree, base, search))
    return tuple(sorted(names))


def _below(tree: Tree, base: str, search: FindPackages) -> set[str]:
    prefix = f"{base}/" if base else ""
    directories: set[str] = set()
    for path in tree.files():
        if path.startswith(prefix):
            parts = path[len(prefix) :].split("/")[:-1]
            directories.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    include, exclude = _short(search.include), _short(search.exclude)
    entered: set[str] = {""}
    found: set[str] = set()
    for directory in sorted(directories):
        parent, _, last = directory.rpartition("/")
        if parent not in entered or "." in last:
            continue
        if not search.namespaces and not tree.is_file(f"{prefix}{directory}/__init__.py"):
            continue
        package = directory.replace("/", ".")
        if matches(package, include) and not matches(package, exclude):
            found.add(package)
        if f"{package}*" not in exclude and f"{package}.*" not in exclude:
            entered.add(directory)
    return found


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether any of the shell patterns fits the whole name."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _short(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if len(pattern) <= PATTERN)
