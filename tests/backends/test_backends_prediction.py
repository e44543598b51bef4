"""Which backend is chosen, and what is said where there is no model for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import Scanned, SetupPy
from pkg_audit.facts.sources import Import, SourceFacts
from pkg_audit.scan.pyproject import read_pyproject
from pkg_audit.scan.setup_cfg import read_setup_cfg

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str | bytes]], Tree]


def predicted(tree: Tree, **given: object) -> Distribution:
    scanned = Scanned(
        "directory",
        tree.files(),
        tree.links(),
        pyproject=read_pyproject(tree),
        setup_cfg=read_setup_cfg(tree),
        **given,  # type: ignore[arg-type]
    )
    return predict(tree, scanned)


PROJECT = (
    '[project]\nname = "acme"\nversion = "1.0"\nlicense = "MIT"\ndependencies = ["click"]\ndynamic = ["scripts"]\n'
)


@pytest.mark.parametrize(
    ("files", "backend"),
    [
        ({"pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n'}, "hatchling.build"),
        ({"pyproject.toml": "[build-system]\nrequires = []\n"}, "setuptools.build_meta:__legacy__"),
        ({"pyproject.toml": PROJECT}, "setuptools.build_meta:__legacy__"),
        ({"pyproject.toml": "[tool.ruff]\n", "a.py": ""}, None),
        ({"setup.cfg": "[metadata]\nname = a\n"}, "setuptools.build_meta:__legacy__"),
        ({"setup.cfg": "[flake8]\nmax-line-length = 100\n"}, None),
        ({"a.py": ""}, None),
    ],
)
def test_the_backend_is_chosen_as_pep_517_says(
    make_tree: MakeTree, files: dict[str, str | bytes], backend: str | None
) -> None:
    assert predicted(make_tree(files)).backend == backend


def test_setup_py_alone_is_the_legacy_backend(make_tree: MakeTree) -> None:
    found = predicted(make_tree({"setup.py": ""}), setup_py=SetupPy(Place("setup.py")))
    assert found.backend == "setuptools.build_meta:__legacy__"
    assert found.wheel.files is None
    assert {doubt.unknown.reason for doubt in found.metadata.unknown} == {"dynamic-expression"}


def test_a_backend_without_a_model_still_tells_static_metadata(make_tree: MakeTree) -> None:
    text = '[build-system]\nrequires = ["x"]\nbuild-backend = "x.build"\n' + PROJECT
    found = predicted(make_tree({"pyproject.toml": text}))
    assert found.metadata.name is not None
    assert found.metadata.name.value == "acme"
    assert [text.value for text in found.metadata.dependencies] == ["click"]
    assert {doubt.field for doubt in found.metadata.unknown} == {"entry_points", "license_files"}
    assert found.wheel.files is None
    assert found.wheel.import_names is None
    assert {doubt.field for doubt in found.wheel.unknown} >= {"files", "import_names", "single_module", "kind"}


def test_broken_toml_makes_everything_unknown(make_tree: MakeTree) -> None:
    found = predicted(make_tree({"pyproject.toml": "[project\n", "acme.py": ""}))
    assert found.wheel.files is None
    assert found.metadata.name is None
    assert "name" in {doubt.field for doubt in found.metadata.unknown}


def test_an_in_tree_backend_is_looked_through(make_tree: MakeTree) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["build_tools"]\n' + PROJECT
    tree = make_tree({"pyproject.toml": text, "build_tools/own.py": "", "acme/__init__.py": ""})
    imported = Import(Place("build_tools/own.py", 1), "setuptools", names=("build_meta",))
    found = predicted(tree, sources={"build_tools/own.py": SourceFacts(imports=(imported,))})
    assert found.backend == "own"
    assert found.wheel.complete is False
    assert found.wheel.import_names is None or found.wheel.files is not None
