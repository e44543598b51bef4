"""MANIFEST.in is read as distutils' template reader does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place
from pkg_audit.scan.manifest_in import parse_manifest_in, read_manifest_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

TEXT = """\
# comment
include LICENSE README.md  # more
\tgraft  src
recursive-include docs *.rst \\
    # in between
    *.txt
include a\\#b

prune build
exclude x\\
"""


def test_commands_with_comments_and_continuation_lines() -> None:
    found = [(command.action, command.arguments) for command in parse_manifest_in(TEXT, "MANIFEST.in")]
    assert found == [
        ("include", ("LICENSE", "README.md")),
        ("graft", ("src",)),
        ("recursive-include", ("docs", "*.rst", "*.txt")),
        ("include", ("a#b",)),
        ("prune", ("build",)),
        ("exclude", ("x",)),
    ]


def test_places_span_the_command() -> None:
    places = [command.at for command in parse_manifest_in(TEXT, "MANIFEST.in")]
    assert places[0] == Place("MANIFEST.in", 2, 1, 2, 26)
    assert places[1] == Place("MANIFEST.in", 3, 2, 3, 12)
    assert (places[2].line, places[2].end_line) == (4, 6)


def test_no_file_is_none(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    assert read_manifest_in(make_tree({"a.py": ""})) is None
    found = read_manifest_in(make_tree({"MANIFEST.in": b"include \xff\r\ngraft src\r\n"}))
    assert found is not None
    assert [command.action for command in found] == ["include", "graft"]


def test_hostile_text_takes_linear_time() -> None:
    start = time.perf_counter()
    parse_manifest_in("a\\\n" * 200_000, "x")
    parse_manifest_in("\\#" * 300_000, "x")
    assert time.perf_counter() - start < 2
