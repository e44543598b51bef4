"""Read the bindings that SIP's build system makes.

Sources: SIP 6 manual (`[tool.sip]`, `%Module`, `use_limited_api`), as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pkg_audit.facts.native import ExtensionDeclaration
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.scanned import TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree


def read_sip(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add the modules of the bindings. A project.py of its own can choose them: then names are not known.

    The wheel is abi3 where every module asks for the limited API.
    """
    modules = [s for s in out.sources if s.at.path is not None and s.at.path.endswith(".sip")]
    limited: Answer = "unknown"
    if modules:
        limited = "yes" if all(m.limited_api == "yes" for m in modules) else "no"
    at = document.at("build-system", "build-backend")
    bindings = document.get("tool", "sip", "bindings")
    own_script = tree.is_file("project.py")
    if not own_script and isinstance(bindings, Mapping) and modules:
        for module in modules:
            out.add(ExtensionDeclaration(module.at, module.init_symbol, "sip", "c++", abi3=limited))
        return
    out.add(ExtensionDeclaration(at, "", "sip", "c++", abi3=limited))
    if own_script:
        out.unknown(Unknown("dynamic-expression", at, "project.py chooses the bindings"))
