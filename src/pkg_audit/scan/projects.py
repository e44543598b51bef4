"""Find the projects in a tree: nested roots, members of a workspace, and the root that an audit should judge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.tree import Tree

# A table header is enough: the file is parsed when it is audited itself.
_PROJECT_TABLE = re.compile(
    rb"^[ \t]*\[[ \t]*(?:project|build-system|tool\.poetry|tool\.flit\.metadata)[ \t]*\]", re.MULTILINE
)
_SETUP_CALL = re.compile(rb"\bsetup[ \t]*\(")

ASIDE = frozenset(
    {
        "test", "tests", "testing", "test_data", "testdata", "fixtures", "doc", "docs", "example", "examples",
        "sample", "samples", "demo", "demos", "benchmark", "benchmarks", "template", "templates", "cookiecutter",
        "vendor", "vendored", "_vendor", "third_party", "third-party", "external", "extern",
    }
)  # fmt: skip
"""Folders whose projects are material, not members."""


def declares_project(tree: Tree, folder: str) -> bool:
    """Tell whether a folder ("" is the root) holds packaging metadata of its own."""
    prefix = f"{folder}/" if folder else ""
    if _matches(tree, f"{prefix}pyproject.toml", _PROJECT_TABLE):
        return True
    return _matches(tree, f"{prefix}setup.py", _SETUP_CALL)


def nested_projects(tree: Tree) -> tuple[str, ...]:
    """Return the outermost folders below the root that hold packaging metadata of their own, sorted."""
    folders = {
        path.rpartition("/")[0]
        for path in tree.files()
        if path.endswith(("/pyproject.toml", "/setup.py")) and path.rpartition("/")[2] in {"pyproject.toml", "setup.py"}
    }
    found: list[str] = []
    for folder in sorted(folders):
        if not inside(folder, found) and declares_project(tree, folder):
            found.append(folder)
    return tuple(found)


def members(tree: Tree) -> tuple[str, ...]:
    """Return the nested projects that are products of this tree rather than test data, examples or templates."""
    return tuple(
        folder
        for folder in nested_projects(tree)
        if not ASIDE.intersection(folder.lower().split("/")) and "{{" not in folder
    )


def inside(path: str, folders: Iterable[str]) -> bool:
    """Tell whether a path is one of the folders or lies below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _matches(tree: Tree, path: str, pattern: re.Pattern[bytes]) -> bool:
    if not tree.is_file(path):
        return False
    try:
        return pattern.search(tree.read(path)) is not None
    except ReadError:
        return False
