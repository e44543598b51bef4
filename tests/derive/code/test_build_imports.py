"""Test what is told of the imports that a build runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.audit import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

SETUP = "from setuptools import setup\n{}\nsetup(name='acme', version='1', packages=['acme'])\n"
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\n'
NAMED = PYPROJECT + 'build-backend = "setuptools.build_meta"\n'


def _found(make_tree: MakeTree, pyproject: str, line: str, init: str = "import acme.web\n") -> list[tuple[str, str]]:
    files = {"setup.py": SETUP.format(line), "acme/__init__.py": init, "acme/web.py": "import requests\n"}
    return [
        (item.kind, item.module) for item in facts_of(make_tree({"pyproject.toml": pyproject, **files})).build_imports
    ]


def test_what_the_own_package_imports_counts(make_tree: MakeTree) -> None:
    assert _found(make_tree, PYPROJECT, "import acme") == [("missing", "requests")]
    assert _found(make_tree, PYPROJECT, "from acme import web", "") == [("missing", "requests")]
    assert _found(make_tree, PYPROJECT, "import acme", "from . import web\n") == [("missing", "requests")]


def test_guarded_imports_and_other_modules_do_not(make_tree: MakeTree) -> None:
    assert _found(make_tree, PYPROJECT, "import acme", "") == []
    assert _found(make_tree, PYPROJECT, "import acme", "try:\n    import acme.web\nexcept ImportError: pass\n") == []
    assert _found(make_tree, PYPROJECT.replace('ols"', 'ols", "requests"'), "import acme") == []


def test_the_named_backend_does_not_look_beside_setup_py(make_tree: MakeTree) -> None:
    assert _found(make_tree, NAMED, "import acme") == [("off-path", "acme")]
    assert _found(make_tree, NAMED, "import sys; sys.path.insert(0, '.')\nimport acme") == [("missing", "requests")]
    assert _found(make_tree, NAMED, "try:\n    import acme\nexcept ImportError: pass") == []
