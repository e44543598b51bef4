"""Wheels that stand unpacked among the example projects are packed the same way each time, and as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_projects import example_tree, pack_wheel

EXAMPLES = sorted((Path(__file__).parents[1] / "fixtures" / "rules").glob("*/*/*.whl"))


@pytest.mark.parametrize("folder", EXAMPLES, ids=["/".join(folder.parts[-3:-1]) for folder in EXAMPLES])
def test_a_packed_example_is_a_wheel_in_good_order(folder: Path) -> None:
    with example_tree(folder.parent) as tree:
        assert tree.source == "wheel"
        assert tree.name == folder.stem
        assert tree.problems() == ()


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.whl", tmp_path / "b.whl"
    for target in (first, second):
        pack_wheel(EXAMPLES[0], target)
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_of_its_own_is_opened_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    with example_tree(tmp_path) as tree:
        assert tree.files() == ("pyproject.toml",)
