"""Test how the names of Rust extension modules are held against their code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.audit import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

PYPROJECT = (
    '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
    '[project]\nname = "acme"\nversion = "1"\n[tool.maturin]\nmodule-name = "acme._fast"\n'
)
CARGO = '[package]\nname = "acme"\nversion = "1.0.0"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\npyo3 = "0.29"\n'
MODULE = "#[pymodule]\nfn {}(_m: &Bound<'_, PyModule>) -> PyResult<()> {{ Ok(()) }}\n"


def _names(make_tree: MakeTree, code: str, **further: str) -> list[str]:
    files = {"pyproject.toml": PYPROJECT, "Cargo.toml": CARGO, "src/lib.rs": code, **further}
    faults = facts_of(make_tree(files)).native_faults
    return [fault.detail for fault in faults if fault.kind == "module-misnamed"]


def test_a_module_of_another_name_is_told(make_tree: MakeTree) -> None:
    assert _names(make_tree, MODULE.format("_quick")) == ["_quick"]
    assert _names(make_tree, MODULE.format("_quick"), **{"tests/fast.rs": MODULE.format("_fast")}) == ["_quick"]


def test_what_fits_or_cannot_be_seen_is_not(make_tree: MakeTree) -> None:
    assert _names(make_tree, MODULE.format("_fast")) == []
    assert _names(make_tree, MODULE.format("_quick") + MODULE.format("_fast")) == []
    assert _names(make_tree, "make_module!(_fast);\n") == []
