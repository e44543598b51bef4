from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.native import native_faults
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native_records import NativeFault
    from pkg_audit.tree import Tree

    Files = dict[str, str | bytes]
    Faults = Callable[[Files], dict[str, NativeFault]]

C = "PyMODINIT_FUNC PyInit__x(void) { Py_MOD_GIL_NOT_USED; }\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00" + bytes(44)


def project(backend: str = "setuptools", requires: str = '"setuptools"', more: str = "") -> str:
    module = {"setuptools": "setuptools.build_meta", "hatchling": "hatchling.build"}[backend]
    return (
        f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{module}"\n'
        f'[project]\nname = "demo"\nversion = "1"\n{more}\n'
    )


EXT = '[[tool.setuptools.ext-modules]]\nname = "demo._x"\nsources = ["demo/_x.c"]\n'


@pytest.fixture
def faults(make_tree: Callable[[Files], Tree]) -> Faults:
    def judge(files: Files) -> dict[str, NativeFault]:
        tree = make_tree({"demo/__init__.py": "", **files})
        scanned = scan(tree)
        return {fault.kind: fault for fault in native_faults(tree, scanned, predict(tree, scanned))}

    return judge


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        ("from demo import _x\n", True),
        ("from . import _x\n", True),
        ("from ._x import thing\n", True),
        ("import demo._x\n", True),
        ("try:\n    from demo import _x\nexcept ImportError:\n    _x = None\n", False),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from demo import _x\n", False),
        ("import other._x\n", False),
        ("", False),
    ],
)
def test_a_source_that_nothing_compiles(faults: Faults, source: str, fires: bool) -> None:
    files: Files = {"pyproject.toml": project("hatchling", '"hatchling"'), "demo/a.py": source, "demo/_x.c": C}
    assert ("source-not-compiled" in faults(files)) is fires


def test_a_python_module_of_the_same_name_serves_instead(faults: Faults) -> None:
    files: Files = {"pyproject.toml": project("hatchling", '"hatchling"'), "demo/a.py": "from . import _x\n"}
    assert "source-not-compiled" not in faults({**files, "demo/_x.pyx": "", "demo/_x.py": ""})


@pytest.mark.parametrize(
    ("requires", "files", "fires"),
    [
        ('"setuptools"', {"demo/_x.pyx": ""}, True),
        ('"setuptools", "Cython>=3"', {"demo/_x.pyx": ""}, False),
        ('"setuptools"', {"demo/_x.pyx": "", "demo/_x.c": C}, False),
    ],
)
def test_cython_has_to_be_required(faults: Faults, requires: str, files: Files, fires: bool) -> None:
    text = project(requires=requires, more=EXT.replace("_x.c", "_x.pyx"))
    assert ("build-requirement-missing" in faults({"pyproject.toml": text, **files})) is fires


@pytest.mark.parametrize(
    ("script", "requires", "missing"),
    [
        ("import numpy\n", '"setuptools"', "numpy"),
        ("import numpy\n", '"setuptools", "oldest-supported-numpy"', None),
        ("try:\n    import numpy\nexcept ImportError:\n    numpy = None\n", '"setuptools"', None),
        ("from pybind11.setup_helpers import Pybind11Extension\n", '"setuptools"', "pybind11"),
    ],
)
def test_tools_of_the_setup_script(faults: Faults, script: str, requires: str, missing: str | None) -> None:
    setup = (
        f"from setuptools import setup, Extension\n{script}setup(ext_modules=[Extension('demo._x', ['demo/_x.c'])])\n"
    )
    found = faults({"pyproject.toml": project(requires=requires), "setup.py": setup, "demo/_x.c": C})
    fault = found.get("build-requirement-missing")
    assert (fault.name if fault is not None else None) == missing


RUST = """import os
from setuptools import setup
extensions = []
{}
if "PURE" not in os.environ:
    from setuptools_rust import RustExtension
    extensions = [RustExtension("demo._x", "Cargo.toml")]
setup(rust_extensions=extensions{})
"""


@pytest.mark.parametrize(
    ("head", "keywords", "missing"),
    [
        ("", "", "setuptools-rust"),
        ("", ", setup_requires=['setuptools_rust>=1']", None),
        ("", ", setup_requires=os.environ['X']", None),
        ("import setuptools_rust", ", setup_requires=['setuptools_rust']", "setuptools-rust"),
        ("import setuptools.build_meta as b\ndef need():\n    raise b.SetupRequirementsError(['x'])", "", None),
    ],
)
def test_tools_that_the_setup_script_asks_for(faults: Faults, head: str, keywords: str, missing: str | None) -> None:
    crate = '[package]\nname = "x"\nversion = "1"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\npyo3 = "0.27"\n'
    files: Files = {"Cargo.toml": crate, "src/lib.rs": "#[pymodule]\nmod _x {}\n"}
    found = faults({**files, "pyproject.toml": project(), "setup.py": RUST.format(head, keywords)})
    fault = found.get("build-requirement-missing")
    assert (fault.name if fault is not None else None) == missing


def test_tools_are_not_asked_of_a_pure_project(faults: Faults) -> None:
    setup = "import numpy\nfrom setuptools import setup\nsetup()\n"
    assert faults({"pyproject.toml": project(), "setup.py": setup}) == {}


@pytest.mark.parametrize(
    ("name", "fires"),
    [("demo/_x.cpython-312-x86_64-linux-gnu.so", True), ("demo/t.exe", False), ("tests/fixtures/a.so", False)],
)
def test_binaries_in_a_pure_wheel(faults: Faults, name: str, fires: bool) -> None:
    files: Files = {"pyproject.toml": project("hatchling", '"hatchling"'), name: ELF}
    assert ("prebuilt-binary" in faults(files)) is fires


@pytest.mark.parametrize(
    ("path", "more", "fires"),
    [
        ("demo/_x.c", {}, True),
        ("demo/_x.c", {"demo/_x.c": C}, False),
        ("demo/_x.c", {"demo/_x.pyx": ""}, False),
        ("build/_x.c", {}, False),
        ("demo/_x_wrap.c", {}, False),
        ("demo/_x.c", {".gitmodules": ""}, True),
        ("sub/_x.c", {".gitmodules": '[submodule "s"]\n\tpath = sub\n'}, False),
    ],
)
def test_sources_that_are_not_there(faults: Faults, path: str, more: Files, fires: bool) -> None:
    text = project(requires='"setuptools", "cython"', more=EXT.replace("demo/_x.c", path))
    assert ("source-missing" in faults({"pyproject.toml": text, **more})) is fires


def test_libraries_of_the_platform_and_of_the_tree_are_no_fault(faults: Faults) -> None:
    text = project(more=EXT + 'libraries = ["m", "pthread", "zlite"]\n')
    files: Files = {"pyproject.toml": text, "demo/_x.c": C}
    assert faults(files)["system-library"].name == "zlite"
    assert "system-library" not in faults({**files, "vendor/zlite/z.c": ""})


def test_free_threading_set_for_all_of_cython(faults: Faults) -> None:
    setup = (
        "from setuptools import setup\nfrom Cython.Build import cythonize\n"
        "setup(ext_modules=cythonize('demo/*.pyx'{}))\n"
    )
    files: Files = {"pyproject.toml": project(requires='"setuptools", "cython"'), "demo/_x.pyx": ""}
    assert "free-threading-undeclared" in faults({**files, "setup.py": setup.format("")})
    directives = ", compiler_directives={'freethreading_compatible': True}"
    assert "free-threading-undeclared" not in faults({**files, "setup.py": setup.format(directives)})


def test_a_tree_without_metadata_has_no_faults(faults: Faults) -> None:
    assert faults({"demo/_x.c": C, "demo/b.so": ELF}) == {}


@pytest.mark.parametrize(
    ("module", "stub", "fires"),
    [
        ("_x", "demo/_x.pyi", False),
        ("_x", "demo/__init__.pyi", False),
        ("demo", "demo/__init__.pyi", False),
        ("x", "demo/__init__.pyi", True),
        ("_x", "demo/other.pyi", True),
    ],
)
def test_the_stub_of_the_package_describes_its_private_modules(
    faults: Faults, module: str, stub: str, fires: bool
) -> None:
    text = project(more='[tool.setuptools]\npackages = ["demo"]\npackage-data = { demo = ["*.pyi", "py.typed"] }\n')
    files: Files = {"pyproject.toml": text + EXT.replace("demo._x", f"demo.{module}"), "demo/_x.c": C}
    assert ("stub-missing" in faults({**files, "demo/py.typed": "", stub: ""})) is fires


def rust(version: str = "0.23", python: str = ">=3.9", features: str = "", lock: str = "", more: str = "") -> Files:
    dependency = f'{{ version = "{version}", features = [{features}] }}'
    files: Files = {
        "pyproject.toml": (
            '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = "{python}"\n{more}'
        ),
        "Cargo.toml": (
            '[package]\nname = "demo"\nversion = "1.0.0"\n[lib]\ncrate-type = ["cdylib"]\n'
            f"[dependencies]\npyo3 = {dependency}\n"
        ),
        "src/lib.rs": "#[pymodule]\nfn demo(m: &Bound<'_, PyModule>) -> PyResult<()> { Ok(()) }\n",
    }
    return files | (
        {"Cargo.lock": f'version = 4\n\n[[package]]\nname = "pyo3-ffi"\nversion = "{lock}"\n'} if lock else {}
    )


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        (rust(), "3.14, 3.15"),
        (rust("0.22.6"), "3.14, 3.15"),
        (rust("0.21", lock="0.28.3"), "3.15"),
        (rust("0.21", lock="0.29.2"), None),
        (rust("0.21", lock="0.99.0"), None),
        (rust(python=">=3.9,<3.14"), None),
        (rust(python=""), None),
        (rust(">=0.21"), None),
        (rust("*"), None),
        (rust("0.19"), None),
        (rust(features='"abi3-py39"'), None),
        (rust(more='[tool.cibuildwheel]\nenvironment = "PYO3_USE_ABI3_FORWARD_COMPATIBILITY=1"\n'), None),
    ],
)
def test_pyo3_refuses_pythons_that_came_after_it(faults: Faults, files: Files, refused: str | None) -> None:
    fault = faults(files).get("pyo3-too-old")
    assert (fault.detail if fault is not None else None) == refused
