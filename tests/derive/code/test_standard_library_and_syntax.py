"""Imports of the standard library and newer syntax, against the Pythons that a project admits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from code_facts import HEAD, facts

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from code_facts import Make


def stdlib(make_tree: Make, text: str, requires: str = ">=3.9", project: str = "", **files: str) -> list[Any]:
    named = {f"{name}.py": content for name, content in files.items()}
    project = f'requires-python = "{requires}"\n{project}'
    return facts(make_tree, "stdlib_imports", {"__init__.py": text, **named}, project)


@pytest.mark.parametrize(
    ("text", "kind", "subject"),
    [
        ("import tomllib", "too-new", "tomllib"),
        ("from typing import Self, List", "too-new", "typing.Self"),
        ("import importlib.resources.abc", "too-new", "importlib.resources.abc"),
        ("from importlib.resources import abc", "too-new", "importlib.resources.abc"),
        ("import imp", "removed", "imp"),
        ("from distutils.version import LooseVersion", "removed", "distutils.version"),
        ("from collections import Mapping", "removed", "collections.Mapping"),
        ("import lib2to3.pgen2", "removed", "lib2to3.pgen2"),
    ],
)
def test_modules_and_names_that_some_python_lacks(make_tree: Make, text: str, kind: str, subject: str) -> None:
    (found,) = stdlib(make_tree, text)
    assert (found.kind, found.subject, found.when) == (kind, subject, "import")


@pytest.mark.parametrize(
    ("text", "requires"),
    [
        ("import tomllib", ">=3.11"),
        ("import imp", ">=3.9,<3.12"),
        ("import json, os.path\nfrom typing import List", ">=3.9"),
        ("from importlib import metadata", ">=3.8"),
        ("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib", ">=3.9"),
        ("try:\n    import tomli as tomllib\nexcept ImportError:\n    import tomllib", ">=3.9"),
        ("import sys\nif sys.version_info >= (3, 11):\n    import tomllib", ">=3.9"),
        ("import sys\nif sys.version_info < (3, 12):\n    import imp", ">=3.9"),
        ("import sys\nif sys.version_info[0] == 2:\n    import imp", ">=3.9"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Self", ">=3.9"),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import tomllib", ">=3.9"),
        ("import regex", ">=3.9"),
    ],
)
def test_guards_and_windows_are_honoured(make_tree: Make, text: str, requires: str) -> None:
    assert stdlib(make_tree, text, requires) == []


def test_without_a_promise_nothing_breaks_it(make_tree: Make) -> None:
    assert facts(make_tree, "stdlib_imports", {"__init__.py": "import imp, tomllib"}) == []


def test_a_module_that_is_imported_only_under_a_guard(make_tree: Make) -> None:
    text = "import sys\nif sys.version_info >= (3, 11):\n    from . import new\n"
    assert stdlib(make_tree, text, new="import tomllib") == []
    (found,) = stdlib(make_tree, text + "from acme.new import x\n", new="import tomllib")
    assert found.at.path == "src/acme/new.py"


def test_setuptools_brings_distutils_back(make_tree: Make) -> None:
    assert stdlib(make_tree, "import distutils.core", project='dependencies = ["setuptools"]\n') == []


def test_setuptools_imported_beside_it_brings_distutils_too(make_tree: Make) -> None:
    assert stdlib(make_tree, "try:\n    import setuptools\nexcept ImportError:\n    pass\nimport distutils.core") == []


def test_setuptools_itself_has_distutils(make_tree: Make) -> None:
    tree = make_tree(
        {
            "pyproject.toml": HEAD.replace("acme", "setuptools") + 'requires-python = ">=3.9"\n',
            "src/setuptools/__init__.py": "import distutils.core\n",
        }
    )
    scanned = scan(tree)
    assert list(code_derivations(tree, scanned, predict(tree, scanned))["stdlib_imports"]()) == []


@pytest.mark.parametrize(
    ("text", "reached", "path"),
    [
        ("", "no", "src/acme/a.py"),
        ("if DEBUG:\n    from . import a, b\n", "unknown", "src/acme/a.py"),
        ("from . import b\n", "yes", "src/acme/b.py"),
    ],
)
def test_how_surely_a_module_is_imported(make_tree: Make, text: str, reached: str, path: str) -> None:
    (found,) = stdlib(make_tree, text, a="import imp", b="import imp")
    assert (found.reached, found.at.path) == (reached, path)


def test_the_first_python_of_a_name_is_one_that_has_its_module(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "from typing import TypedDict", requires=">=3.6")
    assert found.since == "3.8"


def test_one_record_for_all_files_with_the_first_place(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "import imp\n", a="import os\nimport imp", b="import imp")
    assert (found.at.path, found.files, found.until, found.replacement) == (
        "src/acme/__init__.py",
        3,
        "3.12",
        "importlib",
    )
    assert [place.path for place in found.related] == ["pyproject.toml", "src/acme/a.py", "src/acme/b.py"]


def test_an_import_in_a_function_fails_later(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "def f():\n    import tomllib\n")
    assert (found.when, found.since, found.missing_on) == ("call", "3.11", "3.9, 3.10")


def test_what_is_new_may_stand_under_a_flag(make_tree: Make) -> None:
    flag = "from .versions import IS_NEW\ndef f():\n    if IS_NEW:\n        "
    for text, expected in (("from typing import NoDefault", []), ("import imp", ["imp"])):
        found = facts(make_tree, "stdlib_imports", {"a.py": flag + text}, 'requires-python = ">=3.11"\n')
        assert [item.module for item in found] == expected


def test_own_modules_are_not_the_standard_library(make_tree: Make) -> None:
    files = {"__init__.py": "from acme import imp\nfrom . import tomllib", "imp.py": "", "tomllib.py": ""}
    assert facts(make_tree, "stdlib_imports", files, 'requires-python = ">=3.9"\n') == []


def test_tests_inside_of_the_package_are_not_judged(make_tree: Make) -> None:
    files = {"tests/__init__.py": "", "tests/test_a.py": "import imp, requests\n"}
    for which in ("stdlib_imports", "undeclared_imports"):
        assert facts(make_tree, which, files, 'requires-python = ">=3.9"\n') == []


# syntax


def test_newer_syntax(make_tree: Make) -> None:
    files = {
        "__init__.py": "if (n := 1):\n    pass\ndef f(x: int | None): pass\n",
        "a.py": "match x:\n    case 1: pass\n",
    }
    found = facts(make_tree, "newer_syntax", files, 'requires-python = ">=3.7"\n')
    assert [(f.name, f.since, f.floor, f.evaluated, f.alone) for f in found] == [
        ("assignment expression", "3.8", "3.7", "no", "no"),
        ("union in an annotation", "3.10", "3.7", "yes", "no"),
        ("match statement", "3.10", "3.7", "no", "no"),
    ]


def test_syntax_in_a_module_that_only_newer_pythons_import_stands_alone(make_tree: Make) -> None:
    text = "import sys\nif sys.version_info >= (3, 10):\n    from ._match import f\n"
    files = {"__init__.py": text, "_match.py": "match x:\n    case 1: pass\n"}
    (found,) = facts(make_tree, "newer_syntax", files, 'requires-python = ">=3.9"\n')
    assert found.alone == "yes"


def test_sources_that_do_not_parse(make_tree: Make) -> None:
    files = {"a.py": "x = (", "b.py": "print 'x'", "tests/test_c.py": "x = ("}
    found = facts(make_tree, "unread_sources", files)
    assert [(f.at.path, f.kind, f.reason) for f in found] == [
        ("src/acme/a.py", "error", "not-parseable"),
        ("src/acme/b.py", "python-2", "not-parseable"),
    ]
