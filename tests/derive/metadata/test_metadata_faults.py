"""What is wrong with declared metadata is found, once and at its place; what is right is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive import derive
from pkg_audit.derive.metadata import field_faults
from pkg_audit.facts.distribution import Distribution
from pkg_audit.facts.place import Place
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pkg_audit.facts.document import Facts
    from pkg_audit.facts.metadata_records import LicenseFault, ReadmeFault
    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]
    Ask = Callable[..., Facts]

BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1.0"\nrequires-python = ">=3.11"\n'


@pytest.fixture
def ask(make_tree: Make) -> Ask:
    def run(pyproject: str | None = None, **files: str) -> Facts:
        content: dict[str, str | bytes] = {name.replace("__", "."): body for name, body in files.items()}
        if pyproject is not None:
            content["pyproject.toml"] = pyproject
        tree = make_tree({"acme/__init__.py": "", **content})
        scanned = scan(tree)
        return derive(tree, scanned, predict(tree, scanned))[0]

    return run


def kinds(records: tuple[Any, ...]) -> list[str]:
    return [record.kind for record in records]


def test_a_clean_project_has_no_faults(ask: Ask) -> None:
    facts = ask(BUILD + PROJECT)
    for name in (
        "configuration_faults",
        "build_faults",
        "field_faults",
        "license_faults",
        "readme_faults",
        "address_faults",
        "classifier_faults",
        "requirement_faults",
        "extra_faults",
        "group_faults",
        "legacy_faults",
        "entry_point_group_faults",
    ):
        assert getattr(facts, name) == (), name


@pytest.mark.parametrize(
    ("build", "found"),
    [
        ("", ["build-system-missing"]),
        ('[build-system]\nrequires = ["setuptools"]\n', ["backend-missing"]),
        ('[build-system]\nbuild-backend = "setuptools.build_meta"\n', ["requires-missing"]),
        ('[build-system]\nrequires = []\nbuild-backend = "hatchling"\n', ["backend-not-required"]),
        ('[build-system]\nrequires = ["hatch-vcs"]\nbuild-backend = "hatchling.build"\n', ["backend-brought-along"]),
        ('[build-system]\nrequires = ["Flit.Core>=3"]\nbuild-backend = "flit_core.buildapi"\n', []),
        ('[build-system]\nrequires = ["x"]\nbuild-backend = "somebody.elses"\n', []),
        ('[build-system]\nrequires = []\nbuild-backend = "a b"\n', ["backend-invalid"]),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = ["acme"]\n', []),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = ["none"]\n', ["backend-path-missing"]),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = [".."]\n', ["backend-path-missing"]),
        ("[build-system]\nrequires = 1\nbuild-backend = 2\n", []),  # wrong types are another fault
        ("build-system = 1\n", []),
        ('[build-system]\nrequires = ["poetry"]\nbuild-backend = "poetry.masonry.api"\n', ["backend-retired"]),
    ],
)
def test_build_system(ask: Ask, build: str, found: list[str]) -> None:
    assert kinds(ask(build + PROJECT).build_faults) == found


def test_a_pyproject_of_tools_only_makes_no_project(ask: Ask) -> None:
    assert ask("[tool.ruff]\n").build_faults == ()
    assert kinds(ask("[tool.ruff]\n", setup__py="from setuptools import setup\nsetup()\n").build_faults) == [
        "build-system-missing"
    ]


def test_legacy_files_alone(ask: Ask) -> None:
    assert kinds(ask(setup__cfg="[metadata]\nname = acme\n").build_faults) == ["setup-cfg-only"]
    assert kinds(ask(setup__cfg="[flake8]\nmax-line-length = 9\n").build_faults) == []
    assert kinds(ask(setup__py="from setuptools import setup\nsetup(name='acme')\n").build_faults) == ["setup-py-only"]


def test_a_broken_file_says_nothing_but_that(ask: Ask) -> None:
    facts = ask("[project\n")
    assert kinds(facts.configuration_faults) == ["invalid-file"]
    assert facts.configuration_faults[0].at.line == 1
    assert facts.build_faults == ()
    assert facts.field_faults == ()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('licence = "MIT"\n', [("unknown-project-key", "licence", "license")]),
        ('zzz = "MIT"\n', [("unknown-project-key", "zzz", "")]),
        ("keywords = 1\n", [("wrong-type", "project.keywords", "")]),
        ("[tools.x]\n", [("tools-table", "tools", "tool")]),
        ("[poject]\n", [("unknown-table", "poject", "project")]),
        ("[external]\n", []),
        ("[dependency-groups]\n[tool.x]\n", []),
    ],
)
def test_keys_and_tables(ask: Ask, lines: str, found: list[tuple[str, str, str]]) -> None:
    faults = ask(BUILD + PROJECT + lines).configuration_faults
    assert [(fault.kind, fault.key, fault.near) for fault in faults] == found


@pytest.mark.parametrize(
    ("project", "found"),
    [
        ('name = "a"\nversion = "1"\nrequires-python = ">=3"\n', []),
        ('version = "1"\nrequires-python = ">=3"\n', ["name-missing"]),
        ('name = "-a"\nversion = "1"\nrequires-python = ">=3"\n', ["name-invalid"]),
        ('name = "a"\nrequires-python = ">=3"\n', ["version-missing"]),
        ('name = "a"\nversion = 1\nrequires-python = ">=3"\n', []),  # a wrong type is another fault
        ('name = "a"\nversion = "x"\nrequires-python = ">=3"\n', ["version-invalid"]),
        ('name = "a"\nversion = "1+l"\nrequires-python = ">=3"\n', ["version-local"]),
        ('name = "a"\nversion = "1+device"\nrequires-python = ">=3"\n', ["version-local"]),
        ('name = "a"\nversion = "1+dev"\nrequires-python = ">=3"\n', []),
        ('name = "a"\nversion = "1.dev0+git.0a1b2c3"\nrequires-python = ">=3"\n', []),
        ('name = "a"\nversion = "1"\n', ["requires-python-missing"]),
        ('name = "a"\nversion = "1"\nrequires-python = "3.9"\n', ["requires-python-invalid"]),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3.9,!=3.9.1"\n', []),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3.9,<4"\n', ["requires-python-capped"]),
        ('name = "a"\nversion = "1"\nrequires-python = "~=3.9"\n', ["requires-python-capped"]),
        (
            'name = "a"\nversion = "1"\nrequires-python = ">=3.9,<3.12"\n',
            ["requires-python-capped", "requires-python-outdated"],
        ),
        ('name = "a"\nversion = "1"\nrequires-python = "<4,!=3.10.*,>=3.9"\n', ["requires-python-capped"]),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3"\ndescription = "a\\nb"\n', ["description-not-one-line"]),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3"\ndynamic = ["naem"]\n', ["dynamic-unknown"]),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3"\ndynamic = ["version"]\n', ["static-and-dynamic"]),
        ('name = "a"\nversion = "1"\nrequires-python = ">=3"\nkeywords = []\ndynamic = ["keywords"]\n', []),
        ('name = "a"\nrequires-python = ">=3"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {}\n', []),
        ('name = "a"\nrequires-python = ">=3"\ndynamic = ["version"]\n', ["dynamic-not-provided"]),
    ],
)
def test_fields(ask: Ask, project: str, found: list[str]) -> None:
    plugin = SETUPTOOLS.replace('"setuptools"]', '"setuptools", "plugin"]') if "keywords" in project else SETUPTOOLS
    assert kinds(ask(f"{plugin}[project]\n{project}").field_faults) == found


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("", ["listed-file-missing"]),
        ("import subprocess\nsubprocess.call(['make'])\n", []),
        ("with open('bin/go', 'w') as file:\n    file.write('#!python')\n", []),
        ("import sys\nsys.stdout.writable()\n", ["listed-file-missing"]),
    ],
)
def test_a_listed_file_that_the_script_may_make(ask: Ask, before: str, found: list[str]) -> None:
    setup = f"from setuptools import setup\n{before}setup(name='acme', scripts=['bin/go'])\n"
    assert kinds(ask(SETUPTOOLS, setup__py=setup).build_faults) == found


def test_no_release_has_a_development_version(make_tree: Make) -> None:
    tree = make_tree({"pyproject.toml": BUILD + PROJECT.replace("1.0", "1.0+dev")})
    scanned = scan(tree)
    distribution = predict(tree, scanned)
    assert field_faults(scanned, distribution) == ()
    assert kinds(field_faults(replace(scanned, source="sdist"), distribution)) == ["version-local"]


def test_a_plugin_or_setup_py_may_fill_a_dynamic_field(ask: Ask) -> None:
    project = '[project]\nname = "a"\nrequires-python = ">=3"\ndynamic = ["version"]\n'
    plugin = SETUPTOOLS.replace('"setuptools"]', '"setuptools>=60", "setuptools_scm[toml]>=8"]')
    assert ask(plugin + project).field_faults == ()
    assert ask(SETUPTOOLS + project, setup__py="from setuptools import setup\nsetup(version='1')\n").field_faults == ()
    assert kinds(ask(BUILD + project).field_faults) == ["dynamic-not-provided"]
    hatch = '[tool.hatch.version]\npath = "x"\n'
    assert ask(BUILD + project + hatch, x="__version__ = '1'\n").field_faults == ()
    assert ask(BUILD.replace("hatchling", "unheard_of") + project).field_faults == ()


def test_metadata_beside_the_project_table_is_dropped_by_setuptools_only(ask: Ask) -> None:
    setup = "from setuptools import setup\nsetup(install_requires=['click'])\n"
    assert kinds(ask(SETUPTOOLS + PROJECT, setup__py=setup).field_faults) == ["outside-project"]
    assert ask(SETUPTOOLS + PROJECT + 'dynamic = ["dependencies"]\n', setup__py=setup).field_faults == ()
    assert ask(BUILD + PROJECT, setup__py=setup).field_faults == ()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('license = "MIT"\nlicense-files = ["LIC*"]\n', []),
        ('license = "mit or apache-2.0"\n', []),
        ('license = "LicenseRef-Own"\n', []),
        ('license = "Nonsense"\n', ["expression-invalid"]),
        ('license = "(((((MIT"\n', ["expression-invalid"]),
        ('license = {text = "MIT"}\n', ["table"]),
        ('license = {file = "LICENSE"}\n', ["table"]),
        ('license = {file = "NONE"}\n', ["file-missing"]),
        ('license = {text = "MIT"}\nlicense-files = []\n', ["files-with-table"]),
        ('license = "MIT"\nlicense-files = ["NO*", "licenses/*.txt"]\n', ["pattern-unmatched"]),
        ('license = "MIT"\nlicense-files = ["**/*.txt", "**/LICENSE"]\n', []),
        ('license = "MIT"\nlicense-files = ["/LICENSE", "../x", "a\\\\b", "x{1}"]\n', ["pattern-invalid"] * 4),
        ('license = "MIT"\nclassifiers = ["License :: OSI Approved :: MIT License"]\n', ["classifier-with-expression"]),
    ],
)
def test_licences(make_tree: Make, lines: str, found: list[str]) -> None:
    tree = make_tree({"pyproject.toml": BUILD + PROJECT + lines, "LICENSE": "x", "licenses/a.txt": "x", "a.py": ""})
    scanned = scan(tree)
    assert kinds(derive(tree, scanned, predict(tree, scanned))[0].license_faults) == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("vendor/lib/LICENSE", []),
        ("vendor/*/LICENSE", []),
        ("**/COPYING", []),
        ("vendor/lib", ["pattern-unmatched"]),
        ("vendor/LICENSE", ["pattern-unmatched"]),
        ("vendor/there/COPYING", ["pattern-unmatched"]),
    ],
)
def test_what_an_absent_submodule_holds_is_not_known(make_tree: Make, pattern: str, found: list[str]) -> None:
    modules = '[submodule "lib"]\n\tpath = vendor/lib\n[submodule "there"]\n\tpath = vendor/there\n'
    text = BUILD + PROJECT + f'license-files = ["{pattern}"]\n'
    tree = make_tree({"pyproject.toml": text, ".gitmodules": modules, "vendor/there/x.c": "", "a.py": ""})
    scanned = scan(tree)
    assert kinds(derive(tree, scanned, predict(tree, scanned))[0].license_faults) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('readme = "docs/intro.md"\nlicense-files = ["LICENSES/MIT.txt"]\n', ["file-missing", "pattern-unmatched"]),
        ('readme = "README.md"\nlicense-files = ["LIC*", "LICENSE"]\n', []),
        ('readme = "linked/README.md"\nlicense-files = ["linked/*.txt"]\n', []),
        ('readme = "README.md"\nlicense = {file = "LICENSE"}\n', ["table"]),
    ],
)
def test_what_a_link_leads_to_is_not_known(make_tree: Make, tmp_path: Path, lines: str, found: list[str]) -> None:
    make_tree({"pyproject.toml": BUILD + PROJECT + lines, "acme.py": ""})
    for name, target in (("README.md", "../README.md"), ("LICENSE", "../LICENSE"), ("linked", "../docs")):
        (tmp_path / "project" / name).symlink_to(target)
    tree = open_tree(str(tmp_path / "project"))
    scanned = scan(tree)
    facts = derive(tree, scanned, predict(tree, scanned))[0]
    assert [*kinds(facts.readme_faults), *kinds(facts.license_faults)] == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('readme = "README.md"\n', []),
        ('readme = "NONE.md"\n', ["file-missing"]),
        ('readme = "../README.md"\n', ["file-missing"]),
        ('readme = "acme/__init__.py"\n', ["content-type-unknown"]),
        ('readme = {file = "README.md", content-type = "text/markdown; charset=UTF-8"}\n', []),
        ('readme = {file = "README.md", content-type = "text/html"}\n', ["content-type-unknown"]),
        ('readme = {file = "README.md"}\n', ["content-type-unknown"]),
    ],
)
def test_readmes(ask: Ask, lines: str, found: list[str]) -> None:
    assert kinds(ask(BUILD + PROJECT + lines, README__md="# acme").readme_faults) == found


@pytest.mark.parametrize("lines", ['readme = "NONE.md"\n', 'license = {file = "NONE"}\n'])
def test_setuptools_goes_on_without_a_file(ask: Ask, lines: str) -> None:
    for build, lenient in ((BUILD, False), (SETUPTOOLS, True)):
        facts = ask(build + PROJECT + lines)
        faults: list[ReadmeFault | LicenseFault] = [*facts.readme_faults, *facts.license_faults]
        assert [(fault.kind, bool(fault.detail)) for fault in faults] == [("file-missing", lenient)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('authors = [{email = "a.b+c@example.org"}]\n', []),
        ('authors = [{email = "a@b@c"}, {email = "nobody"}, {email = "a..b@example.org"}]\n', ["email-invalid"] * 3),
        ('[project.urls]\nA = "https://example.org"\nB = "http://example.org/x?y#z"\n', []),
        (
            '[project.urls]\nA = "example.org"\nB = "https://"\nC = "http://[x"\nD = "https://a b"\n',
            ["url-invalid"] * 4,
        ),
        (f'[project.urls]\n{"L" * 33} = "https://example.org"\n', ["label-too-long"]),
    ],
)
def test_addresses(ask: Ask, lines: str, found: list[str]) -> None:
    assert kinds(ask(BUILD + PROJECT + lines).address_faults) == found


@pytest.mark.parametrize(
    ("classifier", "found"),
    [
        ("Programming Language :: Python :: 3.12", []),
        ("Programming Language :: Python :: 3.10", [("outside-requires-python", "")]),
        ("Programming Language :: Python :: 2.7", [("outside-requires-python", "")]),
        ("Programming Language :: Python :: 3 :: Only", []),
        ("Private :: Whatever", []),
        ("Topic :: Utilitys", [("unknown", "Topic :: Utilities")]),
        ("Nothing of the kind", [("unknown", "")]),
        ("Natural Language :: Ukranian", [("deprecated", "Natural Language :: Ukrainian")]),
    ],
)
def test_classifiers(ask: Ask, classifier: str, found: list[tuple[str, str]]) -> None:
    faults = ask(f'{BUILD}{PROJECT}classifiers = ["{classifier}"]\n').classifier_faults
    assert [(fault.kind, fault.near) for fault in faults] == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('dependencies = ["a>=1", "b[x] ; os_name == \'nt\'"]\n', []),
        ('dependencies = ["a >= "]\n', [("invalid", "dependencies")]),
        ("dependencies = [\"a ; no_such_marker == 'x'\"]\n", [("invalid", "dependencies")]),
        ('dependencies = ["a @ https://example.org/a.zip"]\n', [("direct-url", "dependencies")]),
        ('dependencies = ["acme"]\n', [("itself", "dependencies")]),
        ('dependencies = ["a_b>1", "A.B<2"]\n', [("duplicate", "dependencies")]),
        ("dependencies = [\"a>1; os_name == 'nt'\", \"a<2; os_name == 'posix'\"]\n", []),
        (
            '[project.optional-dependencies]\nx = ["acme[y]"]\ny = ["b @ git+https://example.org/b"]\n',
            [("direct-url", "extra y")],
        ),
        ('[dependency-groups]\na = ["b @ https://example.org/b.zip", "c", "c>1"]\n', []),
        ('[dependency-groups]\na = ["?"]\nb = [{include-group = "a"}]\n', [("invalid", "dependency group a")]),
    ],
)
def test_requirements(ask: Ask, lines: str, found: list[tuple[str, str]]) -> None:
    faults = ask(BUILD + PROJECT + lines).requirement_faults
    assert [(fault.kind, fault.where) for fault in faults] == found


def test_build_requirements(ask: Ask) -> None:
    (fault,) = ask(BUILD.replace('"hatchling"]', '"hatchling", "x y"]') + PROJECT).requirement_faults
    assert (fault.kind, fault.table) == ("invalid", "build-system")


def test_extras(ask: Ask) -> None:
    lines = '[project.optional-dependencies]\na-b = []\nA_B = []\n"c d" = []\n'
    faults = ask(BUILD + PROJECT + lines).extra_faults
    assert [(fault.kind, fault.name, fault.near) for fault in faults] == [
        ("collision", "A_B", "a-b"),
        ("name-invalid", "c d", ""),
    ]


def test_setup_cfg_settings(ask: Ask) -> None:
    cfg = "[metadata]\nAuthor-Email = a@example.org\n[options]\nsetup_requires = x\nuse_2to3 = 1\n"
    cfg += "[bdist_wheel]\nuniversal = 0\n[options.package_data]\nmy-data = x\n"
    assert [(fault.kind, fault.key) for fault in ask(SETUPTOOLS, setup__cfg=cfg).legacy_faults] == [
        ("setup-requires", "setup_requires"),
        ("removed-option", "use_2to3"),
        ("setup-cfg-key", "Author-Email"),
    ]


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ("[options]\npython_requires = >=3.7\n", ["universal-wheel"]),
        ("[options]\npython_requires = >=2.7, !=3.0.*\n", []),
        ("[metadata]\nclassifiers =\n  Programming Language :: Python :: 2.7\n", []),
        (
            "[metadata]\nclassifiers =\n  Programming Language :: Python :: 2\n[options]\npython_requires = >=3\n",
            ["universal-wheel"],
        ),
        ("[metadata]\nname = acme\n", ["universal-wheel"]),
    ],
)
def test_a_universal_wheel_of_a_project_that_supports_python_2(ask: Ask, metadata: str, found: list[str]) -> None:
    cfg = f"{metadata}[bdist_wheel]\nuniversal = 1\n"
    assert kinds(ask(SETUPTOOLS, setup__cfg=cfg).legacy_faults) == found


def test_flit_settings(ask: Ask) -> None:
    assert kinds(ask(BUILD + '[tool.flit.metadata]\nmodule = "acme"\n').legacy_faults) == ["flit-metadata-table"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'version = "{"9" * 5_000}"', "version-invalid"),
        (f'requires-python = "{">=3," * 1_000}"', "requires-python-invalid"),
    ],
)
def test_values_too_long_to_judge_are_not_valid(make_tree: Make, line: str, kind: str) -> None:
    scanned = scan(make_tree({"pyproject.toml": f'{BUILD}[project]\nname = "a"\n{line}\n'}))
    assert kind in kinds(field_faults(scanned, Distribution(None, Place())))
