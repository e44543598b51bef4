"""Follow what is imported, without a guard, when the program starts: own modules, then those of the environment.

An import in a function, under TYPE_CHECKING or any condition that static reading cannot judge, or one whose failure is
caught, is no edge. Linux and the environment's Python decide where a guard asks for a platform or a version.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.facts.place import WHOLE_PROJECT, Place
from pkg_audit.scan.paths.imports import function_lines
from pkg_audit.standards import NotStandard, admits, parse_specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.sources import Import

MAX_MODULES = 6000
_SOFT = frozenset(
    {"function", "type-checking", "never", "main-guard", "condition", "try-fallback", "except-handler", "suppress",
     "lazy"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the program starts. `attr` "" is the module itself (`__main__`)."""

    module: str
    attr: str
    at: Place
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How a module was reached: from which one, by the import at which place (a place of that module's file)."""

    importer: str
    at: Place
    entry: Entry


@dataclass(slots=True)
class Reached:
    """The modules that a start imports, with the first step that led to each. `outside` are imports of modules that
    no file of the site provides, by name."""

    steps: dict[str, Step] = field(default_factory=dict)
    outside: dict[str, Step] = field(default_factory=dict)

    def chain(self, name: str, most: int = 12) -> list[str]:
        """Return the modules from the entry to this one."""
        found = [name]
        while name in self.steps and self.steps[name].importer and len(found) < 400:
            name = self.steps[name].importer
            found.append(name)
        found.reverse()
        return found if len(found) <= most else [*found[:3], "…", *found[-(most - 4) :]]

    def own_place(self, site: Site, name: str, step: Step | None = None) -> Place:
        """Return the import in the project's own code that led to a module, or its entry point."""
        step = step or self.steps.get(name)
        for _ in range(400):
            if step is None:
                break
            importer = site.modules.get(step.importer)
            if importer is None:
                return step.entry.at
            if not importer.owner:
                return step.at
            step = self.steps.get(step.importer)
        return WHOLE_PROJECT


def entries(site: Site, distribution: Distribution) -> tuple[Entry, ...]:
    """Return where the project's programs start: its scripts, else `__main__` modules, else files with a main guard."""
    from pkg_audit.derive.code.entry_points import split

    found = []
    for item in distribution.metadata.entry_points:
        parts = split(item.value)
        if item.group in ("console_scripts", "gui_scripts") and parts is not None:
            found.append(Entry(parts[0], parts[1].partition(".")[0], item.at, item.name))
    if found:
        return tuple(found)
    mains = [module for module in site.own() if module.name.rpartition(".")[2] == "__main__"]
    if mains:
        return tuple(Entry(module.name, "", Place(module.source, 1)) for module in mains[:5])
    guarded = []
    for module in site.own():
        facts = site.scanned.sources.get(module.source)
        if facts is not None and facts.main_guard is not None:
            guarded.append(Entry(module.name, "", facts.main_guard))
    return tuple(guarded) if len(guarded) <= 3 else ()


def reach(site: Site, starts: tuple[Entry, ...]) -> Reached:
    """Return what the entry modules import."""
    found = Reached()
    pending: deque[str] = deque()

    def visit(name: str, step: Step) -> None:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            part = ".".join(parts[:count])
            if part in found.steps:
                continue
            if part not in site.modules:
                if part.partition(".")[0] not in site.modules or count > 1:
                    found.outside.setdefault(name, step)
                else:
                    found.outside.setdefault(part, step)
                return
            found.steps[part] = step
            pending.append(part)

    for entry in starts:
        visit(entry.module, Step("", entry.at, entry))
        module = site.modules.get(entry.module)
        if module is not None and module.kind == "python":
            for imported in _run_by(site, module, entry):
                for name in targets(site, module, imported):
                    visit(name, Step(module.name, imported.at, entry))
    while pending and len(found.steps) < MAX_MODULES:
        name = pending.popleft()
        module = site.modules[name]
        entry = found.steps[name].entry
        for imported in site.imports(module):
            if is_hard(imported, site.python):
                for target in targets(site, module, imported):
                    visit(target, Step(name, imported.at, entry))
    return found


def _run_by(site: Site, module: Module, entry: Entry) -> Iterator[Import]:
    """Yield the imports that stand in the entry function itself, or behind the main guard of an entry module."""
    lines = None
    if entry.attr:
        lines = function_lines(site.read(module.path), module.path, entry.attr)
    for imported in site.imports(module):
        context = set(imported.context)
        if entry.attr and lines is not None and "function" in context:
            rest = context - {"function"}
            if lines[0] <= (imported.at.line or 0) <= lines[1] and not rest & _SOFT:
                yield imported
        elif "main-guard" in context and not (context - {"main-guard"}) & _SOFT:
            yield imported


def is_hard(imported: Import, python: tuple[int, int]) -> bool:
    """Tell whether an import runs, and must succeed, whenever its module is imported."""
    if not _SOFT.isdisjoint(imported.context):
        return False
    if "platform-guard" in imported.context and imported.platform not in ("", "linux", "!win32", "!darwin"):
        return False
    if "platform-guard" in imported.context and not imported.platform:
        return False
    return not imported.python or _runs_on(imported.python, python)


def _runs_on(specifier: str, python: tuple[int, int]) -> bool:
    try:
        return admits(parse_specifiers(specifier), f"{python[0]}.{python[1]}.9")
    except NotStandard:
        return False


def targets(site: Site, module: Module, imported: Import) -> Iterator[str]:
    """Yield the modules that an import statement loads."""
    base = site.absolute(module, "." * imported.level + imported.module)
    if not base:
        return
    yield base
    for name in imported.names:
        inner = f"{base}.{name}"
        if name != "*" and inner in site.modules and site.modules[inner].kind != "namespace":
            yield inner
