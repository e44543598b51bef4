"""setup.cfg is read as setuptools reads it, with the place of every option."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.facts.place import Place
from pkg_audit.facts.setuptools_options import FindPackages
from pkg_audit.scan.attr import resolve_attr
from pkg_audit.scan.ini import parse_ini
from pkg_audit.scan.setup_cfg import read_setup_cfg

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.scanned import SetupCfg
    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]


def read(make_tree: Make, text: str | bytes, more: dict[str, str | bytes] | None = None) -> SetupCfg:
    found = read_setup_cfg(make_tree({"setup.cfg": text, **(more or {})}))
    assert found is not None
    return found


FULL = """\
[metadata]
name = acme
version = 1.0
summary = Does things
license = MIT
license_files =
    LICENSE
    NOTICE
long_description = file: README.rst, CHANGES.rst
classifiers =
    Typing :: Typed
    # a comment
    Topic :: Utilities
url = https://example.org
project_urls =
    Docs = https://example.org/docs
author = A
author-email = a@example.org

[options]
packages = find:
python_requires = >=3.8
package_dir =
    = src
install_requires =
    click>=8
    tomli; python_version < "3.11"
setup_requires = a; b
include_package_data = True
scripts = bin/one, bin/two

[options.packages.find]
where = src
exclude =
    tests*

[options.extras_require]
test = pytest; ruff

[options.entry_points]
console_scripts =
    acme = acme.cli:main

[options.package_data]
* = *.txt, *.rst

[bdist_wheel]
py_limited_api = cp39
"""


def test_metadata(make_tree: Make) -> None:
    cfg = read(make_tree, FULL)
    declared = cfg.declared
    assert declared is not None
    singles = (declared.name, declared.version, declared.description, declared.license_text, declared.requires_python)
    assert [value.value for value in singles if value] == ["acme", "1.0", "Does things", "MIT", ">=3.8"]
    assert [text.value for text in declared.readme_files] == ["README.rst", "CHANGES.rst"]
    assert declared.classifiers
    assert [text.value for text in declared.classifiers.value or ()] == ["Typing :: Typed", "Topic :: Utilities"]
    assert declared.urls
    assert list(declared.urls.value or ()) == ["Homepage", "Docs"]
    assert declared.people[0].email
    assert declared.people[0].email.value == "a@example.org"
    assert "metadata.author-email" in declared.other


def test_requirements_and_extras(make_tree: Make) -> None:
    declared = read(make_tree, FULL).declared
    assert declared is not None
    assert declared.dependencies
    assert [text.value for text in declared.dependencies.value or ()] == [
        "click>=8",
        'tomli; python_version < "3.11"',
    ]
    assert declared.optional_dependencies
    extras = {
        name: [text.value for text in items] for name, items in (declared.optional_dependencies.value or {}).items()
    }
    assert extras == {"test": ["pytest", "ruff"]}


def test_requirements_are_read_without_comments_and_joined(make_tree: Make) -> None:
    listed = "\n    # why\n    dnspython>=2 # optional\n    click \\\n    >=8\n    a#b\n"
    for text in (f"install_requires ={listed}", "install_requires = file: req.txt\n"):
        declared = read(make_tree, f"[options]\n{text}", {"req.txt": listed}).declared
        assert declared is not None
        assert declared.dependencies
        assert [item.value for item in declared.dependencies.value or ()] == ["dnspython>=2", "click>=8", "a#b"]


def test_options(make_tree: Make) -> None:
    options = read(make_tree, FULL).setuptools
    assert options
    assert options.packages
    assert options.packages.value == (FindPackages(("src",), ("*",), ("tests*",)),)
    assert options.package_dir
    assert options.package_dir.value == {"": "src"}
    assert options.package_data
    assert options.package_data.value == {"*": ("*.txt", "*.rst")}
    assert options.scripts
    assert options.scripts.value == ("bin/one", "bin/two")
    assert options.setup_requires
    assert options.setup_requires.value == ("a", "b")
    assert options.include_package_data
    assert options.include_package_data.value is True
    assert options.py_limited_api
    assert options.py_limited_api.value == "cp39"


def test_places(make_tree: Make) -> None:
    cfg = read(make_tree, FULL)
    assert cfg.sections["metadata"]["name"].at == Place("setup.cfg", 2, 8, 2, 12)
    assert cfg.option_places["metadata", "author-email"] == Place("setup.cfg", 18, 1, 18, 13)
    assert cfg.declared
    assert cfg.declared.entry_points
    (entry,) = cfg.declared.entry_points.value or ()
    assert (entry.name_at, entry.at) == (Place("setup.cfg", 42, 5, 42, 9), Place("setup.cfg", 42, 12, 42, 25))
    assert cfg.setuptools
    assert cfg.declared.optional_dependencies
    assert (cfg.declared.optional_dependencies.value or {})["test"][1].at == Place("setup.cfg", 38, 16, 38, 20)


def test_attr_and_file_versions(make_tree: Make) -> None:
    body = "[metadata]\nname = a\nversion = attr: a.about.__version__\n"
    body += "[options]\npackages = find:\n[options.packages.find]\nwhere = lib\n"
    tree = make_tree({"setup.cfg": body, "lib/a/about.py": "__version__: str = '2.1'\n"})
    cfg = read_setup_cfg(tree)
    assert cfg
    assert cfg.declared
    assert cfg.declared.version
    assert cfg.declared.version.value == "2.1"
    tree = make_tree({"setup.cfg": "[metadata]\nversion = file: VERSION\n", "VERSION": "3.0\n"})
    cfg = read_setup_cfg(tree)
    assert cfg
    assert cfg.declared
    assert cfg.declared.version
    assert cfg.declared.version.value == "3.0"


def test_files_that_cannot_be_read_make_the_value_unknown(make_tree: Make) -> None:
    cfg = read(make_tree, "[metadata]\nversion = file: NONE\n[options]\ninstall_requires = file: ../req.txt\n")
    assert cfg.declared
    assert cfg.declared.version
    assert cfg.declared.version.unknown
    assert cfg.declared.version.unknown.reason == "file-missing"
    assert cfg.declared.dependencies
    assert cfg.declared.dependencies.unknown


def test_entry_points_given_as_text(make_tree: Make) -> None:
    cfg = read(make_tree, "[metadata]\nname = a\n[options]\nentry_points =\n    [console_scripts]\n    a = b:c\n")
    assert cfg.declared
    assert cfg.declared.entry_points
    (entry,) = cfg.declared.entry_points.value or ()
    assert (entry.group, entry.name, entry.value, entry.at.line) == ("console_scripts", "a", "b:c", 6)


@pytest.mark.parametrize(
    "text", ["[a]\n[a]\n", "[a]\nx = 1\nx = 2\n", "x = 1\n", "[a]\nnothing here\n", "[a]\n  = 3\n[\n]\n"]
)
def test_what_configparser_refuses_is_read_on(make_tree: Make, text: str) -> None:
    assert read(make_tree, text).error is None


def test_duplicates_are_noted_and_the_last_counts(make_tree: Make) -> None:
    cfg = read(make_tree, "[metadata]\nname = a\nname = b\n")
    assert cfg.declared
    assert cfg.declared.name
    assert cfg.declared.name.value == "b"
    assert [misfit.key for misfit in cfg.misfits] == ["metadata.name"]


def test_text_that_is_not_utf8_is_an_error(make_tree: Make) -> None:
    error = read(make_tree, b"[metadata]\nname = \xff\n").error
    assert error
    assert error.reason == "encoding"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["[a]", "[b]", "x = 1", "y: 2", "z =", "  more", "    deeper = 1", "", "# c", "  ; d", "k = a = b", "\tt"]
        ),
        max_size=12,
    )
)
def test_the_reader_agrees_with_configparser(lines: list[str]) -> None:
    text = "\n".join(lines)
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    expected = {
        name: {key: value.split() for key, value in section.items()}
        for name, section in parser.items()
        if name != "DEFAULT"
    }
    ini = parse_ini(text, "x")
    found = {
        name: {key: option.value.split() for key, option in section.options.items()}
        for name, section in ini.sections.items()
    }
    assert found == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("__version__ = '1.0'", "1.0"),
        ("__version__: str = '1.0'", "1.0"),
        ("a = __version__ = '1.0'", "1.0"),
        ("__version__ = (1, 2, 'b')", "1.2.b"),
        ("__version__ = 1.5", "1.5"),
        ("__version__ = '1' '.2'", "1.2"),
        ("__version__ = '1'\n__version__ = '2'", "1"),
        ("from .other import __version__", "9"),
        ("from a.other import v as __version__", "8"),
    ],
)
def test_attr_of_literals(make_tree: Make, source: str, value: str) -> None:
    tree = make_tree({"a/__init__.py": source, "a/other.py": "__version__ = '9'\nv = '8'\n"})
    assert resolve_attr(tree, "a.__version__").value == value


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("__version__ = get()", "dynamic-expression"),
        ("__version__ = f'{x}'", "dynamic-expression"),
        ("from elsewhere import __version__", "dynamic-expression"),
        ("from . import __version__", "dynamic-expression"),
        ("def f(:", "not-parseable"),
        ("x = 1", "dynamic-expression"),
        ("__version__ = " + "9" * 5_000, "not-parseable"),
        ("__version__ = " + "(" * 300 + ")" * 300, "not-parseable"),
    ],
)
def test_attr_that_needs_an_import_is_unknown(make_tree: Make, source: str, reason: str) -> None:
    found = resolve_attr(make_tree({"a/__init__.py": source}), "a.__version__")
    assert found.value is None
    assert found.unknown
    assert found.unknown.reason == reason


def test_attr_finds_modules_through_package_dir_and_src(make_tree: Make) -> None:
    tree = make_tree({"src/a/v.py": "V = '1'", "lib/b.py": "V = '2'"})
    assert resolve_attr(tree, "a.v.V").value == "1"
    assert resolve_attr(tree, "b.V", {"": "lib"}).value == "2"
    assert resolve_attr(tree, "x.y.V", {"x": "src/a", "x.y": "lib/b"}).value == "2"
    missing = resolve_attr(tree, "none.V")
    assert missing.unknown
    assert missing.unknown.reason == "file-missing"
    outside = resolve_attr(tree, "a.V", {"": "../.."})
    assert outside.unknown
