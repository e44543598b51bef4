from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SOURCES = {
    "acme/__init__.py": "",
    "acme/fast.pyx": "",
    "acme/sub/__init__.py": "",
    "acme/sub/deep.pyx": "",
    "acme/pure.py": "",
    "acme/_c.c": "",
    "loose.pyx": "",
    "build_ffi.py": "from cffi import FFI\nffi = FFI()\nffi.set_source('acme._ffi', '')\n",
}


def names(found: Any) -> Any:
    assert found.setuptools.ext_modules.unknown is None, found.setuptools.ext_modules.unknown
    return sorted(one.name for one in found.setuptools.ext_modules.value)


NAMED = {
    "literal": ("[Extension('acme._c', ['acme/_c.c'])]", ["acme._c"]),
    "keywords": ("[Extension(name='acme._c', sources=['acme/_c.c'])]", ["acme._c"]),
    "comprehension": ("[Extension('acme.' + n, [f'acme/{n}.c']) for n in ('a', 'b')]", ["acme.a", "acme.b"]),
    "glob": ("[Extension(f.replace('/', '.')[:-4], [f]) for f in glob.glob('acme/*.pyx')]", ["acme.fast"]),
    "cythonize list": ("cythonize([Extension('acme.fast', ['acme/fast.pyx'])])", ["acme.fast"]),
    "cythonize one": ("cythonize(Extension('acme.fast', ['acme/fast.pyx']))", ["acme.fast"]),
    "cythonize pattern": ("cythonize('acme/*.pyx')", ["acme.fast"]),
    "cythonize deep pattern": ("cythonize(['acme/**/*.pyx'])", ["acme.fast", "acme.sub.deep"]),
    "cythonize loose": ("cythonize('loose.pyx')", ["loose"]),
    "cythonize exclude": ("cythonize(['acme/**/*.pyx'], exclude=['acme/sub/deep.pyx'])", ["acme.fast"]),
    "cythonize star": ("cythonize([Extension('*', ['acme/*.pyx'])])", ["acme.fast"]),
    "mypycify one": ("mypycify(['acme/pure.py'])", ["acme.pure"]),
    "mypycify flags": ("mypycify(['--strict', 'acme/pure.py'])", ["acme.pure"]),
    "mypycify group": (
        "mypycify(['acme/pure.py', 'acme/__init__.py'], group_name='g')",
        ["acme.__init__", "acme.pure", "g__mypyc"],
    ),
    "pybind11": ("[Pybind11Extension('acme._c', ['a.cpp'])]", ["acme._c"]),
    "intree": ("intree_extensions(['acme/_c.c'])", ["acme._c"]),
    "subclass": ("[CMakeExtension('acme._c')]", ["acme._c"]),
    "subclass that changes the name": ("[Prefixed('_c')]", ["acme._c"]),
    "sum": ("[Extension('a', [])] + [Extension('b', [])]", ["a", "b"]),
    "old tuples": ("[('acme._c', {'sources': []})]", ["acme._c"]),
}

PRELUDE = """
import glob
from Cython.Build import cythonize
from mypyc.build import mypycify
from pybind11.setup_helpers import Pybind11Extension, intree_extensions
class CMakeExtension(Extension):
    def __init__(self, name, sourcedir=''):
        Extension.__init__(self, name, sources=[])
class Prefixed(CMakeExtension):
    def __init__(self, name):
        super().__init__('acme.' + name)
"""


@pytest.mark.parametrize(("expression", "expected"), NAMED.values(), ids=NAMED.keys())
def test_names(read: Callable[..., Any], expression: str, expected: Any) -> None:
    assert names(read(f"{PRELUDE}setup(ext_modules={expression})", SOURCES)) == expected


def test_attributes(read: Callable[..., Any]) -> None:
    found = read(
        "setup(ext_modules=[Extension('a', ['x/a.cpp'], libraries=['z'], optional=True, py_limited_api=True)])"
    )
    (one,) = found.setuptools.ext_modules.value
    assert (one.by, one.language, one.optional, one.abi3) == ("ext_modules", "c++", "yes", "yes")
    assert one.sources == ("x/a.cpp",)
    assert one.libraries == ("z",)
    assert (one.at.line, one.at.column) == (2, 20)


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ("['a.c']", "c"),
        ("['a.cc']", "c++"),
        ("['a.pyx', 'b.cpp'], language='c++'", "cython"),
        ("['a.c'], language='c++'", "c++"),
        ("['a.f90']", "fortran"),
        ("['a.i']", "swig"),
        ("[]", "other"),
    ],
)
def test_languages(read: Callable[..., Any], arguments: str, language: str) -> None:
    (one,) = read(f"setup(ext_modules=[Extension('a', {arguments})])").setuptools.ext_modules.value
    assert one.language == language


def test_condition_is_kept(read: Callable[..., Any]) -> None:
    script = "import os\ne = []\nif not os.environ.get('NO_EXT'):\n    e.append(Extension('a', []))\n"
    (one,) = read(f"{script}setup(ext_modules=e)").setuptools.ext_modules.value
    assert one.condition == "not os.environ.get('NO_EXT')"


def test_condition_of_an_expression(read: Callable[..., Any]) -> None:
    found = read("import sys\nsetup(ext_modules=[Extension('a', [])] if sys.platform != 'win32' else [])")
    (one,) = found.setuptools.ext_modules.value
    assert one.condition == "sys.platform != 'win32'"


def test_condition_of_the_other_branch(read: Callable[..., Any]) -> None:
    script = (
        "import platform\n"
        "if platform.python_implementation() == 'PyPy':\n"
        "    e = []\n"
        "else:\n"
        "    e = [Extension('a', [])]\n"
    )
    (one,) = read(f"{script}setup(ext_modules=e)").setuptools.ext_modules.value
    assert one.condition == "not (platform.python_implementation() == 'PyPy')"


def test_condition_of_each_branch_survives_a_later_one(read: Callable[..., Any]) -> None:
    script = (
        "import sys\nA = sys.platform == 'a'\nif A:\n    e = Extension('x.a', [])\nelif sys.platform == 'b':\n"
        "    e = Extension('x.b', [])\nelse:\n    sys.exit(1)\n"
        "if sys.maxsize > 1:\n    m = [e, Extension('x.p', [])]\nelse:\n    m = [e]\n"
    )
    found = read(f"{script}setup(ext_modules=m)")
    assert {one.name: one.condition for one in found.setuptools.ext_modules.value} == {
        "x.a": "A",
        "x.b": "not A",
        "x.p": "sys.maxsize > 1",
    }


def test_either_way_of_building_it_is_no_condition(read: Callable[..., Any]) -> None:
    script = (
        "try:\n    from Cython.Build import cythonize\n    ext, have = '.pyx', True\n"
        "except ImportError:\n    ext, have = '.c', False\ne = [Extension('a', ['a' + ext])]\n"
        "if have:\n    e = cythonize(e)\n"
    )
    found = read(f"{script}setup(ext_modules=e)")
    assert names(found) == ["a"]
    assert found.setuptools.ext_modules.value[0].condition == ""


def test_keyword_set_under_a_condition(read: Callable[..., Any]) -> None:
    script = "import os\nkw = {}\nif os.environ.get('X'):\n    kw['ext_modules'] = [Extension('a', [])]\n"
    found = read(f"{script}setup(**kw)")
    assert [one.condition for one in found.extensions_seen] == ["os.environ.get('X')"]


def test_unknown_list_still_shows_what_can_be_seen(read: Callable[..., Any]) -> None:
    found = read("import o\nsetup(ext_modules=[Extension('a', [])] + o.more())")
    assert found.setuptools.ext_modules.unknown.reason == "dynamic-expression"
    assert [one.name for one in found.extensions_seen] == ["a"]


def test_unknown_name(read: Callable[..., Any]) -> None:
    found = read("import o\nsetup(ext_modules=[Extension(o.name, ['a.c'])])")
    (one,) = found.extensions_seen
    assert one.name == ""
    assert one.sources == ("a.c",)


def test_extension_in_an_unknown_loop(read: Callable[..., Any]) -> None:
    found = read(
        "import o\ne = []\nfor n in o.names():\n    e.append(Extension('acme.' + n, ['a.c']))\nsetup(ext_modules=e)"
    )
    assert found.setuptools.ext_modules.unknown is not None
    assert len(found.extensions_seen) == 1


def test_cffi(read: Callable[..., Any]) -> None:
    found = read("setup(cffi_modules=['build_ffi.py:ffi'])", SOURCES)
    (one,) = found.setuptools.ext_modules.value
    assert (one.name, one.by, one.sources) == ("acme._ffi", "cffi_modules", ("build_ffi.py",))


def test_rust(read: Callable[..., Any]) -> None:
    script = "from setuptools_rust import Binding, RustExtension, RustBin\n"
    found = read(f"{script}setup(rust_extensions=[RustExtension('acme._r', 'Cargo.toml', binding=Binding.PyO3)])")
    (one,) = found.setuptools.ext_modules.value
    assert (one.name, one.by, one.language) == ("acme._r", "rust_extensions", "rust")


def test_ext_package(read: Callable[..., Any]) -> None:
    assert names(read("setup(ext_package='acme', ext_modules=[Extension('_c', [])])")) == ["acme._c"]


def test_attribute_set_later(read: Callable[..., Any]) -> None:
    (one,) = read("e = Extension('a', [])\ne.optional = True\nsetup(ext_modules=[e])").setuptools.ext_modules.value
    assert one.optional == "yes"


@pytest.mark.parametrize(
    ("handler", "optional"), [("print('skipped')", "yes"), ("raise", "no"), ("print(1)\n            sys.exit(1)", "no")]
)
def test_build_ext_that_swallows_errors_makes_extensions_optional(
    read: Callable[..., Any], handler: str, optional: str
) -> None:
    script = (
        "import sys\nfrom setuptools.command.build_ext import build_ext\nclass Build(build_ext):\n    def run(self):\n"
        f"        try:\n            build_ext.run(self)\n        except Exception:\n            {handler}\n"
    )
    found = read(f"{script}setup(ext_modules=[Extension('a', [])], cmdclass={{'build_ext': Build}})")
    assert [one.optional for one in found.setuptools.ext_modules.value] == [optional]


def test_none_and_empty(read: Callable[..., Any]) -> None:
    assert read("setup(name='a')").setuptools.ext_modules is None
    assert read("setup(ext_modules=None)").setuptools.ext_modules is None
    assert read("setup(ext_modules=[])").setuptools.ext_modules.value == ()


def test_generated_build_script(read: Callable[..., Any]) -> None:
    files = {
        "build.py": (
            "def build(kw):\n    kw.update({'ext_modules': [Extension('a', [])]})\nfrom setuptools import Extension\n"
        )
    }
    found = read("kw = {'name': 'acme'}\nfrom build import *\nbuild(kw)\nsetup(**kw)", files)
    assert names(found) == ["a"]
    assert found.declared.name.value == "acme"
