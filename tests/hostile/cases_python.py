"""P: a source file costs one finding at most, whatever the parser or the evaluator makes of it."""

from __future__ import annotations

from hostile_case import Box, Builder, add, case

MODULES: dict[str, str | bytes] = {
    "nested-parentheses": "A = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "nested-brackets": "A = " + "[" * 900 + "]" * 900 + "\n",
    "nested-lambdas": "A = " + "lambda: " * 3000 + "1\n",
    "nested-calls": "f" + "(f" * 2000 + ")" * 2000 + "\n",
    "long-sum": "A = " + "+".join(["1"] * 100_000) + "\n",
    "long-attribute": "A = x" + ".a" * 50_000 + "\n",
    "long-subscript": "A = x" + "[0]" * 20_000 + "\n",
    "long-comparison": "A = " + "<".join("x" * 50_000) + "\n",
    "long-string-concatenation": "A = " + "'a' " * 100_000 + "\n",
    "long-boolean": "A = " + " or ".join(["x"] * 50_000) + "\n",
    "unary-chain": "A = " + "-" * 1500 + "1\nB = " + "not " * 1500 + "x\n",
    "parser-out-of-memory": "A = " + "-" * 200_000 + "1\n",
    "elif-chain": "if a:\n    pass\n" + "elif a:\n    pass\n" * 2900,
    "nested-functions": "".join(" " * i + f"def f{i}():\n" for i in range(95)) + " " * 96 + "pass\n",
    "nested-try": "".join(" " * i + "try:\n" for i in range(19)) + " " * 19 + "import x\n"
    + "".join(" " * i + "except ImportError:\n" + " " * (i + 1) + "pass\n" for i in reversed(range(19))),
    "nested-f-strings": "A = " + "f'{" * 140 + "1" + "}'" * 140 + "\n",
    "nested-format-specs": "A = f'{x:{y:{z:{w}}}}'\n" * 2000,
    "deep-decorators": "@f\n" * 20_000 + "def g(): pass\n",
    "with-items": "with " + ", ".join(["a as b"] * 20_000) + ":\n    import c\n",
    "match-patterns": "match x:\n    case " + "|".join(map(str, range(20_000))) + ":\n        pass\n",
    "deep-patterns": "match x:\n    case " + "[" * 150 + "_" + "]" * 150 + ":\n        pass\n",
    "many-imports": "import " + ", ".join(f"m{i}" for i in range(30_000)) + "\n",
    "long-dotted-import": "import " + ".".join(["a"] * 50_000) + "\n",
    "many-from-names": "from x import (" + ", ".join(f"n{i}" for i in range(50_000)) + ")\n",
    "relative-import-beyond-all": "from " + "." * 5000 + " import x\nfrom " + "." * 60_000 + "y import z\n",
    "many-semicolons": "x=1;" * 100_000 + "\n",
    "many-statements-on-one-line": "import os;" * 50_000 + "\n",
    "backslash-lines": "x = 1 + \\\n" * 50_000 + "1\n",
    "comment-bomb": "#" * 900_000 + "\n",
    "many-comments": "# pkg-audit: ignore[" + "x," * 100_000 + "]\nimport imp\n",
    "unterminated-string": '"""' + "x" * 500_000,
    "quotes": "'\"" * 200_000 + "\n",
    "braces-in-f-string": "f'" + "{" * 100_000 + "'\n",
    "unbalanced-closers": ")" * 500_000 + "\n",
    "nul": b"x = 1\n\0\0y = 2\n",
    "only-nul": b"\0" * 100_000,
    "big-integer": "A = " + "9" * 5000 + "\nB = 0x" + "f" * 100_000 + "\nC = 1e999999999\nD = 1_" + "0_" * 4000 + "0\n",
    "named-unicode": "A = '\\N{" + "A" * 100_000 + "}'\nB = '\\x'\n",
    "surrogates": b"A = '\xed\xa0\x80'\n",
    "utf-16": "x = 1\n".encode("utf-16"),
    "cookie-not-a-text-codec": "# -*- coding: rot13 -*-\nvzcbeg bf\n",
    "cookie-bz2": "# -*- coding: bz2 -*-\nx = 1\n",
    "cookie-idna": "# -*- coding: idna -*-\n" + "a." * 20_000 + "\n",
    "cookie-punycode": "# -*- coding: punycode -*-\n" + "a" * 100_000 + "-zzz\n",
    "cookie-undefined": "# -*- coding: undefined -*-\nx = 1\n",
    "cookie-unicode-escape": "# -*- coding: unicode_escape -*-\nx = 1 # \\u000aimport imp\n",
    "cookie-utf-7": "# -*- coding: utf-7 -*-\nx = '+AGEAYg-'\n",
    "cookie-mbcs": "# -*- coding: mbcs -*-\nx = 1\n",
    "cookie-long": "# -*- coding: " + "x" * 100_000 + " -*-\n",
    "cookie-hostile": "# -*- coding: ../../evil -*-\nx = 1\n",
    "form-feeds": "\f" * 100_000 + "x = 1\n\x1a\n",
    "lone-carriage-returns": "x = 1\r" * 50_000,
    "unicode-line-ends": "x = 1 \u2028y\u2029\x85\n" * 1000,
    "bidirectional": "a = '\u202e' # \u2066\nif x: # \u2069\n    pass\n",
    "homoglyph-names": "\u0430 = 1\n\ufb01 = 2\nimport \u1d52\u02e2\n" * 100,
    "warnings": "x = '\\d' is 1\nassert (1, 'x')\n1()\n" * 1000,
    "type-parameters": "def f[" + ", ".join(f"T{i}" for i in range(5000)) + "](): pass\n",
    "star-expressions": "a, *b = " + "*" * 5000 + "c\n",
    "walrus": "(" + "x := (" * 150 + "1" + ")" * 150 + ")\n",
    "global-names": "def f():\n" + "    global x\n" * 20_000,
    "deep-annotations": "x: " + "a[" * 180 + "b" + "]" * 180 + " = 1\n",
    "future-flags": "from __future__ import annotations, braces, nothing\n" * 2000,
    "string-annotations": "x: '" + "a[" * 5000 + "' = 1\n",
    "main-guards": "if __name__ == '__main__':\n    import x\n" * 10_000,
    "version-guards": "import sys\n" + "if sys.version_info >= (3, 99999999999999999999999):\n    import x\n" * 2000,
    "version-guard-huge": f"import sys\nif sys.version_info >= ({'9' * 4000},):\n    import x\n",
    "dynamic-imports": "import importlib\n" + "importlib.import_module('" + "a." * 20_000 + "b')\n__import__('x' * 10**9)\n",
    "path-building": "import os\nopen(os.path.join(" + "os.path.dirname(" * 150 + "__file__" + ")" * 150 + ", 'a' * 10**10))\n",
    "path-division": "from pathlib import Path\nx = Path(__file__)" + ".parent" * 20_000 + " / 'a'" * 500 + "\nopen(x)\n",
    "path-names-that-double": "import os\na = os.path.dirname(__file__) + 'x'\n" + "a = os.path.join(a, a)\n" * 60 + "open(a).read()\n",
    "alias-cycle": "a = b\nb = a\nc = c\nopen(a)\nimport os as a\na = a\n" * 500,
    "script-blocks": "# /// script\n# dependencies = []\n" * 20_000 + "# ///\n",
    "script-block-bomb": "# /// script\n# a = " + "[" * 50_000 + "\n# ///\n",
    "script-block-dotted": "# /// script\n# " + "a." * 50_000 + "b = 1\n# ///\n",
    "script-block-control": "# /// script\n# requires-python = '\x1b[31m'\n# dependencies = ['\\u001b]0;x\\u0007', 3, {}]\n# ///\n",
}  # fmt: skip

SETUPS = {
    "multiplied-string": "setup(name='a' * 10**11)",
    "multiplied-by-itself": "x = 'a' * 1000\nx = x * 1000\nx = x * 1000\nx = x * 1000\nsetup(name=x)",
    "power-tower": "setup(name=str(10 ** 10 ** 10), version=2 ** 10 ** 9)",
    "shift": "setup(name=str(1 << 10**12), version=1 << -1)",
    "doubling-names": "x = 'ab'\n" + "x = x + x\n" * 200 + "setup(name=x)",
    "doubling-lists": "x = ['ab']\n" + "x = x + x\n" * 200 + "setup(name='demo', packages=x)",
    "doubling-by-extend": "x = ['a']\n" + "x.extend(x)\nx += x\n" * 100 + "setup(packages=x)",
    "doubling-format": "x = 'ab'\n" + "x = '%s%s' % (x, x)\nx = '{0}{0}'.format(x)\nx = f'{x}{x}'\n" * 60 + "setup(name=x)",
    "doubling-replace": "x = 'aa'\n" + "x = x.replace('a', 'aa')\n" * 80 + "setup(name=x)",
    "doubling-join": "x = 'aa'\n" + "x = x.join([x, x, x])\n" * 80 + "setup(name=x)",
    "doubling-regex": "import re\nx = 'aa'\n" + "x = re.sub('a', 'aa', x)\n" * 80 + "setup(name=x)",
    "doubling-dictionary": "x = {'a': 1}\n" + "x = {'a': x, 'b': x}\n" * 200 + "setup(**x)\nprint(str(x), x == x)",
    "nested-by-itself": "x = []\nx.append(x)\nd = {}\nd['d'] = d\nsetup(name=str(x), packages=x, version=d == d, **d)",
    "names-in-a-circle": "x = y\ny = x\nsetup(name=x, version=z)\n",
    "calls-itself": "def f(n): return f(n + 1) + f(n + 2)\nsetup(name=f(0))",
    "calls-each-other": "def f(): return g()\ndef g(): return f()\nsetup(name=f())",
    "lambda-fixpoint": "Y = lambda f: (lambda x: x(x))(lambda y: f(lambda z: y(y)(z)))\nsetup(name=Y(Y)(Y))",
    "omega": "w = lambda x: x(x)\nsetup(name=w(w))",
    "endless-while": "while True:\n    x = 1\nsetup(name='demo')",
    "endless-growth": "x = ['a']\nfor i in x:\n    x.append(i)\nsetup(packages=x)",
    "loops-in-loops": "n = 0\n" + "".join("  " * i + f"for a{i} in range(100):\n" for i in range(12)) + "  " * 12 + "n += 1\nsetup(name=str(n))",
    "range": "setup(name=''.join(str(i) for i in range(10**12)), packages=list(range(10**10)))",
    "comprehensions": "setup(packages=[a for a in range(10**5) for b in range(10**5) for c in range(10**5)])",
    "product": "import itertools\nsetup(packages=list(itertools.product(range(100), repeat=20)), x=list(itertools.count()))",
    "permutations": "import itertools\nsetup(x=list(itertools.permutations(range(30))), y=list(itertools.combinations(range(60), 30)))",
    "cycle": "import itertools\nsetup(name=''.join(itertools.cycle('ab')), x=list(itertools.repeat(1)), y=sorted(itertools.count()))",
    "percent-width": "setup(name='%999999999999d' % 1, version='%*d' % (10**10, 1), x='%.999999999f' % 1)",
    "format-width": "setup(name='{:>999999999999}'.format(1), version='{0:{1}}'.format('a', 10**10))",
    "f-string-width": "n = 10**10\nsetup(name=f'{1:{n}}', version=f'{1:>9999999999}', x=f'{1:.{n}f}')",
    "justify": "setup(name='a'.ljust(10**11), version='a'.center(10**11), x='1'.zfill(10**11), y='\\t'.expandtabs(10**11))",
    "bytes": "setup(name=bytes(10**11), version=bytearray(10**11), x=b'a' * 10**11)",
    "format-attributes": "setup(name='{0.__class__.__mro__[1].__subclasses__}'.format(1), version='{a.b[c]}'.format(a=setup))",
    "integer-to-text": "setup(name=str(int('9' * 100000)), version='%d' % (9 ** 99999), x=int('1' * 4301), y=round(1e308 * 10))",
    "float-oddities": "setup(name=str(1e308 * 10), version=float('nan'), x=1 / 0, y=1 % 0, z=1 // 0, w=int(float('inf')))",
    "regex-backtracking": "import re\nsetup(name=re.match('(a+)+$', 'a' * 40 + 'b'), x=re.sub('(a|a)*b', '', 'a' * 60), y=re.search('(x*)*y', 'x' * 90))",
    "regex-alternatives": "import re\nsetup(name=re.match('(a|aa|aaa)*$', 'a' * 5000 + 'b').group(), x=re.findall('a*a*a*a*a*a*b', 'a' * 3000))",
    "regex-repeats": "import re\nsetup(name=re.match('((a{1,1000}){1,1000}){1,1000}', 'a' * 100), x=re.match('a{99999999999}', 'a'), y=re.match('(((' * 900, ''))",
    "regex-groups": "import re\nsetup(name=re.match('(' * 90 + 'a' + ')' * 90, 'a').group(89), x=re.match('(?P<a>x)' * 2000, 'x'))",
    "regex-backreference": "import re\nsetup(name=re.match(r'(a*)*\\1b', 'a' * 60), x=re.sub('(a*)', r'\\1' * 1000, 'a' * 1000), y=re.sub('', 'x' * 1000, 'y' * 1000))",
    "regex-lookaround": "import re\nsetup(name=re.match('(?=(a+))a*b', 'a' * 5000), x=re.search('(?<!a)(?<=b)' * 500, 'b' * 5000))",
    "split": "setup(packages=('a,' * 10**6).split(','), x='a'.split(''), y='a b'.split(None, -10**10), z=('a' * 10**5).partition('')[0])",
    "strip": "setup(name=('ab' * 10**6).strip('ab' * 10**4), x='a'.translate({97: 'b' * 10**9}), y=str.maketrans('a', 'bb'))",
    "globs": "import glob, os\nsetup(packages=glob.glob('**/' * 50 + '*', recursive=True), x=glob.glob('*' * 500), y=os.listdir('/'), z=list(os.walk('/')))",
    "paths": "import os\nx = 'a'\nfor i in range(50): x = os.path.join(x, x)\nsetup(name=os.path.normpath('../' * 10**5), x=os.path.abspath(x), y=os.path.relpath('/', 'a/' * 10**4))",
    "reads-everything": "import os\nsetup(name=''.join(open(p).read() for p in ['README.md'] * 10**6), x=open('/dev/zero').read(), y=open(0).read())",
    "reads-itself": "x = ''\n" + "x += open('setup.py').read()\n" * 500 + "setup(name=x)",
    "class-bodies": "class A:\n" + "".join("    " * i + f"class B{i}:\n" for i in range(1, 80)) + "    " * 80 + "x = 1\nsetup(name=A.B1)",
    "class-loop": "class A: pass\na = A()\na.a = a\nA.b = A\nsetup(name=a" + ".a" * 2000 + ", version=A" + ".b" * 2000 + ")",
    "properties": "class A:\n    def __getattr__(self, n): return getattr(self, n)\n    def __str__(self): return str(self)\n    def __eq__(self, o): return self == o\nsetup(name=str(A()), version=A().x, x=A() == A())",
    "decorators": "def d(f): return d(f)\n@d\ndef f(): pass\nsetup(name=f())",
    "generators": "def g():\n    while True:\n        yield from g()\nsetup(packages=list(g()))",
    "exceptions": "def f():\n    try:\n        raise ValueError\n    except ValueError:\n        return f()\n    finally:\n        f()\nsetup(name=f())",
    "star-star": "def f(*a, **k): return f(*a, *a, **k)\nsetup(name=f(1, 2, x=3))",
    "many-arguments": "setup(" + ", ".join(f"a{i}={i}" for i in range(50_000)) + ")",
    "many-setups": "from setuptools import setup\n" + "setup(name='a')\n" * 20_000,
    "deep-calls": "setup(name=" + "str(" * 190 + "1" + ")" * 190 + ")",
    "conditional-branches": "import os\n" + "".join(f"if os.environ.get('A{i}'):\n    x{i} = 1\nelse:\n    x{i} = 2\n" for i in range(400)) + "setup(name=str([" + ",".join(f"x{i}" for i in range(400)) + "]))",
    "conditional-doubling": "import os\nx = ''\n" + "x = x + ('a' if os.environ.get('A') else 'b')\n" * 500 + "setup(name=x)",
    "environment-loops": "import os\nwhile os.environ.get('X'):\n    for k in os.environ:\n        while k: k = k + k\nsetup(name='demo')",
    "imports-itself": "import setup as s\nfrom setup import *\nfrom . import setup as t\nsetup(name=s.x)",
    "imports-in-a-circle": "import a\nsetup(name=a.x)",
    "keywords-of-wrong-types": "setup(name=1, version=[], packages=5, install_requires={'a': 1}, entry_points=[1], extras_require=[], classifiers=3, package_data='x', ext_modules='y', python_requires=3.9, scripts=7, py_modules={1}, package_dir=[2], license_files=1, keywords=2)",
    "keywords-of-odd-values": "setup(name='\\x1b[31m', version='\\0', packages=['..', '/', '', 'a' * 10000, '\\ud800'], entry_points={'console_scripts': ['=', 'a', 'a=', 'a=b:c:d', '\\x07=x:y']}, package_dir={'': '../..', 'a': '/'}, data_files=[('/', ['/etc/passwd'])], package_data={'': ['../../*']})",
    "sorted-by-key": "setup(packages=sorted(range(10**6), key=lambda x: sorted(range(10**6))), x=max(range(10**9)), y=sum(range(10**9)), z=any(x for x in range(10**9)))",
    "maps": "setup(x=list(map(lambda x: list(map(str, range(10**6))), range(10**6))), y=list(zip(*[range(10**5)] * 10**4)), z=dict.fromkeys(range(10**9)))",
    "slices": "x = 'a' * 60000\n" + "x = (x + x)[::1]\n" * 80 + "setup(name=x[::-1], version=x[10**20:], x=[1][-10**30], y=x[::0])",
    "walrus-loop": "while (x := 'a'):\n    y = (x := x + x)\nsetup(name=x)",
    "deletes": "x = 1\ndel x\nsetup(name=x, version=undefined.y.z, x=None.y, y=(1)(2), z='a'.nothing())",
    "exec-strings": "exec('x = 1\\n' * 100000)\neval('(' * 10000)\nexec(open('setup.py').read())\nsetup(name='demo')",
}  # fmt: skip


BATCH = 6


def _modules(names: list[str]) -> Builder:
    def build(box: Box) -> None:
        box.project()
        for name in names:
            box.write(f"src/demo/{name.replace('-', '_')}.py", MODULES[name])
        box.seconds, box.megabytes = 60, 700

    return build


for _start in range(0, len(MODULES), BATCH):
    _names = list(MODULES)[_start : _start + BATCH]
    add("P2" if any("nested" in name for name in _names) else "P1", f"modules-{_names[0]}-and-more", _modules(_names))


def _setup(content: str) -> Builder:
    def build(box: Box) -> None:
        box.write("setup.py", f"from setuptools import setup, find_packages\n{content}\n")
        box.write("README.md", "# demo\n")
        box.write("a.py", "import b\nx = b.x\n")
        box.write("b.py", "import a\nx = a.x\n")
        box.write("demo/__init__.py", "")

    return build


for _name, _content in SETUPS.items():
    add("P4", f"setup-{_name}", _setup(_content))


@case("P3")
def a_literal_of_half_a_million_items(box: Box) -> None:
    box.module("A = [" + "1," * 500_000 + "]\n")
    box.megabytes = 1000


@case("P3")
def many_large_modules(box: Box) -> None:
    box.project()
    for index in range(30):
        box.write(f"src/demo/m{index}.py", "A = [" + "1," * 100_000 + "]\nimport os\n")
    box.seconds = 60


@case("P3")
def a_module_beyond_the_limit(box: Box) -> None:
    box.module("import os\n" * 400_000)
    box.mentions = ("src/demo/x.py",)


@case("P5")
def hook_scripts_are_evaluated_alike(box: Box) -> None:
    box.write(
        "pyproject.toml",
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
        '[tool.hatch.build.hooks.custom]\n[tool.poetry.build]\nscript = "build.py"\n[tool.pdm.build]\nrun-setuptools = true\n',
    )
    text = (
        "x = 'a'\nfor i in range(10**9): x += x\nclass H:\n    def initialize(self, version, build_data):\n"
        + "        build_data = {'x': build_data}\n" * 3000
    )
    for name in ("hatch_build.py", "build.py", "setup.py", "pdm_build.py"):
        box.write(name, text)
    box.write("demo/__init__.py")
