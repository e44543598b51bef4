from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import NativeFindings

    Native = Callable[[dict[str, str | bytes]], NativeFindings]


DECLARED = """
--- b pkg._a
setup(ext_modules=[Extension('pkg._a', ['a.c']), Extension(name='b', sources=['b.c'])])
--- x
exts = []
exts.append(Extension('x', ['x.c']))
setup(ext_modules=exts)
--- x
kw = {}
kw['ext_modules'] = [Extension('x', ['x.c'])]
setup(**kw)
--- x
kw = dict(name='p')
kw.update(ext_modules=[Extension('x', ['x.c'])])
setup(**kw)
--- pkg.a pkg.b
def make(n):
    return Extension('pkg.' + n, [n + '.c'])
setup(ext_modules=[make(n) for n in ('a', 'b')])
--- pkg.a
names = {'pkg.a': ['a.c']}
setup(ext_modules=[Extension(k, v) for k, v in names.items()])
--- x
class Ext(Extension):
    def __init__(self, name, d=''):
        super().__init__(name, sources=[])
setup(ext_modules=[Ext('x')])
--- x
def run(on):
    kw = dict(ext_modules=[Extension('x', [])]) if on else {}
    setup(name='n', **kw)
run(True)
--- x
import sys
exts = [Extension('x', [])]
if sys.platform == 'win32':
    exts.append(Extension('w', []))
setup(ext_modules=exts)
--- pkg.fast
try:
    from Cython.Build import cythonize
except ImportError:
    cythonize = None
setup(ext_modules=cythonize('pkg/*.pyx') if cythonize else [])
--- pkg.fast
from Cython.Build import cythonize
setup(ext_modules=cythonize([Extension('*', ['pkg/*.pyx'])]))
--- pkg.fast
from glob import glob
import os
setup(ext_modules=[Extension(p[:-4].replace(os.sep, '.'), [p]) for p in glob('pkg/*.pyx')])
--- pkg.fast
from pathlib import Path
here = Path(__file__).parent
setup(ext_modules=[Extension('pkg.' + p.stem, [str(p)]) for p in (here / 'pkg').glob('*.pyx')])
--- pkg.__init__ pkg.core
from mypyc.build import mypycify
setup(ext_modules=mypycify(['pkg/__init__.py', '--strict', 'pkg/core.py']))
--- pkg.x
setup(ext_package='pkg', ext_modules=[Extension('x', [])])
--- (none)
setup(ext_modules=[])
--- (none)
setup(name='p')
# Extension('x')
"""


def blocks(text: str) -> list[tuple[str, str]]:
    """Return title and body of each block; a title begins with dashes."""
    return [(title, body) for title, _, body in (b.partition("\n") for b in text.split("\n--- ")[1:])]


def names(findings: NativeFindings) -> list[str]:
    return sorted(e.name for e in findings.extensions)


@pytest.mark.parametrize(("expected", "script"), blocks(DECLARED))
def test_extensions_of_a_script(native: Native, expected: str, script: str) -> None:
    files: dict[str, str | bytes] = {
        "setup.py": f"from setuptools import setup, Extension\n{script}\n",
        "pkg/__init__.py": "",
        "pkg/core.py": "",
        "pkg/fast.pyx": "",
    }
    findings = native(files)
    assert names(findings) == expected.replace("(none)", "").split()
    assert findings.unknown == ()


def test_a_computed_list_is_unknown_and_keeps_what_it_may_hold(native: Native) -> None:
    findings = native(
        {
            "setup.py": "from setuptools import setup, Extension\nimport other\nexts = [Extension('x', [])]\n"
            "if other.flag():\n    exts.append(Extension('y', []))\nsetup(ext_modules=exts)\n"
        }
    )
    assert names(findings) == ["x", "y"]
    assert findings.unknown


SWITCH = """
import os
from setuptools import setup, Extension
exts = [Extension('pkg._speed', ['s.c'])]
{code}
setup(ext_modules=exts)
"""


@pytest.mark.parametrize(
    ("code", "built", "opt_in", "opt_out"),
    [
        ("", True, False, False),
        ("if os.environ.get('NO_EXT'):\n    exts = []", True, False, True),
        ("if os.getenv('BUILD_EXT') == 'no':\n    exts = []", True, False, True),
        ("if os.environ.get('PURE', 'false').lower() == 'true':\n    exts = []", True, False, True),
        ("if os.environ.get('USE_C') != '1':\n    exts = []", False, True, False),
        ("if 'WITH_EXT' not in os.environ:\n    exts = []", False, True, False),
        ("DEBUG = os.environ.get('DEBUG')", True, False, False),
        (
            (
                "import sys\ndef option(name):\n    try:\n        sys.argv.remove('--' + name)\n        return True\n"
                "    except ValueError:\n        pass\n    return False\nif option('without-ext'):\n    exts = []"
            ),
            True,
            False,
            False,
        ),
    ],
)
def test_switches_in_the_environment(native: Native, code: str, built: bool, opt_in: bool, opt_out: bool) -> None:
    findings = native({"setup.py": SWITCH.format(code=code)})
    assert bool(findings.extensions) is built
    assert bool(findings.opt_in) is opt_in
    assert bool(findings.opt_out) is opt_out


def test_pypy_without_extensions(native: Native) -> None:
    code = "import platform\nif platform.python_implementation() == 'PyPy':\n    exts = []"
    findings = native({"setup.py": SWITCH.format(code=code)})
    assert names(findings) == ["pkg._speed"]
    assert findings.pure_on == ("PyPy",)


def test_cffi_modules_in_api_and_abi_mode(native: Native) -> None:
    build = "from cffi import FFI\nffi = FFI()\nffi.set_source('pkg._native', {source})\n"
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nsetup(cffi_modules=['build_ffi.py:ffi'])\n",
        "build_ffi.py": build.format(source="'#include <math.h>'"),
    }
    assert names(native(files)) == ["pkg._native"]
    files["build_ffi.py"] = build.format(source="None")
    assert names(native(files)) == []


def test_helpers_of_the_script_are_followed(native: Native) -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nfrom tools.ext import A, one\nsetup(ext_modules=[A, one('b')])\n",
        "tools/ext.py": "from setuptools import Extension\ndef one(n):\n    return Extension(n, [])\nA = one('a')\n",
    }
    assert names(native(files)) == ["a", "b"]


def test_a_module_that_is_loaded_by_its_file_is_followed(native: Native) -> None:
    script = dedent("""
        import importlib.util, pathlib
        from setuptools import setup, Extension
        def load(path):
            spec = importlib.util.spec_from_file_location("common", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        common = load(pathlib.Path(__file__).resolve().parent / "pkg" / "common.py")
        setup(ext_modules=[Extension("pkg._linux" if common.LINUX else "pkg._other", ["x.c"])])
    """)
    common = "import sys\nLINUX = sys.platform.startswith('linux')\n"
    findings = native({"setup.py": script, "pkg/common.py": common})
    assert names(findings) == ["pkg._linux"]
    assert findings.unknown == ()
    outside = script.replace('.parent / "pkg" / "common.py"', '.parent.parent / "common.py"')
    assert native({"setup.py": outside, "pkg/common.py": common}).extensions


@pytest.mark.parametrize(
    ("code", "abi"),
    [
        ("class W(bdist_wheel):\n    def get_tag(self):\n        return 'py3', 'none', 'linux_x86_64'\nuse = W", "no"),
        ("class W(bdist_wheel):\n    def finalize_options(self):\n        self.root_is_pure = False\nuse = W", "yes"),
        ("class D(Distribution):\n    def has_ext_modules(self):\n        return True\nuse = D", "yes"),
        ("import sys\nsys.argv += []\nsys.argv.append('--plat-name')", "no"),
        ("options = {'bdist_wheel': {'plat_name': 'win_amd64'}}", "no"),
    ],
)
def test_overridden_tags(native: Native, code: str, abi: str) -> None:
    head = "from setuptools import setup, Distribution\nfrom wheel.bdist_wheel import bdist_wheel\noptions = {}\n"
    script = f"{head}{code}\nsetup(options=options)\n"
    assert [t.abi for t in native({"setup.py": script}).platform_tags] == [abi]


def test_a_class_that_nothing_refers_to_overrides_nothing(native: Native) -> None:
    script = (
        "from setuptools import setup, Distribution\nclass D(Distribution):\n    def has_ext_modules(self):\n"
        "        return True\nsetup(\n    # distclass=D,\n)\n"
    )
    assert native({"setup.py": script}).platform_tags == ()
    assert native({"setup.py": script, "setup.cfg": "[options]\ndistclass = setup.D\n"}).platform_tags


def test_a_distribution_for_pypy_alone_overrides_nothing(native: Native) -> None:
    script = (
        "import sys\nfrom setuptools import setup, Distribution\nclass D(Distribution):\n"
        "    def has_ext_modules(self):\n        return True\n"
        "setup(distclass=D if hasattr(sys, 'pypy_version_info') else Distribution)\n"
    )
    assert native({"setup.py": script}).platform_tags == ()
    assert native({"setup.py": script.replace("hasattr(sys, 'pypy_version_info')", "other")}).platform_tags
    assert native(
        {"setup.py": script.replace(" if hasattr(sys, 'pypy_version_info') else Distribution", "")}
    ).platform_tags


def test_a_get_tag_that_says_abi3(native: Native) -> None:
    script = dedent("""
        from setuptools import setup, Extension
        from wheel.bdist_wheel import bdist_wheel
        class W(bdist_wheel):
            def get_tag(self):
                python, abi, plat = super().get_tag()
                return ("cp39", "abi3", plat) if python.startswith("cp") else (python, abi, plat)
        setup(ext_modules=[Extension("x", [], py_limited_api=True)], cmdclass={"bdist_wheel": W})
    """)
    findings = native({"setup.py": script})
    assert findings.abi3_wheel
    assert [e.abi3 for e in findings.extensions] == ["yes"]


HEAD = "from setuptools import setup, Extension\n"
NESTED = "[Extension('x', [])]"
HOSTILE = [
    "",
    "setup(",
    HEAD + "while True:\n    pass\nsetup(ext_modules=[Extension('x', [])])",
    HEAD + "def f(x):\n    return f(x)\nsetup(ext_modules=f([Extension('x', [])]))",
    HEAD + "setup(ext_modules=[Extension('a' * 10**12, [])])",
    HEAD + "setup(ext_modules=[Extension('%999999999d' % 1, [])])",
    HEAD + "setup(ext_modules=[Extension('{:>999999999}'.format('a'), [])])",
    HEAD
    + "for a in range(10**9):\n    for b in range(10**9):\n        c = Extension(str(a), [])\nsetup(ext_modules=[c])",
    HEAD + "x = [1]\nx.append(x)\nsetup(ext_modules=x + [Extension('x', [])])",
    HEAD + f"setup(ext_modules={'(' * 150}{NESTED}{')' * 150})",
    HEAD + f"setup(ext_modules={'[' * 90}{NESTED}{']' * 90})",
    HEAD + f"x = {'+'.join(['1'] * 2000)}\nsetup(ext_modules=[Extension(x, [])])",
    HEAD + "class A(A): pass\nsetup(ext_modules=[A(), Extension(*[1, 2, 3], **{'name': 4})])",
    HEAD + "import glob\nfor x in glob.glob('**/**/*'):\n    glob.glob(x)\nsetup(ext_modules=[Extension('x', [])])",
]


@pytest.mark.parametrize("script", HOSTILE)
def test_hostile_scripts_end_soon_and_raise_nothing(native: Native, script: str) -> None:
    native({"setup.py": script})
