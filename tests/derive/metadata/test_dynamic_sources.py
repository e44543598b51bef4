"""Dynamic fields whose configured source is there, is not there, or may come later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.metadata import dynamic_source_faults
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

PROJECT = '[project]\nname = "acme"\ndynamic = ["version", "dependencies"]\n'
SETUPTOOLS = f'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n{PROJECT}'
HATCH = f'[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n{PROJECT}[tool.hatch.version]\n'
FLIT = f'[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n{PROJECT}'
PDM = f'[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n{PROJECT}[tool.pdm.version]\n'
DYNAMIC = f"{SETUPTOOLS}[tool.setuptools.dynamic]\n"


def found(make_tree: Make, pyproject: str, module: str) -> list[str]:
    tree = make_tree({"pyproject.toml": pyproject, "acme/__init__.py": module, "requirements.txt": "click\n"})
    scanned = scan(tree)
    return [fault.value for fault in dynamic_source_faults(tree, scanned, predict(tree, scanned))]


@pytest.mark.parametrize(
    ("pyproject", "module", "values"),
    [
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "__version__ = '1'", ["acme.VERSION"]),
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "VERSION = (1, 2)", []),
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "from ._about import VERSION", []),
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "from ._about import *", []),
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "def __getattr__(name): ...", []),
        (DYNAMIC + 'version = {attr = "acme.VERSION"}', "def :", []),
        (DYNAMIC + 'version = {attr = "acme.about.VERSION"}', "", ["acme.about.VERSION"]),
        (DYNAMIC + 'version = {attr = "elsewhere.VERSION"}', "", []),
        (DYNAMIC + 'version = {file = "VERSION"}', "", ["VERSION"]),
        (DYNAMIC + 'dependencies = {file = ["requirements.txt", "more.txt"]}', "", ["more.txt"]),
        (DYNAMIC + 'description = {file = "absent.txt"}', "", []),
        (DYNAMIC + 'version = {file = 3}\ndependencies = "x"', "", []),
        (HATCH + 'path = "acme/about.py"', "", ["acme/about.py"]),
        (HATCH + 'path = "acme/__init__.py"', "release = '1'", ["acme/__init__.py"]),
        (HATCH + 'path = "acme/__init__.py"', "__version__ = '1'", []),
        (HATCH + 'path = "acme/__init__.py"\npattern = "v=(?P<version>.*)"', "version = '1'", []),
        (HATCH + 'source = "vcs"\npath = "acme/about.py"', "", []),
        (FLIT, '"""An example."""', ["__version__"]),
        (FLIT, '"""An example."""\nfrom .about import __version__', []),
        (PDM + 'source = "file"\npath = "acme/about.py"', "", ["acme/about.py"]),
        (PDM + 'source = "scm"\npath = "acme/about.py"', "", []),
    ],
)
def test_sources(make_tree: Make, pyproject: str, module: str, values: list[str]) -> None:
    assert found(make_tree, pyproject, module) == values
