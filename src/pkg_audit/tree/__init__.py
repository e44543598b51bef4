"""Read the audited project: a port with adapters for directories and archives. The only room that opens its files."""

from __future__ import annotations

import os

from pkg_audit.errors import TreeError
from pkg_audit.tree.directory import DirectoryTree
from pkg_audit.tree.display import display
from pkg_audit.tree.port import Tree

__all__ = ["DirectoryTree", "Tree", "open_tree"]


def open_tree(path: str) -> Tree:
    """Open a directory, sdist or wheel for reading. Raises TreeError where there is nothing to audit."""
    try:
        is_dir = os.path.isdir(path)
        exists = is_dir or os.path.lexists(path)
    except ValueError:  # a NUL in the path, before Python 3.12
        is_dir = exists = False
    if is_dir:
        return DirectoryTree(path)
    if not exists:
        raise TreeError(f"{display(path)}: no such file or directory")
    from pkg_audit.tree.archive import ArchiveTree

    return ArchiveTree(path)
