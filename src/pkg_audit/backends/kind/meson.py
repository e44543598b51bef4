"""Judge the wheels of meson-python: pure unless a file lands in platlib or a library is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.kind.verdict import KindVerdict, native, platform, pure, unknown
from pkg_audit.facts.distribution import KindReason
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings


def judge(findings: NativeFindings) -> KindVerdict:
    """Return the kind of wheel that meson-python would build."""
    meson = findings.meson
    if meson is None:
        why = findings.unknown[0] if findings.unknown else Unknown("not-parseable", detail="meson.build cannot be read")
        return unknown(why)
    reasons = (KindReason("meson installs platform-dependent files", meson.at),)
    if findings.extensions or meson.pure == "no":
        verdict = native(findings, abi3=bool(findings.abi3_wheel), reasons=reasons)
        if not findings.extensions and not meson.complete:
            return KindVerdict(verdict.kind, verdict.reasons, None, "unknown", verdict.unknown)
        return verdict
    if meson.libraries or meson.programs:
        return platform("meson installs a shared library or a program, and no extension module", meson.at)
    if meson.pure == "yes":
        return pure("meson installs nothing into platlib", meson.at)
    return unknown(
        findings.unknown[0]
        if findings.unknown
        else Unknown("conditional", meson.at, "what meson installs is not known")
    )
