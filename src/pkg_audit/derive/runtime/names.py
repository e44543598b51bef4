"""Find what only strings name: plugins, metadata, computed imports, modules in tables. An archive finds them all; a
freezer collects what import statements name, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.runtime.program import dynamic_prefix
from pkg_audit.derive.runtime.site import in_tests
from pkg_audit.facts.place import Place
from pkg_audit.facts.runtime_records import ComputedImport, MetadataLookup, NamedModule, PluginLookup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Answer

MAX_RECORDS = 100
MAX_NAMED = 12

_METADATA_CALLS = frozenset(
    {"version", "metadata", "distribution", "requires", "files", "get_distribution", "distributions", "require",
     "packages_distributions"}
)  # fmt: skip
_METADATA_MODULES = ("importlib.metadata.", "importlib_metadata.", "pkg_resources.")
_GUARDS = frozenset({"try-fallback", "try-reraise", "suppress", "except-handler"})


def plugin_lookups(site: Site, modules: Iterable[Module], distribution: Distribution) -> tuple[PluginLookup, ...]:
    """Return where the code looks for installed entry points."""
    declared = {item.group for item in distribution.metadata.entry_points}
    found = []
    for module in modules:
        facts = site.runtime(module)
        for call in facts.plugins if facts is not None and not in_tests(module.path) else ():
            if "type-checking" not in call.context:
                own: Answer = "yes" if call.group in declared else "no" if call.group else "unknown"
                found.append(PluginLookup(call.at, call.group or "any group", call.by, own))
    return tuple(found[:MAX_RECORDS])


def metadata_lookups(site: Site, modules: Iterable[Module]) -> tuple[MetadataLookup, ...]:
    """Return where the code reads metadata of distributions whose name is computed: no freezer can see which."""
    found = []
    for module in modules:
        facts = site.scanned.sources.get(module.source)
        for call in facts.calls if facts is not None and not in_tests(module.path) else ():
            last = call.name.rpartition(".")[2]
            if call.name.startswith(_METADATA_MODULES) and last in _METADATA_CALLS and last != "distributions":
                name = call.args[0] if call.args else None
                guarded: Answer = "yes" if not _GUARDS.isdisjoint(call.context) else "no"
                found.append(MetadataLookup(call.at, name or "", last, guarded))
    return tuple(found[:MAX_RECORDS])


def computed_imports(
    site: Site, modules: Iterable[Module], named: frozenset[str], *, in_strings: bool
) -> tuple[ComputedImport, ...]:
    """Return the imports by computed names, with the own modules that only they can mean.

    `named` are those that import statements name, `in_strings` tells whether strings name some (`named_modules`).
    """
    found = []
    for module in modules:
        facts = site.runtime(module)
        for item in facts.dynamic if facts is not None and not in_tests(module.path) else ():
            prefix = dynamic_prefix(module.name, module.package, item.prefix, own=item.own_package)
            if not prefix and in_strings:
                continue  # the strings themselves are found and named
            own = [name for name in (m.name for m in site.own()) if prefix and name.startswith(prefix)]
            hidden = [name for name in own if name not in named]
            package = prefix.rpartition(".")[0] if own else ""
            shown = ", ".join(hidden[:MAX_NAMED]) + (
                f" and {len(hidden) - MAX_NAMED} more" if len(hidden) > MAX_NAMED else ""
            )
            answer: Answer = "yes" if own else "unknown" if not prefix else "no"
            found.append(ComputedImport(item.at, item.by, prefix, package, shown or "none that is known", answer))
    return tuple(found[:MAX_RECORDS])


def named_modules(site: Site, modules: Iterable[Module], named: frozenset[str]) -> tuple[NamedModule, ...]:
    """Return the own modules that stand in strings and in no import statement, where something imports by name.

    Only where the code imports by computed names at all: else the strings are texts.
    """
    modules = [module for module in modules if not in_tests(module.path)]
    if not any((facts := site.runtime(module)) is not None and facts.dynamic for module in modules):
        return ()
    tops = sorted(name for name in site.own_names if name.isidentifier())
    if not tops:
        return ()
    pattern = re.compile(
        rb"([\"'])((?:%s)(?:\.[A-Za-z_]\w*)+)(?::[A-Za-z_][\w.]*)?\1"
        % b"|".join(re.escape(name.encode()) for name in tops)
    )
    found: dict[str, NamedModule] = {}
    for module in modules:
        data = site.read(module.path)
        for match in pattern.finditer(data):
            name = _module_of(site, match.group(2).decode("ascii", "replace"))
            if name and name not in named and name not in found and name != module.name:
                start = data.rfind(b"\n", 0, match.start()) + 1
                line = data.count(b"\n", 0, match.start()) + 1
                column = len(data[start : match.start()].decode("utf-8", "replace")) + 1
                found[name] = NamedModule(
                    Place(module.source, line, column, line, column + match.end() - match.start()), name
                )
    return tuple(found[name] for name in sorted(found))[:MAX_RECORDS]


def _module_of(site: Site, dotted: str) -> str:
    """Return the longest leading part of a name that is one of the project's own modules, below its top package."""
    parts = dotted.split(".")
    for count in range(len(parts), 1, -1):
        name = ".".join(parts[:count])
        known = site.modules.get(name)
        if known is not None and not known.owner and known.kind == "python":
            return name if count >= len(parts) - 1 else ""
    return ""


def imported_names(site: Site) -> frozenset[str]:
    """Return every module that some import statement of the project names, in whatever context, with its parents."""
    from pkg_audit.derive.runtime.reach import targets

    found: set[str] = set()
    for module in site.own():
        for imported in site.imports(module):
            for name in targets(site, module, imported):
                while name and name not in found:
                    found.add(name)
                    name = name.rpartition(".")[0]
    return frozenset(found)
