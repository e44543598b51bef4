"""Imports of other distributions against what the project declares, and declared ones that nothing imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from code_facts import HEAD, facts

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path

    from code_facts import Make

EXTRA_YAML = '[project.optional-dependencies]\nyaml = ["PyYAML"]\n'
EXTRA_TEST = '[project.optional-dependencies]\ntest = ["pytest"]\n'
GROUP_DEV = '[dependency-groups]\ndev = ["pytest"]\n'


def undeclared(make_tree: Make, text: str, project: str = "", **files: str) -> list[tuple[str, str, str, str]]:
    named = {f"{name}.py": content for name, content in files.items()}
    found = facts(make_tree, "undeclared_imports", {"__init__.py": text, **named}, project)
    return [(f.kind, f.distribution, f.where, f.reached) for f in found]


@pytest.mark.parametrize(
    ("text", "project", "expected"),
    [
        ("import requests", "", ("missing", "requests", "", "yes")),
        ("import yaml", "", ("missing", "pyyaml", "", "yes")),
        ("from google.cloud import storage", "", ("missing", "google-cloud-storage", "", "yes")),
        ("import pkg_resources", "", ("setuptools", "setuptools", "", "yes")),
        ("import yaml", EXTRA_YAML, ("extra", "pyyaml", "extra yaml", "yes")),
        ("import pytest", EXTRA_TEST, ("development", "pytest", "extra test", "yes")),
        ("import pytest", GROUP_DEV, ("development", "pytest", "dependency group dev", "yes")),
        ("import flask, jinja2", 'dependencies = ["flask"]\n', ("transitive", "jinja2", "flask", "yes")),
        ("import yaml", 'dependencies = ["dask"]\n' + EXTRA_YAML, ("transitive", "pyyaml", "dask", "yes")),
    ],
)  # fmt: skip
def test_undeclared_imports(make_tree: Make, text: str, project: str, expected: tuple[str, ...]) -> None:
    assert undeclared(make_tree, text, project) == [expected]


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("import requests", 'dependencies = ["Requests>=2"]\n'),
        ("import yaml", "dependencies = [\"PyYAML; python_version >= '3'\"]\n"),
        ("from google.cloud import storage", 'dependencies = ["google-cloud-storage"]\n'),
        ("import dateutil.parser", 'dependencies = ["python-dateutil"]\n'),
        ("import pkg_resources", 'dependencies = ["setuptools"]\n'),
        ("try:\n    import requests\nexcept ImportError:\n    requests = None", ""),
        ("try:\n    import requests\nexcept ImportError:\n    raise SystemExit('pip install requests')", ""),
        ("def f():\n    import requests", ""),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests", ""),
        ("import sys\nif sys.version_info < (3,):\n    import mock", ""),
        ("import no_such_package_at_all", ""),
        ("import utils, config, google, tests", ""),
        ("import acme.x, json, os", ""),
        ("import corp_thing.api", 'dependencies = ["corp-thing"]\n'),
    ],
)
def test_imports_that_are_fine_or_not_known(make_tree: Make, text: str, project: str) -> None:
    assert undeclared(make_tree, text, project) == []


def test_a_module_that_nothing_imports_at_start(make_tree: Make) -> None:
    assert undeclared(make_tree, "", side="import requests") == [("missing", "requests", "", "no")]
    extra = '[project.optional-dependencies]\nweb = ["requests"]\n'
    assert undeclared(make_tree, "", extra, side="import requests") == []
    assert undeclared(make_tree, "def f():\n    from . import side", extra, side="import requests") == []
    assert undeclared(make_tree, "from . import side", extra, side="import requests")[0][0] == "extra"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ('[dependency-groups]\ndocs = ["sphinx"]\n', "from docutils import nodes"),
        ('[project.optional-dependencies]\ntrio = ["trio"]\n', "from outcome import Error"),
        ('[project.optional-dependencies]\npaddle = ["paddlepaddle"]\n', "import paddle"),
    ],
)
def test_a_side_module_for_those_who_have_a_tool_or_an_extra(make_tree: Make, table: str, text: str) -> None:
    found = undeclared(make_tree, "", table, side=text)
    assert [kind for kind, *_ in found if kind in ("missing", "extra")] == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("exports/to_duckdb.py", "import duckdb", False),
        ("backends/odbc.py", "import pyodbc", False),
        ("lxml.py", "from lxml import etree", False),
        ("_yaml/reader.py", "import yaml", False),
        ("_tools/regenerate.py", "import yaml", False),
        ("_examples/one.py", "import numpy", False),
        ("attributes.py", "import attr", True),
        ("numbers_of.py", "import numpy", True),
        ("__init__.py", "import yaml", True),
    ],
)
def test_a_module_for_those_who_have_a_package_is_named_like_it(
    make_tree: Make, path: str, text: str, found: bool
) -> None:
    assert bool(facts(make_tree, "undeclared_imports", {path: text})) is found
    if not found:  # when the package imports, it counts all the same
        dotted = path.removesuffix(".py").replace("/", ".")
        files = {path: text, "__init__.py": f"import acme.{dotted}"}
        assert [item.reached for item in facts(make_tree, "undeclared_imports", files)] == ["yes"]


def test_the_name_of_the_whole_package_says_nothing() -> None:
    from pkg_audit.derive.code.adapters import serves_others

    assert not serves_others("flask_acme.deep", "flask")
    assert serves_others("flask_acme.flask.deep", "flask")


def test_extras_that_are_not_known_may_have_it(make_tree: Make) -> None:
    project = 'dynamic = ["optional-dependencies"]\n[tool.hatch.metadata.hooks.custom]\n'
    assert facts(make_tree, "undeclared_imports", {"side.py": "import yaml"}, project) == []
    assert facts(make_tree, "undeclared_imports", {"__init__.py": "import yaml"}, project)


def test_a_plugin_is_loaded_by_what_it_extends(make_tree: Make) -> None:
    project = GROUP_DEV + '[project.entry-points.pytest11]\nacme = "acme.plugin"\n'
    assert undeclared(make_tree, "", project, plugin="import pytest") == [
        ("development", "pytest", "dependency group dev", "no")
    ]


def test_an_extra_of_a_commands_name_is_for_its_users(make_tree: Make) -> None:
    project = (
        '[project.scripts]\ntox-to-acme = "acme.cli:main"\n[project.optional-dependencies]\ntox-to-acme = ["jinja2"]\n'
    )
    (found,) = undeclared(make_tree, "", project, cli="import jinja2\ndef main(): pass")
    assert found[0] == "extra"


def test_stub_packages_and_vendored_copies_are_not_judged(make_tree: Make) -> None:
    assert undeclared(make_tree, "import yaml", 'classifiers = ["Typing :: Stubs Only"]\n') == []
    assert (
        facts(make_tree, "undeclared_imports", {"_vendor/x.py": "import yaml", "__init__.py": "from ._vendor import x"})
        == []
    )


def test_a_copy_beside_the_code_may_be_put_on_the_path(make_tree: Make) -> None:
    files = {"__init__.py": "import sys\nsys.path.insert(0, __path__[0] + '/_vendored/yaml_copy')\nimport yaml\n"}
    assert facts(make_tree, "undeclared_imports", files)
    assert facts(make_tree, "undeclared_imports", {**files, "_vendored/yaml_copy/yaml.py": ""}) == []
    assert facts(make_tree, "undeclared_imports", {**files, "_vendored/copy/yaml/__init__.py": ""}) == []


def brought(make_tree: Make, text: str, project: str, **files: str) -> str:
    named = {f"{name}.py": content for name, content in files.items()}
    (found,) = facts(make_tree, "undeclared_imports", {"__init__.py": text, **named}, project)
    return str(found.brought)


@pytest.mark.parametrize(
    ("text", "project", "expected"),
    [
        ("import yaml", "", "no"),
        ("import yaml", 'dependencies = ["click>=8", "Requests"]\n', "no"),
        ("import yaml", 'dependencies = ["requests[socks]"]\n', "unknown"),
        ("import yaml", 'dependencies = ["some-thing-that-nobody-knows"]\n', "unknown"),
        ("import yaml", 'dependencies = ["acme[more]"]\n', "no"),
        ("import pytest", 'dependencies = ["some-thing-that-nobody-knows"]\n' + GROUP_DEV, "no"),
        ("import pytest", 'dependencies = ["flake8-of-somebody"]\n' + GROUP_DEV, "unknown"),
        ("import matplotlib", '[project.entry-points."matplotlib.backend"]\nacme = "acme"\n', "unknown"),
    ],
)
def test_what_an_unknown_dependency_may_bring_along(make_tree: Make, text: str, project: str, expected: str) -> None:
    assert brought(make_tree, text, project) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["nobody_knows-1.0.dist-info/RECORD", "nobody_knows.py"], "no"),
        (["nobody_knows-1.0.dist-info/RECORD", "nobody_knows.py", "yaml/__init__.py"], "unknown"),
        (["something_else.py"], "unknown"),
    ],
)
def test_an_environment_tells_what_dependencies_bring(
    make_tree: Make, tmp_path: Path, files: list[str], expected: str
) -> None:
    for file in files:
        path = tmp_path / "env/lib/python3.12/site-packages" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    text = HEAD + 'dependencies = ["nobody-knows"]\n'
    tree = make_tree({"pyproject.toml": text, "src/acme/__init__.py": "import yaml, nobody_knows"})
    scanned = scan(tree)
    derived = code_derivations(tree, scanned, predict(tree, scanned), open_tree(str(tmp_path / "env")))
    assert [item.brought for item in derived["undeclared_imports"]()] == [expected]


def test_a_package_that_requires_the_project_brings_itself(make_tree: Make) -> None:
    from pkg_audit.knowledge.distributions import brought_by

    assert "soupsieve" in brought_by("beautifulsoup4")
    tree = make_tree(
        {
            "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
            '[project]\nname = "soupsieve"\nversion = "1"\n',
            "src/soupsieve/__init__.py": "import bs4\n",
        }
    )
    scanned = scan(tree)
    (found,) = code_derivations(tree, scanned, predict(tree, scanned))["undeclared_imports"]()
    assert found.brought == "unknown"


def test_a_module_that_the_package_can_do_without_is_no_start(make_tree: Make) -> None:
    guarded = "try:\n    from acme import side\nexcept ImportError:\n    side = None\n"
    assert undeclared(make_tree, guarded, side="import requests") == [("missing", "requests", "", "no")]
    assert undeclared(make_tree, guarded, GROUP_DEV, side="import pytest")[0][3] == "no"
    assert undeclared(make_tree, f"{guarded}from . import side", side="import requests")[0][3] == "yes"


def test_a_module_that_tells_what_it_lacks_is_no_start(make_tree: Make) -> None:
    start = (
        "try:\n    from acme.app import run\nexcept ImportError as exc:\n    raise RuntimeError('install it') from exc"
    )
    files = {"cli.py": start, "app.py": "import yaml\ndef run(): pass"}
    project = '[project.scripts]\nrun = "acme.cli:run"\n' + EXTRA_YAML
    assert facts(make_tree, "undeclared_imports", files, project) == []


def test_a_plugin_beside_the_package_is_no_start(make_tree: Make) -> None:
    tail = '[project.entry-points.pytest11]\na = "_acme_plugin"\n[tool.hatch.build.targets.wheel]\n'
    tail += 'packages = ["src/acme", "src/_acme_plugin.py"]\n'
    files = {"/src/_acme_plugin.py": "import pytest"}
    project = '[project.optional-dependencies]\npytest = ["pytest"]\n'
    assert facts(make_tree, "undeclared_imports", files, project, tail=tail) == []


def test_only_what_no_dependency_may_bring_is_left_to_an_extra(make_tree: Make) -> None:
    text = {"__init__.py": "import pluggy"}
    extra = '[project.optional-dependencies]\nall = ["pytest"]\n'
    for first, kind in (("click", "extra"), ("no-such-thing-at-all", "missing")):
        (found,) = facts(make_tree, "undeclared_imports", text, f'dependencies = ["{first}"]\n' + extra)
        assert (found.kind, found.brought) == (kind, "no" if kind == "extra" else "unknown")
    project = 'dependencies = ["no-such-thing-at-all"]\n' + extra
    assert facts(make_tree, "undeclared_imports", {"side.py": "import pluggy", "__init__.py": ""}, project) == []


@pytest.mark.parametrize(("requires", "compiles"), [("", False), (', "Cython>=3"', True)])
def test_cython_as_a_module_is_gone_once_compiled(make_tree: Make, requires: str, compiles: bool) -> None:
    setup = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('acme.core', ['acme/core.py'])])\n"
    tree = make_tree(
        {
            "pyproject.toml": f'[build-system]\nrequires = ["setuptools"{requires}]\n'
            'build-backend = "setuptools.build_meta"\n[project]\nname = "acme"\nversion = "1"\n',
            "setup.py": setup,
            "acme/__init__.py": "from acme import core",
            "acme/core.py": "import cython",
        }
    )
    scanned = scan(tree)
    found = code_derivations(tree, scanned, predict(tree, scanned))["undeclared_imports"]()
    assert [item.distribution for item in found] == ([] if compiles else ["cython"])


def test_a_script_that_needs_an_extra_is_no_start(make_tree: Make) -> None:
    project = '[project.optional-dependencies]\nweb = ["requests"]\n[project.scripts]\nweb = "acme.web:main [web]"\n'
    assert undeclared(make_tree, "", project, web="import requests\ndef main(): pass") == []


def test_one_record_for_a_distribution(make_tree: Make) -> None:
    found = facts(make_tree, "undeclared_imports", {"b.py": "import yaml", "a.py": "import yaml\nimport yaml.nodes"})
    assert [(f.at.path, f.distribution) for f in found] == [("src/acme/a.py", "pyyaml")]


def test_the_shipped_knowledge_is_not_asked_about_the_project_itself(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pkg_audit.knowledge import import_names

    text = {"__init__.py": "import numpy, yaml\n", "b.py": "import requests"}
    project = 'dependencies = ["pyyaml", "humanize"]\n'

    def everything() -> list[list[Any]]:
        return [facts(make_tree, which, text, project) for which in ("undeclared_imports", "unused_dependencies")]

    before = everything()
    poisoned = import_names._table().replace("\nnumpy\t", "\nacme\t1\t acme numpy humanize requests \nnumpy\t")
    monkeypatch.setattr(import_names, "_table", lambda: poisoned)
    assert everything() == before


def test_dependencies_that_are_not_known_forbid_nothing(make_tree: Make) -> None:
    head = HEAD.replace("hatchling.build", "x.y") + 'dynamic = ["dependencies"]\n'
    tree = make_tree({"pyproject.toml": head, "acme/__init__.py": "import requests\n"})
    scanned = scan(tree)
    assert code_derivations(tree, scanned, predict(tree, scanned))["undeclared_imports"]() == ()


@pytest.mark.parametrize(
    ("imported", "distribution"),
    [
        ("pyspark", "pyspark"),  # the name decides, although other distributions are known to hold it
        ("psycopg2", "psycopg2"),
        ("attr", "attrs"),  # a namesake that hardly anybody installs is not meant
        ("jwt", "pyjwt"),
        ("serial", "pyserial"),
        ("yaml", "pyyaml"),
        ("cv2", "opencv-python"),
    ],
)
def test_the_likeliest_of_several_distributions_is_named(make_tree: Make, imported: str, distribution: str) -> None:
    (found,) = facts(make_tree, "undeclared_imports", {"__init__.py": f"import {imported}"})
    assert found.distribution == distribution


# dependencies that nothing uses


@pytest.mark.parametrize(
    ("project", "files", "expected"),
    [
        ('dependencies = ["humanize"]\n', {}, [("humanize", "no")]),
        ('dependencies = ["black"]\n', {}, [("black", "yes")]),
        ('dependencies = ["build"]\n', {"a.py": "import build_things"}, [("build", "yes")]),
        ('dependencies = ["build"]\n', {"a.py": "ARGV = [sys.executable, '-m', 'build', '--sdist']"}, []),
        ('dependencies = ["types-requests"]\n', {}, [("types-requests", "yes")]),
        ('dependencies = ["humanize"]\n', {"a.py": "def f():\n    import humanize"}, []),
        ('dependencies = ["humanize"]\n', {"a.py": "APPS = ['humanize']"}, []),
        ('dependencies = ["humanize"]\n', {"/tools/x.py": "import humanize"}, []),
        ("dependencies = [\"humanize; sys_platform == 'win32'\"]\n", {}, []),
        ('dependencies = ["humanize"]\n', {"a.py": "x = ("}, []),
        ('dependencies = ["prompt-toolkit", "wcwidth>=0.2"]\n', {"a.py": "import prompt_toolkit"}, []),
        ('dependencies = ["prompt-toolkit", "wcwidth"]\n', {"a.py": "import prompt_toolkit"}, [("wcwidth", "no")]),
        ('dependencies = ["psycopg2", "gunicorn", "no-such-thing-at-all"]\n', {}, []),
        ('dependencies = ["pandas", "openpyxl"]\n', {"a.py": "import pandas"}, []),
        ('dependencies = ["flake8"]\n[project.entry-points."flake8.extension"]\nA = "acme:x"\n', {}, []),
    ],
)
def test_unused_dependencies(
    make_tree: Make, project: str, files: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    found = facts(make_tree, "unused_dependencies", files, project)
    assert [(item.name, item.tool) for item in found] == expected
