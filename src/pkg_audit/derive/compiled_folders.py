"""Tell which folders of the tree extension modules are built into."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

_COMPILED = (".pyx", ".c", ".cc", ".cpp", ".cxx", ".f", ".f90", ".rs")


def may_hold_extensions(folder: str, dotted: str, scanned: Scanned, distribution: Distribution) -> bool:
    """Tell whether the wheel may have extension modules in a package of which it leaves the Python files out.

    Such a folder is a namespace package: what imports an extension module from it finds one. Where the extension
    modules are not known by name, sources of compiled languages in the folder are enough.
    """
    wheel = distribution.wheel
    if wheel.kind == "pure":
        return False
    if wheel.extension_modules is not None:
        return any(name.startswith(f"{dotted}.") for name in wheel.extension_modules)
    return any(path.startswith(f"{folder}/") and path.endswith(_COMPILED) for path in scanned.files)
