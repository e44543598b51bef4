"""Calls of interest with aliases resolved, and uses of `__file__`."""

from __future__ import annotations

import pytest

from pkg_audit.facts.sources import Call
from pkg_audit.scan.sources import scan_source


def calls(text: str) -> list[Call]:
    return list(scan_source(text.encode(), "m.py").calls)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("open('x')", "open"),
        ("import subprocess as sp\nsp.run(['x'])", "subprocess.run"),
        ("from subprocess import Popen as P\nP(['x'])", "subprocess.Popen"),
        ("import importlib.resources\nimportlib.resources.files('a')", "importlib.resources.files"),
        ("from importlib import resources\nresources.files('a')", "importlib.resources.files"),
        ("from importlib.metadata import version\nversion('a')", "importlib.metadata.version"),
        ("import pkg_resources\npkg_resources.resource_string('a', 'b')", "pkg_resources.resource_string"),
        ("import os\nos.system('x')", "os.system"),
        ("import sys\nsys.path.insert(0, 'x')", "sys.path.insert"),
        ("import ctypes\nctypes.CDLL('x')", "ctypes.CDLL"),
        ("import ctypes\nctypes.cdll.LoadLibrary('x')", "ctypes.cdll.LoadLibrary"),
        ("from flask import Flask\napp = Flask(__name__)", "flask.Flask"),
        ("import click\n@click.command\ndef f(): pass", "click.command"),
        ("import click\n@click.command('x')\ndef f(): pass", "click.command"),
        ("import multiprocessing as mp\nmp.Process()", "multiprocessing.Process"),
        ("import sys\nprint(sys.executable)", "sys.executable"),
        ("def f(a=open('x')): pass", "open"),
        ("def f():\n    from subprocess import run\n    return [run(x) for x in y]", "subprocess.run"),
        ("x = f'{open(1)}'", "open"),
    ],
)
def test_calls_are_found_by_their_canonical_name(text: str, name: str) -> None:
    assert [call.name for call in calls(text + "\n")] == [name]


def test_arguments_are_literal_strings_or_none() -> None:
    (call,) = calls("import subprocess\nsubprocess.run('a', x, 'b', shell=True, **kw)\n")
    assert call.args == ("a", None, "b")
    assert call.keywords == ("shell",)
    assert (call.at.line, call.at.column) == (2, 1)


@pytest.mark.parametrize(
    "text",
    ["self.open('x')", "from x import open\nopen('y')", "def open(x): pass\nopen('x')", "x = 'open(1)'", "# open(1)"],
)
def test_other_things_of_that_name_are_not(text: str) -> None:
    assert calls(text + "\n") == []


def test_context_and_guards_apply() -> None:
    text = "import sys\ndef f():\n    if sys.version_info >= (3, 9):\n        return open('x')\n"
    (call,) = calls(text)
    assert call.context == ("function", "version-guard")
    assert call.python == ">=3.9"


def test_a_ternary_guards_its_branches() -> None:
    text = "import sys, os\nx = os.system('a') if sys.platform == 'win32' else os.popen('b')\n"
    assert [(c.name, c.platform) for c in calls(text)] == [("os.system", "win32"), ("os.popen", "!win32")]


def test_a_lambda_runs_later() -> None:
    (call,) = calls("f = lambda: open('x')\n")
    assert call.context == ("function",)


def test_dunder_file_is_recorded_wherever_it_is_read() -> None:
    found = calls("import os\nHERE = os.path.dirname(__file__)\n__file__ = 1\n")
    assert [(c.name, c.at.line) for c in found] == [("__file__", 2)]
