"""Test which tags are predicted, with the place that decides, and where nothing is said."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.facts.place import Place
from pkg_audit.scan import scan
from pkg_audit.scan.native.get_tag import read_get_tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import Wheel
    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.9"\n'
CYTHON = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('acme._x', ['x.c'])])\n"


def wheel_of(make_tree: MakeTree, files: dict[str, str]) -> Wheel:
    tree = make_tree({"acme/__init__.py": "", "x.c": "", **files})
    return predict(tree, scan(tree)).wheel


def system(requires: str, backend: str) -> str:
    return f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n'


def tags(wheel: Wheel) -> list[str] | None:
    return None if wheel.tags is None else [str(tag) for tag in wheel.tags]


def decided_at(wheel: Wheel) -> tuple[str | None, int | None]:
    assert wheel.tags
    at = wheel.tags[0].reasons[-1].at
    return at.path, at.line


@pytest.mark.parametrize(
    ("requires", "backend", "python", "expected"),
    [
        ("hatchling", "hatchling.build", ">=3.9", "py3-none-any"),
        ("hatchling", "hatchling.build", "", "py2.py3-none-any"),
        ("hatchling", "hatchling.build", ">=2.7", "py2.py3-none-any"),
        ("flit_core", "flit_core.buildapi", ">=3", "py3-none-any"),
        ("flit_core", "flit_core.buildapi", "", "py2.py3-none-any"),
        ("pdm-backend", "pdm.backend", "", "py2.py3-none-any"),
        ("pdm-pep517", "pdm.pep517.api", "", "py3-none-any"),
        ("poetry-core", "poetry.core.masonry.api", ">=2.7", "py2.py3-none-any"),
        ("uv_build", "uv_build", "", "py3-none-any"),
        ("setuptools", "setuptools.build_meta", "", "py3-none-any"),
    ],
)
def test_a_pure_wheel_is_tagged_as_its_backend_reads_requires_python(
    make_tree: MakeTree, requires: str, backend: str, python: str, expected: str
) -> None:
    project = '[project]\nname = "acme"\nversion = "1"\n' + (f'requires-python = "{python}"\n' if python else "")
    assert tags(wheel_of(make_tree, {"pyproject.toml": system(requires, backend) + project})) == [expected]


def test_the_universal_option_is_named_with_its_line(make_tree: MakeTree) -> None:
    cfg = "[metadata]\nname = acme\nversion = 1\n[bdist_wheel]\nuniversal = 1\n"
    wheel = wheel_of(make_tree, {"setup.cfg": cfg})
    assert tags(wheel) == ["py2.py3-none-any"]
    assert decided_at(wheel) == ("setup.cfg", 5)


def test_a_computed_option_leaves_the_tag_unknown(make_tree: MakeTree) -> None:
    script = (
        "import platform\nfrom setuptools import setup\n"
        "setup(name='acme', version='1', options={'bdist_wheel': {'python_tag': platform.node()}})\n"
    )
    wheel = wheel_of(make_tree, {"setup.py": script})
    assert wheel.kind == "pure"
    assert tags(wheel) is None
    assert [item.unknown.at.path for item in wheel.unknown if item.field == "tags"] == ["setup.py"]


def test_a_tag_made_from_the_interpreter_is_no_literal(make_tree: MakeTree) -> None:
    script = (
        "import sys\nfrom setuptools import setup\n"
        "setup(name='acme', version='1', options={'bdist_wheel': {'python_tag': 'cp3%d' % sys.version_info[1]}})\n"
    )
    assert tags(wheel_of(make_tree, {"setup.py": script})) is None


def test_a_setup_script_for_python_2_says_nothing(make_tree: MakeTree) -> None:
    script = "from setuptools import setup\nprint 'x'\nsetup(name='acme')\n"
    assert tags(wheel_of(make_tree, {"setup.py": script})) is None


def test_extension_modules_are_built_for_each_interpreter(make_tree: MakeTree) -> None:
    wheel = wheel_of(make_tree, {"pyproject.toml": SETUPTOOLS + PROJECT, "setup.py": CYTHON})
    assert tags(wheel) == ["cp3*-cp3*-<platform>"]
    assert decided_at(wheel) == ("setup.py", 2)
    assert wheel.abi3_floor is None


def test_the_stable_abi_starts_where_the_option_says(make_tree: MakeTree) -> None:
    options = '[tool.distutils.bdist_wheel]\npy-limited-api = "cp310"\n'
    script = CYTHON.replace("['x.c']", "['x.c'], py_limited_api=True")
    wheel = wheel_of(make_tree, {"pyproject.toml": SETUPTOOLS + PROJECT + options, "setup.py": script})
    assert tags(wheel) == ["cp310-abi3-<platform>"]
    assert wheel.abi3_floor is not None
    assert (wheel.abi3_floor.value, wheel.abi3_floor.at.path, wheel.abi3_floor.at.line) == ("3.10", "pyproject.toml", 9)


def test_a_variable_that_asks_for_the_stable_abi_gives_two_wheels(make_tree: MakeTree) -> None:
    script = (
        "import os\nfrom setuptools import Extension, setup\n"
        "limited = 'USE_LIMITED' in os.environ\n"
        "options = {'bdist_wheel': {'py_limited_api': 'cp311'}} if limited else {}\n"
        "setup(name='acme', version='1', options=options,\n"
        "      ext_modules=[Extension('acme._x', ['x.c'], py_limited_api=limited)])\n"
    )
    wheel = wheel_of(make_tree, {"setup.py": script})
    assert tags(wheel) == ["cp311-abi3-<platform>", "cp3*-cp3*-<platform>"]


@pytest.mark.parametrize(
    ("features", "expected", "floor"),
    [
        ('["abi3-py39"]', ["cp39-abi3-<platform>"], "3.9"),
        ('["abi3"]', ["cp3*-abi3-<platform>"], None),
        ('["abi3-py310", "abi3t-py315"]', ["cp310-abi3-<platform>", "cp315-abi3.abi3t-<platform>"], "3.10"),
        ('["abi3t-py315"]', ["cp315-abi3.abi3t-<platform>", "cp3*-cp3*-<platform>"], None),
        ('["extension-module"]', ["cp3*-cp3*-<platform>"], None),
    ],
)
def test_maturin_takes_the_floor_from_the_features(
    make_tree: MakeTree, features: str, expected: list[str], floor: str | None
) -> None:
    cargo = '[package]\nname = "acme"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\n'
    cargo += f'pyo3 = {{version = "0.29", features = {features}}}\n'
    wheel = wheel_of(
        make_tree, {"pyproject.toml": system("maturin", "maturin") + PROJECT, "Cargo.toml": cargo, "src/lib.rs": ""}
    )
    assert tags(wheel) == expected
    assert (wheel.abi3_floor.value if wheel.abi3_floor else None) == floor


def test_a_program_linked_with_python_is_built_for_each_interpreter(make_tree: MakeTree) -> None:
    cargo = '[package]\nname = "acme"\n[dependencies]\npyo3 = {version = "0.29", features = ["auto-initialize"]}\n'
    wheel = wheel_of(
        make_tree,
        {
            "pyproject.toml": system("maturin", "maturin") + PROJECT,
            "Cargo.toml": cargo,
            "src/main.rs": "fn main() {}\n",
        },
    )
    assert (wheel.kind, tags(wheel)) == ("native", ["cp3*-cp3*-<platform>"])


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("cp312", ["cp312-abi3-<platform>"]),
        ("py3", ["py3-none-<platform>"]),
        ("py2.py3", ["py2.py3-none-<platform>"]),
        ("", ["cp3*-cp3*-<platform>"]),
    ],
)
def test_scikit_build_core_goes_by_py_api(make_tree: MakeTree, api: str, expected: list[str]) -> None:
    options = f'[tool.scikit-build]\nwheel.py-api = "{api}"\n'
    pyproject = system("scikit-build-core", "scikit_build_core.build") + PROJECT + options
    cmake = (
        "project(acme)\nfind_package(Python COMPONENTS Development.Module)\nPython_add_library(_x MODULE x.c)\n"
        "install(TARGETS _x DESTINATION acme)\n"
    )
    assert tags(wheel_of(make_tree, {"pyproject.toml": pyproject, "CMakeLists.txt": cmake})) == expected


def test_meson_python_takes_the_interpreter_that_builds_for_the_floor(make_tree: MakeTree) -> None:
    pyproject = system("meson-python", "mesonpy") + PROJECT + "[tool.meson-python]\nlimited-api = true\n"
    meson = (
        "project('acme', 'c')\npy = import('python').find_installation(pure: false)\n"
        "py.extension_module('_x', 'x.c', install: true, subdir: 'acme', limited_api: '3.9')\n"
    )
    wheel = wheel_of(make_tree, {"pyproject.toml": pyproject, "meson.build": meson})
    assert tags(wheel) == ["cp3*-abi3-<platform>"]
    assert decided_at(wheel) == ("pyproject.toml", 9)


def test_an_unknown_kind_has_unknown_tags(make_tree: MakeTree) -> None:
    wheel = wheel_of(make_tree, {"pyproject.toml": system("nobody-knows", "nobody_knows.api") + PROJECT})
    assert tags(wheel) is None
    assert "tags" in {item.field for item in wheel.unknown}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a, b, c = super().get_tag()\n    return 'py3', 'none', c", ("py3", "none", "")),
        ("a, b, c = super().get_tag()\n    if a.startswith('cp'):\n        return 'cp39', 'abi3', c\n    return 1",
         ("cp39", "abi3", "")),
        ("return ('py3', 'none') + super().get_tag()[2:]", ("py3", "none", "")),
        ("tag = base.get_tag(self)\n    return ('py3', 'none', *tag[2:])", ("py3", "none", "")),
        ("tag = list(super().get_tag())\n    return 'py3', 'none', tag[2]", ("py3", "none", None)),
        ("a, b, c = super().get_tag()\n    if self.x:\n        c = 'win32'\n    return 'py3', b, c", ("py3", "", None)),
        ("a, b, c = super().get_tag()\n    if self.root_is_pure:\n        return a, b, 'any'\n    return a, b, c",
         ("", "", "")),
        ("return self.a, self.b", (None, None, None)),
        ("return super().get_tag()", ("", "", "")),
        ("while 1:\n        pass", (None, None, None)),
        ("pass", (None, None, None)),
        ("tag = super().get_tag()\n    return tag[1], tag[0], tag[9]", (None, None, None)),
    ],
)  # fmt: skip
def test_a_method_of_the_project_is_followed(body: str, expected: tuple[str | None, ...]) -> None:
    node = ast.parse(f"def get_tag(self):\n    {body}\n").body[0]
    assert isinstance(node, ast.FunctionDef)
    found = read_get_tag(node, Place("setup.py", 1))
    assert (found.python, found.abi, found.platform) == expected
