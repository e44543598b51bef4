"""Read Python sources: imports, calls and syntax with their context, and the names that modules bind.

The parser hides behind these two functions, so that its engine can be swapped.
"""

from __future__ import annotations

from pkg_audit.facts.place import Place
from pkg_audit.facts.sources import ModuleBindings, SourceFacts, SyntaxProblem
from pkg_audit.scan.sources.attributes import attributes_of
from pkg_audit.scan.sources.bindings import bindings_of
from pkg_audit.scan.sources.calls_of_interest import ATTRIBUTES, BUILTINS, DUNDERS, spellings
from pkg_audit.scan.sources.expressions import Visitor
from pkg_audit.scan.sources.imports import Collected, collect
from pkg_audit.scan.sources.interest import GUARD_WORDS, SYNTAX_WORDS, lines_with, syntax_offsets
from pkg_audit.scan.sources.parse import Parsed, parse_source
from pkg_audit.scan.sources.text import decode
from pkg_audit.scan.sources.tolerant import tolerant_imports
from pkg_audit.scan.sources.unions import unions_of
from pkg_audit.scan.sources.walk import Frame, statements

__all__ = ["scan_bindings", "scan_source"]


def scan_source(data: bytes, path: str) -> SourceFacts:
    """Read one source file. Never raises: `problem` says why a file could not be parsed.

    With a problem, `imports` is what a line-wise reading found, and every absence is unknown.
    """
    source = decode(data, path)
    parsed = parse_source(source)
    lines = source.line_count
    if parsed.tree is None:
        problem = parsed.problem or SyntaxProblem(1, 1, "cannot be parsed", "error")
        return SourceFacts(imports=tolerant_imports(source), problem=problem, lines=lines)
    collected = collect(parsed)
    visitor = _visit(parsed, collected)
    return SourceFacts(
        imports=tuple(sorted(collected.imports, key=lambda item: _position(item.at))),
        calls=tuple(sorted(visitor.calls, key=lambda item: (*_position(item.at), item.name))),
        features=tuple(
            sorted(
                (*visitor.features.values(), *unions_of(parsed, collected)),
                key=lambda item: (*_position(item.at), item.name),
            )
        ),
        main_guard=collected.main_guard,
        lines=lines,
        attributes=attributes_of(parsed, collected),
    )


def scan_bindings(data: bytes) -> ModuleBindings:
    """Return the names that a module binds at its top level; `parsed` False means that nothing is known."""
    parsed = parse_source(decode(data, ""))
    if parsed.tree is None:
        return ModuleBindings((), dynamic=True, parsed=False)
    return bindings_of(parsed.tree, parsed.source.text)


def _position(at: Place) -> tuple[int, int]:
    return at.line or 0, at.column or 0


def _visit(parsed: Parsed, collected: Collected) -> Visitor:
    text, names = parsed.source.text, collected.names
    words = {*GUARD_WORDS, *SYNTAX_WORDS, *DUNDERS, *(f"{name}(" for name in BUILTINS)}
    for local, target in names.aliases.items():
        words |= spellings(local, target)
    words |= {spelling for name in ATTRIBUTES for spelling in [name] if "sys" in names.aliases}
    evaluated = not collected.future_annotations
    lines = lines_with(text, words, syntax_offsets(text, evaluated_annotations=evaluated))
    visitor = Visitor(parsed.source, names, lines, evaluated)
    for found in {found.name: found for found in reversed(parsed.found)}.values():
        line = text.count("\n", 0, found.start) + 1
        column = found.start - text.rfind("\n", 0, found.start)
        visitor.add_feature(found.name, found.since, Place(parsed.source.path, line, column), Frame())
    if parsed.tree is not None:
        for node, frame in statements(parsed.tree, lines, names):
            visitor.visit(node, frame)
    return visitor
