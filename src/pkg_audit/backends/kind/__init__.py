"""Say which wheel, or wheels, a project would publish: pure, native, abi3, with a pure fallback, platform only.

The terms are those of the report's contract. Each backend has its own way to a tag, so each has a judge. Evidence that
contradicts itself, or that could not be read, gives "unknown" with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.kind import cmake, hooks, maturin, meson, setuptools
from pkg_audit.backends.kind.verdict import KindVerdict, native, pure, unknown
from pkg_audit.facts.distribution import KindReason
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown
from pkg_audit.scan.native import backend_of

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree

__all__ = ["KindVerdict", "judge_kind"]

_PURE_BACKENDS = frozenset({"flit", "uv", "whey", "trampolim", "sphinx-theme-builder"})


def judge_kind(
    tree: Tree, scanned: Scanned, findings: NativeFindings, shipped_files: tuple[str, ...] | None
) -> KindVerdict:
    """Return the kind of wheel with its evidence, the extension modules in it and whether they are free-threaded.

    `shipped_files` are paths as in the wheel, None where they are not known. `extension_modules` None: not known.
    """
    if scanned.pyproject is not None and scanned.pyproject.error is not None:
        at = scanned.pyproject.error.at
        return unknown(Unknown("not-parseable", at, "pyproject.toml cannot be read"))
    backend = backend_of(scanned.pyproject)
    if backend == "setuptools":
        verdict = setuptools.judge(scanned, findings)
    elif backend == "maturin":
        verdict = maturin.judge(findings)
    elif backend in {"scikit-build-core", "py-build-cmake"}:
        verdict = cmake.judge(scanned, findings, backend)
    elif backend == "meson-python":
        verdict = meson.judge(findings)
    elif backend in {"hatchling", "poetry", "pdm"}:
        verdict = hooks.judge(tree, scanned, findings, backend)
    elif backend == "sip":
        verdict = native(findings, abi3=bool(findings.extensions) and all(e.abi3 == "yes" for e in findings.extensions))
    elif backend in _PURE_BACKENDS:
        verdict = pure(f"{backend} packs files and compiles nothing")
    else:
        system = scanned.pyproject.build_system if scanned.pyproject is not None else None
        at = system.backend.at if system is not None and system.backend is not None else WHOLE_PROJECT
        return unknown(Unknown("needs-build", at, "what this build backend compiles is not known"))
    return _doubt(verdict, scanned, findings, shipped_files)


def _doubt(
    verdict: KindVerdict, scanned: Scanned, findings: NativeFindings, shipped_files: tuple[str, ...] | None
) -> KindVerdict:
    """Take back "pure" where configuration shows that wheels are built for platforms by other means."""
    if verdict.kind != "pure" or any(reason.at.path is not None for reason in verdict.reasons):
        return verdict
    for builder in findings.wheel_builders:
        return unknown(
            Unknown("needs-build", builder.at, f"{builder.tool} builds platform wheels of a project that declares none")
        )
    mention = _mentions_compiler(scanned)
    if mention is not None:
        return unknown(mention)
    shipped = {part for path in shipped_files or () for part in (path, f"src/{path}")}
    carried = tuple(
        KindReason(f"a binary for one platform is shipped as data ({binary.format})", binary.at)
        for binary in findings.binaries
        if binary.at.path in shipped and binary.format in {"elf", "mach-o", "pe"}
    )
    return replace(verdict, reasons=(*verdict.reasons, *carried[:5])) if carried else verdict


def _mentions_compiler(scanned: Scanned) -> Unknown | None:
    """Return where configuration names mypyc though no build step uses it: it then compiles outside this tree."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    if document is None:
        return None
    queue: list[tuple[tuple[str | int, ...], object]] = [(("tool",), document.get("tool"))]
    seen = 0
    while queue and seen < 20_000:
        seen += 1
        path, value = queue.pop()
        if isinstance(value, dict):
            queue += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            queue += [((*path, index), item) for index, item in enumerate(value)]
        elif isinstance(value, str) and "mypyc" in value.lower() and len(value) < 200 and "mypyc_" not in value.lower():
            return Unknown(
                "needs-build", document.at(*path), "a tool's configuration names mypyc, which no build step here runs"
            )
    return None
