"""Fixtures that every test module may use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pkg_audit.tree import DirectoryTree, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))


@pytest.fixture
def make_tree(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Tree]:
    """Return a function that writes files and opens the directory as a tree."""

    def make(files: dict[str, str | bytes]) -> Tree:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return DirectoryTree(str(root))

    return make
