"""Follow the imports among the project's own modules: which run when the package is imported, and on which Pythons."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pkg_audit.derive.code.own_modules import OwnModules
from pkg_audit.scan.sources.versions import ALL, from_specifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import Import

# An import in one of these contexts may fail, or never runs, without harm.
HARMLESS = frozenset({"type-checking", "never", "try-fallback", "suppress"})
LATER = frozenset({"function", "lazy", "main-guard", "condition", "platform-guard"})

# In these an ImportError is caught, or something else has failed before.
_CAUGHT = frozenset({"try-fallback", "suppress", "except-handler", "try-reraise"})

_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})


class Edge(NamedTuple):
    """One own module that a file imports: on which Pythons, and whether when the file itself is imported.

    `guarded`: the file catches the ImportError, so that it works without the module, too.
    """

    target: str
    pythons: int
    now: bool
    guarded: bool = False


@dataclass(slots=True)
class Reach:
    """How the project's own modules get imported, by dotted name.

    `eager` are those that run when a top-level package is imported or a script starts; what they can do without is not
    among them, nor are targets of other entry points: who loads a plug-in brings what it extends. `conditional` are
    those that nothing imports but in a function or under an `if`, which may never run. `pythons` is the mask of Pythons
    on which a module may be imported at all, as far as guards around the imports of it tell.
    """

    eager: set[str] = field(default_factory=set)
    conditional: set[str] = field(default_factory=set)
    pythons: dict[str, int] = field(default_factory=dict)


def package_of(module: str, path: str) -> list[str]:
    """Return the parts of the package that relative imports in a module start from."""
    parts = module.split(".")
    return parts if path.endswith("__init__.py") else parts[:-1]


def absolute(imported: Import, package: list[str]) -> str | None:
    """Return the absolute name of the module that an import names, None where it climbs above the top."""
    if not imported.level:
        return imported.module
    if imported.level > len(package):
        return None
    base = package[: len(package) - imported.level + 1]
    return ".".join([*base, imported.module] if imported.module else base)


def targets(imported: Import, package: list[str]) -> list[str]:
    """Return the dotted names that an import statement may load: the module, and its names if they are modules."""
    module = absolute(imported, package)
    if module is None:
        return []
    return [module, *(f"{module}.{name}" for name in imported.names if name != "*")]


def window(python: str) -> int:
    """Return the mask of Pythons on which a statement runs, from the specifier that the scan wrote."""
    if not python:
        return ALL
    mask = from_specifier(python)
    return ALL if mask is None else mask


def reach(own: OwnModules, scanned: Scanned, distribution: Distribution) -> Reach:
    """Follow imports from the top-level packages, the scripts and every module that nobody imports."""
    edges: dict[str, list[Edge]] = {}
    imported: set[str] = set()
    for path, name in own.runtime.items():
        edges[name] = list(_edges(own, path, name, scanned))
        imported |= {edge.target for edge in edges[name]}
    entries = [entry for entry in distribution.metadata.entry_points if entry.group in _SCRIPTS]
    plugins = {
        entry.value.partition(":")[0].strip()
        for entry in distribution.metadata.entry_points
        if entry.group not in _SCRIPTS
    }
    plain = {entry.value.partition(":")[0].strip() for entry in entries if "[" not in entry.value}
    optional = {entry.value.partition(":")[0].strip() for entry in entries if "[" in entry.value} - plain
    starts = {name for name in own.runtime.values() if "." not in name or name.partition(".")[2] == "__main__"}
    only_with_extras = {name.partition(".")[0] for name in optional} - {name.partition(".")[0] for name in plain}
    own_name = distribution.metadata.name.value.replace("-", "_").lower() if distribution.metadata.name else ""
    starts = {name for name in starts if name.partition(".")[0] not in only_with_extras - {own_name}}
    starts = (starts - (plugins - {own_name})) | plain
    result = Reach()
    begin = ((name, ALL) for name in _with_parents(starts))
    _flow(edges, begin, result.pythons, lambda edge: edge.now and not edge.guarded)
    result.eager = set(result.pythons)
    loose = {name for name in edges if name not in imported}
    result.pythons = {}
    surely: dict[str, int] = {}
    beginnings = list(_with_parents({*starts, *loose, *plugins}))
    _flow(edges, ((name, ALL) for name in beginnings), surely, lambda edge: edge.now)
    result.conditional = edges.keys() - surely.keys()
    _flow(edges, ((name, ALL) for name in beginnings), result.pythons, lambda _: True)
    for name in edges:
        result.pythons.setdefault(name, ALL)
    return result


def loaded(own: OwnModules, scanned: Scanned, starts: Iterable[str], *, eager: bool = True) -> set[str]:
    """Return the own modules that run, on some Python, whenever one of these modules is imported; if not `eager`, also
    those that they may import later."""
    edges = {name: list(_edges(own, path, name, scanned)) for path, name in own.runtime.items()}
    masks: dict[str, int] = {}
    _flow(edges, ((name, ALL) for name in _with_parents(starts)), masks, lambda edge: edge.now or not eager)
    return set(masks)


def _with_parents(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from with_parents(name)


@lru_cache(maxsize=8192)
def with_parents(name: str) -> tuple[str, ...]:
    """Return the dotted names of the packages around a module, outermost first, and of the module itself."""
    parts = name.split(".")
    return tuple(".".join(parts[: count + 1]) for count in range(len(parts)))


def _edges(own: OwnModules, path: str, name: str, scanned: Scanned) -> Iterator[Edge]:
    """Yield what the imports in one file load of the project's own modules."""
    facts = scanned.sources.get(path)
    if facts is None:
        return
    package = package_of(name, path)
    for item in facts.imports:
        if "type-checking" in item.context or "never" in item.context:
            continue
        mask = window(item.python)
        now = not (LATER & set(item.context))
        guarded = bool(_CAUGHT & set(item.context))
        for target in targets(item, package):
            for step in with_parents(target):
                if step in own.shipped:
                    yield Edge(step, mask, now, guarded)


def _flow(
    edges: dict[str, list[Edge]],
    starts: Iterable[tuple[str, int]],
    masks: dict[str, int],
    follows: Callable[[Edge], bool],
) -> None:
    pending = list(starts)
    while pending:
        name, mask = pending.pop()
        known = masks.get(name)
        if known is not None and not mask & ~known:
            continue
        masks[name] = (known or 0) | mask
        pending += [
            (edge.target, mask & edge.pythons) for edge in edges.get(name, ()) if mask & edge.pythons and follows(edge)
        ]


def supported(distribution: Distribution) -> int | None:
    """Return the mask of Pythons that the project promises, None where it promises nothing or it is not known."""
    requires = distribution.metadata.requires_python
    if requires is None or not requires.value.strip():
        return None
    return from_specifier(requires.value)
