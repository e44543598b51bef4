from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from pkg_audit.backends.kind import judge_kind
from pkg_audit.facts.scanned import Scanned
from pkg_audit.scan.native import read_native
from pkg_audit.scan.pyproject import read_pyproject
from pkg_audit.scan.setup_cfg import read_setup_cfg
from pkg_audit.scan.setup_py import read_setup_py

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.backends.kind import KindVerdict
    from pkg_audit.tree import Tree

    Files = dict[str, str | bytes]

BACKENDS = {
    "setuptools": ("setuptools", "setuptools.build_meta"),
    "hatchling": ("hatchling", "hatchling.build"),
    "flit": ("flit_core", "flit_core.buildapi"),
    "poetry": ("poetry-core", "poetry.core.masonry.api"),
    "pdm": ("pdm-backend", "pdm.backend"),
    "uv": ("uv_build", "uv_build"),
    "maturin": ("maturin", "maturin"),
    "scikit-build-core": ("scikit-build-core", "scikit_build_core.build"),
    "meson-python": ("meson-python", "mesonpy"),
    "sip": ("sip", "sipbuild.api"),
    "strange": ("strange", "strange.api"),
}
INIT_C = "PyMODINIT_FUNC PyInit__x(void) {}"


def pyproject(backend: str, more: str = "") -> str:
    requires, module = BACKENDS[backend]
    system = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{module}"\n'
    return f'{system}[project]\nname = "demo"\nversion = "1"\n{more}\n'


@pytest.fixture
def kind(make_tree: Callable[[Files], Tree]) -> Callable[[Files], KindVerdict]:
    def judge(files: Files) -> KindVerdict:
        tree = make_tree(files)
        parts = read_pyproject(tree), read_setup_cfg(tree), read_setup_py(tree)
        native = read_native(tree, *parts)
        source: Literal["directory"] = "directory"
        scanned = Scanned(source, tree.files(), (), *parts, native=native)
        return judge_kind(tree, scanned, native, None)

    return judge


Kind = "Callable[[Files], KindVerdict]"


@pytest.mark.parametrize("backend", ["setuptools", "hatchling", "flit", "poetry", "pdm", "uv"])
def test_native_sources_lying_around_compile_nothing(kind: Callable[[Files], KindVerdict], backend: str) -> None:
    verdict = kind({"pyproject.toml": pyproject(backend), "demo/__init__.py": "", "demo/_x.c": INIT_C})
    assert verdict.kind == "pure"
    assert verdict.extension_modules == ()
    assert verdict.free_threaded == "n/a"


def test_an_unknown_backend_is_unknown(kind: Callable[[Files], KindVerdict]) -> None:
    verdict = kind({"pyproject.toml": pyproject("strange")})
    assert (verdict.kind, verdict.extension_modules) == ("unknown", None)
    assert {u.field for u in verdict.unknown} == {"kind", "extension_modules", "free_threaded"}


SETUP = "from setuptools import setup, Extension\nimport os\n"


@pytest.mark.parametrize(
    ("script", "expected", "modules"),
    [
        ("setup(ext_modules=[Extension('d._x', ['x.c'])])", "native", ("d._x",)),
        ("setup(ext_modules=[Extension('d._x', ['x.c'], optional=True)])", "native", ("d._x",)),
        (
            ("e = [Extension('d._x', [])] if os.environ.get('C') == '1' else []\nsetup(ext_modules=e)"),
            "native+pure-fallback",
            ("d._x",),
        ),
        (
            (
                "setup(ext_modules=[Extension('x', [], "
                "py_limited_api=True)], options={'bdist_wheel': {'py_limited_api': 'cp39'}})"
            ),
            "native-abi3",
            ("x",),
        ),
        ("setup(ext_modules=[Extension('x', [], py_limited_api=True)])", "native", ("x",)),
        (
            ("setup(ext_modules=[Extension('x', [])], options={'bdist_wheel': {'py_limited_api': 'cp39'}})"),
            "native",
            ("x",),
        ),
        ("setup(options={'bdist_wheel': {'plat_name': 'win_amd64'}})", "platform-no-abi", ()),
        (
            (
                "from mypyc.build import mypycify\nm = mypycify(['d/a.py'])\n"
                "if os.environ.get('NO_C'):\n    m = []\nsetup(ext_modules=m)"
            ),
            "native+pure-fallback",
            ("d.a",),
        ),
        (
            "import other\ne = []\nif other.c():\n    e.append(Extension('d.a', ['d/a.py']))\nsetup(ext_modules=e)",
            "native+pure-fallback",
            None,
        ),
        (
            "import other\ne = []\nif other.c():\n    e.append(Extension('d.a', ['d/a.c']))\nsetup(ext_modules=e)",
            "native",
            None,
        ),
        ("import other\nsetup(ext_modules=other.modules())", "unknown", None),
        (
            (
                "import other\nlimited, options = {}, {}\nif other.c():\n    limited = {'py_limited_api': True}\n"
                "    options = {'bdist_wheel': {'py_limited_api': 'cp39'}}\n"
                "setup(ext_modules=[Extension('x', [], **limited)], options=options)"
            ),
            "unknown",
            None,
        ),
        ("setup(name='demo')", "pure", ()),
    ],
)
def test_setuptools(
    kind: Callable[[Files], KindVerdict], script: str, expected: str, modules: tuple[str, ...] | None
) -> None:
    verdict = kind({"setup.py": SETUP + script + "\n", "d/__init__.py": "", "d/a.py": ""})
    assert verdict.kind == expected
    assert verdict.extension_modules == modules
    assert verdict.reasons


def test_setuptools_tables(kind: Callable[[Files], KindVerdict]) -> None:
    table = '[[tool.setuptools.ext-modules]]\nname = "demo._x"\nsources = ["x.c"]\n'
    assert kind({"pyproject.toml": pyproject("setuptools", table)}).extension_modules == ("demo._x",)
    rust = '[[tool.setuptools-rust.ext-modules]]\ntarget = "demo._r"\n'
    assert kind({"pyproject.toml": pyproject("setuptools", rust)}).extension_modules == ("demo._r",)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("wheel.platlib = false", "pure"),
        ("wheel.cmake = false", "pure"),
        ('wheel.py-api = "py3"', "platform-no-abi"),
        ('wheel.py-api = "cp312"', "native-abi3"),
        ("", "native"),
    ],
)
def test_scikit_build_core(kind: Callable[[Files], KindVerdict], options: str, expected: str) -> None:
    cmake = "nanobind_add_module(_x STABLE_ABI x.cpp)\ninstall(TARGETS _x DESTINATION demo)\n"
    files: Files = {
        "pyproject.toml": pyproject("scikit-build-core", f"[tool.scikit-build]\n{options}\n"),
        "CMakeLists.txt": cmake,
    }
    assert kind(files).kind == expected


def test_scikit_build_core_override_for_releases(kind: Callable[[Files], KindVerdict]) -> None:
    more = (
        "[tool.scikit-build]\nwheel.cmake = false\n[[tool.scikit-build.overrides]]\n"
        "if.env.CIBUILDWHEEL = true\nwheel.cmake = true\n"
    )
    files: Files = {"pyproject.toml": pyproject("scikit-build-core", more), "CMakeLists.txt": "project(x)\n"}
    assert kind(files).kind == "native"


@pytest.mark.parametrize(
    ("dependency", "lib", "expected"),
    [
        ('pyo3 = "0.26"', True, "native"),
        ('pyo3 = { version = "0.26", features = ["abi3-py39"] }', True, "native-abi3"),
        ("", True, "platform-no-abi"),
    ],
)
def test_maturin(kind: Callable[[Files], KindVerdict], dependency: str, lib: bool, expected: str) -> None:
    cargo = f'[package]\nname = "demo"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\n{dependency}\n'
    assert kind({"pyproject.toml": pyproject("maturin"), "Cargo.toml": cargo}).kind == expected


@pytest.mark.parametrize(
    ("pure", "body", "expected"),
    [
        ("", "py.install_sources('a.py', subdir: 'demo')", "pure"),
        ("pure: false", "py.extension_module('_x', 'x.c', install: true, subdir: 'demo')", "native"),
        ("", "shared_library('x', 'x.c', install: true)", "platform-no-abi"),
    ],
)
def test_meson_python(kind: Callable[[Files], KindVerdict], pure: str, body: str, expected: str) -> None:
    meson = f"project('demo', 'c')\npy = import('python').find_installation({pure})\n{body}\n"
    assert kind({"pyproject.toml": pyproject("meson-python"), "meson.build": meson}).kind == expected


HOOK = """
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        {body}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("build_data['infer_tag'] = True; build_data['pure_python'] = False", "native"),
        ("build_data['tag'] = 'py3-none-manylinux_2_17_x86_64'", "platform-no-abi"),
        ("build_data['pure_python'] = False", "pure"),
        ("build_data['artifacts'].append('x.js')", "pure"),
        ("build_data['infer_tag'] = self.build()", "unknown"),
    ],
)
def test_hatchling_custom_hooks(kind: Callable[[Files], KindVerdict], body: str, expected: str) -> None:
    files: Files = {
        "pyproject.toml": pyproject("hatchling", "[tool.hatch.build.targets.wheel.hooks.custom]\n"),
        "hatch_build.py": HOOK.format(body=body),
    }
    assert kind(files).kind == expected


def test_hatch_mypyc_by_default_and_on_request(kind: Callable[[Files], KindVerdict]) -> None:
    hook = '[tool.hatch.build.targets.wheel.hooks.mypyc]\nexclude = ["/demo/skip.py"]\n{}\n'
    files: Files = {"demo/__init__.py": "", "demo/a.py": "", "demo/skip.py": ""}
    always = kind({**files, "pyproject.toml": pyproject("hatchling", hook.format(""))})
    assert (always.kind, always.extension_modules) == ("native", ("demo.__init__", "demo.a"))
    asked = kind({**files, "pyproject.toml": pyproject("hatchling", hook.format("enable-by-default = false"))})
    assert (asked.kind, asked.extension_modules) == ("native+pure-fallback", ("demo.__init__", "demo.a"))


def test_poetry_build_script(kind: Callable[[Files], KindVerdict]) -> None:
    script = (
        "from setuptools import Extension\ndef build(setup_kwargs):\n"
        "    setup_kwargs.update(ext_modules=[Extension('demo._x', ['x.c'])])\n"
    )
    verdict = kind(
        {"pyproject.toml": pyproject("poetry", '[tool.poetry.build]\nscript = "build.py"\n'), "build.py": script}
    )
    assert (verdict.kind, verdict.extension_modules) == ("native", ("demo._x",))


def test_sip_is_abi3_where_every_module_says_so(kind: Callable[[Files], KindVerdict]) -> None:
    files: Files = {"pyproject.toml": pyproject("sip", "[tool.sip.bindings.core]\n")}
    files["core.sip"] = "%Module(name=demo.core, use_limited_api=True)\n"
    assert (kind(files).kind, kind(files).extension_modules) == ("native-abi3", ("demo.core",))
    files["core.sip"] = "%Module(name=demo.core)\n"
    assert kind(files).kind == "native"


def test_platform_wheels_of_a_project_that_declares_none_are_a_contradiction(
    kind: Callable[[Files], KindVerdict],
) -> None:
    assert kind({"pyproject.toml": pyproject("flit", '[tool.cibuildwheel]\nskip = "pp*"\n')}).kind == "unknown"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", "native-abi3"),
        ('[tool.cibuildwheel]\nenvironment-pass = ["DEMO_LIMITED_API"]\n', "native-abi3"),
        ('[tool.cibuildwheel.environment]\nDEMO_LIMITED_API = "1"\n', "native-abi3"),
        ('[tool.cibuildwheel]\nskip = "pp*"\n', "native"),
    ],
)
def test_a_switch_for_the_stable_abi_that_the_releases_do_not_set(
    kind: Callable[[Files], KindVerdict], table: str, expected: str
) -> None:
    script = (
        "on = os.environ.get('DEMO_LIMITED_API') == '1'\n"
        "options = {'bdist_wheel': {'py_limited_api': 'cp39'}} if on else {}\n"
        "setup(ext_modules=[Extension('d._x', ['x.c'], py_limited_api=on)], options=options)\n"
    )
    files: Files = {"setup.py": SETUP + script, "pyproject.toml": pyproject("setuptools", table), "d/__init__.py": ""}
    assert kind(files).kind == expected


WORKFLOW = "on: push\njobs:\n  build:\n    steps:\n"


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        ("      - uses: pypa/cibuildwheel@v3\n", "unknown"),
        ("      - run: |\n          pipx run cibuildwheel\n", "unknown"),
        ('      - command: ["python", "-m", "cibuildwheel"]\n', "unknown"),
        ("    # pypa/cibuildwheel would do as well\n", "pure"),
        ("    environment:\n      url: https://example.org/p/cibuildwheel\n", "pure"),
        ("    if: github.repository == 'pypa/cibuildwheel'\n", "pure"),
        ("      - name: Test cibuildwheel\n        run: make\n", "pure"),
        ("    matrix:\n      project:\n        - cibuildwheel\n", "pure"),
        ("    matrix:\n      project: [build, cibuildwheel]\n", "pure"),
        ("      - uses: PyO3/maturin-action@v1\n        with:\n          working-directory: core\n", "pure"),
        ("      - name: Compile\n        working-directory: ./core/\n        run: maturin build\n", "pure"),
        ("      - uses: pypa/cibuildwheel@v3\n        with:\n          package-dir: elsewhere\n", "unknown"),
        ("      - working-directory: core\n        run: maturin build\n      - run: maturin build\n", "unknown"),
    ],
)
def test_a_workflow_counts_only_where_it_runs_the_tool_for_this_project(
    kind: Callable[[Files], KindVerdict], workflow: str, expected: str
) -> None:
    files: Files = {
        "pyproject.toml": pyproject("flit"),
        "core/pyproject.toml": pyproject("maturin"),
        ".github/workflows/ci.yml": WORKFLOW + workflow,
    }
    assert kind(files).kind == expected


def test_a_pyproject_that_does_not_parse_is_unknown(kind: Callable[[Files], KindVerdict]) -> None:
    assert kind({"pyproject.toml": "[project", "setup.py": "from setuptools import setup\nsetup()\n"}).kind == "unknown"
