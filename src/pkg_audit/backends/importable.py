"""Derive from a wheel's files what can be imported from it: packages, modules, namespaces, stub packages.

Source: PEP 794 (accepted 2025-09), PEP 420, PEP 561; pkgutil- and pkg_resources-style namespace packages as the
PyPA guide "Packaging namespace packages" describes them (read 2026-08).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.scan.python_parser import PARSER_ERRORS, parse_python

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pkg_audit.facts.distribution import ShippedFile
    from pkg_audit.tree.port import Tree

_MAX_INIT = 8192  # a namespace `__init__` is a few lines; a bigger file is a package of its own
_HELPERS = frozenset({"pkgutil", "pkg_resources", "__future__", "typing", "os", "sys"})
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Importable:
    """The importable names of a wheel in the sense of PEP 794, each tuple sorted.

    `single_module`: the only importable thing is one top-level `.py` file.
    """

    names: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    stub_packages: tuple[str, ...] = ()
    single_module: bool = False


class _Node:
    """One directory of the wheel that could be a package."""

    __slots__ = ("children", "compiled", "has_init", "init", "modules")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.modules: set[str] = set()
        self.compiled: set[str] = set()
        self.has_init = False
        self.init: str | None = None  # path in the tree of `__init__.py`; None where generated or compiled


def importable(
    tree: Tree,
    files: Iterable[ShippedFile],
    extension_modules: Iterable[str] = (),
    namespaces: Collection[str] = (),
) -> Importable:
    """Return what the given wheel files make importable.

    `extension_modules` are dotted names of compiled modules, which are no files here. `namespaces` are packages that
    the configuration declares to be namespaces, whatever their `__init__` holds. An `__init__` that cannot be read
    counts as that of a regular package.
    """
    root, stubs = _Node(), set[str]()
    for file in files:
        _add_file(root, stubs, file)
    for name in extension_modules:
        _add_extension(root, name)
    names: list[str] = []
    passed: list[str] = []
    _descend(tree, root, frozenset(namespaces), names, passed)
    single = names == [next(iter(root.modules), None)] and not stubs and not root.children
    return Importable(tuple(sorted(names)), tuple(sorted(passed)), tuple(sorted(stubs)), single and not root.compiled)


def _add_file(root: _Node, stubs: set[str], file: ShippedFile) -> None:
    *parents, name = file.path.split("/")
    if len(parents) > 1 and parents[0].endswith(".data") and parents[1] in {"purelib", "platlib"}:
        del parents[:2]  # installed beside the other files
    if parents and parents[0].endswith("-stubs") and name.endswith((".pyi", ".py")):
        stubs.add(parents[0])
        return
    stem = name[:-3]
    if not name.endswith(".py") or not stem.isidentifier():
        return
    node = _node(root, parents)
    if node is None:
        return
    if stem == "__init__" and parents:
        node.has_init, node.init = True, file.source or None
    else:
        node.modules.add(stem)


def _add_extension(root: _Node, dotted: str) -> None:
    *parents, name = dotted.split(".")
    node = _node(root, parents)
    if node is None or not name.isidentifier():
        return
    if name == "__init__" and parents:
        node.has_init = True
    else:
        node.modules.add(name)
        node.compiled.add(name)


def _node(root: _Node, parents: list[str]) -> _Node | None:
    if len(parents) > _MAX_DEPTH:
        return None
    node = root
    for name in parents:
        if not name.isidentifier():
            return None
        node = node.children.setdefault(name, _Node())
    return node


def _descend(tree: Tree, root: _Node, declared: frozenset[str], names: list[str], passed: list[str]) -> None:
    pending = [("", root)]
    while pending:
        dotted, node = pending.pop()
        prefix = f"{dotted}." if dotted else ""
        if dotted:
            own = node.modules - node.children.keys()
            if node.has_init and not (dotted in declared or (node.init and is_namespace_init(tree, node.init))):
                names.append(dotted)
                continue
            if node.has_init and not own and not node.children:
                names.append(dotted)  # nothing but the shared `__init__`: that is what this wheel adds
                continue
            passed.append(dotted)
        names.extend(prefix + module for module in node.modules if module not in node.children)
        pending.extend((prefix + name, child) for name, child in node.children.items())


def is_namespace_init(tree: Tree, path: str) -> bool:
    """Tell whether an `__init__.py` does nothing but declare its package a namespace; False where unreadable."""
    try:
        data = tree.read(path, _MAX_INIT)
        if b"extend_path" not in data and b"declare_namespace" not in data:
            return False
        body = parse_python(data).body
    except (ReadError, *PARSER_ERRORS):
        return False
    return all(_declares_only(statement) for statement in _flat(body))


def _flat(body: list[ast.stmt], depth: int = 0) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, (ast.Try, ast.If)) and depth < 5:
            yield from _flat(statement.body, depth + 1)
            yield from _flat(statement.orelse, depth + 1)
            if isinstance(statement, ast.Try):
                yield from _flat(statement.finalbody, depth + 1)
                for handler in statement.handlers:
                    yield from _flat(handler.body, depth + 1)
        else:
            yield statement


def _declares_only(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Import(names=names):
            return all(alias.name.split(".")[0] in _HELPERS for alias in names)
        case ast.ImportFrom(module=module):
            return module in _HELPERS
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="declare_namespace"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="declare_namespace"))):
            return True
        case ast.Assign(targets=[ast.Name(id="__path__")]) | ast.AnnAssign(target=ast.Name(id="__path__")):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return name.startswith("__") and name.endswith("__")  # `__version__`, `__author__`: nothing to import for
    return False
