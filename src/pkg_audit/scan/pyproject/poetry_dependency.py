"""Translate the dependency tables of `[tool.poetry]` to PEP 508 requirements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Text
from pkg_audit.scan.pyproject.poetry_constraints import python_marker, specifier_text

if TYPE_CHECKING:
    from pkg_audit.scan.pyproject.reader import Key, TomlReader

_PLATFORM = re.compile(r"(!=|==)? ?([A-Za-z0-9_]+)")
_SCP_LIKE = re.compile(r"([A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+):([^/].*)")


@dataclass(frozen=True, slots=True)
class Dependency:
    """One requirement with the name it is declared under."""

    name: str
    requirement: Text
    optional: bool = False


def read_dependencies(reader: TomlReader, *path: Key) -> list[Dependency]:
    """Read one table of dependencies, without `python`. Each constraint of a list of constraints is its own."""
    found = []
    for name, raw in (reader.table(*path) or {}).items():
        if name.lower() == "python":
            continue
        several = isinstance(raw, list)
        for index, item in enumerate(raw if several else [raw]):
            here = (*path, name, index) if several else (*path, name)
            if isinstance(item, str):
                found.append(Dependency(name, Text(_versioned(name, item), reader.at(*here))))
            elif isinstance(item, Mapping):
                requirement = Text(_detailed(name, item), reader.at(*here))
                found.append(Dependency(name, requirement, item.get("optional") is True))
            else:
                reader.misfit(here, "a constraint or a table")
    return found


def _versioned(name: str, constraint: str) -> str:
    specifier = specifier_text(constraint)
    if specifier is None:
        specifier = constraint  # stays as it is, and is invalid as it is
    return f"{name} ({specifier})" if specifier else name


def _detailed(name: str, table: Mapping[str, Any]) -> str:
    """Write a dependency given as a table: version or origin, extras, and its markers."""
    extras = table.get("extras")
    if isinstance(extras, list) and extras:
        name += f"[{','.join(sorted(extra for extra in extras if isinstance(extra, str)))}]"
    origin = _origin(table)
    if origin:
        requirement = f"{name} @ {origin}"
    else:
        version = table.get("version", "*")
        requirement = _versioned(name, version if isinstance(version, str) else "*")
    markers = _markers(table)
    return f"{requirement} ; {markers}" if markers else requirement


def _origin(table: Mapping[str, Any]) -> str:
    """Return the URL of a dependency that does not come from an index, "" for one that does."""

    def text(key: str) -> str:
        value = table.get(key)
        return value if isinstance(value, str) else ""

    subdirectory = f"#subdirectory={text('subdirectory')}" if text("subdirectory") else ""
    if git := text("git"):
        scp = _SCP_LIKE.fullmatch(git)
        url = f"git+ssh://{scp[1]}/{scp[2]}" if scp else f"git+{git}"
        reference = text("branch") or text("tag") or text("rev")
        return url + (f"@{reference}" if reference else "") + subdirectory
    if url := text("url"):
        return url + subdirectory
    path = text("path") or text("file")
    return f"file:{path}" if path else ""


def _markers(table: Mapping[str, Any]) -> str:
    parts = []
    markers = table.get("markers")
    if isinstance(markers, str) and markers.strip():
        parts.append(markers.strip())
    python = table.get("python")
    if isinstance(python, str) and (marker := python_marker(python)):
        parts.append(marker)
    platform = table.get("platform")
    if isinstance(platform, str) and (marker := _platform_marker(platform)):
        parts.append(marker)
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)


def _platform_marker(text: str) -> str:
    clauses = [_PLATFORM.fullmatch(clause.strip()) for clause in text.split("||")]
    return " or ".join(f'sys_platform {match[1] or "=="} "{match[2]}"' for match in clauses if match)
