"""Read the audited project: a port with adapters for directories and archives. The only room that opens its files."""

from __future__ import annotations

from pkg_audit.tree.directory import DirectoryTree
from pkg_audit.tree.port import Tree

__all__ = ["DirectoryTree", "Tree", "open_tree"]


def open_tree(path: str) -> Tree:
    """Open a directory, sdist or wheel for reading. Raises TreeError where there is nothing to audit."""
    return DirectoryTree(path)
