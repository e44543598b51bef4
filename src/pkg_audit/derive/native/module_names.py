"""Find extension modules whose file has another name than the module that the code initialises."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pkg_audit.derive.scope import role_of_folder
from pkg_audit.facts.native_records import NativeFault
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned


def module_misnamed(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield the crate of maturin whose sources initialise modules of other names alone.

    Python looks for `PyInit_` and the name of the file. Where no source names a module, macros may; tests don't count.
    """
    crate = scanned.native.crate
    if crate is None or crate.bindings != "pyo3" or not crate.module_name or distribution.backend != "maturin":
        return
    folder = posixpath.dirname(crate.manifest)
    inits: dict[str, Place] = {}
    for source in scanned.native.sources:
        path = source.at.path or ""
        beside = any(role_of_folder(part) in ("test", "docs", "example") for part in path.split("/")[:-1])
        if source.init_symbol and not beside and (not folder or path.startswith(f"{folder}/")):
            inits.setdefault(source.init_symbol, source.at)
    last = crate.module_name.rpartition(".")[2]
    if not inits or last in inits or not all(name.isidentifier() for name in inits):
        return
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    named = document is not None and document.get("tool", "maturin", "module-name") is not None
    at = document.at("tool", "maturin", "module-name") if named and document is not None else Place(crate.manifest)
    yield NativeFault(at, "module-misnamed", crate.module_name, ", ".join(sorted(inits)[:3]), tuple(inits.values())[:1])
