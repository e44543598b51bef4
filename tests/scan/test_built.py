"""Metadata of built archives is read without a mail parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from pkg_audit.scan.built import read_built, read_headers, split_extra

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

Source = Literal["sdist", "wheel"]

METADATA = """\
Metadata-Version: 2.4
Name: acme
Version: 1.0
Summary: Does things
Author-email: "A B" <a@example.org>, c@example.org
License-Expression: MIT
License-File: LICENSE
Classifier: Typing :: Typed
Requires-Python: >=3.10
Requires-Dist: click>=8
Requires-Dist: pytest; extra == "test"
Requires-Dist: colorama; (sys_platform == "win32") and extra == 'test'
Provides-Extra: test
Provides-Extra: empty
Project-URL: Docs, https://example.org/docs
Description-Content-Type: text/markdown
Dynamic: classifier

Name: not a header
"""


@pytest.fixture
def archive(
    make_tree: Callable[[dict[str, str | bytes]], Tree],
) -> Callable[[Source, dict[str, str | bytes]], Tree]:
    def make(source: Source, files: dict[str, str | bytes]) -> Tree:
        tree = make_tree(files)
        tree.source = source
        return tree

    return make


def test_a_wheel(archive: Callable[[Source, dict[str, str | bytes]], Tree]) -> None:
    tree = archive(
        "wheel",
        {
            "acme-1.0.dist-info/METADATA": METADATA,
            "acme-1.0.dist-info/entry_points.txt": "[console_scripts]\nacme = acme.cli:main\n",
        },
    )
    found = read_built(tree)
    assert found is not None
    assert (found.source, found.name and found.name.value) == ("wheel", "acme")
    assert found.dependencies
    assert [text.value for text in found.dependencies.value or ()] == ["click>=8"]
    assert found.optional_dependencies
    extras = {name: [text.value for text in items] for name, items in (found.optional_dependencies.value or {}).items()}
    assert extras == {"test": ["pytest", 'colorama ; (sys_platform == "win32")'], "empty": []}
    assert found.entry_points
    assert [item.value for item in found.entry_points.value or ()] == ["acme.cli:main"]
    assert [person.email and person.email.value for person in found.people] == ["a@example.org", "c@example.org"]
    assert found.requires_python
    assert found.requires_python.at.line == 9


def test_what_an_sdist_calls_dynamic_is_unknown(archive: Callable[[Source, dict[str, str | bytes]], Tree]) -> None:
    found = read_built(archive("sdist", {"PKG-INFO": METADATA}))
    assert found is not None
    assert found.classifiers
    assert found.classifiers.unknown
    assert found.requires_python
    assert found.requires_python.value == ">=3.10"


def test_old_sdist_metadata_is_good_for_name_and_version_only(
    archive: Callable[[Source, dict[str, str | bytes]], Tree],
) -> None:
    found = read_built(archive("sdist", {"PKG-INFO": METADATA.replace("2.4", "2.1")}))
    assert found is not None
    assert found.version
    assert found.version.value == "1.0"
    assert found.dependencies
    assert found.dependencies.unknown
    assert found.dependencies.unknown.reason == "needs-build"


def test_a_directory_has_no_built_metadata(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    assert read_built(make_tree({"PKG-INFO": METADATA})) is None


@pytest.mark.parametrize(
    ("requirement", "split"),
    [
        ("a", ("a", ())),
        ("a; python_version < '3'", ("a; python_version < '3'", ())),
        ("a ; extra == 'x'", ("a", ("x",))),
        ("a (>1) ; (b or c) and extra == 'x'", ("a (>1) ; (b or c)", ("x",))),
        ("a ; extra == 'x' and os_name == 'nt'", ("a ; os_name == 'nt'", ("x",))),
        ("a ; extra == 'x' or extra == 'y'", ("a ; extra == 'x' or extra == 'y'", ("x", "y"))),
    ],
)
def test_extras_are_split_off(requirement: str, split: tuple[str, tuple[str, ...]]) -> None:
    assert split_extra(requirement) == split


def test_headers_of_any_text() -> None:
    assert read_headers("", "x") == {}
    assert read_headers(" leading\nno colon\n: empty\nA: 1\r\n  2\nb:\n\nC: 3", "x").keys() == {"", "a", "b"}
    assert read_headers("A: 1\n 2\n\t3\n", "x")["a"][0].value == "1\n2\n3"
