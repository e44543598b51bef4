"""Derive what a program does at run time that archives and freezers do not allow, and what it imports at start."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pkg_audit.derive.resources import missing_data_files
from pkg_audit.derive.runtime import children, names, natives, others
from pkg_audit.derive.runtime.data import find_uses
from pkg_audit.derive.runtime.program import program
from pkg_audit.derive.runtime.reach import entries, reach
from pkg_audit.derive.runtime.site import make_site
from pkg_audit.derive.scope import scopes
from pkg_audit.knowledge import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.derive.runtime.program import Program
    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.runtime_records import ComputedImport, DataUse, InstalledFile, NamedModule
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

__all__ = ["runtime_derivations", "settled"]

# What a module that knows about archives calls the question: `IS_ZIPAPP`, `zipimport.zipimporter`, `is_zipfile(...)`.
_AWARE = re.compile(rb"\b(?:is_zip\w*|zipimport\w*|in_zip\w*|_MEIPASS)\b", re.IGNORECASE)


class _Runtime:
    """What the derivations of this folder share, made when the first of them is asked."""

    def __init__(self, tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None) -> None:
        self.distribution = distribution
        self.site = make_site(tree, scanned, distribution, environment)
        starts = entries(self.site, distribution)
        self.reached = reach(self.site, starts)
        self.program = program(self.site, starts, distribution)
        where = scopes(scanned, distribution)
        self.own = [m for m in self.site.own() if where.get(m.source, "runtime") in ("runtime", "vendored")]
        loaded = [self.site.modules[name] for name in self.reached.steps]
        theirs = [module for module in loaded if module.owner and module.kind == "python"]
        self.uses = find_uses(self.site, [*self.own, *theirs], self.reached)


def runtime_derivations(
    tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None = None
) -> dict[str, Callable[[], tuple[Any, ...]]]:
    """Map each list about the code's behaviour at run time to what fills it.

    `environment` holds the installed dependencies (`pip install --target`, or a virtual environment); without it
    shipped knowledge speaks for them.
    """

    @cache
    def shared() -> _Runtime:
        return _Runtime(tree, scanned, distribution, environment)

    @cache
    def in_statements() -> frozenset[str]:
        return names.imported_names(shared().site)

    @cache
    def in_strings() -> tuple[NamedModule, ...]:
        return names.named_modules(shared().site, shared().own, in_statements())

    def computed() -> tuple[ComputedImport, ...]:
        return names.computed_imports(shared().site, shared().own, in_statements(), in_strings=bool(in_strings()))

    def data() -> tuple[DataUse, ...]:
        now = shared()
        own = [settled(now.site, now.program, use) for use in now.uses.data]
        return (*own, *natives.known_data_uses(now.site, now.reached, distribution))

    def started() -> tuple[Any, ...]:
        return children.started_interpreters(shared().site, shared().own, shared().program, distribution)

    def installed() -> tuple[InstalledFile, ...]:
        now = shared()
        files = others.installed_files(now.site, now.own, now.reached)
        return (*files, *others.installed_programs(now.site, now.own))

    return {
        "native_imports": lambda: natives.native_imports(shared().site, shared().reached, distribution),
        "data_uses": data,
        "module_listings": lambda: tuple(shared().uses.listings),
        "resource_names": lambda: tuple(shared().uses.resources),
        "missing_data_files": lambda: missing_data_files(tree, scanned, distribution, shared().uses),
        "started_interpreters": started,
        "entry_point_oddities": lambda: others.entry_point_oddities(shared().site, distribution),
        "plugin_lookups": lambda: names.plugin_lookups(shared().site, shared().own, distribution),
        "metadata_lookups": lambda: names.metadata_lookups(shared().site, shared().own),
        "computed_imports": computed,
        "named_modules": in_strings,
        "process_pools": lambda: others.process_pools(shared().site, shared().own),
        "source_lookups": lambda: others.source_lookups(shared().site, shared().own),
        "installed_files": installed,
        "resource_uses": lambda: others.resource_uses(shared().site, shared().own),
        "system_imports": lambda: others.system_imports(shared().site, shared().own, distribution),
        "unread_dependencies": lambda: natives.unread_dependencies(shared().site, shared().reached, distribution),
    }


def settled(site: Site, parts: Program, use: DataUse) -> DataUse:
    """Lower what is not sure: code that no program of the project loads, and code that knows about archives."""
    hooked = "yes" if compiled.pyinstaller_knows(use.package) else "no"
    module = _by_path(site, use.place.rpartition(":")[0]) if use.owner else _by_source(site, use.at.path or "")
    sure = use.sure
    if module is not None:
        if not use.owner and parts.level(module.name) == "never":
            sure = "no"
        if _AWARE.search(site.read(module.path)):
            sure = "no"
    if use.owner and use.kind == "source" and use.use == "read":
        sure = "no"
    return replace(use, sure=sure, hooked=hooked)  # type: ignore[arg-type]


def _by_path(site: Site, path: str) -> Module | None:
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return site.modules.get(name)


def _by_source(site: Site, source: str) -> Module | None:
    return next((module for module in site.own() if module.source == source), None)
