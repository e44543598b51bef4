"""Read what a meson project would install into a wheel, without running meson.

Sources: Meson 1.10 manual, meson-python 0.18 (a wheel is pure unless something lands in platlib), as of 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.meson.objects import Site
from pkg_audit.scan.native.meson.parsing import parse_meson
from pkg_audit.scan.native.meson.run import Runner
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.scan.native.meson.parsing import Node
    from pkg_audit.tree import Tree

_LIMIT = 256 << 10


def read_meson(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add what meson-python would install: extension modules, libraries, Python sources."""
    options = _options(tree)
    arguments = document.get("tool", "meson-python", "args", "setup")
    for argument in arguments if isinstance(arguments, list) else ():
        match = re.fullmatch(r"-D\s*([\w.:-]+)=(.*)", argument) if isinstance(argument, str) else None
        if match:
            text = match.group(2)
            options[match.group(1)] = {"true": True, "false": False}.get(text, text)
    project = Runner(tree, options, install_tags(document.get("tool", "meson-python", "args", "install"))).run()
    if project is None:
        out.unknown(Unknown("not-parseable", Place("meson.build"), "meson.build is missing or could not be read"))
        return
    out.meson = project
    for extension in project.extensions:
        out.add(extension)
    for place in project.switched:
        out.unknown(Unknown("conditional", place, "a project option decides whether an extension module is built"))
    if not project.complete:
        out.unknown(Unknown("dynamic-expression", project.at, "a part of the meson files could not be followed"))
    if document.get("tool", "meson-python", "limited-api") is True:
        out.abi3_wheel.append(document.at("tool", "meson-python", "limited-api"))


def install_tags(arguments: Any) -> frozenset[str] | None:
    """Return the install tags that arguments of `meson install` ask for, None for all."""
    for argument in arguments if isinstance(arguments, list) else ():
        if isinstance(argument, str) and argument.startswith("--tags="):
            return frozenset(tag.strip() for tag in argument[len("--tags=") :].split(","))
    return None


def _options(tree: Tree) -> dict[str, Any]:
    """Return defaults of the project's own options."""
    found: dict[str, Any] = {"buildtype": "release", "prefix": "/usr", "b_ndebug": "if-release"}
    found |= {key: Site(key, "unknown", "") for key in ("datadir", "includedir", "bindir", "libdir", "mandir")}
    for path in ("meson.options", "meson_options.txt"):
        text = read_text(tree, path, _LIMIT)
        for node in (parse_meson(text) or []) if text is not None else []:
            name = _literal(node.parts[1]) if node.kind == "call" and len(node.parts) > 1 else None
            if isinstance(name, str):
                keywords = {key.value: _literal(value) for key, value in node.keywords}
                found[name] = _default(keywords)
    return found


def _default(keywords: Mapping[Any, Any]) -> Any:
    value = keywords.get("value")
    if value is None:
        kind = keywords.get("type")
        return (
            {"boolean": True, "string": "", "feature": None, "array": []}.get(kind) if isinstance(kind, str) else None
        )
    if keywords.get("type") == "feature":
        return None
    return {"true": True, "false": False}.get(value, value) if keywords.get("type") == "boolean" else value


def _literal(node: Node) -> Any:
    if node.kind in {"string", "number", "bool"}:
        return node.value
    return [_literal(part) for part in node.parts] if node.kind == "list" else None
