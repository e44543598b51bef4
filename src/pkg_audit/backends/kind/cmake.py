"""Judge the wheels of scikit-build-core and py-build-cmake: their settings decide the tag, not what CMake builds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.kind.verdict import KindVerdict, native, platform, pure, unknown
from pkg_audit.facts.distribution import KindReason
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned, TomlDocument


def judge(scanned: Scanned, findings: NativeFindings, backend: str) -> KindVerdict:
    """Return the kind of wheel that a CMake backend would build."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    if document is None:
        return unknown(Unknown("file-missing", detail="no configuration"))
    return (
        _scikit_build_core(document, findings)
        if backend == "scikit-build-core"
        else _py_build_cmake(document, findings)
    )


def _scikit_build_core(document: TomlDocument, findings: NativeFindings) -> KindVerdict:
    table = document.get("tool", "scikit-build", "wheel")
    wheel: Mapping[str, Any] = table if isinstance(table, Mapping) else {}
    at = document.at("tool", "scikit-build", "wheel")
    platlib = wheel.get("platlib")
    overridden = _overrides(document)
    if wheel.get("cmake") is False and platlib is not True and True not in overridden["cmake"]:
        return pure("`wheel.cmake = false` leaves CMake out", document.at("tool", "scikit-build", "wheel", "cmake"))
    if platlib is False:
        return pure(
            "`wheel.platlib = false` tags the wheel as pure", document.at("tool", "scikit-build", "wheel", "platlib")
        )
    api = wheel.get("py-api", "")
    api_at = document.at("tool", "scikit-build", "wheel", "py-api")
    stable = next((o for o in overridden["py-api"] if isinstance(o, str) and o.startswith("cp3")), None)
    if not api and (stable or findings.abi3_wheel):
        # One condition's wheels are abi3: the release then holds abi3 wheels beside others.
        api, api_at = stable or "cp3", findings.abi3_wheel[0] if not stable else at
    return by_api(api if isinstance(api, str) else "", api_at if api else at, findings, "scikit-build-core runs CMake")


def _overrides(document: TomlDocument) -> dict[str, list[Any]]:
    """Return what the `[[tool.scikit-build.overrides]]` say about the keys that decide the tag."""
    out: dict[str, list[Any]] = {"cmake": [], "py-api": [], "platlib": []}
    tables = document.get("tool", "scikit-build", "overrides")
    for table in tables if isinstance(tables, list) else ():
        wheel = table.get("wheel") if isinstance(table, Mapping) else None
        for key, values in out.items():
            if isinstance(wheel, Mapping) and key in wheel:
                values.append(wheel[key])
    return out


def by_api(api: str, at: Place, findings: NativeFindings, message: str) -> KindVerdict:
    """Judge by `wheel.py-api`: py3 leaves out the interpreter, cp3X asks for the stable ABI."""
    reasons = (KindReason(message, at),)
    parts = [part for part in api.split(".") if part]
    if parts and all(re.fullmatch(r"py\d+", part) for part in parts):
        return platform(f"`wheel.py-api = {api!r}` leaves the interpreter's ABI out of the tag", at)
    if any(re.fullmatch(r"cp3\d*t?", part) for part in parts):
        reasons = (KindReason(f"`wheel.py-api = {api!r}` asks for the stable ABI", at),)
        return native(findings, abi3=True, reasons=reasons)
    if not findings.extensions:
        why = Unknown("needs-build", at, "no installed extension module was found in the CMake files")
        verdict = native(findings, reasons=reasons)
        return KindVerdict("native", verdict.reasons, None, "unknown", unknown(why).unknown[1:2])
    return native(findings, reasons=reasons)


def _py_build_cmake(document: TomlDocument, findings: NativeFindings) -> KindVerdict:
    at = document.at("tool", "py-build-cmake")
    if document.get("tool", "py-build-cmake", "cmake") is None:
        return pure("py-build-cmake is given no CMake project", at)
    wheel = document.get("tool", "py-build-cmake", "wheel")
    options: Mapping[str, Any] = wheel if isinstance(wheel, Mapping) else {}
    if options.get("pure_python") is True:
        return pure("`pure_python = true` tags the wheel as pure", document.at("tool", "py-build-cmake", "wheel"))
    abi = options.get("python_abi", "auto")
    if abi == "none":
        return platform("`python_abi = 'none'` leaves the interpreter's ABI out of the tag", at)
    return native(findings, abi3=abi == "abi3", reasons=(KindReason("py-build-cmake runs CMake", at),))
