from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FILES = {
    "VERSION": "1.2.3\n",
    "pkg/__init__.py": '"""A package."""\n__version__ = "1.2.3"\nversion_info = (1, 2, 3)\n',
    "pkg/data/a.json": '{"version": "1.2.3"}',
}

KNOWN = {
    "literal": 'v = "1.2.3"',
    "implicit concatenation": 'v = "1.2" ".3"',
    "sum": 'v = "1." + "2" + ".3"',
    "percent tuple": 'v = "%s.%d.%s" % ("1", 2, "3")',
    "percent single": 'v = "1.2.%s" % 3',
    "percent dict": 'v = "%(a)s.2.3" % {"a": "1"}',
    "format": 'v = "{}.{}.{}".format(1, 2, 3)',
    "format numbered": 'v = "{1}.2.{0}".format("3", "1")',
    "format named": 'v = "{a}.{b}.3".format(a=1, b="2")',
    "f-string": 'major = 1\nv = f"{major}.2.{1 + 2}"',
    "join": 'v = ".".join(["1", "2", "3"])',
    "join map str": 'v = ".".join(map(str, (1, 2, 3)))',
    "join generator": 'v = ".".join(str(part) for part in [1, 2, 3])',
    "join literal tuple slice": 'v = ".".join(("1", "2", "3", "final")[:3])',
    "tuple index": 'v = ("0", "1.2.3")[1]',
    "negative index": 'v = ["0", "1.2.3"][-1]',
    "dict": 'v = {"version": "1.2.3"}["version"]',
    "dict call": 'v = dict(version="1.2.3")["version"]',
    "dict get": 'v = {"version": "1.2.3"}.get("version", "0")',
    "dict get default": 'v = {}.get("version", "1.2.3")',
    "dict set later": 'd = {}\nd["v"] = "1.2.3"\nv = d["v"]',
    "dict update": 'd = {"v": "0"}\nd.update({"v": "1.2.3"})\nv = d["v"]',
    "dict update keywords": 'd = {"v": "0"}\nd.update(v="1.2.3")\nv = d["v"]',
    "dict merge": 'v = {**{"v": "0"}, "v": "1.2.3"}["v"]',
    "rebinding": 'v = "0"\nv = "1.2.3"',
    "augmented text": 'v = "1.2"\nv += ".3"',
    "chained names": 'a = b = "1.2.3"\nv = b',
    "unpacking": 'x, v = "0", "1.2.3"',
    "starred unpacking": 'x, *rest = ["0", "1.2.3"]\nv = rest[0]',
    "known condition": 'v = "1.2.3" if True else "0"',
    "known if": 'if not []:\n    v = "1.2.3"\nelse:\n    v = "0"',
    "or": 'v = "" or "1.2.3"',
    "and": 'v = "x" and "1.2.3"',
    "walrus": 'v = (w := "1.2.3")',
    "strip": 'v = " 1.2.3\\n".strip()',
    "split": 'v = "pkg-1.2.3".split("-")[1]',
    "rsplit": 'v = "a-b-1.2.3".rsplit("-", 1)[-1]',
    "partition": 'v = "pkg=1.2.3".partition("=")[2]',
    "replace": 'v = "1,2,3".replace(",", ".")',
    "lower": 'v = "V1.2.3".lower().lstrip("v")',
    "slice of text": 'v = "v1.2.3"[1:]',
    "function": 'def f():\n    return "1.2.3"\nv = f()',
    "function arguments": (
        'def f(a, b="2", *c, **d):\n    return a + "." + b + c[0] + d["e"]\nv = f("1", "2", ".", e="3")'
    ),
    "default argument": 'def f(a="1.2.3"):\n    return a\nv = f()',
    "keyword-only": 'def f(*, a):\n    return a\nv = f(a="1.2.3")',
    "closure": 'p = "1.2"\ndef f():\n    q = ".3"\n    def g():\n        return p + q\n    return g()\nv = f()',
    "global": 'v = "0"\ndef f():\n    global v\n    v = "1.2.3"\nf()',
    "lambda": 'f = lambda a: a + ".3"\nv = f("1.2")',
    "early return in a loop": (
        'def f():\n    for p in ["0", "1.2.3", "4"]:\n        if p.startswith("1"):\n            return p\nv = f()'
    ),
    "break": 'for v in ["0", "1.2.3", "4"]:\n    if v == "1.2.3":\n        break',
    "continue": 'for p in ["0", "1.2.3", "x"]:\n    if p in ("0", "x"):\n        continue\n    v = p',
    "for else": 'for p in []:\n    v = "0"\nelse:\n    v = "1.2.3"',
    "class attribute": 'class About:\n    version = "1.2.3"\nv = About.version',
    "next": 'v = next(p for p in ["0", "1.2.3"] if p != "0")',
    "sorted": 'v = sorted(["9", "1.2.3"])[0]',
    "zip": 'v = dict(zip(["a"], ["1.2.3"]))["a"]',
    "enumerate": 'v = [p for i, p in enumerate(["0", "1.2.3"]) if i == 1][0]',
    "isinstance": 'x = "1.2.3"\nv = x if isinstance(x, str) else x.decode()',
    "assert": 'assert True\nv = "1.2.3"',
    "with suppress": 'from contextlib import suppress\nwith suppress(ImportError):\n    import os\nv = "1.2.3"',
    "docstring": 'v = pkg_doc = "1.2.3"',
    "open": 'v = open("VERSION").read().strip()',
    "with open": 'with open("VERSION") as f:\n    v = f.read().strip()',
    "readline": 'v = open("VERSION").readline().strip()',
    "readlines": 'v = open("VERSION").readlines()[0].rstrip("\\n")',
    "io.open": 'import io\nv = io.open("VERSION", encoding="utf-8").read().strip()',
    "codecs.open": 'import codecs\nv = codecs.open("VERSION", "r", "utf-8").read().strip()',
    "bytes": 'v = open("VERSION", "rb").read().decode("utf-8").strip()',
    "here": (
        "import os\n"
        "here = os.path.abspath(os.path.dirname(__file__))\n"
        'v = open(os.path.join(here, "VERSION")).read().strip()'
    ),
    "realpath": (
        "from os.path import dirname, join, realpath\n"
        'v = open(join(dirname(realpath(__file__)), "VERSION")).read().strip()'
    ),
    "dirname alone": 'import os\nv = open(os.path.join(os.path.dirname(__file__), "VERSION")).read().strip()',
    "cwd": 'import os\nv = open(os.path.join(os.getcwd(), "VERSION")).read().strip()',
    "chdir": 'import os\nos.chdir("pkg")\nv = open("../VERSION").read().strip()',
    "Path": 'from pathlib import Path\nv = (Path(__file__).parent / "VERSION").read_text().strip()',
    "Path resolve": (
        'import pathlib\nv = pathlib.Path(__file__).resolve().parent.joinpath("VERSION").read_text("utf-8").strip()'
    ),
    "Path open": 'from pathlib import Path\nwith Path("VERSION").open() as f:\n    v = f.read().strip()',
    "Path.open as a function": (
        "from pathlib import Path\n"
        'with Path.open(Path(__file__).parent / "VERSION", "r") as f:\n'
        "    v = f.read().strip()"
    ),
    "parents": 'from pathlib import Path\nv = (Path(__file__).parents[0] / "VERSION").read_text().strip()',
    "read helper": (
        "import os\n"
        "here = os.path.dirname(__file__)\n"
        "def read(*parts):\n"
        "    with open(os.path.join(here, *parts)) as f:\n"
        "        return f.read()\n"
        'v = read("VERSION").strip()'
    ),
    "try read": 'try:\n    v = open("VERSION").read().strip()\nexcept OSError:\n    v = "0"',
    "except missing": 'try:\n    v = open("MISSING").read()\nexcept IOError:\n    v = "1.2.3"',
    "finally": 'try:\n    v = "1.2.3"\nfinally:\n    w = 1',
    "try else": 'try:\n    import os\nexcept ImportError:\n    v = "0"\nelse:\n    v = "1.2.3"',
    "exists": 'import os\nif os.path.exists("VERSION"):\n    v = "1.2.3"\nelse:\n    v = "0"',
    "json": 'import json\nv = json.load(open("pkg/data/a.json"))["version"]',
    "from import": "from pkg import __version__ as v",
    "import": "import pkg\nv = pkg.__version__",
    "import tuple": 'import pkg\nv = ".".join(str(x) for x in pkg.version_info)',
    "__import__": 'v = __import__("pkg").__version__',
    "importlib": 'import importlib\nv = importlib.import_module("pkg").__version__',
    "exec": 'ns = {}\nexec(open("pkg/__init__.py").read(), ns)\nv = ns["__version__"]',
    "exec compile": (
        "ns = {}\n"
        'with open("pkg/__init__.py") as f:\n'
        '    exec(compile(f.read(), "x", "exec"), ns)\n'
        'v = ns["__version__"]'
    ),
    "exec locals": 'ns = {}\nexec(open("pkg/__init__.py").read(), {}, ns)\nv = ns["__version__"]',
    "exec here": 'exec(open("pkg/__init__.py").read())\nv = __version__',
    "exec a line": (
        'for line in open("pkg/__init__.py"):\n'
        '    if line.startswith("__version__"):\n'
        "        exec(line.strip())\n"
        "v = __version__"
    ),
    "run_path": 'import runpy\nv = runpy.run_path("pkg/__init__.py")["__version__"]',
    "spec": (
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        'spec = spec_from_file_location("x", "pkg/__init__.py")\n'
        "m = module_from_spec(spec)\n"
        "spec.loader.exec_module(m)\n"
        "v = m.__version__"
    ),
    "literal_eval": (
        'import ast\nv = ast.literal_eval(open("pkg/__init__.py").read().split("__version__ = ")[1].splitlines()[0])'
    ),
    "re.search": (
        "import re\n"
        'text = open("pkg/__init__.py").read()\n'
        'v = re.search(r"^__version__\\s*=\\s*[\'\\"]([^\'\\"]*)[\'\\"]", text, re.M).group(1)'
    ),
    "re named group": (
        'import re\nv = re.search(r"__version__ = \\"(?P<v>.+?)\\"", open("pkg/__init__.py").read()).group("v")'
    ),
    "re.compile": (
        "import re\n"
        'p = re.compile(r"__version__ = .(.*).$", re.MULTILINE)\n'
        'v = p.search(open("pkg/__init__.py").read()).groups()[0]'
    ),
    "re.findall": 'import re\nv = re.findall(r"\\d+\\.\\d+\\.\\d+", open("pkg/__init__.py").read())[0]',
    "re.match": 'import re\nv = [re.match(r"(\\S+)", line)[1] for line in open("VERSION")][0]',
    "re.sub": 'import re\nv = re.sub(r"[^0-9.]", "", "v1.2.3")',
    "re group and eval": (
        "import ast, re\n"
        'v = str(ast.literal_eval(re.search(r"__version__\\s+=\\s+(.*)", open("pkg/__init__.py").read()).group(1)))'
    ),
}


@pytest.mark.parametrize("script", KNOWN.values(), ids=KNOWN.keys())
def test_known_values(read: Callable[..., Any], script: str) -> None:
    found = read(f"{script}\nsetup(version=v)\n", FILES)
    assert found.declared.version.unknown is None, found.declared.version.unknown
    assert found.declared.version.value == "1.2.3"


UNKNOWN = {
    "unbound name": ("v = nothing", "dynamic-expression"),
    "foreign call": ("import other\nv = other.version()", "dynamic-expression"),
    "repeat": ('v = "1" * 3', "dynamic-expression"),
    "power": ("v = 10 ** 10", "dynamic-expression"),
    "shift": ("v = 1 << 100000", "dynamic-expression"),
    "format spec": ('v = f"{1:>100000}"', "dynamic-expression"),
    "format width": ('v = "{:>9999999}".format(1)', "dynamic-expression"),
    "percent width": ('v = "%9999999d" % 1', "dynamic-expression"),
    "missing file": ('v = open("MISSING").read()', "file-missing"),
    "outside": ('v = open("/etc/hostname").read()', "dynamic-expression"),
    "above": ('v = open("../../etc/hostname").read()', "dynamic-expression"),
    "not UTF-8": ('v = open("latin").read()', "encoding"),
    "written by the script": ('open("VERSION", "w").write("2")\nv = open("VERSION").read()', "generated"),
    "environment": ('import os\nv = os.environ.get("V", "1")', "conditional"),
    "environment item": ('import os\nv = os.environ["V"]', "conditional"),
    "getenv": ('import os\nv = os.getenv("V")', "conditional"),
    "platform": ("import sys\nv = sys.platform", "conditional"),
    "minor version": ('import sys\nv = "1.%s" % sys.version_info[1]', "conditional"),
    "either branch": ('import sys\nv = "1" if sys.platform == "win32" else "2"', "conditional"),
    "if branch": ('import os\nv = "1"\nif os.environ.get("X"):\n    v = "2"', "conditional"),
    "endless recursion": ("def f():\n    return f()\nv = f()", "dynamic-expression"),
    "generator": ("def f():\n    yield 1\nv = list(f())[0]", "dynamic-expression"),
    "while": ('v = "1"\nwhile len(v) < 9:\n    v += "1"', "dynamic-expression"),
    "subprocess": ('import subprocess\nv = subprocess.check_output("git describe").decode()', "dynamic-expression"),
    "changed by a stranger": ('import other\nd = {"v": "1"}\nother.change(d)\nv = d["v"]', "conditional"),
    "star of a stranger": ("from other import *\nv = __version__", "dynamic-expression"),
    "nested quantifiers that fail": ('import re\nv = re.search("(a+)+$", "a" * 3).group(0)', "dynamic-expression"),
    "no match": ('import re\nv = re.search("zzz", open("VERSION").read()).group(1)', "dynamic-expression"),
    "several calls of git": (
        (
            "def f():\n"
            "    try:\n"
            "        import git\n"
            "        return git.v\n"
            "    except ImportError:\n"
            "        return '1'\n"
            "v = f()"
        ),
        "conditional",
    ),
}


@pytest.mark.parametrize(("script", "reason"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_values(read: Callable[..., Any], script: str, reason: str) -> None:
    found = read(f"{script}\nsetup(name='acme', version=v)\n", {**FILES, "latin": b"\xff\xfe1"})
    version = found.declared.version
    assert version.value is None
    assert version.unknown.reason == reason
    assert version.unknown.at.path is not None
    assert found.declared.name.value == "acme", "an unknown keyword spoils no other"


def test_a_number_is_written_out(read: Callable[..., Any]) -> None:
    assert read("setup(version=1.5)").declared.version.value == "1.5"


def test_none_is_not_declared(read: Callable[..., Any]) -> None:
    assert read("setup(version=None, python_requires=None)").declared.requires_python is None


def test_shared_list_is_seen_under_both_names(read: Callable[..., Any]) -> None:
    found = read("a = ['x']\nb = a\nb.append('y')\nsetup(install_requires=a)")
    assert [text.value for text in found.declared.dependencies.value] == ["x", "y"]


def test_a_copy_is_its_own(read: Callable[..., Any]) -> None:
    found = read("a = ['x']\nb = list(a)\nb.append('y')\nsetup(install_requires=a)")
    assert [text.value for text in found.declared.dependencies.value] == ["x"]


def test_default_list_is_shared_as_python_does(read: Callable[..., Any]) -> None:
    found = read("def f(x, into=[]):\n    into.append(x)\n    return into\nf('a')\nsetup(install_requires=f('b'))")
    assert [text.value for text in found.declared.dependencies.value] == ["a", "b"]


def test_module_found_on_an_extended_path(read: Callable[..., Any]) -> None:
    script = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'src'))\nimport pkg\n"
    found = read(f"{script}setup(version=pkg.__version__)", {"src/pkg.py": "__version__ = '3'"})
    assert found.declared.version.value == "3"


def test_module_that_is_not_on_the_path_is_not_read(read: Callable[..., Any]) -> None:
    found = read("import pkg\nsetup(version=pkg.__version__)", {"src/pkg.py": "__version__ = '3'"})
    assert found.declared.version.unknown is not None


def test_version_through_reexports(read: Callable[..., Any]) -> None:
    files = {
        "pkg/__init__.py": "from .core import *\nfrom ._about import __version__\n",
        "pkg/core.py": "import other\nx = 1\n",
        "pkg/_about.py": "from .numbers import MAJOR\n__version__ = '%d.0' % MAJOR\n",
        "pkg/numbers.py": "MAJOR = 4\n",
    }
    assert read("import pkg\nsetup(version=pkg.__version__)", files).declared.version.value == "4.0"


def test_submodule_attribute(read: Callable[..., Any]) -> None:
    files = {"pkg/__init__.py": "", "pkg/about.py": "version = '5'"}
    assert read("import pkg.about\nsetup(version=pkg.about.version)", files).declared.version.value == "5"


def test_conditional_binding_in_a_module_is_conditional(read: Callable[..., Any]) -> None:
    files = {"pkg.py": "import sys\nif sys.platform == 'win32':\n    v = '1'\nelse:\n    v = '2'\n"}
    assert read("import pkg\nsetup(version=pkg.v)", files).declared.version.unknown.reason == "conditional"


def test_module_read_in_one_branch_is_known_in_the_other(read: Callable[..., Any]) -> None:
    script = "import os\nif os.environ.get('X'):\n    import pkg\n    a = pkg.v\nelse:\n    import pkg\n    a = pkg.v\n"
    assert read(f"{script}setup(version=a)", {"pkg.py": "v = '1'"}).declared.version.value == "1"


def test_import_cycle_ends(read: Callable[..., Any]) -> None:
    files = {"a.py": "from b import v\n", "b.py": "from a import v\n"}
    assert read("from a import v\nsetup(version=v)", files).declared.version.unknown is not None


def test_reads_are_listed(read: Callable[..., Any]) -> None:
    found = read("open('README.md').read()\nsetup(version=open('VERSION').read())", FILES)
    assert [text.value for text in found.reads] == ["README.md", "VERSION"]


@pytest.mark.parametrize(
    ("pyproject", "expected"),
    [
        (None, "1.2"),
        ('[build-system]\nrequires = ["setuptools"]\n', "1.2"),
        ('[build-system]\nbuild-backend = "setuptools.build_meta:__legacy__"\n', "1.2"),
        ('[build-system]\nbuild-backend = "setuptools.build_meta"\n', None),
    ],
)
def test_the_script_knows_its_own_name_where_no_backend_is_named(
    read: Callable[..., Any], pyproject: str | None, expected: str | None
) -> None:
    files = {"acme/version.txt": "1.2\n"} | ({"pyproject.toml": pyproject} if pyproject else {})
    script = (
        "import os, sys\nhere = os.path.abspath(os.path.dirname(sys.argv[0]))\n"
        "setup(version=open(os.path.join(here, 'acme', 'version.txt')).read().strip())"
    )
    assert read(script, files).declared.version.value == expected
