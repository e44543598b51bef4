from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pkg_audit.scan.setup_py import read_setup_py
from pkg_audit.tree import Tree


def values(value: Any) -> Any:
    return [text.value for text in value.value]


@pytest.mark.parametrize(
    "test",
    [
        "sys.version_info < (3, 8)",
        "sys.version_info[:2] == (3, 9)",
        "sys.version_info.minor < 9",
        "sys.platform == 'win32'",
        "sys.platform.startswith('win')",
        "os.name == 'nt'",
        "platform.system() == 'Windows'",
        "platform.python_implementation() != 'PyPy'",
        "os.environ.get('ACME')",
        "'ACME' in os.environ",
        "hasattr(sys, 'pypy_version_info')",
        "'_socket' in sys.builtin_module_names",
        "'__pypy__' in sys.builtin_module_names",
        "'egg_info' in sys.argv",
        "not os.path.exists('.git')",
    ],
)
def test_undecidable_tests_make_dependencies_conditional(read: Callable[..., Any], test: str) -> None:
    script = f"import os, sys, platform\nr = ['a']\nif {test}:\n    r.append('b')\n"
    found = read(f"{script}setup(name='acme', install_requires=r)").declared
    assert found.dependencies.unknown.reason == "conditional"
    assert found.dependencies.unknown.at.line == 4
    assert found.dependencies.unknown.detail == test
    assert found.name.value == "acme"


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("sys.version_info < (3,)", ["a"]),
        ("sys.version_info[0] == 2", ["a"]),
        ("sys.version_info.major >= 3", ["a", "b"]),
        ("sys.version_info >= (3, 5)", ["a", "b"]),
        ("sys.version_info[:2] == (2, 7)", ["a"]),
        ("sys.version_info[0] < 3", ["a"]),
        ("sys.argv[0] and False", ["a"]),
        ("'bdist_wheel' in sys.argv", ["a", "b"]),
        ("'upload' in sys.argv", ["a"]),
        ("'sdist' not in sys.argv", ["a", "b"]),
        ("os.path.exists('setup.py')", ["a", "b"]),
        ("__name__ == '__main__'", ["a", "b"]),
        ("'_other' in sys.builtin_module_names", ["a"]),
    ],
)
def test_decidable_tests(read: Callable[..., Any], test: str, expected: Any) -> None:
    found = read(f"import os, sys\nr = ['a']\nif {test}:\n    r.append('b')\nsetup(install_requires=r)")
    assert values(found.declared.dependencies) == expected


def test_same_value_in_both_branches_is_known(read: Callable[..., Any]) -> None:
    found = read("import os\nif os.environ.get('X'):\n    v = '1'\nelse:\n    v = '1'\nsetup(version=v)")
    assert found.declared.version.value == "1"


def test_branch_that_ends_the_script_does_not_count(read: Callable[..., Any]) -> None:
    script = "import sys\nif sys.version_info < (3, 9):\n    v = '0'\n    sys.exit('too old')\nelse:\n    v = '1'\n"
    assert read(f"{script}setup(version=v)").declared.version.value == "1"


def test_raising_branch_does_not_count(read: Callable[..., Any]) -> None:
    script = "import os\nr = ['a']\nif os.environ.get('X'):\n    r.append('b')\n    raise RuntimeError('no')\n"
    assert values(read(f"{script}setup(install_requires=r)").declared.dependencies) == ["a"]


def test_script_that_certainly_ends_is_read_on(read: Callable[..., Any]) -> None:
    assert read("raise SystemExit('use pip')\nsetup(name='acme')").declared.name.value == "acme"


def test_elif_chain_in_doubt(read: Callable[..., Any]) -> None:
    script = (
        "import sys\nif sys.platform == 'a':\n    v = '1'\nelif sys.platform == 'b':\n    v = '2'\nelse:\n    v = '1'\n"
    )
    assert read(f"{script}setup(version=v)").declared.version.unknown.reason == "conditional"


def test_keyword_added_under_a_condition(read: Callable[..., Any]) -> None:
    script = "import sys\nkw = {'name': 'acme'}\nif sys.platform == 'win32':\n    kw['install_requires'] = ['a']\n"
    found = read(f"{script}setup(**kw)").declared
    assert found.name.value == "acme"
    assert found.dependencies.unknown.reason == "conditional"


def test_handler_counts_where_the_body_may_fail(read: Callable[..., Any]) -> None:
    script = "try:\n    import other\n    v = '1'\nexcept ImportError:\n    v = '2'\n"
    assert read(f"{script}setup(version=v)").declared.version.unknown.reason == "conditional"


def test_handler_does_not_count_where_the_body_cannot_fail(read: Callable[..., Any]) -> None:
    script = (
        "try:\n"
        "    from setuptools import setup\n"
        "except ImportError:\n"
        "    from distutils.core import setup\n"
        "    v = '2'\n"
        "else:\n"
        "    v = '1'\n"
    )
    found = read(f"{script}setup(version=v)", header=False)
    assert found.declared.version.value == "1"
    assert found.setup_from == "setuptools"


def test_unknown_loop_spoils_what_it_writes_and_nothing_else(read: Callable[..., Any]) -> None:
    script = "import o\na, b = ['x'], ['y']\nfor i in o.things():\n    a.append(i)\n"
    found = read(f"{script}setup(install_requires=a, py_modules=b)")
    assert found.declared.dependencies.unknown is not None
    assert found.setuptools.py_modules.value == ("y",)


def test_unknown_spread_makes_every_absent_keyword_unknown(read: Callable[..., Any]) -> None:
    found = read("import o\nsetup(name='acme', **o.more())")
    assert found.declared.name.value == "acme"
    assert found.declared.dependencies.unknown.reason == "dynamic-expression"
    assert found.setuptools.packages.unknown is not None


def test_second_call_after_a_failure_makes_differences_conditional(read: Callable[..., Any]) -> None:
    script = (
        "def run(ext):\n    setup(name='acme', ext_modules=ext)\n"
        "try:\n    run([Extension('acme._c', ['c.c'])])\nexcept Exception:\n    run([])\n"
    )
    found = read(script)
    assert found.declared.name.value == "acme"
    (extension,) = found.extensions_seen
    assert extension.name == "acme._c"
    assert extension.optional == "yes"


def test_two_calls_under_a_condition(read: Callable[..., Any]) -> None:
    script = (
        "import sys\n"
        "if sys.platform == 'win32':\n"
        "    setup(name='a', version='1')\n"
        "else:\n"
        "    setup(name='a', version='2')\n"
    )
    found = read(script).declared
    assert found.name.value == "a"
    assert found.version.unknown.reason == "conditional"


@pytest.mark.parametrize(
    ("script", "origin"),
    [
        ("from setuptools import setup\nsetup(name='acme')", "setuptools"),
        ("import setuptools\nsetuptools.setup(name='acme')", "setuptools"),
        ("import setuptools as st\nst.setup(name='acme')", "setuptools"),
        ("from setuptools import setup as s\ns(name='acme')", "setuptools"),
        ("from distutils.core import setup\nsetup(name='acme')", "distutils.core"),
        ("from numpy.distutils.core import setup\nsetup(name='acme')", "numpy.distutils.core"),
        ("from skbuild import setup\nsetup(name='acme')", "skbuild"),
        ("try:\n    from skbuild import setup\nexcept ImportError:\n    raise\nsetup(name='acme')", "skbuild"),
        ("from setuptools import setup\nif __name__ == '__main__':\n    setup(name='acme')", "setuptools"),
        ("from setuptools import setup\ndef main():\n    setup(name='acme')\nmain()", "setuptools"),
        ("from setuptools import setup\ndef main():\n    setup(name='acme')", "setuptools"),
        ("from setuptools import setup\nkw = dict(name='acme')\nsetup(**kw)", "setuptools"),
        ("from setuptools import setup\nd = setup(name='acme')", "setuptools"),
        ("import setuptools\nsetup = setuptools.setup\nsetup(name='acme')", "setuptools"),
        ("from setuptools import *\nsetup(name='acme')", "setuptools"),
    ],
)
def test_ways_to_call_setup(read: Callable[..., Any], script: str, origin: str) -> None:
    found = read(script, header=False)
    assert found.declared.name.value == "acme"
    assert found.setup_from == origin
    assert found.calls_setup.path == "setup.py"


def test_no_call(read: Callable[..., Any]) -> None:
    found = read("print('hello')")
    assert found.calls_setup is None
    assert found.declared is None
    assert found.setuptools is None


def test_no_file(make_tree: Callable[..., Tree]) -> None:
    assert read_setup_py(make_tree({"a.py": ""})) is None


def test_python_2_is_an_error_with_a_place(read: Callable[..., Any]) -> None:
    found = read("print 'hello'\nsetup()")
    assert found.error.reason == "not-parseable"
    assert found.error.at.line == 2
    assert found.declared is None


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"# coding: nonsense\n", b"# coding: rot13\nx = 1\n", b"x = '\xff'\n"]
)
def test_odd_encodings_are_an_error(make_tree: Callable[..., Tree], data: Any) -> None:
    found: Any = read_setup_py(make_tree({"setup.py": data}))
    assert found.error.reason == "encoding"


def test_a_cookie_is_honoured(make_tree: Callable[..., Tree]) -> None:
    data = "# coding: latin-1\nfrom setuptools import setup\nsetup(description='é')\n".encode("latin-1")
    found: Any = read_setup_py(make_tree({"setup.py": data}))
    assert found.declared.description.value == "é"


def test_switch_of_its_own_on_the_command_line_is_off(read: Callable[..., Any]) -> None:
    script = (
        "import os, sys\ndef has(name):\n    try:\n        sys.argv.remove('--' + name)\n        return True\n"
        "    except ValueError:\n        pass\n    return os.getenv(name) == 'true'\n"
        "r = ['a']\nif has('extra'):\n    r.append('b')\n"
    )
    found = read(f"{script}setup(install_requires=r)").declared
    assert found.dependencies.unknown.reason == "conditional"


def test_attribute_of_a_module_that_the_script_sets(read: Callable[..., Any]) -> None:
    script = "import about\ntry:\n    import other\n    about.v = other.v\nexcept ImportError:\n    pass\n"
    found = read(f"{script}setup(name=about.n, version=about.v)", {"about.py": "v = '1'\nn = 'acme'"}).declared
    assert found.name.value == "acme"
    assert found.version.unknown.reason == "conditional"
