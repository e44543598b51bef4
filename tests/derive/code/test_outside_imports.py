"""Imports that work in a checkout only, under a marker only, or in the author's own build environment only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SETUPTOOLS = '[build-system]\nrequires = [{}]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.9"\n'


def facts(make_tree: Make, which: str, files: dict[str, str | bytes]) -> list[Any]:
    tree = make_tree(files)
    scanned = scan(tree)
    return list(code_derivations(tree, scanned, predict(tree, scanned))[which]())


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("import units", ["neighbour"]),
        ("from units import METRE", ["neighbour"]),
        ("from . import units", []),
        ("try:\n    import units\nexcept ImportError:\n    from . import units", []),
        ("def f():\n    import units", []),
        ("import sys\nsys.path.insert(0, 'x')\nimport units", []),
        ("import units\nif __name__ == '__main__':\n    print(units)", []),  # it may be run as a script
        ("import json", []),
        ("import elsewhere", []),
        ("from tests.helpers import x", ["not-shipped"]),
        ("from src.acme import units", ["not-shipped"]),
        ("import scripts_of_others", []),
    ],
)
def test_imports_of_the_checkout(make_tree: Make, code: str, kinds: list[str]) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": HATCH + PROJECT,
        "src/acme/__init__.py": code,
        "src/acme/units.py": "METRE = 1",
        "src/acme/json.py": "",
        "tests/__init__.py": "",
        "tests/helpers.py": "",
        "docs/conf.py": "import sys\nsys.path.insert(0, '..')",
    }
    assert [item.kind for item in facts(make_tree, "outside_imports", files)] == kinds


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src/acme/fancy.py", "import fancy"),  # a module about what has its name
        ("src/acme/lists/words.py", "import helper"),  # no package, so that nobody imports it as one
    ],
)
def test_a_module_that_means_no_neighbour(make_tree: Make, path: str, code: str) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": HATCH + PROJECT,
        "src/acme/__init__.py": "",
        "src/acme/lists/helper.py": "",
        path: code,
    }
    assert facts(make_tree, "outside_imports", files) == []


def test_a_dependency_may_be_what_is_meant(make_tree: Make) -> None:
    for dependency in ("units", "some-unknown-thing"):
        project = f'{PROJECT}dependencies = ["{dependency}"]\n'
        files: dict[str, str | bytes] = {
            "pyproject.toml": HATCH + project,
            "src/acme/__init__.py": "import units",
            "src/acme/units.py": "",
        }
        assert facts(make_tree, "outside_imports", files) == []


@pytest.mark.parametrize(
    ("path", "text", "groups"),
    [
        ("for_units.py", "import units", '[dependency-groups]\ntest = ["units"]\n'),
        ("units.py", "import units", ""),
        ("units.py", "from units import METRE", ""),
        ("units.py", "import units.core as u", ""),
    ],
)
def test_a_module_named_like_the_package_that_it_adapts(make_tree: Make, path: str, text: str, groups: str) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": HATCH + PROJECT + groups,
        "src/acme/__init__.py": "",
        "src/acme/units.py": "",
        f"src/acme/{path}": text,
    }
    assert facts(make_tree, "outside_imports", files) == []


@pytest.mark.parametrize(
    ("requirements", "code", "missing_on"),
    [
        (["tomli; python_version < '3.11'"], "import tomli", ["on Python 3.11, 3.12, 3.13, 3.14 and later"]),
        (["tomli; python_version <= '3.10'"], "import tomli", ["on Python 3.11, 3.12, 3.13, 3.14 and later"]),
        (["tomli; python_version > '3.9'"], "import tomli", ["on Python 3.9"]),
        (["tomli; python_version >= '3.9'"], "import tomli", []),
        (["tomli; python_version < '3.11'", "tomli>=2; python_version >= '3.11'"], "import tomli", []),
        (["tomli; python_version < '3.11'", "tomli"], "import tomli", []),
        (["tomli; python_version < '3.11' and os_name == 'nt'"], "import tomli", []),
        (["tomli; python_version < '3.11'"], "import sys\nif sys.version_info < (3, 11):\n    import tomli", []),
        (["tomli; python_version < '3.11'"], "try:\n    import tomli\nexcept ImportError:\n    tomli = None", []),
        (["tomli; python_version < '3.11'"], "def f():\n    import tomli", []),
        (["colorama; sys_platform == 'win32'"], "import colorama", ["where `sys_platform == 'win32'` does not hold"]),
        (["colorama; sys_platform == 'win32'"], "import os\nif os.name == 'nt':\n    import colorama", []),
        (["setuptools; python_version >= '3.12'"], "import pkg_resources", []),
        (["enum34; python_version < '3.4'"], "import enum", []),
        (["typing_extensions; python_version < '3.11'", "anyio"], "import typing_extensions", []),
    ],
)
def test_markers(make_tree: Make, requirements: list[str], code: str, missing_on: list[str]) -> None:
    project = f"{PROJECT}dependencies = {requirements!r}\n"
    files: dict[str, str | bytes] = {"pyproject.toml": HATCH + project, "src/acme/__init__.py": code}
    assert [item.missing_on for item in facts(make_tree, "marker_gaps", files)] == missing_on


@pytest.mark.parametrize(
    ("start", "platform", "count"),
    [("", "win32", 0), ("import acme.server", "win32", 1), ("import acme.server", "emscripten", 0)],
)
def test_a_module_that_nothing_loads_at_start_may_be_there_for_its_platform(
    make_tree: Make, start: str, platform: str, count: int
) -> None:
    project = f"{PROJECT}dependencies = [\"uvicorn; sys_platform != '{platform}'\"]\n"
    files = {"src/acme/__init__.py": start, "src/acme/server.py": "import uvicorn"}
    assert len(facts(make_tree, "marker_gaps", {"pyproject.toml": HATCH + project, **files})) == count


@pytest.mark.parametrize(
    ("requires", "code", "modules"),
    [
        ('"setuptools"', "import requests", ["requests"]),
        ('"setuptools", "requests"', "import requests", []),
        ('"setuptools", "something-unknown"', "import requests", []),  # that may bring it along
        ('"setuptools"', "try:\n    import requests\nexcept ImportError:\n    pass", []),
        ('"setuptools"', "import os, pkg_resources, helpers, acme, packaging.version", []),
        ('"setuptools"', "import a_name_that_nobody_knows", []),
        (None, "import requests", ["requests"]),
    ],
)
def test_the_build(make_tree: Make, requires: str | None, code: str, modules: list[str]) -> None:
    setup = f"{code}\nfrom setuptools import setup\nsetup(name='acme', version='1', packages=['acme'])\n"
    files: dict[str, str | bytes] = {"setup.py": setup, "acme/__init__.py": "", "helpers.py": ""}
    if requires is not None:
        files["pyproject.toml"] = SETUPTOOLS.format(requires)
    found = facts(make_tree, "build_imports", files)
    assert [item.module for item in found if item.kind == "missing"] == modules


def test_an_unknown_dependency_may_bring_what_a_marker_leaves_out(make_tree: Make) -> None:
    for more, brought in (("click", "no"), ("nobody-knows-this", "unknown")):
        project = f'{PROJECT}dependencies = ["tomli; python_version < \'3.11\'", "{more}"]\n'
        files: dict[str, str | bytes] = {"pyproject.toml": HATCH + project, "src/acme/__init__.py": "import tomli"}
        assert [item.brought for item in facts(make_tree, "marker_gaps", files)] == [brought]
