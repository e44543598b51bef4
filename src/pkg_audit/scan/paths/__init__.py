"""Read what one source file does with its own place, its interpreter and computed names of modules."""

from __future__ import annotations

import ast

from pkg_audit.facts.path_uses import RuntimeFacts
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.parse import parse_source
from pkg_audit.scan.sources.text import decode

__all__ = ["is_of_interest", "scan_runtime"]

TOKENS = (
    b"__file__", b"__path__", b"__spec__", b"sys.executable", b"import_module", b"__import__", b"resource_filename",
    b"resource_listdir", b"pkg_resources", b"getfile", b"getsourcefile", b"from sys import", b"EnvBuilder",
    b"venv.create", b"entry_point", b"stevedore", b"setuptools_entrypoints",
)  # fmt: skip
"""A file without any of these, or both of a pair, does nothing that `scan_runtime` reports, but for names that it
imports."""

PAIRS = ((b"importlib", b"resources"), (b"importlib", b"metadata"))
"""`resources` and `metadata` alone are words of every second generated client."""


def is_of_interest(data: bytes) -> bool:
    """Tell whether a file may hold something that `scan_runtime` reports."""
    return any(token in data for token in TOKENS) or any(one in data and other in data for one, other in PAIRS)


def scan_runtime(data: bytes, path: str, wanted: frozenset[str] = frozenset()) -> RuntimeFacts:
    """Read one file. `wanted` are imported names, as imported (`.conf.HERE`), that other modules bind to paths.

    Never raises: a file that does not parse gives no facts and `parsed` False.
    """
    parsed = parse_source(decode(data, path))
    if parsed.tree is None:
        return RuntimeFacts(parsed=False)
    from pkg_audit.scan.paths.visit import file_visitor

    names = Names()
    executables = []
    for node in ast.walk(parsed.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.add_import(node)
            if isinstance(node, ast.ImportFrom) and node.level and not node.module:
                for alias in node.names:  # `from . import x` is `.x`: one dot a level
                    names.aliases[alias.asname or alias.name] = "." * node.level + alias.name
        elif isinstance(node, ast.Assign) and names.dotted(node.value) == "sys.executable":
            executables += [target.id for target in node.targets if isinstance(target, ast.Name)]
    for statement in parsed.tree.body:
        if isinstance(statement, ast.Assign):
            names.add_assignment(statement)
    visitor = file_visitor(parsed.source, names, wanted, frozenset(executables))
    try:
        visitor.run(parsed.tree)
    except RecursionError:
        return RuntimeFacts(parsed=False)
    return RuntimeFacts(
        tuple(visitor.uses),
        tuple(visitor.names.values()),
        tuple(visitor.children),
        tuple(visitor.dynamic),
        tuple(visitor.plugins),
    )
