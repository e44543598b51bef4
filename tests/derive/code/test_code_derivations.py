"""What follows from the shipped code of whole small projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

HEAD = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1"
"""
FALLBACK = "try:\n    from ._fast import main\nexcept ImportError:\n    from ._slow import main"
EXTRA_YAML = '[project.optional-dependencies]\nyaml = ["PyYAML"]\n'
EXTRA_TEST = '[project.optional-dependencies]\ntest = ["pytest"]\n'
GROUP_DEV = '[dependency-groups]\ndev = ["pytest"]\n'


def facts(make_tree: Make, which: str, files: dict[str, str], project: str = "", *, tail: str = "") -> list[Any]:
    written: dict[str, str | bytes] = {"pyproject.toml": HEAD + project + tail, "src/acme/__init__.py": ""}
    written.update({(path if path.startswith("/") else f"src/acme/{path}").lstrip("/"): t for path, t in files.items()})
    tree = make_tree(written)
    scanned = scan(tree)
    return list(code_derivations(tree, scanned, predict(tree, scanned))[which]())


def entry(make_tree: Make, value: str, files: dict[str, str], group: str = "scripts", tail: str = "") -> Any:
    (found,) = facts(make_tree, "entry_points", files, f'[project.{group}]\nrun = "{value}"\n', tail=tail)
    return found


# entry points


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({"cli.py": "def main(): pass"}, "found"),
        ({"cli.py": "main = 1"}, "found"),
        ({"cli.py": "from .other import main", "other.py": "def main(): pass"}, "found"),
        ({"cli.py": "from acme.other import run as main", "other.py": "def run(): pass"}, "found"),
        ({"cli.py": "from .other import main", "other.py": "def run(): pass"}, "missing"),
        ({"cli.py": "from .gone import main"}, "missing"),
        ({"cli.py": "from .other import *", "other.py": "def main(): pass"}, "found"),
        ({"cli.py": "from .other import *", "other.py": "def run(): pass"}, "missing"),
        ({"cli.py": "from click import *"}, "unknown"),
        ({"cli.py": "from click import main"}, "found"),
        ({"cli.py": "from .a import *", "a.py": "from .cli import *"}, "missing"),
        ({"cli.py": "if x:\n    def main(): pass\nelse:\n    main = None"}, "found"),
        ({"cli.py": FALLBACK, "_slow.py": "def main(): pass"}, "found"),
        ({"cli.py": "def __getattr__(name): pass"}, "unknown"),
        ({"cli.py": "globals()['main'] = print"}, "unknown"),
        ({"cli.py": "def f():\n    global main\n    main = 1"}, "found"),
        ({"cli.py": "def main(:"}, "unknown"),
        ({"cli.py": "main: int"}, "missing"),
        ({"cli.py": ""}, "missing"),
        ({"cli/__init__.py": "from ._main import main", "cli/_main.py": "def main(): pass"}, "found"),
        ({"cli/main.py": "", "cli/__init__.py": ""}, "unknown"),
        ({"cli.py": "from .other import Tool\nmain = Tool.run", "other.py": ""}, "found"),
    ],
)  # fmt: skip
def test_the_target_of_a_script(make_tree: Make, files: dict[str, str], target: str) -> None:
    found = entry(make_tree, "acme.cli:main", files)
    assert found.target == target
    assert (found.missing == "attribute") is (target == "missing")
    assert (found.reason != "") is (target == "unknown")


@pytest.mark.parametrize(
    ("attr", "body", "target"),
    [
        ("App.run", "class App:\n    def run(self): pass", "found"),
        ("App.go", "class App:\n    def run(self): pass", "missing"),
        ("App.go", "class App(Base):\n    def run(self): pass", "unknown"),
        ("app.run", "app = make()", "unknown"),
    ],
)
def test_attributes_of_attributes(make_tree: Make, attr: str, body: str, target: str) -> None:
    assert entry(make_tree, f"acme.cli:{attr}", {"cli.py": body}).target == target


def test_a_missing_attribute_has_a_near_name_and_its_place(make_tree: Make) -> None:
    found = entry(make_tree, "acme.cli:mian", {"cli.py": "\n\ndef main(): pass"})
    assert (found.missing, found.near, found.shipped) == ("attribute", "main", "yes")
    assert [(place.path, place.line) for place in found.related] == [("src/acme/cli.py", 3)]


def test_a_missing_module_has_a_near_name(make_tree: Make) -> None:
    found = entry(make_tree, "acme.cly:main", {"cli.py": "def main(): pass"})
    assert (found.target, found.missing, found.near) == ("missing", "module", "acme.cli")


def test_the_package_name_misspelt(make_tree: Make) -> None:
    found = entry(make_tree, "acmee.cli:main", {"cli.py": "def main(): pass"})
    assert (found.target, found.missing, found.near) == ("missing", "module", "acme.cli")


def test_a_generated_module_is_unknown(make_tree: Make) -> None:
    assert entry(make_tree, "acme._version:main", {}).target == "unknown"


def test_a_module_that_stays_out_of_the_wheel(make_tree: Make) -> None:
    tail = '\n[tool.hatch.build.targets.wheel]\npackages = ["src/acme"]\nexclude = ["cli.py"]\n'
    found = entry(make_tree, "acme.cli:main", {"cli.py": "def main(): pass"}, tail=tail)
    assert (found.target, found.shipped) == ("found", "no")


@pytest.mark.parametrize(
    ("value", "near"),
    [
        ("acme.cli", ""), ("acme/cli.py:main", "acme.cli:main"), ("acme.cli:main()", "acme.cli:main"),
        ("acme-cli:main", "acme_cli:main"), ("", ""), ("a b:c", ""),
    ],
)  # fmt: skip
def test_what_is_no_object_reference(make_tree: Make, value: str, near: str) -> None:
    found = entry(make_tree, value, {"cli.py": "def main(): pass"})
    assert (found.valid, found.near) == ("no", near)


def test_a_plugin_may_be_a_module(make_tree: Make) -> None:
    found = entry(make_tree, "acme.cli", {"cli.py": ""}, 'entry-points."x.y"')
    assert (found.valid, found.target) == ("yes", "found")


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("acme_:Plugin", "missing"),  # one letter away from what has the object
        ("acme_:Other", "unknown"),  # the host may have it
        ("acmehost:Plugin", "unknown"),
    ],
)
def test_a_misspelt_plugin(make_tree: Make, value: str, target: str) -> None:
    project = f'dependencies = ["host"]\n[project.entry-points."host.plugins"]\nrun = "{value}"\n'
    (found,) = facts(make_tree, "entry_points", {"__init__.py": "class Plugin: pass"}, project)
    assert found.target == target


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("def main(argv=None, *more, quiet=False, **rest): ...", ""),
        ("def main(argv): ...", "it needs an argument for `argv`"),
        ("def main(first=1, *, second): ...", "it needs an argument for `second`"),
        ("async def main(): ...", "it is a coroutine function, whose call runs nothing"),
        ("@click.command()\ndef main(name): ...", ""),
        ("def main(argv): ...\nmain = wrap(main)", ""),
        ("if x:\n    def main(argv): ...\nelse:\n    def main(): ...", ""),
        ("from .other import run as main", "it needs an argument for `argv`"),
        ("from elsewhere import main", ""),
    ],
)
def test_the_call_of_a_script(make_tree: Make, code: str, call: str) -> None:
    found = entry(make_tree, "acme.cli:main", {"cli.py": code, "other.py": "def run(argv): ..."})
    assert found.call == call
    assert entry(make_tree, "acme.cli:main", {"cli.py": code}, 'entry-points."host.plugins"').call == ""


def test_extras_of_entry_points(make_tree: Make) -> None:
    project = '[project.scripts]\na = "acme.cli:main [one, two]"\n[project.optional-dependencies]\nTWO = []\n'
    found = facts(make_tree, "entry_point_extras", {"cli.py": "def main(): pass"}, project)
    assert [(item.extra, item.declared) for item in found] == [("one", "no"), ("two", "yes")]


# the standard library


def stdlib(make_tree: Make, text: str, requires: str = ">=3.9", project: str = "", **files: str) -> list[Any]:
    named = {f"{name}.py": content for name, content in files.items()}
    project = f'requires-python = "{requires}"\n{project}'
    return facts(make_tree, "stdlib_imports", {"__init__.py": text, **named}, project)


@pytest.mark.parametrize(
    ("text", "kind", "subject"),
    [
        ("import tomllib", "too-new", "tomllib"),
        ("from typing import Self, List", "too-new", "typing.Self"),
        ("import importlib.resources.abc", "too-new", "importlib.resources.abc"),
        ("from importlib.resources import abc", "too-new", "importlib.resources.abc"),
        ("import imp", "removed", "imp"),
        ("from distutils.version import LooseVersion", "removed", "distutils.version"),
        ("from collections import Mapping", "removed", "collections.Mapping"),
        ("import lib2to3.pgen2", "removed", "lib2to3.pgen2"),
    ],
)
def test_modules_and_names_that_some_python_lacks(make_tree: Make, text: str, kind: str, subject: str) -> None:
    (found,) = stdlib(make_tree, text)
    assert (found.kind, found.subject, found.when) == (kind, subject, "import")


@pytest.mark.parametrize(
    ("text", "requires"),
    [
        ("import tomllib", ">=3.11"),
        ("import imp", ">=3.9,<3.12"),
        ("import json, os.path\nfrom typing import List", ">=3.9"),
        ("from importlib import metadata", ">=3.8"),
        ("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib", ">=3.9"),
        ("try:\n    import tomli as tomllib\nexcept ImportError:\n    import tomllib", ">=3.9"),
        ("import sys\nif sys.version_info >= (3, 11):\n    import tomllib", ">=3.9"),
        ("import sys\nif sys.version_info < (3, 12):\n    import imp", ">=3.9"),
        ("import sys\nif sys.version_info[0] == 2:\n    import imp", ">=3.9"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Self", ">=3.9"),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import tomllib", ">=3.9"),
        ("import regex", ">=3.9"),
    ],
)
def test_guards_and_windows_are_honoured(make_tree: Make, text: str, requires: str) -> None:
    assert stdlib(make_tree, text, requires) == []


def test_without_a_promise_nothing_breaks_it(make_tree: Make) -> None:
    assert facts(make_tree, "stdlib_imports", {"__init__.py": "import imp, tomllib"}) == []


def test_a_module_that_is_imported_only_under_a_guard(make_tree: Make) -> None:
    text = "import sys\nif sys.version_info >= (3, 11):\n    from . import new\n"
    assert stdlib(make_tree, text, new="import tomllib") == []
    (found,) = stdlib(make_tree, text + "from acme.new import x\n", new="import tomllib")
    assert found.at.path == "src/acme/new.py"


def test_setuptools_brings_distutils_back(make_tree: Make) -> None:
    assert stdlib(make_tree, "import distutils.core", project='dependencies = ["setuptools"]\n') == []


def test_setuptools_imported_beside_it_brings_distutils_too(make_tree: Make) -> None:
    assert stdlib(make_tree, "try:\n    import setuptools\nexcept ImportError:\n    pass\nimport distutils.core") == []


def test_setuptools_itself_has_distutils(make_tree: Make) -> None:
    tree = make_tree(
        {
            "pyproject.toml": HEAD.replace("acme", "setuptools") + 'requires-python = ">=3.9"\n',
            "src/setuptools/__init__.py": "import distutils.core\n",
        }
    )
    scanned = scan(tree)
    assert list(code_derivations(tree, scanned, predict(tree, scanned))["stdlib_imports"]()) == []


@pytest.mark.parametrize(
    ("text", "reached", "path"),
    [
        ("", "no", "src/acme/a.py"),
        ("if DEBUG:\n    from . import a, b\n", "unknown", "src/acme/a.py"),
        ("from . import b\n", "yes", "src/acme/b.py"),
    ],
)
def test_how_surely_a_module_is_imported(make_tree: Make, text: str, reached: str, path: str) -> None:
    (found,) = stdlib(make_tree, text, a="import imp", b="import imp")
    assert (found.reached, found.at.path) == (reached, path)


def test_the_first_python_of_a_name_is_one_that_has_its_module(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "from typing import TypedDict", requires=">=3.6")
    assert found.since == "3.8"


def test_one_record_for_all_files_with_the_first_place(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "import imp\n", a="import os\nimport imp", b="import imp")
    assert (found.at.path, found.files, found.until, found.replacement) == (
        "src/acme/__init__.py",
        3,
        "3.12",
        "importlib",
    )
    assert [place.path for place in found.related] == ["pyproject.toml", "src/acme/a.py", "src/acme/b.py"]


def test_an_import_in_a_function_fails_later(make_tree: Make) -> None:
    (found,) = stdlib(make_tree, "def f():\n    import tomllib\n")
    assert (found.when, found.since, found.missing_on) == ("call", "3.11", "3.9, 3.10")


def test_what_is_new_may_stand_under_a_flag(make_tree: Make) -> None:
    flag = "from .versions import IS_NEW\ndef f():\n    if IS_NEW:\n        "
    for text, expected in (("from typing import NoDefault", []), ("import imp", ["imp"])):
        found = facts(make_tree, "stdlib_imports", {"a.py": flag + text}, 'requires-python = ">=3.11"\n')
        assert [item.module for item in found] == expected


def test_own_modules_are_not_the_standard_library(make_tree: Make) -> None:
    files = {"__init__.py": "from acme import imp\nfrom . import tomllib", "imp.py": "", "tomllib.py": ""}
    assert facts(make_tree, "stdlib_imports", files, 'requires-python = ">=3.9"\n') == []


def test_tests_inside_of_the_package_are_not_judged(make_tree: Make) -> None:
    files = {"tests/__init__.py": "", "tests/test_a.py": "import imp, requests\n"}
    for which in ("stdlib_imports", "undeclared_imports"):
        assert facts(make_tree, which, files, 'requires-python = ">=3.9"\n') == []


# syntax


def test_newer_syntax(make_tree: Make) -> None:
    files = {
        "__init__.py": "if (n := 1):\n    pass\ndef f(x: int | None): pass\n",
        "a.py": "match x:\n    case 1: pass\n",
    }
    found = facts(make_tree, "newer_syntax", files, 'requires-python = ">=3.7"\n')
    assert [(f.name, f.since, f.floor, f.evaluated, f.alone) for f in found] == [
        ("assignment expression", "3.8", "3.7", "no", "no"),
        ("union in an annotation", "3.10", "3.7", "yes", "no"),
        ("match statement", "3.10", "3.7", "no", "no"),
    ]


def test_syntax_in_a_module_that_only_newer_pythons_import_stands_alone(make_tree: Make) -> None:
    text = "import sys\nif sys.version_info >= (3, 10):\n    from ._match import f\n"
    files = {"__init__.py": text, "_match.py": "match x:\n    case 1: pass\n"}
    (found,) = facts(make_tree, "newer_syntax", files, 'requires-python = ">=3.9"\n')
    assert found.alone == "yes"


def test_sources_that_do_not_parse(make_tree: Make) -> None:
    files = {"a.py": "x = (", "b.py": "print 'x'", "tests/test_c.py": "x = ("}
    found = facts(make_tree, "unread_sources", files)
    assert [(f.at.path, f.kind, f.reason) for f in found] == [
        ("src/acme/a.py", "error", "not-parseable"),
        ("src/acme/b.py", "python-2", "not-parseable"),
    ]


# other distributions


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


# the project's own modules


@pytest.mark.parametrize(
    ("text", "written"),
    [("from .. import x", ".."), ("from ...a.b import x", "...a.b"), ("def f():\n    from ..a import x", "..a")],
)
def test_relative_imports_beyond_the_top(make_tree: Make, text: str, written: str) -> None:
    (found,) = facts(make_tree, "deep_relative_imports", {"a.py": text})
    assert (found.written, found.module) == (written, "acme.a")


def test_relative_imports_within_the_package(make_tree: Make) -> None:
    files = {
        "__init__.py": "from . import a",
        "a.py": "from . import b",
        "s/__init__.py": "from .. import a",
        "b.py": "",
    }
    assert facts(make_tree, "deep_relative_imports", files) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from .gone import x", [("acme.gone", "missing", "")]),
        ("import acme.gone.deep", [("acme.gone.deep", "missing", "")]),
        ("from acme.shape import x", [("acme.shape", "missing", "acme.shapes")]),
        ("from .shapes import no_such_name", []),
        ("from . import anything", []),
        ("from .__init__ import x", []),
        ("from ._version import version", []),
        ("from .gen_pb2 import x", []),
        ("from .fast import x", []),
        ("from .linked import x", [("acme.linked", "missing", "")]),
        ("try:\n    from .gone import x\nexcept ImportError:\n    x = None", []),
        ("if False:\n    from .gone import x", []),
    ],
)
def test_own_modules_that_are_missing(make_tree: Make, text: str, expected: list[tuple[str, str, str]]) -> None:
    files = {"a.py": text, "shapes.py": "", "fast.pyx": ""}
    found = facts(make_tree, "own_imports", files)
    assert [(item.name, item.state, item.near) for item in found] == expected


def test_a_package_that_rearranges_its_modules_is_not_judged(make_tree: Make) -> None:
    text = "import sys\nsys.modules[__name__ + '.gone'] = sys\n"
    assert facts(make_tree, "own_imports", {"__init__.py": text, "a.py": "from .gone import x"}) == []


def test_a_namespace_may_have_parts_of_others(make_tree: Make) -> None:
    tree = make_tree(
        {
            "pyproject.toml": HEAD + '[tool.hatch.build.targets.wheel]\npackages = ["src/corp"]\n',
            "src/corp/tea/__init__.py": "import corp.coffee\nfrom corp.tea.gone import x\n",
        }
    )
    scanned = scan(tree)
    found = code_derivations(tree, scanned, predict(tree, scanned))["own_imports"]()
    assert [item.name for item in found] == ["corp.tea.gone"]


def test_a_module_in_the_tree_that_the_wheel_leaves_out(make_tree: Make) -> None:
    tail = '\n[tool.hatch.build.targets.wheel]\npackages = ["src/acme"]\nexclude = ["b.py"]\n'
    (found,) = facts(make_tree, "own_imports", {"a.py": "from .b import x", "b.py": ""}, tail=tail)
    assert (found.name, found.state) == ("acme.b", "not-shipped")
    assert [place.path for place in found.related] == ["src/acme/b.py"]


def test_a_backend_without_a_model_is_judged_by_its_own_package_only(make_tree: Make) -> None:
    head = '[build-system]\nrequires = ["x"]\nbuild-backend = "x.y"\n[project]\nname = "Acme-Tea"\nversion = "1"\n'
    tree = make_tree(
        {
            "pyproject.toml": head,
            "python/acme_tea/__init__.py": "from .a import x\nfrom .gone import y\n",
            "python/acme_tea/a.py": "from ... import z\n",
            "python/acme_tea/b.py": "import tabulate\n",
            "helper.py": "import requests\nfrom ... import z\n",
        }
    )
    scanned = scan(tree)
    derived = code_derivations(tree, scanned, predict(tree, scanned))
    assert [item.name for item in derived["own_imports"]()] == ["acme_tea.gone"]
    assert [item.module for item in derived["deep_relative_imports"]()] == ["acme_tea.a"]
    assert [item.distribution for item in derived["undeclared_imports"]()] == ["tabulate"]


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
