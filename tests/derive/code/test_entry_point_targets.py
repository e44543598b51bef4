"""What the entry points of whole small projects lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from code_facts import facts

if TYPE_CHECKING:
    from code_facts import Make

FALLBACK = "try:\n    from ._fast import main\nexcept ImportError:\n    from ._slow import main"


def entry(make_tree: Make, value: str, files: dict[str, str], group: str = "scripts", tail: str = "") -> Any:
    (found,) = facts(make_tree, "entry_points", files, f'[project.{group}]\nrun = "{value}"\n', tail=tail)
    return found


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
