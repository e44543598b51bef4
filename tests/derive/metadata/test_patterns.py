"""Test which file patterns, markers and build requirements are taken for slips, and which are let alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.audit import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.10"\n'


def _kinds(make_tree: MakeTree, pyproject: str, **files: str) -> list[tuple[str, str]]:
    tree = make_tree({"pyproject.toml": pyproject, "src/acme/__init__.py": "", **files})
    return [(fault.kind, fault.near) for fault in facts_of(tree).build_faults]


@pytest.mark.parametrize(
    ("pattern", "path", "told"),
    [
        ("data/*.jsn", "data/words.json", True),
        ("date/*.json", "data/words.json", True),
        ("words.text", "words.txt", True),
        ("data/*.json", "data/words.json", False),
        ("lib/*.so", "lib/words.sh", False),
        ("css/*.css", "js/words.js", False),
        ("words2.txt", "words1.txt", False),
        ("generated.txt", "words.json", False),
        ("words-test.txt", "words-dev.txt", False),
        ("words-tset.txt", "words-test.txt", True),
    ],
)
def test_a_pattern_is_a_slip_only_beside_a_like_named_file(
    make_tree: MakeTree, pattern: str, path: str, *, told: bool
) -> None:
    table = f'[tool.setuptools.package-data]\nacme = ["{pattern}"]\n'
    found = _kinds(make_tree, SETUPTOOLS + PROJECT + table, **{f"src/acme/{path}": "x"})
    assert found == ([("pattern-unmatched", f"src/acme/{path}")] if told else [])


@pytest.mark.parametrize("pattern", ["[", "[]", "*" * 200, "a/" * 200, "{a,b}", "\\", "", "/", "**", "../x"])
def test_odd_patterns_do_no_harm(make_tree: MakeTree, pattern: str) -> None:
    table = f"[tool.setuptools.package-data]\nacme = ['{pattern}']\n"
    assert _kinds(make_tree, SETUPTOOLS + PROJECT + table, **{"src/acme/words.txt": "x"}) == []


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("setuptools<61", True),
        ("setuptools==60.*", True),
        ("setuptools~=60.2", True),
        ("setuptools>=40,<=60.9", True),
        ("setuptools", False),
        ("setuptools>=60", False),
        ("setuptools<62", False),
        ("setuptools==61.2", False),
        ("setuptools~=61.2", False),
        ("setuptools<60; python_version < '3.7'", False),
        ("setuptools!=61.0", False),
    ],
)
def test_a_backend_is_too_old_only_where_no_release_reads_the_table(
    make_tree: MakeTree, requirement: str, *, told: bool
) -> None:
    found = _kinds(make_tree, SETUPTOOLS.replace("setuptools", requirement, 1) + PROJECT)
    assert ("backend-too-old" in [kind for kind, _ in found]) == told


@pytest.mark.parametrize(("name", "told"), [("wrods.py", True), ("words.py", False), ("_version.py", False)])
def test_meson_stops_at_a_file_that_is_not_there(make_tree: MakeTree, name: str, *, told: bool) -> None:
    meson = f"project('acme', 'c')\npy = import('python').find_installation()\npy.install_sources('{name}')\n"
    pyproject = '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n' + PROJECT
    tree = make_tree({"pyproject.toml": pyproject, "meson.build": meson, "words.py": ""})
    faults = [(fault.kind, fault.value, fault.at.line) for fault in facts_of(tree).build_faults]
    assert faults == ([("listed-file-missing", name, 3)] if told else [])


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("sys_platform == 'windows'", "marker-misspelt"),
        ("platform_system == 'win32'", "marker-misspelt"),
        ("os_name == 'windows' and python_version >= '3.10'", "marker-misspelt"),
        ("python_version < '3.10'", "marker-past"),
        ("python_full_version < '3.10.0'", "marker-past"),
        ("python_full_version < '3.10.1'", ""),
        ("python_version <= '3.10'", ""),
        ("python_version >= '3.19'", ""),
        ("sys_platform == 'win32'", ""),
        ("sys_platform == 'openbsd7'", ""),
        ("sys_platform == 'windows' or os_name == 'nt'", ""),
        ("sys_platform in 'linux,darwin'", ""),
        ("platform_machine == 'riscv64' and python_version < '3.12'", ""),
        ("platform_python_implementation != 'PyPy'", ""),
        ("sys_platform != 'windows'", ""),
    ],
)
def test_a_marker_is_dead_only_where_nothing_can_fulfil_it(make_tree: MakeTree, marker: str, kind: str) -> None:
    pyproject = SETUPTOOLS + PROJECT + f'dependencies = ["colorama; {marker}"]\n'
    tree = make_tree({"pyproject.toml": pyproject, "src/acme/__init__.py": ""})
    assert [fault.kind for fault in facts_of(tree).requirement_faults] == ([kind] if kind else [])
