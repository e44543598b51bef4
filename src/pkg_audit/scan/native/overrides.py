"""Find code that gives a wheel a platform tag though setuptools need not compile anything.

`bdist_wheel.root_is_pure`, `bdist_wheel.get_tag`, `Distribution.has_ext_modules` and `--plat-name`, as setuptools 82
reads them (2026-11). Class bodies are read by their syntax only: no method is evaluated.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.facts.native import PlatformTag, TagOption
from pkg_audit.facts.place import Place
from pkg_audit.scan.native.get_tag import read_get_tag
from pkg_audit.scan.native.script.parsing import parse_script
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree

_HELPERS = 8


def read_overrides(tree: Tree, path: str, out: Builder, plain_distribution: bool = False) -> None:
    """Add the overrides of a setup script and of the project's own modules that it imports.

    `plain_distribution`: `setup()` is certainly not given a `Distribution` of the script's own on CPython.
    """
    queue, seen = [path], {path}
    classes: list[tuple[ast.ClassDef, str]] = []
    named: set[str] = set()
    while queue:
        current = queue.pop(0)
        parsed = parse_script(tree, current)
        for node in ast.walk(parsed[0]) if parsed is not None else ():
            if isinstance(node, ast.ClassDef):
                classes.append((node, current))
            elif isinstance(node, (ast.Name, ast.Attribute)):
                named.add(node.id if isinstance(node, ast.Name) else node.attr)
            elif isinstance(node, ast.Call):
                _call(node, current, out)
            elif isinstance(node, ast.ImportFrom) and node.module and len(seen) < _HELPERS:
                base = node.module.replace(".", "/")
                for helper in (f"{base}.py", f"{base}/__init__.py"):
                    if helper not in seen and helper.count("/") <= 2 and tree.is_file(helper):
                        seen.add(helper)
                        queue.append(helper)
    configured = _configured(tree)
    for node, where in classes:
        # A class that setup() is never given, because that line is commented out, changes nothing.
        if plain_distribution and any(_name(base).endswith("Distribution") for base in node.bases):
            continue
        if node.name in named or node.name in configured:
            _class(node, where, out)


def _configured(tree: Tree) -> str:
    """Return the text of the files that may name a command's class as well."""
    return "".join(read_text(tree, path, 1 << 20) or "" for path in ("setup.cfg", "pyproject.toml"))


def _class(node: ast.ClassDef, path: str, out: Builder) -> None:
    at = Place(path, node.lineno, node.col_offset + 1)
    wheel = any("bdist_wheel" in _name(base) for base in node.bases)
    impure: Place | None = None
    tag: tuple[Place, set[str]] | None = None
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign) and any(_name(t).endswith("root_is_pure") for t in inner.targets):
            if isinstance(inner.value, ast.Constant) and inner.value.value is False:
                impure = Place(path, inner.lineno, inner.col_offset + 1)
        elif isinstance(inner, ast.FunctionDef):
            where = Place(path, inner.lineno, inner.col_offset + 1)
            if inner.name == "get_tag" and wheel:
                tag = where, _words(inner)
                out.tag_overrides.append(read_get_tag(inner, where))
            elif inner.name in {"has_ext_modules", "is_pure"} and _returns(inner) is (inner.name == "has_ext_modules"):
                out.platform_tags.append(PlatformTag(where, f"`{inner.name}` is overridden", "yes"))
    if tag is not None:
        where, words = tag
        if words & {"abi3", "abi3t"}:
            out.abi3_wheel.append(where)
        elif "none" in words and "any" not in words:
            out.platform_tags.append(PlatformTag(where, "`get_tag` leaves the interpreter's ABI out of the tag", "no"))
        elif impure is not None or "any" not in words:
            answer: Answer = "unknown" if impure is None else "yes"
            out.platform_tags.append(PlatformTag(impure or at, "bdist_wheel is overridden", answer))
    elif impure is not None:
        out.platform_tags.append(PlatformTag(impure, "`root_is_pure = False` gives the wheel a platform tag", "yes"))


def _call(node: ast.Call, path: str, out: Builder) -> None:
    for keyword in node.keywords:
        if keyword.arg == "has_ext_modules" and _truth(keyword.value) is True:
            out.platform_tags.append(PlatformTag(Place(path, node.lineno), "`has_ext_modules` is overridden", "yes"))
    if not _name(node.func).endswith(("argv.append", "argv.extend", "argv.insert")):
        return
    words = {
        c.value for a in node.args for c in ast.walk(a) if isinstance(c, ast.Constant) and isinstance(c.value, str)
    }
    if any(word.startswith(("--plat-name", "--plat_name")) for word in words):
        out.platform_tags.append(PlatformTag(Place(path, node.lineno), "the script passes `--plat-name`", "no"))
    elif any(word.startswith(("--py-limited-api", "--py_limited_api")) for word in words):
        out.abi3_wheel.append(Place(path, node.lineno))
        out.tag_options.append(TagOption(Place(path, node.lineno), "py-limited-api", None))
    elif any(word.startswith(("--universal", "--python-tag", "--python_tag")) for word in words):
        out.tag_options.append(TagOption(Place(path, node.lineno), "python-tag", None))


def _words(node: ast.FunctionDef) -> set[str]:
    return {
        word
        for c in ast.walk(node)
        if isinstance(c, ast.Constant) and isinstance(c.value, str)
        for word in c.value.split("-")
    }


def _returns(node: ast.FunctionDef) -> bool | None:
    values = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
    return _truth(values[0]) if len(values) == 1 and values[0] is not None else None


def _truth(node: ast.expr) -> bool | None:
    if isinstance(node, ast.Lambda):
        node = node.body
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _name(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))
