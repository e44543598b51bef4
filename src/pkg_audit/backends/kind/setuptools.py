"""Judge the wheels of setuptools.

A wheel gets the interpreter's tag when the distribution has extension modules, or when `bdist_wheel` is told so. abi3
needs both halves: an extension built against the limited API, and a wheel that is tagged with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.backends.kind.verdict import KindVerdict, native, platform, pure, unknown
from pkg_audit.facts.distribution import KindReason
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import ExtensionDeclaration, NativeFindings
    from pkg_audit.facts.scanned import Scanned

_STABLE = re.compile(r"LIMITED|ABI3|STABLE", re.IGNORECASE)


def judge(scanned: Scanned, findings: NativeFindings) -> KindVerdict:
    """Return the kind of wheel that setuptools would build by default, and what else a release would hold."""
    overridden = {override.at for override in findings.tag_overrides}
    for tag in findings.platform_tags:
        # A platform that is named does not take the interpreter out of the tag of what is compiled.
        if tag.abi == "no" and (not findings.extensions or tag.at in overridden):
            return platform(tag.message, tag.at, () if not findings.extensions else None)
    if scanned.setup_py is not None and scanned.setup_py.setup_from.startswith("skbuild"):
        reason = KindReason("scikit-build runs CMake", scanned.setup_py.calls_setup or scanned.setup_py.at)
        return (
            native(findings, reasons=(reason,), abi3=bool(findings.abi3_wheel))
            if findings.extensions
            else KindVerdict("native", (reason,), None, "unknown")
        )
    if findings.extensions:
        return _compiled(scanned, findings)
    if findings.opt_in:
        return native(findings, fallback=findings.opt_in[0].at, extensions=findings.opt_in)
    for tag in findings.platform_tags:
        if tag.abi == "yes":
            reasons = (KindReason(tag.message, tag.at),)
            return KindVerdict("native-abi3" if findings.abi3_wheel else "native", reasons, None, "unknown")
    doubts = (*findings.unknown, *(Unknown("dynamic-expression", t.at, t.message) for t in findings.platform_tags))
    if doubts:
        return unknown(doubts[0])
    return pure("setuptools is told of no extension modules")


def _compiled(scanned: Scanned, findings: NativeFindings) -> KindVerdict:
    extensions = findings.extensions
    limited = any(e.abi3 != "no" for e in extensions)
    abi3 = bool(findings.abi3_wheel) and limited
    if not abi3 and findings.abi3_opt_in and _switched_on(findings):
        # The switch exists for the release's own build: nothing else would set it.
        abi3 = True
    if not abi3 and findings.abi3_unsure and any(e.abi3 == "unknown" for e in extensions):
        return unknown(Unknown("conditional", findings.abi3_unsure[0], "options of bdist_wheel may ask for abi3"))
    python = all(e.by == "mypycify" or (e.sources and all(s.endswith(".py") for s in e.sources)) for e in extensions)
    if python and not abi3 and (findings.opt_out or findings.pure_on or findings.unknown):
        # What mypyc and Cython make of Python files is there already: where the script can leave the extensions out,
        # or decides by what it finds, releases hold the pure wheel too.
        where = findings.opt_out[0] if findings.opt_out else extensions[0].at
        return native(findings, fallback=where)
    if findings.opt_out and not abi3 and _does_without(scanned, extensions):
        return native(findings, fallback=findings.opt_out[0])
    return native(findings, abi3=abi3)


def _switched_on(findings: NativeFindings) -> bool:
    """Tell whether a release's build sets a variable that asks for the stable ABI; yes where no such build is known."""
    builders = findings.wheel_builders
    return not builders or any(_STABLE.search(name) for builder in builders for name in builder.environment)


def _does_without(scanned: Scanned, extensions: tuple[ExtensionDeclaration, ...]) -> bool:
    """Tell whether the sources go on without each extension that they import by name.

    An import that is not guarded against ImportError, at module level, needs its extension.
    """
    guarded = False
    stems = {extension.name.rsplit(".", 1)[-1] for extension in extensions}
    for facts in scanned.sources.values():
        for found in facts.imports:
            if not stems & {found.module.rsplit(".", 1)[-1], *found.names}:
                continue
            if {"try-fallback", "suppress", "condition"} & set(found.context):
                guarded = True
    return guarded or not scanned.sources
