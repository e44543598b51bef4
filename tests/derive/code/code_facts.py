"""Derive one list of records from the code of a small project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.scan import scan
from pkg_audit.tree import Tree

Make = Callable[[dict[str, str | bytes]], Tree]

HEAD = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1"
"""


def facts(make_tree: Make, which: str, files: dict[str, str], project: str = "", *, tail: str = "") -> list[Any]:
    written: dict[str, str | bytes] = {"pyproject.toml": HEAD + project + tail, "src/acme/__init__.py": ""}
    written.update({(path if path.startswith("/") else f"src/acme/{path}").lstrip("/"): t for path, t in files.items()})
    tree = make_tree(written)
    scanned = scan(tree)
    return list(code_derivations(tree, scanned, predict(tree, scanned))[which]())
