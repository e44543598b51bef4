"""Derive what stands out about a project's compiled code."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pkg_audit.derive.native import abi, module_names, pyo3, requirements, shipping, sources

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.native_records import NativeFault
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["native_faults"]

MAX_RECORDS = 200
NATIVE = frozenset({"native", "native-abi3", "native+pure-fallback"})


def native_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[NativeFault, ...]:
    """Return the faults of compiled code, each once, at most 200. A wheel is compiled already: none."""
    if scanned.source == "wheel" or distribution.backend is None:
        return ()
    found = chain(
        sources.source_not_compiled(scanned, distribution),
        sources.source_missing(tree, scanned),
        sources.prebuilt_binary(scanned, distribution),
        requirements.build_requirement_missing(tree, scanned),
        requirements.cython_output_compiled(tree, scanned),
        requirements.numpy_not_required(scanned, distribution),
        requirements.cargo_lock_missing(tree, scanned),
        module_names.module_misnamed(scanned, distribution),
        pyo3.pyo3_too_old(tree, scanned, distribution),
        abi.limited_api_halves(scanned),
        abi.free_threading_undeclared(tree, scanned, distribution),
        abi.abi3_unaudited(scanned, distribution),
        shipping.platform_wheels_unconfigured(tree, scanned, distribution),
        shipping.system_library(scanned),
        shipping.stub_missing(scanned, distribution),
    )
    return tuple(dict.fromkeys(found))[:MAX_RECORDS]
