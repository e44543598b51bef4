"""Read entry points written as INI text: entry_points.txt, and the text blocks of setup.cfg and setup.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.declared import EntryPointDeclaration
from pkg_audit.facts.place import Place
from pkg_audit.scan.ini import parse_ini

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.facts.place import Text


def parse_entry_points(text: str, path: str, first_line: int = 1) -> tuple[EntryPointDeclaration, ...]:
    """Parse INI text of entry points (entry points specification): groups as sections, `name = reference` lines."""
    found = []
    for group, section in parse_ini(text, path, delimiters="=", first_line=first_line).sections.items():
        for name, option in section.options.items():
            value = option.text
            found.append(EntryPointDeclaration(group.strip(), name, value.value, value.at, option.name_at))
    return tuple(found)


def entry_point_lines(group: str, lines: Iterable[Text]) -> tuple[EntryPointDeclaration, ...]:
    """Read `name = reference` lines of one group; a line without `=` is left out."""
    found = []
    for line in lines:
        name, equals, value = line.value.partition("=")
        if not equals or line.value.startswith("#"):
            continue
        at = line.at
        if at.line is not None and at.line == at.end_line and at.column is not None:
            start = at.column + len(line.value) - len(value.lstrip())
            name_at = Place(at.path, at.line, at.column, at.line, at.column + len(name.rstrip()))
            value_at = Place(at.path, at.line, start, at.line, start + len(value.strip()))
        else:
            name_at = value_at = at
        found.append(EntryPointDeclaration(group, name.strip(), value.strip(), value_at, name_at))
    return tuple(found)
