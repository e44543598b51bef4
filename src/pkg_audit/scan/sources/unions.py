"""Find unions of built-in types that run as code, `int | None` outside of annotations (PEP 604, Python 3.10)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pkg_audit.facts.sources import Feature
from pkg_audit.scan.sources.attributes import annotations_of, evaluated_expressions, look_around
from pkg_audit.scan.sources.imports import Collected
from pkg_audit.scan.sources.interest import lines_with
from pkg_audit.scan.sources.parse import Parsed

UNION = "union of types"
UNION_IN_FUNCTION = "union of types in a function"

_GENERIC = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})
_TYPES = _GENERIC | {"int", "str", "float", "bool", "bytes", "complex", "object", "bytearray"}
_TEXT = re.compile(rf"\b(?:None|{'|'.join(sorted(_TYPES))})(?:\[[^\]\n]{{0,80}}\])?[ \t]{{0,4}}\|(?!=)")
_FORESEEN = frozenset(
    ("condition", "main-guard", "type-checking", "never", "try-fallback", "try-reraise", "except-handler", "suppress")
)
MAX_DEPTH = 20


def unions_of(parsed: Parsed, collected: Collected) -> tuple[Feature, ...]:
    """Return the first union that runs with the module, and the first that runs in a function.

    Those that any guard stands around are left out, and so are names that the file binds itself.
    """
    text = parsed.source.text
    offsets = set(_offsets(text))
    if not offsets or parsed.tree is None:
        return ()
    bound, _, guarded = look_around(parsed.tree, collected.names)
    names = _TYPES - bound - collected.names.aliases.keys()
    found: dict[str, Feature] = {}
    for node, frame in evaluated_expressions(parsed.tree, lines_with(text, (), offsets), collected, annotations_of):
        if not isinstance(node, ast.BinOp) or frame.python or _FORESEEN & set(frame.context):
            continue
        if any(first <= node.lineno <= last for first, last in guarded) or not _is_union(node, names, 0):
            continue
        at = parsed.source.place(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        name = UNION_IN_FUNCTION if "function" in frame.context else UNION
        found.setdefault(name, Feature(at, name, "3.10", frame.context, frame.python))
    return tuple(found.values())


def _offsets(text: str) -> Iterator[int]:
    """Yield where something like a union starts; only lines with a `|` are looked at, which few files have."""
    bar = text.find("|")
    while bar >= 0:
        start, end = text.rfind("\n", 0, bar) + 1, text.find("\n", bar)
        end = len(text) if end < 0 else end
        yield from (match.start() for match in _TEXT.finditer(text, start, end))
        bar = text.find("|", end)


def _is_union(node: ast.expr, names: frozenset[str] | set[str], depth: int) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.BitOr) or depth > MAX_DEPTH:
        return False
    sides = (node.left, node.right)
    return all(_is_type(side, names) or _is_none(side) or _is_union(side, names, depth + 1) for side in sides) and (
        not all(map(_is_none, sides))
    )


def _is_type(node: ast.expr, names: frozenset[str] | set[str]) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in names & _GENERIC
    return isinstance(node, ast.Name) and node.id in names


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
