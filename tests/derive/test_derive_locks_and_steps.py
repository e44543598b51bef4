from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.layout import unshipped_packages
from pkg_audit.derive.release import lock_gaps, stored_credentials
from pkg_audit.derive.resources import missing_resources
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme"
version = "1"
requires-python = ">=3.10"
"""
MESON = """\
project('acme', 'c')
py = import('python').find_installation(pure: false)
py.install_sources(['acme/__init__.py'], subdir: 'acme')
names = run_command('list').stdout().split()
foreach name : names
  py.extension_module(name, name + '.c', subdir: 'acme/_fast', install: true)
endforeach
"""


@pytest.mark.parametrize(
    ("requirement", "found"),
    [
        ("click", ["click"]),
        ("click; python_version < '3.10'", []),
        ("click; python_version < '3.11'", ["click"]),
        ("click; sys_platform == 'win32'", ["click"]),
    ],
)
def test_what_no_supported_python_needs_is_in_no_lock(make_tree: Make, requirement: str, found: list[str]) -> None:
    lock = '[[package]]\nname = "acme"\nversion = "1"\n'
    text = f'{PROJECT}dependencies = ["{requirement}"]\n'
    tree = make_tree({"pyproject.toml": text, "acme/__init__.py": "", "uv.lock": lock})
    scanned = scan(tree)
    assert [gap.name for gap in lock_gaps(tree, scanned, predict(tree, scanned))] == found


@pytest.mark.parametrize(
    ("action", "count"), [("docker/login-action@v3", 0), ("pypa/gh-action-pypi-publish@release/v1", 1)]
)
def test_a_password_belongs_to_the_action_of_its_step(make_tree: Make, action: str, count: int) -> None:
    workflow = f"""\
jobs:
  release:
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
      - name: Log in
        uses: {action}
        with:
          password: ${{{{ secrets.TOKEN }}}}
"""
    tree = make_tree({"pyproject.toml": PROJECT, ".github/workflows/release.yml": workflow})
    assert len(stored_credentials(tree, scan(tree))) == count


def test_meson_installs_extension_modules_where_no_init_is(make_tree: Make) -> None:
    tree = make_tree(
        {
            "pyproject.toml": PROJECT.replace('"hatchling"', '"meson-python"').replace("hatchling.build", "mesonpy"),
            "meson.build": MESON,
            "acme/__init__.py": "from acme._fast.one import *",
            "acme/_fast/__init__.py": "",
            "acme/_fast/one.c": "",
        }
    )
    scanned = scan(tree)
    assert unshipped_packages(scanned, predict(tree, scanned)) == ()


@pytest.mark.parametrize(("more", "count"), [({}, 1), ({"CMakeLists.txt": "project(acme)\n"}, 0)])
def test_cmake_may_install_a_resource(make_tree: Make, more: dict[str, str | bytes], count: int) -> None:
    code = "from importlib import resources\n\ndef f():\n    return resources.read_text('acme', 'made.txt')\n"
    backend = '"scikit-build-core"' if more else '"hatchling"'
    text = PROJECT.replace('"hatchling"', backend)
    text = text.replace("hatchling.build", "scikit_build_core.build") if more else text
    tree = make_tree({"pyproject.toml": text, "acme/__init__.py": code, **more})
    scanned = scan(tree)
    assert len(missing_resources(scanned, predict(tree, scanned))) == count
