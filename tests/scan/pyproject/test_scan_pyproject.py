"""The standard tables of pyproject.toml become typed values with places; wrong types become misfits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import Pyproject, TomlDocument
from pkg_audit.facts.setuptools_options import FindPackages
from pkg_audit.scan.pyproject import PROJECT_KEYS, read_pyproject
from pkg_audit.scan.pyproject.groups import read_groups
from pkg_audit.scan.pyproject.project_table import read_project
from pkg_audit.scan.pyproject.reader import TomlReader
from pkg_audit.scan.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.declared import Declared, DependencyGroup
    from pkg_audit.tree import Tree

    Read = Callable[[str | bytes], Pyproject]


@pytest.fixture
def read(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> Read:
    def run(text: str | bytes) -> Pyproject:
        found = read_pyproject(make_tree({"pyproject.toml": text}))
        assert found is not None
        return found

    return run


def reader(text: str) -> TomlReader:
    document = parse_toml(text, "pyproject.toml")
    assert isinstance(document, TomlDocument)
    return TomlReader(document)


def project(text: str) -> Declared:
    declared = read_project(reader(text))
    assert declared is not None
    return declared


def test_no_file_is_none_and_a_broken_one_an_error(
    make_tree: Callable[[dict[str, str | bytes]], Tree], read: Read
) -> None:
    assert read_pyproject(make_tree({"a.py": ""})) is None
    broken = read("[project\n")
    assert broken.error is not None
    assert broken.error.at.line == 1
    assert broken.project is None
    assert read(b"\xff\xfe").error is not None


FULL = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
backend-path = ["."]

[project]
name = "acme"
version = "1.2"
description = "Does things"
readme = "README.md"
requires-python = ">=3.10"
license = "MIT"
license-files = ["LICENSE*"]
authors = [{name = "A", email = "a@example.org"}, {name = "B"}]
maintainers = [{email = "c@example.org"}]
keywords = ["one"]
classifiers = ["Typing :: Typed"]
dependencies = ["click>=8"]
dynamic = ["dependencies"]
import-names = ["acme"]
import-namespaces = ["corp"]
[project.urls]
Homepage = "https://example.org"
[project.optional-dependencies]
dev = ["pytest"]
[project.scripts]
acme = "acme.cli:main"
[project.gui-scripts]
acme-gui = "acme.gui:main"
[project.entry-points."acme.plugins"]
one = "acme.one"
"""


def test_every_key_of_the_project_table_is_read(read: Read) -> None:
    found = read(FULL)
    declared, build = found.project, found.build_system
    assert declared is not None
    assert build is not None
    assert found.misfits == ()
    assert [text.value for text in build.requires or ()] == ["hatchling>=1.27"]
    assert build.backend is not None
    assert build.backend.value == "hatchling.build"
    assert build.backend_path[0].value == "."
    values = (declared.name, declared.version, declared.description, declared.readme, declared.requires_python)
    assert [value.value for value in values if value] == ["acme", "1.2", "Does things", "README.md", ">=3.10"]
    assert declared.license_expression is not None
    assert declared.license_expression.value == "MIT"
    assert declared.entry_points is not None
    assert [(item.group, item.name, item.value) for item in declared.entry_points.value or ()] == [
        ("console_scripts", "acme", "acme.cli:main"),
        ("gui_scripts", "acme-gui", "acme.gui:main"),
        ("acme.plugins", "one", "acme.one"),
    ]
    assert [(person.role, person.name and person.name.value) for person in declared.people] == [
        ("author", "A"),
        ("author", "B"),
        ("maintainer", None),
    ]
    assert declared.other == {}


def test_a_field_may_be_static_and_dynamic_at_once(read: Read) -> None:
    declared = read(FULL).project
    assert declared is not None
    assert declared.dependencies is not None
    assert [text.value for text in declared.dependencies.value or ()] == ["click>=8"]
    assert [text.value for text in declared.dynamic] == ["dependencies"]


def test_entry_points_have_the_places_of_value_and_name() -> None:
    declared = project('[project.scripts]\nacme = "acme.cli:main"\n')
    assert declared.entry_points is not None
    (item,) = declared.entry_points.value or ()
    assert item.at == Place("pyproject.toml", 2, 8, 2, 23)
    assert item.name_at == Place("pyproject.toml", 2, 1, 2, 5)


@pytest.mark.parametrize(
    ("text", "expression", "legacy_text", "file"),
    [
        ('license = "MIT"', "MIT", None, None),
        ('license = {text = "Own"}', None, "Own", None),
        ('license = {file = "LICENSE"}', None, None, "LICENSE"),
    ],
)
def test_the_three_forms_of_a_licence(
    text: str, expression: str | None, legacy_text: str | None, file: str | None
) -> None:
    declared = project("[project]\n" + text)
    found = (declared.license_expression, declared.license_text, declared.license_file)
    assert tuple(value.value if value else None for value in found) == (expression, legacy_text, file)


def test_the_three_forms_of_a_readme() -> None:
    plain = project('[project]\nreadme = "README.md"')
    table = project('[project]\nreadme = {file = "R.txt", content-type = "text/plain"}')
    inline = project('[project.readme]\ntext = "Hello"\ncontent-type = "text/plain"')
    assert plain.readme
    assert plain.readme.value == "README.md"
    assert table.readme
    assert table.readme.value == "R.txt"
    assert table.readme_content_type
    assert table.readme_content_type.value == "text/plain"
    assert inline.readme is None
    assert inline.readme_text
    assert inline.readme_text.value == "Hello"


def test_unknown_keys_are_kept_with_their_places() -> None:
    declared = project('[project]\nname = "a"\nlicence = "MIT"\n')
    assert declared.other == {"licence": Place("pyproject.toml", 3, 1, 3, 8)}
    assert "licence" not in PROJECT_KEYS


def test_values_of_wrong_types_are_misfits_and_count_as_absent(read: Read) -> None:
    found = read(
        '[project]\nname = 1\nversion = 2.0\ndependencies = ["a", 3]\nauthors = ["me"]\nurls = []\nreadme = 1\n'
    )
    assert found.project is not None
    assert found.project.name is None
    assert {misfit.key for misfit in found.misfits} == {
        "project.name",
        "project.version",
        "project.dependencies[1]",
        "project.authors[0]",
        "project.urls",
        "project.readme",
    }
    messages = {misfit.key: misfit.message for misfit in found.misfits}
    assert messages["project.version"] == "expected a string, found a float"
    assert found.project.dependencies is not None
    assert [text.value for text in found.project.dependencies.value or ()] == ["a"]


JUNK: st.SearchStrategy[object] = st.recursive(
    st.one_of(st.text(max_size=3), st.integers(), st.booleans(), st.just({}), st.just([])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["file", "name", "text", "find", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(
    st.sampled_from(["project", "build-system", "dependency-groups", "tool"]),
    st.dictionaries(
        st.sampled_from([*PROJECT_KEYS, "requires", "build-backend", "setuptools", "poetry", "flit", "test"]),
        st.one_of(
            JUNK,
            st.dictionaries(
                st.sampled_from(
                    ["packages", "dependencies", "scripts", "plugins", "extras", "metadata", "group", "ext-modules"]
                ),
                JUNK,
                max_size=3,
            ),
        ),
        max_size=6,
    ),
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(TABLES)
def test_no_combination_of_types_raises(data: dict[str, object]) -> None:
    from pkg_audit.scan.pyproject.flit import read_flit
    from pkg_audit.scan.pyproject.poetry import read_poetry, read_poetry_groups
    from pkg_audit.scan.pyproject.setuptools_table import read_setuptools

    document = TomlDocument("pyproject.toml", data, {(): Place("pyproject.toml")}, {})
    for probe in (read_project, read_groups, read_setuptools, read_poetry, read_poetry_groups, read_flit):
        probe(TomlReader(document))


def groups(text: str) -> dict[str, DependencyGroup]:
    return {group.name: group for group in read_groups(reader(text))}


def names(group: DependencyGroup) -> list[str]:
    return [text.value for text in group.requirements]


def test_included_groups_are_united_by_their_normalised_names() -> None:
    found = groups(
        '[dependency-groups]\nTest_It = ["pytest"]\nlint = ["ruff"]\n'
        'dev = [{include-group = "test-it"}, "x", {include-group = "lint"}, {include-group = "Test.It"}]\n'
    )
    assert names(found["dev"]) == ["pytest", "x", "ruff"]
    assert found["dev"].problem == ""


@pytest.mark.parametrize(
    ("text", "problem", "detail"),
    [
        ('a = [{include-group = "b"}]\nb = ["x", {include-group = "a"}]', "cycle", "a -> b -> a"),
        ('a = [{include-group = "a"}]', "cycle", "a -> a"),
        ('a = [{include-group = "none"}]', "unknown-group", "none"),
        ("a = []\nA = []", "duplicate-name", "a"),
        ('a = [{include = "b"}]', "invalid-item", "a table here must have the one key include-group, a string"),
    ],
)
def test_a_group_that_cannot_be_resolved_says_why(text: str, problem: str, detail: str) -> None:
    found = groups("[dependency-groups]\n" + text)
    blamed = [group for group in found.values() if group.problem]
    assert [(group.problem, group.problem_detail) for group in blamed] == [(problem, detail)]
    assert blamed[0].unknown is not None
    assert blamed[0].problem_at.line is not None


def test_groups_that_include_each_other_twice_at_each_level_stay_small() -> None:
    lines = [
        'g0 = ["x"]',
        *(f'g{n} = [{{include-group = "g{n - 1}"}}, {{include-group = "g{n - 1}"}}]' for n in range(1, 2_000)),
    ]
    found = groups("[dependency-groups]\n" + "\n".join(lines))
    assert names(found["g1999"]) == ["x"]


def test_setuptools_packages_as_names_and_as_a_search(read: Read) -> None:
    plain = read('[tool.setuptools]\npackages = ["a", "a.b"]\n').setuptools
    search = read('[tool.setuptools.packages.find]\nwhere = ["src"]\nexclude = ["t*"]\nnamespaces = false\n').setuptools
    assert plain
    assert plain.packages
    assert plain.packages.value == ("a", "a.b")
    assert search
    assert search.packages
    assert search.packages.value == (FindPackages(("src",), ("*",), ("t*",), namespaces=False),)
    default = read("[tool.setuptools.packages]\nfind = {}\n").setuptools
    assert default
    assert default.packages
    assert default.packages.value == (FindPackages(namespaces=True),)


def test_the_other_setuptools_options(read: Read) -> None:
    found = read(
        '[tool.setuptools]\npy-modules = ["m"]\ninclude-package-data = false\nzip-safe = false\n'
        '[tool.setuptools.package-dir]\n"" = "src"\n[tool.setuptools.package-data]\n"*" = ["*.txt"]\n'
        '[tool.setuptools.data-files]\n"share/x" = ["x.txt"]\n'
        '[[tool.setuptools.ext-modules]]\nname = "a._c"\nsources = ["a/_c.c", "a/d.cpp"]\noptional = true\n'
    ).setuptools
    assert found
    assert found.py_modules
    assert found.py_modules.value == ("m",)
    assert found.include_package_data
    assert found.include_package_data.value is False
    assert found.package_dir
    assert found.package_dir.value == {"": "src"}
    assert found.package_data
    assert found.package_data.value == {"*": ("*.txt",)}
    assert found.data_files
    assert found.data_files.value == (("share/x", ("x.txt",)),)
    assert found.ext_modules
    (extension,) = found.ext_modules.value or ()
    assert (extension.name, extension.language, extension.optional) == ("a._c", "c++", "yes")
    assert "zip-safe" in found.setup_keywords


def test_legacy_flit_metadata(read: Read) -> None:
    found = read(
        '[tool.flit.metadata]\nmodule = "acme"\nauthor = "A"\nrequires = ["click"]\nrequires-python = ">=3.6"\n'
        'description-file = "README.md"\n[tool.flit.metadata.requires-extra]\ntest = ["pytest"]\n'
        '[tool.flit.scripts]\nacme = "acme:main"\n'
    ).flit
    assert found
    assert found.name
    assert found.name.value == "acme"
    assert found.version
    assert found.version.unknown
    assert found.entry_points
    assert [item.value for item in found.entry_points.value or ()] == ["acme:main"]
    assert found.optional_dependencies
    assert list(found.optional_dependencies.value or ()) == ["test"]
