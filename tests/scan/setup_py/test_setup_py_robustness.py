from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkg_audit.errors import ReadError
from pkg_audit.facts.problem import Problem
from pkg_audit.scan.setup_py import read_setup_py
from pkg_audit.tree import Tree


class Memory(Tree):
    """A tree of files held in memory."""

    source: Literal["directory", "sdist", "wheel"] = "directory"
    name = "memory"

    def __init__(self, files: dict[str, str | bytes]) -> None:
        self._files = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}

    def files(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def links(self) -> tuple[str, ...]:
        return ()

    def size(self, path: str) -> int | None:
        return len(self._files[path]) if path in self._files else None

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        if path not in self._files:
            raise ReadError(path, "file-missing", "no such file")
        if len(self._files[path]) > limit:
            raise ReadError(path, "too-large", "too large")
        return self._files[path]

    def head(self, path: str, count: int = 64) -> bytes:
        return self.read(path)[:count]

    def sub(self, path: str) -> Tree:
        raise NotImplementedError

    def problems(self) -> tuple[Problem, ...]:
        return ()

    def is_dir(self, path: str) -> bool:
        return path in {"", "."} or any(name.startswith(f"{path}/") for name in self._files)


def read(script: str | bytes, **files: str | bytes) -> Any:
    return read_setup_py(Memory({"setup.py": script, **files}))


HOSTILE = {
    "doubling": "a = 'x'\n" + "a = a + a\n" * 60 + "setup(name=a)",
    "doubling list": "a = ['x']\n" + "a = a + a\n" * 60 + "setup(py_modules=a)",
    "doubling extend": "a = ['x']\n" + "a.extend(a)\n" * 60 + "setup(py_modules=a)",
    "nested doubling": "a = ['x']\n" + "a = [a, a]\n" * 60 + "setup(install_requires=a)",
    "self-containing list": "a = []\na.append(a)\nsetup(install_requires=a)",
    "self-containing dict": "d = {}\nd['extras_require'] = d\nd['package_data'] = d\nsetup(**d)",
    "name cycle": "a = b\nb = a\nsetup(name=a)",
    "deep parentheses": "setup(name=" + "(" * 90 + "'a'" + ")" * 90 + ")",
    "deep lists": "setup(install_requires=" + "[" * 90 + "'a'" + "]" * 90 + ")",
    "long sum": "setup(name=" + "+".join(["'a'"] * 900) + ")",
    "many minuses": "setup(name=" + "-" * 900 + "1)",
    "deep attributes": "setup(name=a" + ".b" * 900 + ")",
    "deep calls": "setup(name=f" + "()" * 900 + ")",
    "elif chain": ("if a:\n    b = 1\n")
    + "".join(f"elif a == {i}:\n    b = {i}\n" for i in range(300))
    + "setup(name=b)",
    "branches doubling": "import os\n" + "".join(f"if os.environ.get('{i}'):\n    a{i} = {i}\n" for i in range(400)),
    "nested branches": ("import os\na = []\n")
    + "".join(" " * i + f"if os.environ.get('{i}'):\n" for i in range(40))
    + " " * 40
    + "a.append(1)\n",
    "choices multiply": ("import os\na = ''\n")
    + "".join(f"a += 'x' if os.environ.get('{i}') else 'y'\n" for i in range(50))
    + "setup(name=a)",
    "list choices multiply": ("import os\na = []\n")
    + "".join(f"a = a + (['x'] if os.environ.get('{i}') else ['y', 'z'])\n" for i in range(60))
    + "setup(py_modules=a)",
    "extension choices multiply": ("import os\nfrom setuptools import Extension\ne = []\n")
    + "".join(f"e = [Extension('a{i}', [])] + e if os.environ.get('{i}') else e\n" for i in range(60))
    + "setup(ext_modules=e)",
    "choices within choices": (
        "import os\nd = {'k': '0'}\n"
        + "".join(f"if os.environ.get('{i}'):\n    d['k'] = d.get('k') or '{i}'\n" for i in range(200))
        + "e = {}\n"
        + "".join(f"if os.environ.get('{i}'):\n    e.update(d)\nd.update(e)\n" for i in range(200))
        + "setup(name=d['k'], **e)"
    ),
    "huge range": "a = [i for i in range(10 ** 9)]\nsetup(py_modules=a)",
    "nested loops": (
        "for i in 'a' * 5:\n"
        "  pass\n"
        "r = range(400)\n"
        "x = [1 for a in r for b in r for c in r for d in r]\n"
        "setup(py_modules=x)"
    ),
    "loop over loop": (
        "r = list(range(400))\nfor a in r:\n    for b in r:\n        for c in r:\n            x = a\nsetup(name=x)"
    ),
    "recursion": "def f(n):\n    return f(n - 1) + f(n - 2)\nsetup(name=f(50))",
    "mutual recursion": (
        "def f(x):\n    return [g(x), g(x)]\ndef g(x):\n    return [f(x), f(x)]\nsetup(install_requires=f(1))"
    ),
    "exec itself": "s = 'exec(s)'\nexec(s)\nsetup(name='a')",
    "exec the script": "exec(open('setup.py').read())\nsetup(name='a')",
    "join bomb": "a = 'x' * 2\nb = ','.join(['y' * 9] * 9)\nc = ('z' + 'z').join(list('abc'))\nsetup(name=c)",
    "replace bomb": "a = 'aaaaaaaaaaaaaaaa'\n" + "a = a.replace('a', 'aaaaaaaaaaaaaaaa')\n" * 20 + "setup(name=a)",
    "format bomb": "a = '{0}{0}'\n" + "a = a.format(a)\n" * 40 + "setup(name=a)",
    "percent bomb": "a = '%s%s'\n" + "a = a % (a, a)\n" * 40 + "setup(name=a)",
    "regex bomb": "import re\nm = re.search('(a+)+$', '" + "a" * 5000 + "b')\nsetup(name=m.group(0))",
    "regex bombs": ("import re\nfor i in range(400):\n    m = re.findall('(a|a?)*(.*)*x', '")
    + "a" * 900
    + ("b')\nsetup(name='a')"),
    "split bomb": "a = ','.join(list('"
    + "a" * 4000
    + ("'))\nb = [x.split(',') for x in a.split(',') for y in a.split(',')]\nsetup(py_modules=b)"),
    "glob bomb": "import glob\na = glob.glob('" + "*" * 190 + "', recursive=True)\nsetup(scripts=a)",
    "odd glob": "import glob\na = glob.glob('[[a-]**/?[')\nsetup(scripts=a)",
    "odd names": "setup(**{1: 2, None: 3, 'a b': 4, b'x': 5, 'name': 'a'})",
    "odd types": """
setup(name=1, version=[], install_requires={'a': 1}, extras_require=['x'], entry_points=3, classifiers=None,
      packages={}, package_dir=[], package_data='x', data_files=3, ext_modules=5, keywords={}, project_urls=[],
      options=[], scripts=1.5, cmdclass=7, license_files={}, py_modules=object())
""",
    "odder types": """
setup(name=b'x', install_requires=[1, None, [2]], extras_require={1: [2]}, entry_points={1: 2}, package_dir={1: 2},
      package_data={'': 3}, data_files=[(1, 2, 3), ()], ext_modules=[1, 'a', (), ('b',)],
      options={'bdist_wheel': 1}, cffi_modules=[1, '', ':', 'a:b:c'], rust_extensions='x', ext_package=3)
""",
    "NUL paths": "setup(name=open('\\0').read(), version=open('/\\0root/x').read())",
    "surrogates": "setup(name='\\ud800', version='\\udfff')\nx = '\\ud800'.encode()",
    "setup of setup": "setup(setup(setup()))",
    "many calls": "setup(name='a')\n" * 500,
    "star exhaustion": "from a import *\n" * 500 + "setup(name=b)",
    "big literal": "x = [" + "1," * 20000 + "]\nsetup(name='a')",
    "strange syntax": (
        "match x:\n"
        "    case [a, *b]:\n"
        "        setup(name='a')\n"
        "async def f():\n"
        "    async with a as b:\n"
        "        await c\n"
        "    async for d in e: pass\n"
        "while 1: break\n"
        "@x\n"
        "def g(): ...\n"
        "del a, b[0], c.d\n"
        "lambda: (yield)\n"
        "x: int\n"
        "(y): str = 'a'\n"
        "try: pass\n"
        "except* E: pass\n"
    ),
    "shadowed builtins": "open = list = dict = len = str = None\nsetup(name=open('x'), version=str(1))",
    "walrus in comprehension": "a = [(b := c) for c in 'xyz']\nsetup(name=b)",
    "delete everything": "a = 1\ndel a\ndel a\nsetup(name=a)",
    "break outside": "def f():\n    for x in []:\n        pass\n    else:\n        return 1\nsetup(name=f())",
    "exceptions": (
        "try:\n"
        "    raise E from None\n"
        "except (E, F, *G) as e:\n"
        "    raise\n"
        "else:\n"
        "    pass\n"
        "finally:\n"
        "    setup(name='a')"
    ),
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_scripts_end_quickly_and_never_raise(script: str) -> None:
    text = "from setuptools import setup\n" + script
    start = time.perf_counter()
    found = read(text)
    took = time.perf_counter() - start
    assert found is not None
    assert took < 3


def test_a_long_change_log_is_read_to_the_end() -> None:
    script = (
        "from setuptools import setup\nlines = []\nfor line in open('NEWS').read().splitlines():\n"
        "    if line.startswith('v'):\n        lines.append(line.strip())\n"
        "options = {'packages': ['acme']}\nsetup(name='acme', **options)\n"
    )
    facts = read(script, NEWS="v1\n- changed\n" * 1500)
    assert facts.setuptools.packages.value == ("acme",)


def test_a_spent_budget_leaves_literals_known() -> None:
    script = "from setuptools import setup\nr = list(range(400))\nfor a in r:\n    for b in r:\n        x = a\n"
    found = read(f"{script}setup(name='acme', version=x)")
    assert found.declared.name.value == "acme"
    assert found.declared.version.unknown is not None


def test_a_spent_budget_leaves_imports_in_a_try_known() -> None:
    script = "try:\n    from setuptools import setup\nexcept ImportError:\n    from distutils.core import setup\n"
    loop = "r = list(range(400))\nfor a in r:\n    for b in r:\n        x = a\n"
    found = read(f"{script}{loop}setup(name='acme')")
    assert found.declared.name.value == "acme"
    assert found.setup_from == "setuptools"


def test_a_large_script_is_an_error_with_a_reason() -> None:
    assert read("x = 1\n" * 200_000).error.reason == "too-large"


def test_nothing_of_the_project_runs(tmp_path: Path, make_tree: Callable[..., Tree], monkeypatch: Any) -> None:
    mark = tmp_path / "ran"
    body = f"open({str(mark)!r}, 'w').write('x')\n"
    tree = make_tree({"setup.py": f"{body}import pkg\nexec(open('pkg.py').read())\nsetup()", "pkg.py": body})
    read_setup_py(tree)
    assert not mark.exists()


NAMES = st.sampled_from(["a", "b", "os", "sys", "re", "setup", "open", "Extension", "x", "glob", "kw", "here"])
LITERALS = st.sampled_from(
    ["1", "'x'", "'setup.py'", "None", "True", "b'y'", "1.5", "'%s'", "'{}'", "[]", "{}", "()", "-1", "''"]
)
METHODS = st.sampled_from(
    ["append", "extend", "update", "format", "split", "join", "strip", "read", "group", "items", "get", "pop", "remove",
     "path.join", "environ.get", "search", "sort", "copy", "replace", "splitlines", "insert", "partition", "clear"]
)  # fmt: skip


EXPRESSIONS = st.deferred(
    lambda: st.recursive(
        st.one_of(NAMES, LITERALS),
        lambda inner: st.one_of(
            st.tuples(
                inner,
                st.sampled_from(["+", "-", "%", "/", "|", "&", "*", "and", "or", "in", "==", "<", "is not"]),
                inner,
            ).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, METHODS, st.lists(inner, max_size=3)).map(lambda t: f"{t[0]}.{t[1]}({', '.join(t[2])})"),
            st.tuples(NAMES, st.lists(inner, max_size=3)).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
            st.lists(inner, max_size=3).map(lambda t: f"[{', '.join(t)}]"),
            st.lists(st.tuples(inner, inner), max_size=3).map(
                lambda t: "{" + ", ".join(f"{k}: {v}" for k, v in t) + "}"
            ),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
            st.tuples(inner, inner).map(lambda t: f"{t[0]}[{t[1]}]"),
            st.tuples(inner, inner).map(lambda t: f"{t[0]}[{t[1]}:]"),
            st.tuples(inner, inner, inner).map(lambda t: f"[{t[0]} for a in {t[1]} if {t[2]}]"),
            st.tuples(inner, inner).map(lambda t: "{a: " + t[0] + " for a, b in " + t[1] + "}"),
            st.tuples(inner).map(lambda t: f"(not {t[0]})"),
            st.tuples(inner).map(
                lambda t: f"setup(name={t[0]}, install_requires={t[0]}, ext_modules={t[0]}, **{t[0]})"
            ),
            st.tuples(inner).map(lambda t: f"f'{{{t[0]}}}'" if "'" not in t[0] and "{" not in t[0] else t[0]),
        ),
        max_leaves=8,
    )
)


def build_statements() -> Any:
    simple = st.one_of(
        st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"{t[0]} = {t[1]}"),
        st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"{t[0]} += {t[1]}"),
        st.tuples(NAMES, EXPRESSIONS, EXPRESSIONS).map(lambda t: f"{t[0]}[{t[1]}] = {t[2]}"),
        st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"{t[0]}.name = {t[1]}"),
        EXPRESSIONS,
        st.sampled_from(
            ["import os, sys, re, glob", "from setuptools import setup, Extension", "pass", "raise a", "del a"]
        ),
        st.sampled_from(["from x import *", "import other as a", "a, *b = kw", "assert a", "raise", "global a"]),
    )

    def block(inner: Any) -> Any:
        return "\n".join("    " + line for part in inner for line in part.split("\n")) or "    pass"

    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.tuples(
                EXPRESSIONS, st.lists(inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=2)
            ).map(lambda t: f"if {t[0]}:\n{block(t[1])}\nelse:\n{block(t[2])}"),
            st.tuples(EXPRESSIONS, st.lists(inner, min_size=1, max_size=3)).map(
                lambda t: f"for a in {t[0]}:\n{block(t[1])}"
            ),
            st.tuples(EXPRESSIONS, st.lists(inner, min_size=1, max_size=2)).map(
                lambda t: f"while {t[0]}:\n{block(t[1])}"
            ),
            st.tuples(st.lists(inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=2)).map(
                lambda t: f"try:\n{block(t[0])}\nexcept ImportError:\n{block(t[1])}"
            ),
            st.tuples(NAMES, st.lists(inner, min_size=1, max_size=3), EXPRESSIONS).map(
                lambda t: f"def {t[0]}(a, b=1, *x, **kw):\n{block(t[1])}\n    return {t[2]}"
            ),
            st.tuples(EXPRESSIONS, st.lists(inner, min_size=1, max_size=2)).map(
                lambda t: f"with {t[0]} as a:\n{block(t[1])}"
            ),
            st.tuples(NAMES, EXPRESSIONS, st.lists(inner, min_size=1, max_size=2)).map(
                lambda t: f"class {t[0]}({t[1]}):\n{block(t[2])}"
            ),
        ),
        max_leaves=6,
    )


STATEMENTS = st.deferred(build_statements)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_any_script_is_read_without_raising(parts: list[str]) -> None:
    script = (
        "import os, sys, re, glob\nfrom setuptools import setup, Extension\n"
        + "\n".join(parts)
        + "\nsetup(name=a, **kw)\n"
    )
    assert read(script) is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_raising(data: Any) -> None:
    assert read(data) is not None
