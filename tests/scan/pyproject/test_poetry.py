"""[tool.poetry] is read as what poetry-core writes into metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg_audit.facts.scanned import TomlDocument
from pkg_audit.scan.pyproject.poetry import read_poetry, read_poetry_groups
from pkg_audit.scan.pyproject.poetry_constraints import python_marker, requires_python, specifier_text
from pkg_audit.scan.pyproject.reader import TomlReader
from pkg_audit.scan.toml import parse_toml

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Declared


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("*", ""),
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^2.28", ">=2.28,<3.0"),
        ("^2", ">=2,<3"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3.0"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4.5", ">=1.4.5,<1.5.0"),
        ("1.2.*", "==1.2.*"),
        ("==1.*", "==1.*"),
        ("1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        (">= 3.3.0, < 6.0.0", ">=3.3.0,<6.0.0"),
        (">=1 <2", ">=1,<2"),
        (">=1,!=1.5,<2", ">=1,!=1.5,<2"),
        ("^1.0 || ^2.0", ">=1.0,<3.0"),
        (">=1|>=2", ">=1"),
        ("^1.0 || ^3.0", ">=1.0,<2.0 || >=3.0,<4.0"),
    ],
)
def test_constraints_as_specifiers(constraint: str, specifier: str) -> None:
    assert specifier_text(constraint) == specifier


@pytest.mark.parametrize("constraint", ["", "abc", "^", "1.x.2", ">=1,,,oops", "^1.0 ||", "9" * 5_000])
def test_what_does_not_parse_is_none(constraint: str) -> None:
    assert specifier_text(constraint) is None


@pytest.mark.parametrize(
    ("constraint", "requirement"),
    [
        ("^3.8", ">=3.8,<4.0"),
        ("*", ""),
        ("3.9", ">=3.9,<3.10"),
        ("3", ">=3.0,<4.0"),
        ("3.9.1", "==3.9.1"),
        ("~2.7 || ^3.5", ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*"),
    ],
)
def test_the_python_constraint(constraint: str, requirement: str) -> None:
    assert requires_python(constraint) == requirement


@pytest.mark.parametrize(
    ("constraint", "marker"),
    [
        ("<3.8", 'python_version < "3.8"'),
        (">=3.10,<3.14", 'python_version >= "3.10" and python_version < "3.14"'),
        ("^3.8.1", 'python_full_version >= "3.8.1" and python_full_version < "4.0.0"'),
        (">3.8", 'python_full_version > "3.8.0"'),
        ("*", ""),
        ("~2.7 || >=3.6", '(python_version >= "2.7" and python_version < "2.8") or (python_version >= "3.6")'),
    ],
)
def test_python_of_a_dependency_as_a_marker(constraint: str, marker: str) -> None:
    assert python_marker(constraint) == marker


@given(st.text(alphabet="^~=<>!|,.*x v0123a-+", max_size=20))
def test_no_constraint_raises(text: str) -> None:
    for translate in (specifier_text, requires_python, python_marker):
        assert isinstance(translate(text), str | None)


def poetry(text: str) -> Declared:
    document = parse_toml(text, "pyproject.toml")
    assert isinstance(document, TomlDocument)
    declared = read_poetry(TomlReader(document))
    assert declared is not None
    return declared


def required(text: str) -> list[str]:
    found = poetry("[tool.poetry.dependencies]\n" + text).dependencies
    assert found is not None
    return [item.value for item in found.value or ()]


@pytest.mark.parametrize(
    ("line", "requirements"),
    [
        ('python = "^3.8"\nclick = "^8.1"', ["click (>=8.1,<9.0)"]),
        ('click = "*"', ["click"]),
        ('requests = {version = "^2", extras = ["socks", "a"]}', ["requests[a,socks] (>=2,<3)"]),
        (
            'x = {version = "1.0", python = "<3.8", platform = "win32", markers = "os_name == \'nt\'"}',
            ['x (==1.0) ; (os_name == \'nt\') and (python_version < "3.8") and (sys_platform == "win32")'],
        ),
        (
            'x = [{version = "^1", python = "<3.8"}, {version = "^2", python = ">=3.8"}]',
            ['x (>=1,<2) ; python_version < "3.8"', 'x (>=2,<3) ; python_version >= "3.8"'],
        ),
        ('x = {git = "https://example.org/x.git", tag = "v1"}', ["x @ git+https://example.org/x.git@v1"]),
        ('x = {git = "git@example.org:a/x.git"}', ["x @ git+ssh://git@example.org/a/x.git"]),
        ('x = {path = "../x", develop = true}', ["x @ file:../x"]),
        ('x = {url = "https://example.org/x.whl"}', ["x @ https://example.org/x.whl"]),
        ('x = "not a version"', ["x (not a version)"]),
    ],
)
def test_dependencies_as_requirements(line: str, requirements: list[str]) -> None:
    assert required(line) == requirements


def test_a_dependency_of_an_extra_is_not_required_and_an_unnamed_optional_one_is_not_written() -> None:
    declared = poetry(
        '[tool.poetry.dependencies]\na = "1"\nb = {version = "2", optional = true}\nC_c = "3"\n'
        'd = {version = "4", optional = true}\n[tool.poetry.extras]\nall = ["b", "c-c"]\nnone = []\n'
    )
    assert declared.dependencies
    assert [item.value for item in declared.dependencies.value or ()] == ["a (==1)"]
    assert declared.optional_dependencies
    extras = {
        name: [item.value for item in items] for name, items in (declared.optional_dependencies.value or {}).items()
    }
    assert extras == {"all": ["b (==2)", "C_c (==3)"], "none": []}


def test_scripts_and_plugins_are_entry_points_and_file_scripts_are_not() -> None:
    declared = poetry(
        '[tool.poetry.scripts]\na = "m:f"\nb = {reference = "m:g", type = "console"}\n'
        'c = {reference = "bin/c", type = "file"}\n[tool.poetry.plugins."x.y"]\np = "m:h"\n'
    )
    assert declared.entry_points
    found = [(item.group, item.name, item.value, item.at.line) for item in declared.entry_points.value or ()]
    assert found == [
        ("console_scripts", "a", "m:f", 2),
        ("console_scripts", "b", "m:g", 3),
        ("x.y", "p", "m:h", 6),
    ]


def test_people_urls_and_readmes() -> None:
    declared = poetry(
        '[tool.poetry]\nname = "x"\nauthors = ["A B <a@example.org>", "C"]\nhomepage = "https://h"\n'
        'readme = ["README.rst", "HISTORY.rst"]\n[tool.poetry.urls]\nDocs = "https://d"\n'
    )
    assert [(person.name and person.name.value, person.email and person.email.value) for person in declared.people] == [
        ("A B", "a@example.org"),
        ("C", None),
    ]
    assert declared.urls
    assert {label: text.value for label, text in (declared.urls.value or {}).items()} == {
        "Homepage": "https://h",
        "Docs": "https://d",
    }
    assert [text.value for text in declared.readme_files] == ["README.rst", "HISTORY.rst"]


def test_groups_are_translated_too() -> None:
    document = parse_toml(
        '[tool.poetry.group.test.dependencies]\npytest = "^7"\n[tool.poetry.dev-dependencies]\nruff = "*"\n', "p"
    )
    assert isinstance(document, TomlDocument)
    found = read_poetry_groups(TomlReader(document))
    assert [(group.name, group.source, [text.value for text in group.requirements]) for group in found] == [
        ("test", "poetry", ["pytest (>=7,<8)"]),
        ("dev", "poetry", ["ruff"]),
    ]
