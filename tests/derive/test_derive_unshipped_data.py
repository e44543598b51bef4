"""Data files that a wheel leaves out count only where a module of the wheel is likely to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.data_files import unshipped_data
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "acme"\nversion = "1"\n[tool.setuptools]\npackages = ["acme", "acme._tests"]\n'
)


def test_a_key_is_no_use(make_tree: Make) -> None:
    code = "KNOWN = {'words.txt': 'ab12', 'more.txt' : 'cd34'}\nOWN = 'own.txt'\n"
    files: dict[str, str | bytes] = {f"acme/{name}": "x" for name in ("words.txt", "more.txt", "own.txt")}
    inits: dict[str, str | bytes] = {"acme/__init__.py": code, "acme/_tests/__init__.py": ""}
    tree = make_tree({"pyproject.toml": PYPROJECT, **files, **inits})
    scanned = scan(tree)
    assert [item.name for item in unshipped_data(tree, scanned, predict(tree, scanned))] == ["own.txt"]


@pytest.mark.parametrize(
    ("reader", "data", "found"),
    [
        ("acme/load.py", "acme/words.txt", ["words.txt"]),
        ("acme/load.py", "acme/README.md", []),  # named for what lies elsewhere
        ("acme/words_pb2.py", "acme/words.proto", []),  # generated: says where it comes from
        ("acme/_tests/load.py", "acme/_tests/words.txt", []),
        ("acme/load.py", "acme/static_src/words.svg", []),  # what is shipped is made from it
    ],
)
def test_what_is_left_out_and_named(make_tree: Make, reader: str, data: str, found: list[str]) -> None:
    name = data.rpartition("/")[2]
    files: dict[str, str | bytes] = {"acme/__init__.py": "", "acme/_tests/__init__.py": "", data: "x"}
    tree = make_tree({"pyproject.toml": PYPROJECT, **files, reader: f"NAME = '{name}'\n"})
    scanned = scan(tree)
    assert [item.name for item in unshipped_data(tree, scanned, predict(tree, scanned))] == found
