"""Find run-time dependencies that nothing in the project imports or names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code
from pkg_audit.derive.code.requirements import canonical, marker_of, requirement_name
from pkg_audit.errors import ReadError
from pkg_audit.facts.code_records import UnusedDependency
from pkg_audit.knowledge.distributions import brought_by, is_tool, users_of, works_unimported
from pkg_audit.knowledge.import_names import imports_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FILES = 3000
_SPECIFIER = re.compile(r"[<>=~!]=|[<>]")
_TEXTS = (
    ".py",
    ".pyw",
    ".pyi",
    ".pyx",
    ".pxd",
    ".toml",
    ".cfg",
    ".ini",
    ".yaml",
    ".yml",
    ".json",
    ".html",
    ".jinja",
    ".j2",
)
_DECLARING = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile"})


def unused_dependencies(code: Code) -> tuple[UnusedDependency, ...]:
    """Return the dependencies of which no import name, nor the name itself, stands in any file but the declaring ones.

    Left out: what has a marker or extras (it is there for some platform or for what it brings along), what works
    without being imported, what another dependency imports when it finds it, and what nobody knows the names of.
    Nothing is returned where a shipped source could not be read: an absence would not be known.
    """
    metadata = code.distribution.metadata
    if "dependencies" in code.unknown or not code.own.runtime or _unread(code):
        return ()
    own = canonical(metadata.name.value) if metadata.name else ""
    names = {requirement_name(text.value) for text in metadata.dependencies}
    brought = {item for name in names for item in brought_by(name)}
    candidates: dict[str, UnusedDependency] = {}
    imported = _imported(code)
    groups = {item.group for item in metadata.entry_points}
    for text in metadata.dependencies:
        name = requirement_name(text.value)
        if not name or name == own or marker_of(text.value) or "[" in text.value:
            continue
        imports = imports_of(name) or ()
        tool = is_tool(name)
        if not tool and (not imports or works_unimported(name) or names & set(users_of(name))):
            continue
        if name.startswith(tuple(f"{other}-" for other in names if other and other != name)):
            continue  # a plug-in of another dependency, as its name says
        if own.startswith(f"{name}-") or any(group.startswith((name, f"{name}1")) for group in groups):
            continue  # the project is itself a plug-in of it, which may well be called and never call
        if _SPECIFIER.search(text.value) and any(item in brought for item in imports):
            continue  # it comes along anyway: the entry holds its version back, or up
        if any(item in imported for item in (*imports, name.replace("-", "_"))):
            continue
        candidates[name] = UnusedDependency(text.at, name, ", ".join(imports[:4]), "yes" if tool else "no")
    if not candidates:
        return ()
    for name in _mentioned(code, candidates):
        if candidates[name].tool == "no":
            del candidates[name]
    for name in _run(code, [name for name in candidates if candidates[name].tool == "yes"]):
        del candidates[name]
    return tuple(candidates.values())[:MAX_RECORDS]


def _unread(code: Code) -> bool:
    if any(facts.problem is not None for _, _, facts in code.sources()):
        return True
    shipped = {path for path in code.own.shipped.values() if path.endswith((".py", ".pyw"))}
    return any(path not in code.scanned.sources for path in shipped)


def _imported(code: Code) -> set[str]:
    """Return every dotted name that some file of the project imports, with its parents."""
    found: set[str] = set()
    for facts in code.scanned.sources.values():
        for item in facts.imports:
            if item.level:
                continue
            for name in (item.module, *(f"{item.module}.{name}" for name in item.names)):
                parts = name.split(".")
                found.update(".".join(parts[: count + 1]) for count in range(len(parts)))
    return found


def _mentioned(code: Code, candidates: dict[str, UnusedDependency]) -> set[str]:
    """Return the candidates whose name, or one of whose import names, stands somewhere in the project's files."""
    words: dict[str, str] = {}
    for name in candidates:
        for word in (name, name.replace("-", "_"), *(imports_of(name) or ())):
            words[word.lower()] = name
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)), re.IGNORECASE)
    found: set[str] = set()
    for path in _files(code.scanned.files):
        if len(found) == len(candidates):
            break
        try:
            text = code.tree.read(path).decode("utf-8", "replace")
        except ReadError:
            continue
        found |= {words[match.group().lower()] for match in pattern.finditer(text)}
    return found


def _run(code: Code, tools: list[str]) -> set[str]:
    """Return the tools that shipped code runs as a module, `python -m NAME`: the program needs them."""
    if not tools:
        return set()
    words = {word: name for name in tools for word in (name, name.replace("-", "_"), *(imports_of(name) or ()))}
    named = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"""["']-m["'],\s{{0,20}}["']({named})["']""")
    found: set[str] = set()
    for path in sorted(code.own.runtime):
        try:
            text = code.tree.read(path).decode("utf-8", "replace")
        except ReadError:
            continue
        found |= {words[match[1]] for match in pattern.finditer(text)}
    return found


def _files(paths: Iterable[str]) -> list[str]:
    chosen = [
        path
        for path in paths
        if path.endswith(_TEXTS) and path.rpartition("/")[2] not in _DECLARING and "requirements" not in path
    ]
    return chosen[:MAX_FILES]
