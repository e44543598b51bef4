"""Patterns of the audited project: matched as their tools do, and never at any price."""

from __future__ import annotations

import time

import pytest

from pkg_audit.backends.index import FileIndex
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.searching import search_group
from pkg_audit.scan.ignore_spec import IgnoreSpec

INDEX = FileIndex(["a/b.py", "a/.h/c.py", "a/d/e.txt", "f.txt"])


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.log"], "a/x.log", True),
        (["*.log", "!keep.log"], "a/keep.log", False),
        (["/build"], "a/build/x", False),
        (["build/"], "a/build/x", True),
        (["# no", ""], "# no", False),
        (["a/**/c"], "a/c", True),
        (["[!a]*.txt"], "b.txt", True),
    ],
)
def test_the_last_matching_pattern_decides(lines: list[str], path: str, expected: bool) -> None:
    spec = IgnoreSpec(lines)
    assert spec.match(path) is expected
    assert not spec.incomplete


@pytest.mark.parametrize("line", ["*a*a*a*a*b", "**/a/**/b/**/c/**/d", "x" * 2_000, "!"])
def test_a_pattern_that_could_stall_or_is_not_valid_is_left_out(line: str) -> None:
    spec = IgnoreSpec([line, "*.txt"])
    assert spec.incomplete
    assert spec.match("a.txt")


def test_matching_stops_when_names_are_made_to_cost() -> None:
    spec = IgnoreSpec(["*a*a*b"] * 200)
    start = time.process_time()
    for number in range(200):
        spec.match("a" * 250 + str(number))
    assert spec.incomplete
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("pattern", "files", "dirs"),
    [
        ("a/*", ("a/b.py",), ("a/.h", "a/d")),
        ("a/**", (), ("a", "a/.h", "a/d")),
        ("**/*.py", ("a/.h/c.py", "a/b.py"), ()),
        ("a/", (), ("a",)),
        ("f.txt/", (), ()),
        (".", (), ("",)),
        ("/a", (), ()),
        ("../a", (), ()),
        ("", (), ()),
    ],
)
def test_path_patterns_match_as_pathlib_does(pattern: str, files: tuple[str, ...], dirs: tuple[str, ...]) -> None:
    found = path_glob(INDEX, "", pattern)
    assert (found.files, found.dirs) == (files, dirs)


@pytest.mark.parametrize(
    ("pattern", "group", "expected"),
    [
        ("v = '(?P<version>.+?)'", "version", (5, 8)),
        ("v = '(.+?)'", 1, (5, 8)),
        ("v = '(.+?)'", "version", None),
        ("v = '(.+?)'", 2, None),
        ("(unclosed", 0, None),
        (r"(.)\1", 1, None),
        ("w", 0, None),
    ],
)
def test_a_group_is_found_or_not(pattern: str, group: str | int, expected: tuple[int, int] | None) -> None:
    assert search_group(pattern, "v = '1.2'\n", group) == expected


def test_a_pattern_that_runs_away_finds_nothing() -> None:
    start = time.process_time()
    assert search_group("^(a+)+$", "a" * 20_000 + "b", 1) is None
    assert time.process_time() - start < 10
