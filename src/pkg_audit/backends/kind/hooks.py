"""Judge the wheels of hatchling, poetry-core and pdm-backend: pure unless a hook or script says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pkg_audit.backends.kind.cmake import by_api
from pkg_audit.backends.kind.verdict import KindVerdict, native, platform, pure, unknown
from pkg_audit.facts.distribution import KindReason
from pkg_audit.facts.place import Unknown
from pkg_audit.scan.native.hooks import hatch_scikit_build

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree


def judge(tree: Tree, scanned: Scanned, findings: NativeFindings, backend: str) -> KindVerdict:
    """Return the kind of wheel that a backend with hooks would build."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    if backend == "hatchling" and document is not None:
        options = hatch_scikit_build(tree, document)
        if options is not None:
            wheel = options.get("wheel")
            api = wheel.get("py-api", "") if isinstance(wheel, Mapping) else ""
            at = document.at("tool", "hatch", "build")
            return _without_names(by_api(api if isinstance(api, str) else "", at, findings, "a build hook runs CMake"))
    for tag in findings.platform_tags:
        if tag.abi == "no":
            return platform(tag.message, tag.at, () if not findings.extensions else None)
    if findings.extensions and backend != "poetry":
        return native(findings, abi3=bool(findings.abi3_wheel))
    for tag in findings.platform_tags:
        reasons = (KindReason(tag.message, tag.at),)
        if tag.abi == "yes":
            verdict = native(findings, reasons=reasons)
            names = verdict.extension_modules if findings.extensions else None
            return KindVerdict("native", verdict.reasons, names, verdict.free_threaded, verdict.unknown)
        return unknown(Unknown("dynamic-expression", tag.at, tag.message))
    if findings.opt_in:
        return native(findings, fallback=findings.opt_in[0].at, extensions=findings.opt_in)
    if findings.unknown:
        return unknown(findings.unknown[0])
    return pure(f"{backend} is told of nothing to compile")


def _without_names(verdict: KindVerdict) -> KindVerdict:
    """Keep the kind but not the names: the hook's CMake project was not followed."""
    return KindVerdict(verdict.kind, verdict.reasons, None, "unknown", verdict.unknown)
