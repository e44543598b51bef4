"""Signs of what a project is for: what counts, and what is a mere mention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.audit import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.facts.document import Facts
    from pkg_audit.tree import Tree

    MakeTree = Callable[[Mapping[str, str | bytes]], Tree]

METADATA = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "acme"
version = "1.0"
"""
FILES = METADATA + '[tool.setuptools]\nscript-files = ["bin/go"]\n'
SCRIPT = METADATA + '[project.scripts]\nacme = "acme.cli:main"\n'
GUI = METADATA + 'dependencies = ["PySide6"]\n[project.scripts]\nacme = "acme.cli:main"\n'

MAIN = "def main():\n    pass\n"
LATER = "def main():\n    from acme import window\n"
WINDOW = "from PySide6.QtWidgets import QApplication\n\n\ndef run():\n    QApplication([])\n"


def names(facts: Facts) -> set[str]:
    return {str(sign.name) for sign in facts.signs} - {"main-guard"}


def project(pyproject: str = METADATA, **files: str) -> dict[str, str]:
    """Return a project; `a__b` stands for a/b.py."""
    return {"pyproject.toml": pyproject, "src/acme/__init__.py": ""} | {
        f"{name.replace('__', '/')}.py": text for name, text in files.items()
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (project(src__acme__web="import js\n"), set()),
        (project(src__acme__web="def go():\n    import js\n", src__acme__x="from acme import web\n"), set()),
        (
            {**project(src__acme__web="import js\n"), "src/acme/__init__.py": "from acme import web\n"},
            {"browser-code"},
        ),
        ({**project(), "src/acme/__init__.py": "try:\n    import js\nexcept ImportError:\n    js = None\n"}, set()),
        ({"main.py": "import js\n"}, {"browser-code"}),
        ({**project(), "docker/server.py": "import flask\napp = flask.Flask(__name__)\n"}, set()),
        ({**project(), "app.py": "import flask\napp = flask.Flask(__name__)\n"}, {"service-object"}),
        ({**project(), "src/acme/app.py": "import flask\napp = flask.Flask(__name__)\n"}, {"service-object"}),
        ({**project(), "tests/app.py": "import flask\napp = flask.Flask(__name__)\n"}, set()),
        ({**project(), "src/acme/__main__.py": "print()\n"}, {"main-module"}),
        ({**project(), "src/acme/part/__init__.py": "", "src/acme/part/__main__.py": "print()\n"}, set()),
        ({**project(), "scripts/bench.py": "# /// script\n# dependencies = []\n# ///\n"}, set()),
        ({"bench.py": "# /// script\n# dependencies = []\n# ///\n"}, {"script-block"}),
        ({**project(FILES), "bin/go": "#!python\n"}, {"shipped-program"}),
        ({**project(), "playbook.yml": ""}, {"batch-file"}),
        ({**project(), "Vagrantfile": ""}, set()),  # a developer's own machine
        # a toolkit: what a program loads, what it requires, or who opens a window
        (project(GUI, src__acme__cli=MAIN, src__acme__window=WINDOW), set()),
        (project(GUI, src__acme__cli="from acme import window\n" + MAIN, src__acme__window=WINDOW), {"gui-toolkit"}),
        (project(GUI, src__acme__cli=LATER, src__acme__window=WINDOW), {"gui-toolkit"}),
        (project(SCRIPT, src__acme__cli="def main():\n    import tkinter\n"), set()),
        (project(SCRIPT, src__acme__cli="import tkinter\n" + MAIN), {"gui-toolkit"}),
        ({**project(), "src/acme/__init__.py": "from PySide6 import QtCore\n"}, set()),
        ({**project(), "src/acme/__init__.py": WINDOW}, {"gui-toolkit"}),
        (project(METADATA.replace("acme", "PySide6"), src__PySide6____init__=""), set()),
    ],
)  # fmt: skip
def test_what_counts_as_a_sign(files: dict[str, str], expected: set[str], make_tree: MakeTree) -> None:
    assert names(facts_of(make_tree(files))) == expected


def test_a_script_that_a_wheel_installs_can_be_started(make_tree: MakeTree) -> None:
    files = project(FILES) | {"bin/go": "#!python\n"}
    assert facts_of(make_tree(files)).project.runnable == "yes"
    assert facts_of(make_tree(project())).project.runnable == "no"


def test_what_is_not_settled_names_the_place_that_makes_it_so(make_tree: MakeTree) -> None:
    pyproject = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n[project]\nname = "acme"\n'
    facts = facts_of(make_tree({"pyproject.toml": pyproject + 'version = "1"\n', "acme.py": "", "own.py": ""}))
    assert {item.what for item in facts.unsettled} == {"kind", "modules", "files"}
    assert {(item.reason, item.at.path, item.at.line) for item in facts.unsettled} == {
        ("needs-build", "pyproject.toml", 3)
    }
    assert facts_of(make_tree(project())).unsettled == ()
