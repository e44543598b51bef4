"""What hatchling, flit, poetry-core, pdm-backend, uv_build and whey ship, and what is said to be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str | bytes]], Tree]

BACKENDS = {
    "hatchling": "hatchling.build",
    "flit": "flit_core.buildapi",
    "flit-scm": "flit_scm:buildapi",
    "poetry": "poetry.core.masonry.api",
    "poetry-dynamic": "poetry_dynamic_versioning.backend",
    "pdm": "pdm.backend",
    "pdm-old": "pdm.pep517.api",
    "uv": "uv_build",
    "whey": "whey",
}


def pyproject(kind: str, text: str = "", project: str = 'name = "acme"\nversion = "1"\ndescription = "x"\n') -> str:
    head = f'[build-system]\nrequires = []\nbuild-backend = "{BACKENDS[kind]}"\n'
    return f"{head}{'[project]' if project else ''}\n{project}\n{text}\n"


def predicted(tree: Tree) -> Distribution:
    return predict(tree, scan(tree))


def shipped(distribution: Distribution) -> list[str]:
    return [file.path for file in distribution.wheel.files or ()]


def doubts(distribution: Distribution) -> list[str]:
    return [doubt.field for doubt in distribution.metadata.unknown]


def place(kind: str) -> str:
    return "src/acme" if kind == "uv" else "acme"


@pytest.mark.parametrize("kind", BACKENDS)
def test_the_package_named_like_the_project_is_shipped(make_tree: MakeTree, kind: str) -> None:
    root = place(kind)
    found = predicted(
        make_tree(
            {"pyproject.toml": pyproject(kind), f"{root}/__init__.py": "", f"{root}/sub/m.py": "", "other.py": ""}
        )
    )
    assert shipped(found) == ["acme/__init__.py", "acme/sub/m.py"]
    assert found.wheel.complete
    assert found.wheel.import_names == ("acme",)
    assert {"pyproject.toml", f"{root}/__init__.py"} <= set(found.sdist.files or ())
    assert found.discovery_error is None


@pytest.mark.parametrize("kind", [kind for kind in BACKENDS if not kind.startswith("pdm")])
def test_a_project_without_its_package_is_refused(make_tree: MakeTree, kind: str) -> None:
    found = predicted(make_tree({"pyproject.toml": pyproject(kind), "other/__init__.py": ""}))
    assert found.discovery_error is not None
    assert found.discovery_error.kind == "package-missing"
    assert not found.wheel.complete


@pytest.mark.parametrize("kind", ["hatchling", "flit", "poetry", "pdm", "uv", "whey"])
def test_every_shipped_file_says_why(make_tree: MakeTree, kind: str) -> None:
    found = predicted(make_tree({"pyproject.toml": pyproject(kind), f"{place(kind)}/__init__.py": ""}))
    assert all(file.why for file in found.wheel.files or ())


@pytest.mark.parametrize(
    ("kind", "text", "project"),
    [
        ("hatchling", '[tool.hatch.version]\nsource = "vcs"', 'name = "acme"\ndynamic = ["version"]'),
        ("hatchling", '[tool.hatch.version]\nsource = "env"\nvariable = "V"', 'name = "acme"\ndynamic = ["version"]'),
        ("hatchling", '[tool.hatch.version]\npath = "acme/none.py"', 'name = "acme"\ndynamic = ["version"]'),
        ("hatchling", '[tool.hatch.version]\npath = "acme/__init__.py"', 'name = "acme"\ndynamic = ["version"]'),
        (
            "hatchling",
            '[tool.hatch.version]\nsource = "code"\npath = "acme/__init__.py"',
            'name = "acme"\ndynamic = ["version"]',
        ),
        ("flit", "", 'name = "acme"\ndescription = "x"\ndynamic = ["version"]'),
        ("flit-scm", "", 'name = "acme"\ndescription = "x"\ndynamic = ["version"]'),
        ("flit", '[tool.flit.metadata]\nmodule = "acme"\nauthor = "me"', ""),
        ("poetry", "[tool.poetry-dynamic-versioning]\nenable = true", 'name = "acme"\nversion = "0.0.0"'),
        ("poetry-dynamic", "", 'name = "acme"\nversion = "0.0.0"'),
        ("pdm", '[tool.pdm.version]\nsource = "scm"', 'name = "acme"\ndynamic = ["version"]'),
        ("pdm", '[tool.pdm.version]\nsource = "call"\ngetter = "a:b"', 'name = "acme"\ndynamic = ["version"]'),
        ("pdm-old", "[tool.pdm.version]\nuse_scm = true", 'name = "acme"\ndynamic = ["version"]'),
        ("uv", "", 'name = "acme"\ndynamic = ["version"]'),
    ],
)
def test_a_version_that_the_build_makes_is_unknown(make_tree: MakeTree, kind: str, text: str, project: str) -> None:
    source = "from importlib.metadata import version\n__version__ = version('acme')\n"
    files: dict[str, str | bytes] = {f"{place(kind)}/__init__.py": source}
    found = predicted(make_tree({"pyproject.toml": pyproject(kind, text, project), **files}))
    assert doubts(found) == ["version"]
    assert found.metadata.version is None


@pytest.mark.parametrize(
    ("kind", "text", "files", "version"),
    [
        ("hatchling", '[tool.hatch.version]\npath = "acme/v.py"', {"acme/v.py": 'VERSION="v1.2"'}, "1.2"),
        (
            "hatchling",
            '[tool.hatch.version]\npath = "acme/v.py"\npattern = "R = (?P<version>[0-9.]+)"',
            {"acme/v.py": "R = 2.0\n"},
            "2.0",
        ),
        (
            "hatchling",
            '[tool.hatch.version]\nsource = "code"\npath = "acme/v.py"',
            {"acme/v.py": "__version__ = '3'"},
            "3",
        ),
        ("flit", "", {"acme/version.py": "__version__ = '0.1.dev1'"}, "0.1.dev1"),
        ("flit", "", {"acme/__init__.py": "from .about import v as __version__", "acme/about.py": "v = '4'"}, "4"),
        ("pdm", '[tool.pdm.version]\npath = "acme/v.py"', {"acme/v.py": "__version__ = '5' # x\n"}, "5"),
        ("pdm", "", {}, "0.0.0"),
    ],
)
def test_a_version_in_a_file_is_read(
    make_tree: MakeTree, kind: str, text: str, files: dict[str, str | bytes], version: str
) -> None:
    project = 'name = "acme"\ndescription = "x"\ndynamic = ["version"]'
    tree = make_tree({"acme/__init__.py": "", **files, "pyproject.toml": pyproject(kind, text, project)})
    found = predicted(tree).metadata
    assert found.version is not None
    assert found.version.value == version
    assert found.unknown == ()


def test_a_version_in_two_places_is_not_guessed(make_tree: MakeTree) -> None:
    text = '[tool.hatch.version]\nsource = "code"\npath = "acme/__init__.py"'
    source = "__version__ = '1'\nif True:\n    __version__ = '2'\n"
    project = 'name = "acme"\ndynamic = ["version"]'
    tree = make_tree({"pyproject.toml": pyproject("hatchling", text, project), "acme/__init__.py": source})
    assert doubts(predicted(tree)) == ["version"]


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("hatchling", "[tool.hatch.build.hooks.custom]", "build hook custom"),
        ("hatchling", "[tool.hatch.build.targets.wheel.hooks.jupyter-builder]", "build hook jupyter-builder"),
        ("hatchling", '[tool.hatch.build.targets.wheel]\nexclude = ["*a*b*c*d*e*f"]', "too costly"),
        ("hatchling", '[tool.hatch.build.targets.wheel.force-include]\n"../x" = "acme/x"', "outside of the project"),
        ("hatchling", '[tool.hatch.build.targets.wheel]\nonly-include = ["acme", "acme/"]', "listed twice"),
        ("poetry", '[tool.poetry]\nbuild = "build.py"', "build script build.py"),
        ("pdm", '[tool.pdm.build]\ncustom-hook = "acme/__init__.py"', "build hook acme/__init__.py"),
        ("pdm", "[tool.pdm.build]\nrun-setuptools = true", "setuptools adds"),
        ("pdm", '[tool.pdm.build]\nincludes = ["*", "acme"]\nexcludes = ["*"]', "contradict each other"),
        ("uv", '[tool.uv.build-backend]\nwheel-exclude = ["{a,b}"]', "not valid"),
        ("whey", '[tool.whey]\nadditional-files = ["graft acme"]', "no command that whey knows"),
        ("whey", '[tool.whey.builders]\nwheel = "other"', "another builder"),
    ],
)
def test_what_may_change_the_files_makes_them_incomplete(
    make_tree: MakeTree, kind: str, text: str, reason: str
) -> None:
    tree = make_tree({"pyproject.toml": pyproject(kind, text), f"{place(kind)}/__init__.py": ""})
    found = predicted(tree)
    assert not found.wheel.complete
    assert any(reason in doubt.unknown.detail for doubt in found.wheel.unknown)


def test_hooks_that_are_off_do_not_count(make_tree: MakeTree) -> None:
    text = "[tool.hatch.build.hooks.custom]\nenable-by-default = false\n[tool.hatch.build.hooks.mypyc]\n"
    found = predicted(make_tree({"pyproject.toml": pyproject("hatchling", text), "acme.py": ""}))
    assert found.wheel.complete
    assert found.wheel.import_names == ("acme",)


def test_a_file_that_a_hook_writes_is_shipped_as_generated(make_tree: MakeTree) -> None:
    text = '[tool.hatch.build.hooks.vcs]\nversion-file = "src/acme/_version.py"'
    tree = make_tree({"pyproject.toml": pyproject("hatchling", text), "src/acme/__init__.py": ""})
    found = predicted(tree)
    assert [(file.path, file.source) for file in found.wheel.files or ()] == [
        ("acme/__init__.py", "src/acme/__init__.py"),
        ("acme/_version.py", ""),
    ]
    assert found.wheel.complete


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ("[tool.hatch.metadata.hooks.custom]", ["dependencies", "optional_dependencies"]),
        ("[tool.hatch.metadata.hooks.uv-dynamic-versioning]", ["dependencies", "optional_dependencies"]),
        ("[tool.hatch.metadata.hooks.fancy-pypi-readme]", []),
        ("", []),
    ],
)
def test_metadata_hooks_make_dynamic_fields_unknown(make_tree: MakeTree, hook: str, expected: list[str]) -> None:
    project = 'name = "acme"\nversion = "1"\ndynamic = ["dependencies", "optional-dependencies", "readme"]'
    found = predicted(make_tree({"pyproject.toml": pyproject("hatchling", hook, project), "acme.py": ""}))
    assert doubts(found) == expected


def test_requirements_with_paths_of_the_machine_are_unknown(make_tree: MakeTree) -> None:
    project = 'name = "acme"\nversion = "1"\ndependencies = ["other @ {root:uri}/other"]'
    found = predicted(make_tree({"pyproject.toml": pyproject("hatchling", "", project), "acme.py": ""}))
    assert doubts(found) == ["dependencies"]


def test_requirements_files_with_options_are_unknown(make_tree: MakeTree) -> None:
    project = 'name = "acme"\nversion = "1"\ndynamic = ["dependencies"]'
    for kind, text in (
        ("hatchling", '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["requirements.txt"]'),
        ("whey", ""),
    ):
        tree = make_tree(
            {
                "pyproject.toml": pyproject(kind, text, project),
                "acme/__init__.py": "",
                "requirements.txt": "-r more.txt\nclick\n",
            }
        )
        assert doubts(predicted(tree)) == ["dependencies"]


def test_poetry_without_packages_builds_nothing(make_tree: MakeTree) -> None:
    found = predicted(make_tree({"pyproject.toml": pyproject("poetry", "[tool.poetry]\npackage-mode = false")}))
    assert found.wheel.files is None
    assert found.discovery_error is None


def test_poetry_adds_no_classifier_that_it_cannot_know(make_tree: MakeTree) -> None:
    text = '[tool.poetry]\nlicense = "Something-Rare-1.0"'
    found = predicted(make_tree({"pyproject.toml": pyproject("poetry", text), "acme.py": ""}))
    assert doubts(found) == ["classifiers"]


def test_a_missing_script_file_stops_poetry(make_tree: MakeTree) -> None:
    text = '[tool.poetry.scripts]\nrun = {reference = "bin/run", type = "file"}'
    found = predicted(make_tree({"pyproject.toml": pyproject("poetry", text), "acme.py": ""}))
    assert found.discovery_error is not None
    assert found.discovery_error.names == ("bin/run",)


@pytest.mark.parametrize("kind", ["hatchling", "flit", "poetry", "pdm", "uv", "whey"])
def test_a_link_in_the_package_makes_the_wheel_incomplete(make_tree: MakeTree, kind: str, tmp_path: object) -> None:
    root = place(kind)
    tree = make_tree({"pyproject.toml": pyproject(kind), f"{root}/__init__.py": "", "data/x.json": ""})
    import os

    os.symlink("../data", os.path.join(str(tmp_path), "project", root, "data"))
    from pkg_audit.tree import open_tree

    found = predicted(open_tree(os.path.join(str(tmp_path), "project")))
    assert tree.name == "project"
    assert not found.wheel.complete


WRONG = [
    "x = 1",
    'include = "x"\nexclude = 3\npackages = {}\nonly-include = [1, ""]\nsources = 4\nforce-include = []\nhooks = []',
    'version = []\nmetadata = 3\nmodule = 1\nsdist = 4\nexternal-data = "x"\nbuild = 5',
    'module-root = 3\nmodule-name = 4\ndata = []\nsource-include = {}\nnamespace = "x"\nadditional-files = 3',
    'package-dir = 3\nincludes = "x"\nexcludes = 1\nwheel-data = []\nsource-includes = {}',
    'packages = ["acme", 3, {include = 4}, {include = "../x"}, {include = ""}]\nscripts = {a = 3, b = {type = "file"}}',
    'module-root = "../.."\nmodule-name = ["..", ""]\npackage = "../x"\nsource-dir = "/"\npackage-dir = "../x"',
    'include = ["[", "**", "/", "!", "\\\\", "a/**/b/**/c/**/d/**/e"]\nexclude = ["\\u0000", "***", "[[:x:]]"]',
]
TABLES = [
    "tool.hatch.build",
    "tool.hatch.build.targets.wheel",
    "tool.hatch",
    "tool.flit",
    "tool.poetry",
    "tool.pdm.build",
    "tool.pdm",
    "tool.uv.build-backend",
    "tool.whey",
]


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.parametrize("table", TABLES)
def test_nothing_written_into_a_table_raises(make_tree: MakeTree, kind: str, table: str) -> None:
    for text in WRONG:
        for project in ('name = "acme"', 'name = 3\ndynamic = ["version", 3]', ""):
            content = pyproject(kind, f"[{table}]\n{text}", project)
            predicted(make_tree({"pyproject.toml": content, "acme/__init__.py": b"\xff", "hatch.toml": "build = 3"}))
