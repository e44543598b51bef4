"""Data files that the code reads and the tree lacks, and the ways in which a project may see to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.runtime import runtime_derivations
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
PYPROJECT = BUILD + '[project]\nname = "acme"\nversion = "1"\n'
HERE = "from pathlib import Path\nHERE = Path(__file__).parent\n"


@pytest.mark.parametrize(
    ("code", "more", "names"),
    [
        (HERE + "x = (HERE / 'words.txt').read_text()", {}, ["words.txt"]),
        (HERE + "x = open(HERE / 'words.txt').read()", {}, ["words.txt"]),
        ("from importlib.resources import files\nx = (files('acme') / 'words.txt').read_text()", {}, ["words.txt"]),
        (HERE + "x = (HERE / 'words.txt').read_text()", {"src/acme/words.txt": "x"}, []),
        (HERE + "x = (HERE / 'words.txt').read_text()", {"elsewhere/words.txt": "x"}, []),
        (HERE + "x = (HERE / 'words.txt').read_text()", {"setup.py": "# makes words.txt"}, []),
        (HERE + "x = (HERE / NAME).read_text()", {}, []),
        (HERE + "if (HERE / 'words.txt').exists():\n    x = (HERE / 'words.txt').read_text()", {}, []),
        (HERE + "try:\n    x = (HERE / 'words.txt').read_text()\nexcept OSError:\n    x = ''", {}, []),
        (HERE + "(HERE / 'words.txt').write_text('')\nx = (HERE / 'words.txt').read_text()", {}, []),
        (HERE + "x = (HERE.parent / 'words.txt').read_text()", {}, []),  # outside of the package: not this rule's
        ("x = open('words.txt').read()", {}, []),  # the user's own
    ],
)
def test_missing_data(make_tree: Make, code: str, more: dict[str, str | bytes], names: list[str]) -> None:
    tree = make_tree({"pyproject.toml": PYPROJECT, "src/acme/__init__.py": code, **more})
    scanned = scan(tree)
    found = runtime_derivations(tree, scanned, predict(tree, scanned))["missing_data_files"]()
    assert [item.name for item in found] == names
