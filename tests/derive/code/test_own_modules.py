"""Imports of the project's own modules, in the tree and in the wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from code_facts import HEAD, facts

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from code_facts import Make


@pytest.mark.parametrize(
    ("text", "written"),
    [("from .. import x", ".."), ("from ...a.b import x", "...a.b"), ("def f():\n    from ..a import x", "..a")],
)
def test_relative_imports_beyond_the_top(make_tree: Make, text: str, written: str) -> None:
    (found,) = facts(make_tree, "deep_relative_imports", {"a.py": text})
    assert (found.written, found.module) == (written, "acme.a")


def test_relative_imports_within_the_package(make_tree: Make) -> None:
    files = {
        "__init__.py": "from . import a",
        "a.py": "from . import b",
        "s/__init__.py": "from .. import a",
        "b.py": "",
    }
    assert facts(make_tree, "deep_relative_imports", files) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from .gone import x", [("acme.gone", "missing", "")]),
        ("import acme.gone.deep", [("acme.gone.deep", "missing", "")]),
        ("from acme.shape import x", [("acme.shape", "missing", "acme.shapes")]),
        ("from .shapes import no_such_name", []),
        ("from . import anything", []),
        ("from .__init__ import x", []),
        ("from ._version import version", []),
        ("from .gen_pb2 import x", []),
        ("from .fast import x", []),
        ("from .linked import x", [("acme.linked", "missing", "")]),
        ("try:\n    from .gone import x\nexcept ImportError:\n    x = None", []),
        ("if False:\n    from .gone import x", []),
    ],
)
def test_own_modules_that_are_missing(make_tree: Make, text: str, expected: list[tuple[str, str, str]]) -> None:
    files = {"a.py": text, "shapes.py": "", "fast.pyx": ""}
    found = facts(make_tree, "own_imports", files)
    assert [(item.name, item.state, item.near) for item in found] == expected


def test_a_package_that_rearranges_its_modules_is_not_judged(make_tree: Make) -> None:
    text = "import sys\nsys.modules[__name__ + '.gone'] = sys\n"
    assert facts(make_tree, "own_imports", {"__init__.py": text, "a.py": "from .gone import x"}) == []


def test_a_namespace_may_have_parts_of_others(make_tree: Make) -> None:
    tree = make_tree(
        {
            "pyproject.toml": HEAD + '[tool.hatch.build.targets.wheel]\npackages = ["src/corp"]\n',
            "src/corp/tea/__init__.py": "import corp.coffee\nfrom corp.tea.gone import x\n",
        }
    )
    scanned = scan(tree)
    found = code_derivations(tree, scanned, predict(tree, scanned))["own_imports"]()
    assert [item.name for item in found] == ["corp.tea.gone"]


def test_a_module_in_the_tree_that_the_wheel_leaves_out(make_tree: Make) -> None:
    tail = '\n[tool.hatch.build.targets.wheel]\npackages = ["src/acme"]\nexclude = ["b.py"]\n'
    (found,) = facts(make_tree, "own_imports", {"a.py": "from .b import x", "b.py": ""}, tail=tail)
    assert (found.name, found.state) == ("acme.b", "not-shipped")
    assert [place.path for place in found.related] == ["src/acme/b.py"]


def test_a_backend_without_a_model_is_judged_by_its_own_package_only(make_tree: Make) -> None:
    head = '[build-system]\nrequires = ["x"]\nbuild-backend = "x.y"\n[project]\nname = "Acme-Tea"\nversion = "1"\n'
    tree = make_tree(
        {
            "pyproject.toml": head,
            "python/acme_tea/__init__.py": "from .a import x\nfrom .gone import y\n",
            "python/acme_tea/a.py": "from ... import z\n",
            "python/acme_tea/b.py": "import tabulate\n",
            "helper.py": "import requests\nfrom ... import z\n",
        }
    )
    scanned = scan(tree)
    derived = code_derivations(tree, scanned, predict(tree, scanned))
    assert [item.name for item in derived["own_imports"]()] == ["acme_tea.gone"]
    assert [item.module for item in derived["deep_relative_imports"]()] == ["acme_tea.a"]
    assert [item.distribution for item in derived["undeclared_imports"]()] == ["tabulate"]
