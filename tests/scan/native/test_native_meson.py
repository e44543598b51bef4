from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan.native.meson.parsing import parse_meson

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import MesonProject, NativeFindings

    Native = Callable[[dict[str, str | bytes]], NativeFindings]

PYPROJECT = """
[build-system]
requires = ["meson-python"]
build-backend = "mesonpy"
[project]
name = "demo"
version = "1"
{more}
"""
HEAD = "project('demo', 'c')\npy = import('python').find_installation({pure})\n"


def built(native: Native, text: str, pure: str = "pure: false", more: str = "", **files: str) -> NativeFindings:
    tree: dict[str, str | bytes] = {"pyproject.toml": PYPROJECT.format(more=more)}
    tree["meson.build"] = HEAD.format(pure=pure) + text
    return native({**tree, **files})


def project(findings: NativeFindings) -> MesonProject:
    assert findings.meson is not None
    return findings.meson


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("py.extension_module('_x', 'x.c', install: true, subdir: 'demo/sub')", ["demo.sub._x"]),
        ("py.extension_module('_x', 'x.c', install: true)", ["_x"]),
        ("py.extension_module('_x', 'x.c', subdir: 'demo')", []),
        (
            ("foreach n : ['a', 'b']\npy.extension_module('_' + n, n + '.c', install: true, subdir: 'd')\nendforeach"),
            ["d._a", "d._b"],
        ),
        (
            ("m = {'a': 'a.c', 'b': 'b.c'}\nforeach n, s : m\npy.extension_module(n, s, install: true)\nendforeach"),
            ["a", "b"],
        ),
        ("kw = {'install': true, 'subdir': 'd'}\npy.extension_module(f'_@x@', 'x.c', kwargs: kw)", [""]),
        ("x = 'core'\npy.extension_module(f'_@x@', 'x.c', install: true)", ["_core"]),
        ("if host_machine.system() == 'windows'\npy.extension_module('w', 'w.c', install: true)\nendif", []),
        ("py.extension_module('x', 'x.c', install: true, install_dir: py.get_install_dir() / 'p')", ["p.x"]),
        ("py.extension_module('x', 'x.c', install: true, install_dir: get_option('libdir'))", [""]),
    ],
)
def test_extension_modules(native: Native, text: str, expected: list[str]) -> None:
    findings = built(native, text)
    assert [e.name for e in findings.extensions] == expected


def test_subdirectories(native: Native) -> None:
    inner = (
        "py.extension_module('_x', 'x.c', install: true, subdir: 'demo')\npy.install_sources('a.py', subdir: 'demo')\n"
    )
    findings = built(native, "subdir('demo')\n", **{"demo/meson.build": inner})
    assert [e.name for e in findings.extensions] == ["demo._x"]
    assert project(findings).installs[0].sources == ("demo/a.py",)
    assert findings.extensions[0].at.path == "demo/meson.build"


@pytest.mark.parametrize(
    ("pure", "text", "expected"),
    [
        ("", "py.install_sources('a.py')", "yes"),
        ("pure: false", "py.install_sources('a.py')", "no"),
        ("pure: false", "py.install_sources('a.py', pure: true)", "yes"),
        ("pure: get_option('x')", "py.install_sources('a.py')", "unknown"),
        ("", "install_subdir('demo', install_dir: py.get_install_dir())", "yes"),
        ("pure: false", "install_subdir('demo', install_dir: py.get_install_dir())", "no"),
        ("", "py.extension_module('x', 'x.c', install: true)", "no"),
    ],
)
def test_purity(native: Native, pure: str, text: str, expected: str) -> None:
    assert project(built(native, text, pure)).pure == expected


def test_an_option_that_is_off_hides_an_extension(native: Native) -> None:
    text = "if get_option('mkl')\npy.extension_module('m', 'm.c', install: true)\nendif\n"
    options = "option('mkl', type: 'boolean', value: false)\n"
    findings = built(native, text, **{"meson.options": options})
    assert findings.extensions == ()
    assert findings.unknown
    on = built(native, text, more='[tool.meson-python.args]\nsetup = ["-Dmkl=true"]\n', **{"meson.options": options})
    assert [e.name for e in on.extensions] == ["m"]


@pytest.mark.parametrize(
    "text", ["a = ", "if x\n", "(" * 200, "x = [" + "[" * 120, "'", "foreach x : [1]", "a.b.c(", "\0"]
)
def test_what_does_not_parse_is_none(text: str) -> None:
    assert parse_meson(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "subdir('.')",
        "subdir('../..')",
        "x = ['a']\nforeach a : x\nx += x\nendforeach\n" * 30,
        "x = 'a'\n" + "x = x + x\n" * 60,
        "x = " + " + ".join(["1"] * 3000),
        "py.extension_module()\npy.install_sources()\ninstall_subdir()\nsubdir()\nproject()\nget_option()",
        "x = 1 / 0\ny = [][0]\nz = {}['a']\nw = 'a'[5]",
    ],
)
def test_hostile_files_end_soon_and_raise_nothing(native: Native, text: str) -> None:
    built(native, text)
