"""Which names a wheel's files make importable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends.importable import importable
from pkg_audit.facts.distribution import ShippedFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str | bytes]], Tree]

EXTEND = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
DECLARE = (
    "try:\n    import pkg_resources\n    pkg_resources.declare_namespace(__name__)\n"
    "except ImportError:\n    import pkgutil\n    __path__ = pkgutil.extend_path(__path__, __name__)\n"
)


@pytest.mark.parametrize(
    ("files", "names", "namespaces", "single"),
    [
        ({"a.py": ""}, ["a"], [], True),
        ({"a.py": "", "b.py": ""}, ["a", "b"], [], False),
        ({"a/__init__.py": "", "a/b.py": ""}, ["a"], [], False),
        ({"a.py": "", "a/__init__.py": ""}, ["a"], [], False),
        ({"n/a/__init__.py": ""}, ["n.a"], ["n"], False),
        ({"n/a/__init__.py": "", "n/m.py": ""}, ["n.a", "n.m"], ["n"], False),
        ({"n/__init__.py": EXTEND, "n/a/__init__.py": ""}, ["n.a"], ["n"], False),
        ({"n/__init__.py": DECLARE, "n/a/__init__.py": ""}, ["n.a"], ["n"], False),
        ({"n/__init__.py": EXTEND + "x = 1\n", "n/a/__init__.py": ""}, ["n"], [], False),
        ({"n/__init__.py": EXTEND, "n/s/__init__.py": EXTEND}, ["n.s"], ["n"], False),
        ({"n/data.txt": "", "a.py": ""}, ["a"], [], True),
        ({"not-a-name/x.py": "", "a.py": ""}, ["a"], [], True),
        ({"n/__init__.py": b"\xff extend_path("}, ["n"], [], False),
        ({}, [], [], False),
    ],
)
def test_names(
    make_tree: MakeTree, files: dict[str, str | bytes], names: list[str], namespaces: list[str], single: bool
) -> None:
    found = importable(make_tree(files), [ShippedFile(path, path) for path in files])
    assert list(found.names) == names
    assert list(found.namespaces) == namespaces
    assert found.single_module is single


def test_stub_packages_are_no_import_names(make_tree: MakeTree) -> None:
    tree = make_tree({"foo-stubs/__init__.pyi": "", "foo-stubs/x/y.pyi": ""})
    found = importable(tree, [ShippedFile(path, path) for path in tree.files()])
    assert (found.names, found.stub_packages) == ((), ("foo-stubs",))


def test_declared_namespaces_are_descended_into(make_tree: MakeTree) -> None:
    tree = make_tree({"n/__init__.py": "import os\nx = os.name\n", "n/a/__init__.py": ""})
    found = importable(tree, [ShippedFile(path, path) for path in tree.files()], namespaces={"n"})
    assert (found.names, found.namespaces) == (("n.a",), ("n",))


def test_extension_modules_are_importable_and_no_single_module(make_tree: MakeTree) -> None:
    tree = make_tree({"a.py": ""})
    found = importable(tree, [ShippedFile("a.py", "a.py")], ["a", "p.fast"])
    assert (found.names, found.namespaces, found.single_module) == (("a", "p.fast"), ("p",), False)


def test_a_generated_init_is_a_regular_package(make_tree: MakeTree) -> None:
    found = importable(make_tree({}), [ShippedFile("a/__init__.py", "")])
    assert found.names == ("a",)
