"""Tell which of the project's modules its programs can load at all: by any import, or as plugins that they look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.runtime.reach import Entry, targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.derive.runtime.site import Site
    from pkg_audit.facts.distribution import Distribution

Level = Literal["static", "plugin", "never"]

_NOT_RUN = frozenset({"type-checking", "never"})


@dataclass(frozen=True, slots=True)
class Program:
    """How the project's modules can be loaded. Without an entry point every module counts as `static`.

    `main` are those that the first script alone can load: the one that an archive or a frozen program would start.
    """

    static: frozenset[str]
    plugins: frozenset[str]
    library: bool
    main: frozenset[str] = frozenset()

    def level(self, module: str) -> Level:
        """Say how a module can be loaded."""
        if self.library or module in self.static:
            return "static"
        return "plugin" if module in self.plugins else "never"


def program(site: Site, starts: tuple[Entry, ...], distribution: Distribution) -> Program:
    """Follow every import, guarded or lazy, from the entry modules; then what only strings and entry points name."""
    if not starts:
        return Program(frozenset(), frozenset(), library=True)
    static = _closure(site, [entry.module for entry in starts])
    more: set[str] = set()
    groups = looked_up_groups(site)
    for item in distribution.metadata.entry_points:
        if item.group in groups:
            more.add(item.value.partition(":")[0].strip())
    prefixes = set()
    for name in static:
        module = site.modules.get(name)
        if module is None or module.owner or module.kind != "python":
            continue
        facts = site.runtime(module)
        for found in facts.dynamic if facts is not None else ():
            prefixes.add(dynamic_prefix(module.name, module.package, found.prefix, own=found.own_package))
        source = site.scanned.sources.get(module.source)
        for call in source.calls if source is not None else ():
            if call.name.rpartition(".")[2] in ("iter_modules", "walk_packages", "listdir"):
                prefixes.add(name if module.package else name.rpartition(".")[0])
    own = [module.name for module in site.own()]
    if "" in prefixes:
        more |= set(own)
    for prefix in prefixes - {""}:
        more |= {name for name in own if name.startswith(prefix)}
    main = _closure(site, [main_entry(starts, distribution).module])
    return Program(static, _closure(site, [*static, *more]), library=False, main=main)


def main_entry(starts: tuple[Entry, ...], distribution: Distribution) -> Entry:
    """Return the entry that stands for the project: the script with its name, else the first."""
    name = distribution.metadata.name.value.lower().replace("_", "-") if distribution.metadata.name else ""
    return next((entry for entry in starts if entry.name.lower().replace("_", "-") == name and name), starts[0])


def looked_up_groups(site: Site) -> frozenset[str]:
    """Return the literal groups of entry points that the project's code looks up."""
    found = set()
    for module in site.own():
        facts = site.runtime(module)
        found |= {call.group for call in facts.plugins if call.group} if facts is not None else set()
    return frozenset(found)


def dynamic_prefix(module: str, package: bool, prefix: str, *, own: bool) -> str:
    """Return the absolute beginning of a computed module name, "" where nothing is known."""
    home = module if package else module.rpartition(".")[0]
    if own:
        base = home
        rest = prefix
        if rest.startswith("."):
            level = len(rest) - len(rest.lstrip("."))
            parts = base.split(".")
            base = ".".join(parts[: len(parts) - level + 1])
            rest = rest.lstrip(".")
        return f"{base}.{rest}" if base else rest
    return prefix


def _closure(site: Site, names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        while name:
            if name in site.modules and name not in found:
                found.add(name)
                module = site.modules[name]
                if not module.owner:
                    for imported in site.imports(module):
                        if _NOT_RUN.isdisjoint(imported.context):
                            pending += [target for target in targets(site, module, imported) if target not in found]
            name = name.rpartition(".")[0]
    return frozenset(found)
