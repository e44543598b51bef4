from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import NativeFindings, RustCrate

    Native = Callable[[dict[str, str | bytes]], NativeFindings]

PYPROJECT = """
[build-system]
requires = ["maturin"]
build-backend = "maturin"
[project]
name = "my-demo"
version = "1"
[tool.maturin]
{options}
"""
CARGO = """
[package]
name = "my-demo"
version = "1.0.0"
{lib}
[dependencies]
{dependencies}
{more}
"""
CDYLIB = '[lib]\nname = "demo"\ncrate-type = ["cdylib"]'
PYO3 = 'pyo3 = "0.25"'


def crate(
    native: Native, options: str = "", lib: str = CDYLIB, dependencies: str = PYO3, more: str = "", **files: str
) -> tuple[RustCrate, list[str]]:
    cargo = CARGO.format(lib=lib, dependencies=dependencies, more=more)
    findings = native({"pyproject.toml": PYPROJECT.format(options=options), "Cargo.toml": cargo, **files})
    assert findings.crate is not None
    return findings.crate, [e.name for e in findings.extensions]


@pytest.mark.parametrize(
    ("options", "files", "expected", "makes"),
    [
        ("", {}, "demo.demo", True),
        ("", {"demo/__init__.py": ""}, "demo.demo", False),
        ('module-name = "demo._rust"', {"demo/__init__.py": ""}, "demo._rust", False),
        ('module-name = "demo._rust"', {}, "_rust._rust", True),
        (
            'module-name = "demo.sub._rust"\npython-source = "python"',
            {"python/demo/__init__.py": ""},
            "demo.sub._rust",
            False,
        ),
        ('python-source = "python"', {"python/demo/x.py": ""}, "demo.demo", False),
    ],
)
def test_module_name(native: Native, options: str, files: dict[str, str], expected: str, makes: bool) -> None:
    found, names = crate(native, options, **files)
    assert names == [expected]
    assert found.makes_package is makes


@pytest.mark.parametrize(
    ("options", "lib", "dependencies", "files", "expected"),
    [
        ("", CDYLIB, PYO3, {}, "pyo3"),
        ("", CDYLIB, "", {}, "cffi"),
        ("", CDYLIB, 'uniffi = "0.28"', {}, "uniffi"),
        ("", "", "", {"src/main.rs": "fn main() {}"}, "bin"),
        ('bindings = "bin"', CDYLIB, PYO3, {}, "bin"),
        ('bindings = "cffi"', CDYLIB, "", {}, "cffi"),
        ("", "", "", {"src/lib.rs": ""}, "unknown"),
    ],
)
def test_bindings(
    native: Native, options: str, lib: str, dependencies: str, files: dict[str, str], expected: str
) -> None:
    assert crate(native, options, lib, dependencies, **files)[0].bindings == expected


@pytest.mark.parametrize(
    ("options", "dependencies", "more", "abi3", "floor"),
    [
        ("", 'pyo3 = { version = "0.25", features = ["abi3-py39"] }', "", "yes", "3.9"),
        ("", 'pyo3 = { version = "0.25", features = ["abi3"] }', "", "yes", ""),
        ('features = ["pyo3/abi3-py310"]', PYO3, "", "yes", "3.10"),
        ('features = ["stable"]', PYO3, '[features]\nstable = ["pyo3/abi3-py38"]', "yes", "3.8"),
        ("", PYO3, '[features]\ndefault = ["stable"]\nstable = ["pyo3/abi3-py38"]', "yes", "3.8"),
        ("", PYO3, '[features]\nstable = ["pyo3/abi3-py38"]', "unknown", ""),
        ("no-default-features = true", PYO3, '[features]\ndefault = ["pyo3/abi3-py38"]', "unknown", ""),
        (
            "",
            "pyo3.workspace = true",
            ('[workspace.dependencies]\npyo3 = { version = "1", features = ["abi3-py311"] }'),
            "yes",
            "3.11",
        ),
        ("", PYO3, "", "no", ""),
    ],
)
def test_stable_abi(native: Native, options: str, dependencies: str, more: str, abi3: str, floor: str) -> None:
    found, _ = crate(native, options, CDYLIB, dependencies, more)
    assert (found.abi3, found.abi3_floor) == (abi3, floor)


def test_manifest_elsewhere_and_inherited_dependencies(native: Native) -> None:
    workspace = (
        '[workspace]\nmembers = ["crates/py"]\n[workspace.dependencies]\n'
        'pyo3 = { version = "1", features = ["abi3-py39"] }\n'
    )
    inner = CARGO.format(lib=CDYLIB, dependencies="pyo3 = { workspace = true }", more="")
    findings = native(
        {
            "pyproject.toml": PYPROJECT.format(options='manifest-path = "crates/py/Cargo.toml"'),
            "Cargo.toml": workspace,
            "crates/py/Cargo.toml": inner,
        }
    )
    assert findings.crate is not None
    assert (findings.crate.manifest, findings.crate.abi3) == ("crates/py/Cargo.toml", "yes")


@pytest.mark.parametrize(
    "cargo", ["", "[package", "package = 1\ndependencies = []\nlib = 3", "[package]\nname = {workspace = true}"]
)
def test_a_manifest_that_says_nothing(native: Native, cargo: str) -> None:
    assert native({"pyproject.toml": PYPROJECT.format(options="features = 3"), "Cargo.toml": cargo}).crate is not None


def test_a_missing_manifest_is_unknown(native: Native) -> None:
    assert native({"pyproject.toml": PYPROJECT.format(options='manifest-path = "../Cargo.toml"')}).unknown
