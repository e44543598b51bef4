"""Judge the wheels of maturin: by the way its crate is bound to Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.kind.verdict import KindVerdict, native, platform, unknown
from pkg_audit.facts.distribution import FieldUnknown, KindReason
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings

_WAYS = {
    "bin": "maturin packs programs, which need no interpreter's ABI",
    "cffi": "maturin loads a plain shared library through cffi",
    "uniffi": "maturin loads a plain shared library through uniffi's bindings",
}


def judge(findings: NativeFindings) -> KindVerdict:
    """Return the kind of wheel that maturin would build; it never builds a pure one."""
    crate = findings.crate
    if crate is None or crate.bindings in {"unknown", "none"}:
        why = (
            findings.unknown[0]
            if findings.unknown
            else Unknown("needs-build", detail="how the crate is bound is not known")
        )
        return unknown(why)
    if crate.embeds_python:
        return KindVerdict(
            "native", (KindReason("maturin packs programs that are linked with Python", crate.at),), (), "unknown"
        )
    if crate.bindings != "pyo3":
        return platform(_WAYS[crate.bindings], crate.at)
    reasons: tuple[KindReason, ...] = (KindReason("maturin compiles a PyO3 crate", crate.at),)
    if crate.abi3 == "yes":
        floor = f" from Python {crate.abi3_floor} on" if crate.abi3_floor else ""
        reasons += (KindReason(f"the stable ABI is on{floor}", crate.abi3_at),)
        return native(findings, abi3=True, reasons=reasons)
    verdict = native(findings, reasons=reasons)
    if crate.abi3 == "unknown":
        why = Unknown("conditional", crate.at, "a feature of the crate would turn the stable ABI on")
        return KindVerdict(
            "unknown", verdict.reasons, verdict.extension_modules, verdict.free_threaded, (FieldUnknown("kind", why),)
        )
    return verdict
