"""Patterns against a file index, with Python's own `glob` as the oracle."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.backends.globs import glob_dirs, glob_files, path_matcher
from pkg_audit.backends.index import FileIndex, join

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(
    [
        "a.py",
        "b.txt",
        ".hidden",
        "pkg/__init__.py",
        "pkg/a.json",
        "pkg/.dot.json",
        "pkg/data/x.json",
        "pkg/data/deep/y.json",
        "pkg/data/deep/er/z.txt",
        "pkg/.secret/s.json",
        "pkg2/a.json",
        "other/a[1].txt",
    ]
)
INDEX = FileIndex(FILES)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("disk")
    for name in FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


parts = st.sampled_from(
    [
        "*",
        "**",
        "?",
        "a*",
        "*.json",
        "*.txt",
        "pkg*",
        "pkg",
        "data",
        "deep",
        ".*",
        "a.json",
        "[ab]*",
        "[!a]*",
        "a[[]1]*",
    ]
)


@settings(max_examples=400, deadline=None)
@given(pattern=st.lists(parts, min_size=1, max_size=4).map("/".join), base=st.sampled_from(["", "pkg", "pkg/data"]))
def test_glob_files_agrees_with_python(disk: Path, pattern: str, base: str) -> None:
    root = disk / base
    found = glob.glob(pattern, root_dir=root, recursive=True)
    wanted = sorted({join(base, name) for name in found if os.path.isfile(f"{root}/{name}")})
    assert glob_files(INDEX, base, pattern) == wanted


@pytest.mark.parametrize(
    ("base", "pattern", "found"),
    [
        ("", "*", ["a.py", "b.txt"]),
        ("pkg", "../pkg2/*", ["pkg2/a.json"]),
        ("pkg", "../../*", []),
        ("pkg", "./a.json", ["pkg/a.json"]),
        ("pkg", "/a.json", []),
        ("pkg", "data/", []),
        ("", "nowhere/*", []),
    ],
)
def test_glob_files_stays_inside(base: str, pattern: str, found: list[str]) -> None:
    assert glob_files(INDEX, base, pattern) == found


def test_hidden_names_on_request() -> None:
    assert glob_files(INDEX, "pkg", "*.json", hidden=True) == ["pkg/.dot.json", "pkg/a.json"]
    assert "pkg/.secret/s.json" in glob_files(INDEX, "", "pkg/**/*.json", hidden=True)


def test_glob_dirs() -> None:
    assert glob_dirs(INDEX, "pkg*") == ["pkg", "pkg2"]
    assert glob_dirs(INDEX, "pkg/d*/") == ["pkg/data"]
    assert glob_dirs(INDEX, "a.py") == []


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.py", "a.py", True),
        ("*.py", "x/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "x/y/a.py", True),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "y/a.py", False),
        ("x/**", "x/a", True),
        ("x/**", "x", False),
        ("x*/**", "xy/a/b", True),
        ("**/a/**/b", "q/a/c/d/b", True),
        ("**/a/**/b", "q/c/d/b", False),
        ("a[!b]c", "axc", True),
        ("", "a", False),
    ],
)
def test_path_matcher(pattern: str, path: str, matches: bool) -> None:
    assert path_matcher(pattern)(path) is matches


def test_hostile_patterns_take_no_time() -> None:
    many = "/".join(["**"] * 40) + "/" + "*a" * 60 + "b"
    assert not path_matcher(many)("a/" * 200 + "a" * 200)
    assert glob_files(INDEX, "", many) == []
    assert not path_matcher("*" * 5000)("a")


def test_join() -> None:
    assert join("a/", "./b", "../c") == "a/c"
    assert join("..", "x") == "../x"
    assert join("/etc").startswith("..")
    assert join(".") == ""
