"""T4 to T6, T8, T9: groups, INI, YAML, JSON, metadata, patterns, and native build files."""

from __future__ import annotations

from hostile_case import PYPROJECT, Box, Builder, add, case

PROJECT = '[project]\nname = "demo"\nversion = "1.0"\n'
HEAD = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"


@case("T4")
def groups_that_double_at_each_level(box: Box) -> None:
    groups = "".join(
        f'g{i} = [{{include-group = "g{i + 1}"}}, {{include-group = "g{i + 1}"}}, "a{i}"]\n' for i in range(200)
    )
    box.project(pyproject=PROJECT + "[dependency-groups]\n" + groups + 'g200 = ["z"]\n')


@case("T4")
def groups_in_circles(box: Box) -> None:
    groups = "".join(
        f'g{i} = [{{include-group = "g{(i + 1) % 900}"}}, {{include-group = "g{i * 7 % 900}"}}]\n' for i in range(900)
    )
    box.project(pyproject=PROJECT + "[dependency-groups]\n" + groups)


@case("T4")
def groups_that_all_include_a_large_one(box: Box) -> None:
    large = ", ".join(f'"a{i}"' for i in range(5000))
    groups = "".join(f'g{i} = [{{include-group = "large"}}]\n' for i in range(2000))
    box.project(pyproject=PROJECT + f"[dependency-groups]\nlarge = [{large}]\n" + groups)


@case("T4")
def extras_of_oneself(box: Box) -> None:
    for backend in ("hatchling.build",):
        extras = "".join(f'e{i} = ["demo[e{(i + 1) % 500},e{i * 3 % 500}]", "x{i}"]\n' for i in range(500))
        build = f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'
        box.project(pyproject=build + PROJECT + '[project.optional-dependencies]\nall = ["demo[all]"]\n' + extras)


@case("T4")
def requirement_files_in_circles(box: Box) -> None:
    box.project()
    box.write(
        "setup.py", "from setuptools import setup\nsetup(install_requires=open('requirements.txt').read().split())\n"
    )
    box.write("requirements.txt", "-r requirements.txt\n-r b.txt\n-c requirements.txt\n-e .\n" + "a\n" * 50_000)
    box.write("b.txt", "-r requirements.txt\n" * 1000)


CFG: dict[str, str | bytes] = {
    "interpolation": "[metadata]\nname = %(a)s\na = %(b)s%(b)s\nb = %(a)s\nversion = %(%(x)s)s${x}\n",
    "duplicates": "[metadata]\nname = a\nname = b\n[metadata]\nname = c\nNAME = d\n",
    "no-header": "name = x\n = y\n[\n]\n[]\n[a\n",
    "huge-value": "[metadata]\ndescription = " + "x" * 900_000 + "\n",
    "many-options": "[metadata]\n" + "".join(f"k{i} = 1\n" for i in range(60_000)),
    "many-sections": "".join(f"[s{i}]\na = 1\n" for i in range(60_000)),
    "deep-indentation": "[options]\ninstall_requires =\n" + "".join(" " * i + "a\n" for i in range(1, 1000)),
    "continuations": "[options]\npackages = find:\n" + "  a\n" * 100_000,
    "brackets": "[" * 500_000 + "\n",
    "equals": "[a]\n" + "=" * 500_000 + "\n",
    "spaces": "[a]\nb" + " " * 400_000 + "= c\n",
    "nul-and-control": b"[metadata]\nname = \x00\x1b[31m\xff\nversion = \x07\n",
    "utf-16": "[metadata]\nname = x\n".encode("utf-16"),
    "attr-and-file": "[metadata]\nversion = attr: a.b.c.d." + "e." * 5000 + "f\nlong_description = file: " + ", ".join(["README.md"] * 20_000)
    + "\n[options]\npackages = find_namespace:\npackage_dir =\n  = ..\n  a = /\n[options.packages.find]\nwhere = ../..\nexclude =\n  " + "*" * 900 + "\n",
    "find-patterns": "[options]\npackages = find:\n[options.packages.find]\ninclude =\n  " + "*a" * 400 + "\n  " + "[" * 900 + "\n  " + "[!a-" * 200 + "\n",
    "entry-points": "[options.entry_points]\nconsole_scripts =\n  " + "\n  ".join(["a = b:c [" + "x," * 500 + "]", "=", "a" * 5000, "\x1b = b"] * 500) + "\n",
    "extras": "[options.extras_require]\n" + "".join(f"e{i} =\n  a; python_version < '3'\n" for i in range(9000)),
    "data": "[options.package_data]\n* = " + ", ".join(["**/*" * 30] * 300) + "\n[options.data_files]\n/ = /etc/passwd\n../.. = ../../x\n",
}  # fmt: skip


def _setup_cfg(content: str | bytes) -> Builder:
    def build(box: Box) -> None:
        box.write("setup.py", "from setuptools import setup\nsetup()\n")
        box.write("setup.cfg", content)
        box.write("README.md", "x\n")
        box.write("demo/__init__.py", "")
        box.write("demo/" + "a" * 200 + "/__init__.py", "")

    return build


for _name, _content in CFG.items():
    add("T5", f"cfg-{_name}", _setup_cfg(_content))


@case("T6")
def yaml_bombs_in_every_yaml_file(box: Box) -> None:
    box.project()
    aliases = "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 20))
    bombs = (aliases, "[" * 100_000, "- " * 100_000 + "a\n", "a: " * 50_000, "? " * 50_000, "a: |" + "\n " * 100_000, "&a " * 50_000,
             "!!" * 50_000, "%YAML 9.9\n---\n" * 1000, "\x00\ufffe", "'" * 100_001)  # fmt: skip
    names = (".pre-commit-config.yaml", ".github/workflows/ci.yml", ".readthedocs.yaml", "mkdocs.yml", "meta.yaml", "environment.yml",
             "CITATION.cff", ".gitlab-ci.yml", "recipe.yaml", "snapcraft.yaml", "action.yml")  # fmt: skip
    for name, bomb in zip(names, bombs, strict=True):
        box.write(name, bomb)


@case("T6")
def json_bombs(box: Box) -> None:
    box.project()
    for name, bomb in {
        "Pipfile.lock": "[" * 200_000, "package.json": '{"a":' * 100_000, "vcpkg.json": '{"a": 1' + "0" * 100_000 + "}",
        "conanfile.json": "1e" + "9" * 100_000, "pyrightconfig.json": '"' + "\\ud800" * 50_000 + '"', "package-lock.json": "{" * 99_999,
        "codemeta.json": '{"a": NaN, "a": Infinity}', "conda-lock.json": "\ufeff{}", "tasks.ipynb": "[[" * 50_000,
    }.items():  # fmt: skip
        box.write(name, bomb)


METADATA: dict[str, str | bytes] = {
    "mime": HEAD + "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n" + "--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 5000,
    "mime-encoded-words": HEAD + "Summary: " + "=?utf-8?q?=1B=5B31m?= " * 5000 + "\nAuthor-email: =?utf-7?b?" + "A" * 5000 + "?=\n",
    "control-characters": HEAD + "Summary: \x1b]0;title\x07\x1b[2J\u202e\nAuthor: \x9b31m\nHome-page: javascript:alert(1)\n",
    "many-headers": HEAD + "Requires-Dist: a\n" * 30_000,
    "many-extras": HEAD + "".join(f"Provides-Extra: e{i}\nRequires-Dist: a; extra == 'e{i}'\n" for i in range(10_000)),
    "long-header": HEAD + "Summary: " + "x" * 900_000 + "\n",
    "long-name": HEAD + "X" * 500_000 + ": y\n",
    "folded": HEAD + "Description: a\n" + "        |b\n" * 50_000,
    "no-colon": "x\n" * 100_000 + HEAD,
    "colons": ":" * 500_000 + "\n" + HEAD,
    "nul": HEAD.encode() + b"Summary: \0\xff\xfe\n",
    "names-disagree": HEAD.replace("demo", "../../evil").replace("1.0", "9" * 5000),
    "addresses": HEAD + "Author-email: " + "(" * 50_000 + "\nMaintainer-email: " + '"a" <' * 20_000 + "\n",
    "markers": HEAD + "Requires-Dist: a; " + "(" * 3000 + "extra == 'x'" + ")" * 3000 + "\nRequires-Dist: b ; " + "extra == 'x' and " * 2000 + "\n",
    "urls": HEAD + "Project-URL: " + ",".join(["a"] * 50_000) + "\nProject-URL: \nProject-URL: x\n",
    "keywords": HEAD + "Keywords: " + ", " * 200_000 + "\n",
    "empty": "",
}  # fmt: skip


def _sdist_folder(content: str | bytes) -> Builder:
    def build(box: Box) -> None:
        from tree_archives import make_tar, member, pack

        data = content.encode() if isinstance(content, str) else content
        files = {"PKG-INFO": data, "setup.py": b"from setuptools import setup\nsetup()\n", "demo.py": b"",
                 "demo.egg-info/PKG-INFO": data, "demo.egg-info/entry_points.txt": data, "demo.egg-info/requires.txt": data,
                 "demo.egg-info/SOURCES.txt": data}  # fmt: skip
        box.archive(
            "demo-1.0.tar.gz", pack(make_tar([member(f"demo-1.0/{name}", data) for name, data in files.items()]))
        )
        box.exits = frozenset({0, 1, 3})

    return build


for _name, _content in METADATA.items():
    add("T6", f"metadata-{_name}", _sdist_folder(_content))


@case("T6")
def entry_points_in_a_wheel(box: Box) -> None:
    from tree_archives import DIST_INFO, make_zip, record, wheel_files

    files = wheel_files()
    del files[f"{DIST_INFO}/RECORD"]
    files[f"{DIST_INFO}/entry_points.txt"] = (
        "[console_scripts]\n" * 2000 + "a = b:c [" + "x," * 20_000 + "\n" + "[" * 50_000 + "\n" + "\x1b]0;x\x07 = a:b\n"
        + "".join(f"e{i} = {'a.' * 50}b:{'c.' * 50}d\n" for i in range(2000))
    ).encode()  # fmt: skip
    files[f"{DIST_INFO}/METADATA"] = (HEAD + "Summary: \x1b[31m\n" + "Requires-Dist: a\n" * 2000).encode()
    files[f"{DIST_INFO}/WHEEL"] = ("Wheel-Version: " + "9" * 5000 + "\n" + "Tag: py3-none-any\n" * 5000).encode()
    files[f"{DIST_INFO}/RECORD"] = record(files)
    box.archive("demo-1.0-py3-none-any.whl", make_zip(files))
    box.exits = frozenset({0, 1, 3})


PATTERNS = ("*a" * 200 + "b", "**/" * 200 + "x", "[" * 900, "[!" + "a-z" * 200, "*" * 900, "?" * 900 + "x", "/".join(["*"] * 150), "{a,b}" * 100,
            "a" * 5000, "[a-\x00]", "\\" * 501, "!" * 500, "[[:alpha:]]" * 90, "**a**b**c**d**e**f**g", "*/../*", "/**", "../**", "a/**/" * 90,
            "[z-a]", "(a+)+$", "\x1b[31m*", "#", " ", "%00", "*.py" + " " * 900)  # fmt: skip


def _with_long_names(box: Box) -> None:
    box.write("src/demo/" + "a" * 240 + ".py", "")
    box.write("src/demo/" + "/".join(["a"] * 90) + "/a.txt", "")
    for index in range(300):
        box.write(f"src/demo/data/{'ab' * 50}{index}.txt", "")


@case("T8")
def manifest_patterns(box: Box) -> None:
    box.project()
    _with_long_names(box)
    commands = ("include", "exclude", "recursive-include src", "recursive-exclude *", "global-include", "global-exclude", "graft", "prune",
                "recursive-include " + "*a" * 100)  # fmt: skip
    box.write("MANIFEST.in", "".join(f"{command} {pattern}\n" for command in commands for pattern in PATTERNS))


@case("T8")
def manifest_of_many_lines(box: Box) -> None:
    box.project()
    _with_long_names(box)
    box.write(
        "MANIFEST.in",
        "global-include *\nglobal-exclude *\n" * 20_000 + "\\\n" * 50_000 + "include a" + " b" * 100_000 + "\n",
    )


@case("T8")
def ignore_patterns(box: Box) -> None:
    box.project()
    _with_long_names(box)
    text = "\n".join(PATTERNS) + "\n" + "\n".join(f"!{pattern}" for pattern in PATTERNS)
    for name in (
        ".gitignore",
        "src/.gitignore",
        "src/demo/.gitignore",
        ".git/info/exclude",
        ".hgignore",
        ".dockerignore",
    ):
        box.write(name, text * 20)


@case("T8")
def ignore_file_of_many_lines(box: Box) -> None:
    box.project()
    _with_long_names(box)
    box.write(".gitignore", "".join(f"*a{i}*\nb{i}/**/c\n" for i in range(20_000)))


GLOBS = ", ".join('"' + p.replace("\\", "\\\\").replace("\x00", "").replace("\x1b", "") + '"' for p in PATTERNS)
GLOB_TABLES = {
    "hatch": '[tool.hatch.build]\ninclude = [G]\nexclude = [G]\nartifacts = [G]\n[tool.hatch.build.targets.sdist]\nonly-include = [G]\n'
    '[tool.hatch.build.targets.wheel]\npackages = [G]\n[tool.hatch.build.targets.wheel.hooks.mypyc]\ndependencies = []\ninclude = [G]\nexclude = [G]\n',
    "setuptools": '[tool.setuptools.packages.find]\nwhere = ["src"]\ninclude = [G]\nexclude = [G]\n[tool.setuptools.package-data]\n"*" = [G]\n'
    '[tool.setuptools.exclude-package-data]\ndemo = [G]\n',
    "poetry": '[tool.poetry]\nname = "demo"\nversion = "1"\npackages = [{include = "*a*a*a*a*b"}, {include = "**/**/**/**/x", from = ".."}]\ninclude = [G]\nexclude = [G]\n',
    "pdm": '[tool.pdm.build]\nincludes = [G]\nexcludes = [G]\nsource-includes = [G]\n',
    "flit": '[tool.flit.sdist]\ninclude = [G]\nexclude = [G]\n',
    "uv": '[tool.uv.build-backend]\nsource-include = [G]\nsource-exclude = [G]\nwheel-exclude = [G]\n[tool.uv.workspace]\nmembers = [G]\n',
    "maturin": '[tool.maturin]\ninclude = [G]\nexclude = [G]\n',
    "scikit-build": '[tool.scikit-build]\nsdist.include = [G]\nsdist.exclude = [G]\nwheel.exclude = [G]\nwheel.packages = [G]\n',
}  # fmt: skip
GLOB_BACKENDS = {
    "hatch": "hatchling.build", "setuptools": "setuptools.build_meta", "poetry": "poetry.core.masonry.api", "pdm": "pdm.backend",
    "flit": "flit_core.buildapi", "uv": "uv_build", "maturin": "maturin", "scikit-build": "scikit_build_core.build",
}  # fmt: skip


def _globs(name: str) -> Builder:
    def build(box: Box) -> None:
        start = f'[build-system]\nrequires = []\nbuild-backend = "{GLOB_BACKENDS[name]}"\n'
        project = PROJECT + f"license-files = [{GLOBS}]\n" if name != "poetry" else ""
        box.project(pyproject=start + project + GLOB_TABLES[name].replace("G", GLOBS))
        _with_long_names(box)

    return build


for _name in GLOB_TABLES:
    add("T8", f"globs-of-{_name}", _globs(_name))


@case("T8")
def patterns_of_a_compiling_hook(box: Box) -> None:
    start = '[build-system]\nrequires = ["hatchling", "hatch-mypyc"]\nbuild-backend = "hatchling.build"\n'
    hook = f'[tool.hatch.build.hooks.mypyc]\ndependencies = ["hatch-mypyc"]\ninclude = [{GLOBS}]\nexclude = [{GLOBS}]\n'
    box.project(pyproject=start + PROJECT + hook)
    _with_long_names(box)


@case("T8")
def packages_in_deep_and_wide_trees(box: Box) -> None:
    box.write(
        "setup.py",
        "from setuptools import setup, find_packages\nsetup(packages=find_packages(exclude=['*a' * 100, '*.tests.*' * 20]))\n",
    )
    for index in range(60):
        box.write(f"p{index}/" + "/".join(["q"] * 40) + "/x.py", "")
        for depth in range(40):
            box.write(f"p{index}/" + "q/" * depth + "__init__.py", "")
    box.link("p0/loop", "..")


@case("T8")
def attack_strings_in_one_module(box: Box) -> None:
    pieces = ["a" * 100_000, " " * 100_000, "\t " * 50_000, "-" * 100_000, "aA1_" * 25_000, "(" * 100_000, "\\" * 99_999, "'\"" * 50_000, "#" * 100_000,
              "a." * 50_000, "a=" * 50_000, "\u00e9" * 50_000, "=1" * 50_000, ":" * 100_000, "%s" * 50_000, "http://" * 10_000]  # fmt: skip
    box.module("".join(f"# {piece}\n" for piece in pieces) + "x = 1\n")
    box.write("src/demo/y.py", "print '" + "\n".join(pieces) + "\n")
    for name in ("setup.cfg", "MANIFEST.in", "requirements.txt", "README.md", ".gitignore", "tox.ini"):
        box.write(name, "\n".join(pieces) + "\n")


NATIVE = {
    "Cargo.toml": '[package]\nname = "demo"\nversion = "1"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\npyo3 = {path = "."}\n'
    '[workspace]\nmembers = ["' + "*" * 300 + '", "../**", "' + "a/" * 2000 + '"]\n[features]\n'
    + "".join(f'f{i} = ["f{i + 1}", "f{i + 1}", "f{i * 7 % 300}"]\n' for i in range(300)),
    "meson.build": "project('demo', 'c')\n" + "x = 'ab'\n" + "x = x + x\nx = '@0@@0@'.format(x)\nx += x\n" * 60 + "y = [x]\n" + "y += y\n" * 60
    + "foreach i : y\nforeach j : y\nforeach k : y\nz = i + j + k\nendforeach\nendforeach\nendforeach\nsubdir('.')\nsubdir('..')\nsubdir('/')\n"
    + "a = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "CMakeLists.txt": "project(demo)\nset(A x)\n" + 'set(A "${A}${A}")\nlist(APPEND A ${A} ${A})\n' * 80 + "set(B ${${${A}}})\n" + "if(" * 3000 + "\n"
    + "while(TRUE)\nset(A ${A}x)\nendwhile()\nfunction(f)\nf()\nf()\nendfunction()\nf()\nmacro(m)\nm()\nm()\nendmacro()\nm()\n"
    + "include(CMakeLists.txt)\nadd_subdirectory(.)\nadd_subdirectory(..)\nforeach(i RANGE 1000000000)\nforeach(j RANGE 1000000000)\nset(x ${i})\nendforeach()\nendforeach()\n"
    + "${" * 5000 + "\n" + '"' * 5001 + "[" * 5000 + "[=" * 3000,
}  # fmt: skip
NESTED = {
    "Cargo.toml": "a = " + "[" * 50_000, "meson.build": "[" * 100_000 + "if " * 50_000 + "foreach x : [\n" * 20_000,
    "CMakeLists.txt": "if(a)\n" * 50_000 + "(" * 100_000 + "$<" * 50_000,
}  # fmt: skip
NATIVE_BACKENDS = {"Cargo.toml": "maturin", "meson.build": "mesonpy", "CMakeLists.txt": "scikit_build_core.build"}


def _native(name: str, content: str) -> Builder:
    def build(box: Box) -> None:
        build_system = f'[build-system]\nrequires = []\nbuild-backend = "{NATIVE_BACKENDS[name]}"\n'
        box.project(pyproject=build_system + PROJECT)
        box.write(name, content)
        box.write("src/lib.rs", "/*" * 50_000 + "#[pymodule]\nfn demo() {" + "{" * 100_000)
        box.write(
            "src/x.c",
            '#include "x.c"\n/*' + "*" * 100_000 + "\nPyMODINIT_FUNC PyInit_x(void) {" + "{" * 200_000 + '"' * 50_001,
        )
        box.write("src/x.pyx", "cdef extern from *:\n" + "    (" * 50_000)

    return build


for _name, _content in NATIVE.items():
    add("T9", f"{_name}-that-grows", _native(_name, _content))
for _name, _content in NESTED.items():
    add("T9", f"{_name}-nested", _native(_name, _content))


@case("T9")
def binaries_that_are_none(box: Box) -> None:
    box.project()
    heads = (
        b"\x7fELF",
        b"MZ" + b"\xff" * 62,
        b"\xfe\xed\xfa\xcf",
        b"\xca\xfe\xba\xbe" + b"\xff" * 60,
        b"\0asm",
        b"",
        b"!<arch>\n",
    )
    for index, head in enumerate(heads):
        for suffix in (".so", ".pyd", ".dll", ".dylib", ".abi3.so", ".cpython-311-x86_64-linux-gnu.so", ".a", ".exe"):
            box.write(f"src/demo/b{index}{suffix}", head)


@case("T9")
def c_sources_of_directives(box: Box) -> None:
    names = ("nested", "branches", "line", "macros", "quotes", "calls")
    sources = ", ".join(f'"demo/{name}.c"' for name in names)
    table = f'[[tool.setuptools.ext-modules]]\nname = "demo._x"\nsources = [{sources}]\n'
    box.project(pyproject=PROJECT + table)
    used = "\nPyObject *f(PyObject *o) { return PyEval_CallObject(o); }\n"
    box.write("demo/nested.c", "#if PY_VERSION_HEX > 3\n" * 100_000 + used)
    box.write("demo/branches.c", "#if 0\n" + "#elif defined(PyX) && PY_VERSION_HEX > 3\n" * 50_000 + used)
    box.write("demo/line.c", "#if " + "(" * (1 << 20) + used + "x" * (1 << 20) + used)
    box.write("demo/macros.c", "".join(f"#define A{i} A{i - 1}+A{i - 1}\n" for i in range(1, 20_000)) + used)
    box.write("demo/quotes.c", "'\"'\"" * 200_000 + "/*" * 200_000 + used)
    box.write("demo/calls.c", "PyEval_CallObject(" * 100_000 + "f->f_code" * 100_000)


@case("T9")
def readme_of_attack_strings(box: Box) -> None:
    box.project(pyproject=PYPROJECT)
    box.write(
        "README.md",
        "[" * 100_000
        + "](" * 50_000
        + "`" * 100_001
        + "<!--" * 50_000
        + "![" * 50_000
        + "* " * 50_000
        + "\n> " * 50_000,
    )
