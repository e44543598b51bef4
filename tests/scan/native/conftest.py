"""Read the native findings of a few files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan.native import read_native
from pkg_audit.scan.pyproject import read_pyproject
from pkg_audit.scan.setup_cfg import read_setup_cfg
from pkg_audit.scan.setup_py import read_setup_py

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.tree import Tree


@pytest.fixture
def native(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> Callable[[dict[str, str | bytes]], NativeFindings]:
    """Return a function that writes files and reads their native findings."""

    def read(files: dict[str, str | bytes]) -> NativeFindings:
        tree = make_tree(files)
        return read_native(tree, read_pyproject(tree), read_setup_cfg(tree), read_setup_py(tree))

    return read
