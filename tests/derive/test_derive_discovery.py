"""Wheels without code, although the tree has packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.layout import discovery_errors
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("pyproject", "names"),
    [
        (f"{SETUPTOOLS}{PROJECT}[tool.setuptools.packages.find]\ninclude = ['acme*']\n", ["acme"]),
        (f"{SETUPTOOLS}{PROJECT}[tool.setuptools.packages.find]\nwhere = ['src']\ninclude = ['acmee']\n", ["acme"]),
        (f"{SETUPTOOLS}{PROJECT}[tool.setuptools.packages.find]\nwhere = ['src']\n", []),
        (f"{SETUPTOOLS}{PROJECT}[tool.setuptools]\npackages = []\n", []),  # it brings its dependencies only
        (f"{SETUPTOOLS}{PROJECT}[tool.setuptools]\npy-modules = []\n", []),
        (f"{HATCH}{PROJECT}[tool.hatch.build.targets.wheel]\npackages = ['acme']\n", ["acme"]),
        (f"{HATCH}{PROJECT}[tool.hatch.build.targets.wheel]\npackages = ['src/acme']\n", []),
    ],
)
def test_nothing_is_found(make_tree: Make, pyproject: str, names: list[str]) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": pyproject,
        "src/acme/__init__.py": "",
        "tests/__init__.py": "",
    }
    tree = make_tree(files)
    scanned = scan(tree)
    assert [item.names for item in discovery_errors(scanned, predict(tree, scanned))] == names


def test_without_packages_there_is_nothing_to_find(make_tree: Make) -> None:
    pyproject = f"{SETUPTOOLS}{PROJECT}[tool.setuptools.packages.find]\ninclude = ['acme*']\n"
    tree = make_tree({"pyproject.toml": pyproject, "tests/__init__.py": ""})
    scanned = scan(tree)
    assert discovery_errors(scanned, predict(tree, scanned)) == ()
