"""T1 to T3 and T7: TOML and the standards' little languages, in every file that holds them."""

from __future__ import annotations

from hostile_case import Box, Builder, add, case

PROJECT = '[project]\nname = "demo"\nversion = "1.0"\n'
USAGE = frozenset({0, 1, 2})

TOML: dict[str, str | bytes] = {
    "dotted-key": PROJECT + "[tool.x]\n" + "a." * 50_000 + "a = 1\n",
    "dotted-header": PROJECT + "[" + "a." * 50_000 + "a]\n",
    "dotted-keys-many": PROJECT + "[tool.x]\n" + "".join(f"a{i}.b.c.d.e = 1\n" for i in range(20_000)),
    "nested-arrays": "a = " + "[" * 100_000 + "]" * 100_000 + "\n",
    "nested-inline-tables": "a = " + "{a = " * 50_000 + "1" + "}" * 50_000 + "\n",
    "many-tables": PROJECT + "".join(f"[tool.t{i}]\n" for i in range(50_000)),
    "many-arrays-of-tables": PROJECT + "[[tool.a]]\n" * 50_000,
    "nested-arrays-of-tables": PROJECT + "".join(f"[[tool{'.a' * i}]]\n" for i in range(1, 99)),
    "unclosed-string": PROJECT + 'x = """' + "a" * 500_000,
    "quotes": PROJECT + "x = '" + "'\"" * 200_000 + "\n",
    "many-escapes": PROJECT + 'description = "' + "\\u0041" * 100_000 + '"\n',
    "huge-integers": PROJECT + "[tool.x]\na = " + "9" * 5000 + "\nb = 0x" + "f" * 100_000 + "\nc = 1" + "_0" * 10_000 + "\n",
    "huge-exponents": PROJECT + "[tool.x]\na = 1e999999999\nb = -0e-99999999999\nc = [inf, -inf, nan]\n",
    "odd-dates": PROJECT + "[tool.x]\na = 9999-12-31T23:59:59+23:59\nb = 0000-00-00\nc = 1979-05-27T24:61:61Z\n",
    "duplicate-keys": PROJECT + 'name = "other"\n[project]\n',
    "conflicting-tables": PROJECT + "[tool.x]\na = 1\n[tool.x.a]\nb = 2\n",
    "lone-surrogate": b'[project]\nname = "\xed\xa0\x80"\n',
    "escaped-surrogate": '[project]\nname = "\\ud800"\n',
    "nul": b'[project]\nname = "de\0mo"\n',
    "control-characters": b'[project]\nname = "de\x1b[31mmo"\n# \x07\n',
    "utf-16": PROJECT.encode("utf-16"),
    "latin-1": '[project]\nname = "d\u00e9mo"\n'.encode("latin-1"),
    "byte-order-mark": b"\xef\xbb\xbf" + PROJECT.encode(),
    "carriage-returns": PROJECT.replace("\n", "\r").encode(),
    "only-nul": b"\0" * 100_000,
    "two-megabytes": PROJECT + "# " + "x" * (2 << 20) + "\n",
    "empty": "",
}  # fmt: skip


def _pyproject(text: str | bytes) -> Builder:
    def build(box: Box) -> None:
        box.project(pyproject=text or "\n")

    return build


for _name, _text in TOML.items():
    add("T1" if "nested" in _name or "dotted" in _name else "T2", f"toml-{_name}", _pyproject(_text))


def _elsewhere(name: str, content: str | bytes) -> Builder:
    def build(box: Box) -> None:
        box.project()
        box.write(name, content)
        box.exits = USAGE if name == "pkg-audit.toml" else box.exits

    return build


for _file in ("pkg-audit.toml", "uv.lock", "pdm.lock", "poetry.lock", "Cargo.toml", "Cargo.lock", "pixi.toml"):
    add("T1", f"{_file}-dotted-key", _elsewhere(_file, "a." * 50_000 + "a = 1\n"))
    add("T2", f"{_file}-huge-integer", _elsewhere(_file, "a = " + "9" * 5000 + "\n"))

WRONG = (
    "3", "-1.5", "true", "nan", "inf", '""', '"x"', '"\\u001b[31m"', "[]", "[1, true, [], {}]", '["", "x", 3]', "{}",
    "{a = 1}", '{a = {b = {c = 1}}, "" = []}', "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "0x" + "f" * 5000,
    "[[[[[[[[[[]]]]]]]]]]", '"' + "x" * 20_000 + '"', '{file = "x"}', '{text = 3, file = []}', '[{name = 1, email = []}]',
    '{x = ["a", 1]}', '[{include-group = 1}, {include-group = "x", y = 1}]', '{from = 1, include = [], where = {}}',
)  # fmt: skip
FIELDS = ("name", "version", "description", "readme", "requires-python", "license", "license-files", "authors",
          "maintainers", "keywords", "classifiers", "urls", "scripts", "gui-scripts", "entry-points", "dependencies",
          "optional-dependencies", "dynamic", "import-names", "import-namespaces")  # fmt: skip
TABLES = {
    "build-system": ("requires", "build-backend", "backend-path"),
    "project": FIELDS,
    "dependency-groups": ("a", "b"),
    "tool.setuptools": ("packages", "py-modules", "package-dir", "package-data", "exclude-package-data", "dynamic", "script-files",
                        "ext-modules", "include-package-data", "zip-safe", "cmdclass", "data-files", "license-files", "namespace-packages"),
    "tool.setuptools.packages.find": ("where", "include", "exclude", "namespaces"),
    "tool.setuptools.dynamic": ("version", "readme", "dependencies", "optional-dependencies", "classifiers"),
    "tool.hatch": ("build", "version", "metadata", "envs"),
    "tool.hatch.build.targets.wheel": ("packages", "include", "exclude", "force-include", "sources", "only-include", "artifacts", "hooks"),
    "tool.hatch.version": ("path", "pattern", "source", "expression", "scheme"),
    "tool.poetry": ("name", "version", "packages", "include", "exclude", "scripts", "dependencies", "group", "extras", "build", "authors",
                    "readme", "plugins", "urls", "source", "license", "classifiers", "package-mode"),
    "tool.flit": ("module", "metadata", "scripts", "sdist", "entrypoints"),
    "tool.pdm": ("build", "version", "dev-dependencies"),
    "tool.pdm.build": ("includes", "excludes", "package-dir", "source-includes", "run-setuptools", "custom-hook"),
    "tool.maturin": ("bindings", "module-name", "python-source", "features", "manifest-path", "include", "python-packages", "compatibility"),
    "tool.scikit-build": ("wheel", "cmake", "metadata", "overrides", "sdist", "minimum-version"),
    "tool.meson-python": ("limited-api", "args", "wheel"),
    "tool.uv": ("build-backend", "workspace", "sources", "dev-dependencies"),
    "tool.uv.build-backend": ("module-name", "module-root", "namespace", "source-include", "wheel-exclude", "data"),
    "tool.cibuildwheel": ("build", "skip", "linux", "overrides", "environment"),
    "tool.mypy": ("plugins", "files"), "tool.ruff": ("target-version", "lint"), "tool.pytest": ("ini_options",),
    "tool.setuptools_scm": ("version_file", "write_to"), "tool.sip": ("bindings", "project"), "tool.black": ("target-version",),
}  # fmt: skip
BACKENDS = ("setuptools.build_meta", "hatchling.build", "flit_core.buildapi", "poetry.core.masonry.api", "pdm.backend", "maturin",
            "uv_build", "scikit_build_core.build", "mesonpy", "sipbuild.api", "whey", "pbr.build", "unknown.backend")  # fmt: skip


def _every_type(shift: int) -> Builder:
    """Give every key of every table a value of a wrong type, rotated by `shift`, one backend each."""

    def build(box: Box) -> None:
        lines = []
        count = shift
        for table, keys in TABLES.items():
            parent = table.rpartition(".")[0]
            above = TABLES.get(parent, ())
            if table.rpartition(".")[2] in above:
                continue  # its parent has given the whole table a wrong type
            lines.append(f"[{table}]")
            for key in keys:
                count += 1
                good = key == "build-backend" and shift % 2
                value = f'"{BACKENDS[shift % len(BACKENDS)]}"' if good else WRONG[count % len(WRONG)]
                lines.append(f"{key} = {value}")
        box.project(pyproject="\n".join(lines) + "\n")

    return build


def _every_tool_scalar(value: str) -> Builder:
    def build(box: Box) -> None:
        top = "".join(f"{name} = {value}\n" for name in ("build-system", "project", "dependency-groups"))
        tools = "".join(f"{name.removeprefix('tool.')} = {value}\n" for name in TABLES if name.count(".") == 1)
        box.project(pyproject=top + "[tool]\n" + tools)

    return build


for _shift in range(26):
    add("T3", f"wrong-types-{_shift}", _every_type(_shift))
for _index, _value in enumerate(("1", '"x"', "[]", "[{}]", "nan")):
    add("T3", f"tables-that-are-none-{_index}", _every_tool_scalar(_value))


@case("T3")
def own_configuration_of_wrong_types(box: Box) -> None:
    keys = ("select", "ignore", "severity", "fail-on", "target", "targets", "persona", "kind", "audience", "format", "public-index",
            "assume", "platforms", "show", "color")  # fmt: skip
    lines = [f"{key} = {WRONG[index % len(WRONG)]}" for index, key in enumerate(keys)]
    box.project("[tool.pkg-audit]\n" + "\n".join(lines) + '\n"\\u001b[31m" = 1\n')
    box.exits = frozenset({2})


@case("T3")
def ignores_of_wrong_types(box: Box) -> None:
    box.project(
        '[tool.pkg-audit]\nignore = [{rule = 1}, {path = "**/" , rule = "x"}, 3, [], {rule = "\\u0007", because = {}}]\n'
    )
    box.exits = frozenset({2})


@case("T8")
def ignore_globs_that_backtrack(box: Box) -> None:
    box.project(
        '[tool.pkg-audit]\nignore = [{rule = "compiled-code", path = "'
        + "*a" * 500
        + 'b"}, {rule = "compiled-code", path = "'
        + "**/" * 300
        + 'x"}]\n'
    )
    box.write("src/demo/" + "a" * 200 + ".py", "x = (\n")
    box.write("src/demo/" + "a/" * 90 + "a.py", "x = (\n")
    box.exits = USAGE


VERSIONS = ("9" * 5000, "1" + ".0" * 5000, "1!" * 1000, "1.0+" + "a." * 2000 + "b", "1.0.dev" + "9" * 5000, "\u0661.\u0660", "1.0\x1b[31m", " " * 5000,
            "v" * 3000, "1-" * 2000, "9" * 250)  # fmt: skip
SPECIFIERS = (">=1," * 5000 + ">=1", "=" * 10_000, ">=" + "9" * 5000, "==3.*." * 900, "~=" * 3000, ",".join(f"!=3.{i}" for i in range(300)),
              "===" + "x" * 1900, ">= 3" + " " * 100_000 + ", <4", ">=3.9\x1b]0;x\x07", "^3.9 || " * 3000, "== 9" + ".9" * 800)  # fmt: skip
MARKERS = ("(" * 2000 + "os_name == 'a'" + ")" * 2000, " and ".join(["os_name == 'a'"] * 3000), "python_version > '" + "9" * 5000 + "'",
           "'" * 3000, "os_name in '" + "a" * 3000 + "'", "not " * 900 + "x", "extra == 'a'" + " or extra == 'a'" * 300)  # fmt: skip
LICENSES = ("(" * 400 + "MIT" + ")" * 400, " OR ".join(["MIT"] * 120), "MIT WITH " * 100 + "x", "(" * 50_000, "LicenseRef-" + "x" * 900,
            "MIT\x1b[31m", "and or with ()", "MIT+" * 200, "((((((MIT" * 100)  # fmt: skip


def _quoted(text: str) -> str:
    import json

    return json.dumps(text).replace("\\u007f", "\\u007f")


@case("T7")
def versions(box: Box) -> None:
    _standards(box, version=VERSIONS)


@case("T7")
def specifiers(box: Box) -> None:
    _standards(box, **{"requires-python": SPECIFIERS})


@case("T7")
def licences(box: Box) -> None:
    _standards(box, license=LICENSES)


def _standards(box: Box, **fields: tuple[str, ...]) -> None:
    """Put each text into one member project's field; the last into the root's, with every other as a requirement."""
    ((field, texts),) = fields.items()
    rest = [f"a{i}{text}" for i, text in enumerate(texts)] + [f"b{i} ; {text}" for i, text in enumerate(MARKERS)]
    rest += [f"c[{text}]" for text in texts] + [f"d @ {text}" for text in texts] + list(texts)
    if field == "version":
        rest += [f"e=={text}" for text in texts]
    listed = ",\n".join(map(_quoted, rest))
    values = {"name": '"demo"', "version": '"1.0"', field: _quoted(texts[0])}
    box.write(
        "pyproject.toml",
        "[project]\n"
        + "".join(f"{key} = {value}\n" for key, value in values.items())
        + f"dependencies = [{listed}]\nclassifiers = [{listed}]\n[project.optional-dependencies]\nx = [{listed}]\n"
        + f'[build-system]\nrequires = [{listed}]\nbuild-backend = "setuptools.build_meta"\n[dependency-groups]\ng = [{listed}]\n',
    )
    box.write(
        "demo/__init__.py", "".join(f"# /// script\n# requires-python = {_quoted(t)}\n# ///\n" for t in texts[:1])
    )
    box.write("setup.cfg", "[metadata]\nversion = " + texts[-1].replace("\n", " ") + "\n[options]\ninstall_requires =\n  "
              + "\n  ".join(text.replace("\n", " ") for text in rest) + "\n")  # fmt: skip


def _one(field: str, text: str) -> Builder:
    def build(box: Box) -> None:
        values = {"name": '"demo"', "version": '"1.0"', field: _quoted(text)}
        box.project(pyproject="[project]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))

    return build


for _field, _texts in (("version", VERSIONS), ("requires-python", SPECIFIERS), ("license", LICENSES)):
    for _index, _one_text in enumerate(_texts[:4]):
        add("T7", f"{_field}-{_index}", _one(_field, _one_text))


@case("T7")
def poetry_constraints(box: Box) -> None:
    texts = ("^" * 3000, "^" + "9" * 5000, "~1." * 900, ">=1,<2 || " * 400 + "3", "1.*." * 600, "^0.0." + "0." * 200 + "1", "*" * 3000,
             "!=1 " * 600, "|" * 3000, "^1!2.3", "\u0661", "^1.0 " + " " * 3000)  # fmt: skip
    lines = "".join(f"d{i} = {_quoted(text)}\n" for i, text in enumerate(texts))
    box.project(
        pyproject='[tool.poetry]\nname = "demo"\nversion = "1"\n[tool.poetry.dependencies]\npython = '
        + _quoted(texts[3])
        + "\n"
        + lines
        + '[build-system]\nrequires = []\nbuild-backend = "poetry.core.masonry.api"\n'
    )
