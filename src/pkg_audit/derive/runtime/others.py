"""Derive the smaller facts: processes, source text, resources, oddities of entry points, files outside of packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.code.entry_points import split
from pkg_audit.derive.runtime.program import main_entry
from pkg_audit.derive.runtime.reach import entries, is_hard
from pkg_audit.derive.runtime.site import in_tests
from pkg_audit.facts.place import Place
from pkg_audit.facts.runtime_records import (
    EntryPointOddity,
    InstalledFile,
    ProcessPool,
    ResourceUse,
    SourceLookup,
    SystemImport,
)
from pkg_audit.knowledge import compiled
from pkg_audit.knowledge.layout_names import not_data
from pkg_audit.knowledge.platform_modules import systems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.derive.runtime.reach import Reached
    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.sources import Call

MAX_RECORDS = 100
_SCRIPTS = ("console_scripts", "gui_scripts")
_POOLS = frozenset(
    {
        "multiprocessing.Process", "multiprocessing.Pool", "multiprocessing.pool.Pool", "multiprocessing.Manager",
        "multiprocessing.get_context", "multiprocessing.set_start_method", "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.context.Process", "multiprocessing.process.Process",
    }
)  # fmt: skip
_SOURCE_CALLS = frozenset(
    {
        "inspect.getsource", "inspect.getsourcelines", "inspect.findsource", "inspect.getcomments", "linecache.getline",
        "linecache.getlines",
    }
)  # fmt: skip
_RESOURCE_CALLS = ("importlib.resources.", "importlib_resources.", "pkgutil.get_data", "pkg_resources.resource_")
_FOR_PEOPLE = (
    "share/man/", "share/doc/", "share/applications/", "share/icons/", "share/metainfo/", "share/appdata/",
    "share/bash-completion/", "share/zsh/", "share/fish/", "share/licenses/", "share/locale/", "man/", "etc/",
)  # fmt: skip
_SCRIPTS_SCHEME = re.compile(rb"^[^#\n]*get_path\([\"']scripts[\"']", re.MULTILINE)
_DATA_SCHEME = (b"sys.prefix", b'get_path("data")', b"get_path('data')")


def _calls(site: Site, modules: Iterable[Module]) -> Iterator[tuple[Module, Call]]:
    for module in modules:
        facts = site.scanned.sources.get(module.source)
        if facts is None or in_tests(module.path):
            continue
        for call in facts.calls:
            if "never" not in call.context and "type-checking" not in call.context:
                yield module, call


def process_pools(site: Site, modules: Iterable[Module]) -> tuple[ProcessPool, ...]:
    """Return where worker processes are started, and whether anything calls `freeze_support`."""
    found, support = [], False
    for _, call in _calls(site, modules):
        support = support or call.name == "multiprocessing.freeze_support"
        if call.name in _POOLS:
            found.append(call)
    return tuple(
        ProcessPool(call.at, call.name.rpartition(".")[2], "yes" if support else "no") for call in found[:MAX_RECORDS]
    )


def source_lookups(site: Site, modules: Iterable[Module]) -> tuple[SourceLookup, ...]:
    """Return where the text of sources is asked for."""
    found = [SourceLookup(call.at, call.name) for _, call in _calls(site, modules) if call.name in _SOURCE_CALLS]
    return tuple(found[:MAX_RECORDS])


def resource_uses(site: Site, modules: Iterable[Module]) -> tuple[ResourceUse, ...]:
    """Return the first read of each package's data through the resource API, for packages that ship data."""
    counts = _data_counts(site)
    found: dict[str, ResourceUse] = {}
    for module, call in _calls(site, modules):
        if not call.name.startswith(_RESOURCE_CALLS):
            continue
        first = call.args[0] if call.args else None
        package = (first or module.name).partition(".")[0]
        if counts.get(package) and package not in found:
            hooked = "yes" if compiled.pyinstaller_knows(package) else "no"
            by = call.name.rpartition(".")[2]
            found[package] = ResourceUse(call.at, package, by, counts[package], hooked)  # type: ignore[arg-type]
    return tuple(found.values())[:MAX_RECORDS]


def _data_counts(site: Site) -> dict[str, int]:
    suffixes, names = not_data()
    counts: dict[str, int] = {}
    for path, (owner, _) in site.files.items():
        name = path.rpartition("/")[2]
        if owner or "/" not in path or path.endswith(suffixes) or name in names or ".dist-info/" in path:
            continue
        package = path.partition("/")[0]
        counts[package] = counts.get(package, 0) + 1
    return counts


def entry_point_oddities(site: Site, distribution: Distribution) -> tuple[EntryPointOddity, ...]:
    """Say whether the main script's reference has extras, or its object the name of a submodule."""
    found = []
    starts = entries(site, distribution)
    main = main_entry(starts, distribution).at if starts else None
    for item in distribution.metadata.entry_points:
        parts = split(item.value)
        if item.group not in _SCRIPTS or parts is None or item.at != main:
            continue
        module, attr, extras = parts
        if extras:
            found.append(EntryPointOddity(item.at, item.name, item.value, "extras", module))
        twin = site.modules.get(f"{module}.{attr}") if attr and "." not in attr else None
        if twin is not None and twin.kind != "namespace":
            related = (Place(twin.source, 1),) if twin.source and not twin.owner else ()
            found.append(EntryPointOddity(item.at, item.name, item.value, "same-named-module", twin.name, related))
    return tuple(found[:MAX_RECORDS])


def installed_files(site: Site, modules: Iterable[Module], reached: Reached) -> tuple[InstalledFile, ...]:
    """Return the places that ask for the folder below `sys.prefix` into which the wheel puts files of its own.

    A dependency that looks there counts as well: it finds the files for the program. Manuals, completions and the
    like are for people and shells, not for the program.
    """
    wanted = sorted(path for path in site.data_scheme if not path.startswith(_FOR_PEOPLE))
    if not wanted:
        return ()
    first = wanted[0]
    found = []
    theirs = [site.modules[name] for name in reached.steps if site.modules[name].owner]
    for module in (*modules, *theirs):
        data = site.read(module.path)
        for needle in _DATA_SCHEME:
            index = data.find(needle)
            start = data.rfind(b"\n", 0, index) + 1
            if index >= 0 and b"#" not in data[start:index]:
                line = data.count(b"\n", 0, index) + 1
                source = site.data_scheme[first]
                at = reached.own_place(site, module.name) if module.owner else Place(module.source, line)
                found.append(InstalledFile(at, first, (Place(source),) if source else ()))
                break
    return tuple(found[:MAX_RECORDS])


def installed_programs(site: Site, modules: Iterable[Module]) -> tuple[InstalledFile, ...]:
    """Return the places that look among the scripts for the compiled program that is all the wheel brings."""
    crate = site.scanned.native.crate
    if crate is None or crate.bindings != "bin":
        return ()
    found = []
    for module in modules:
        match = _SCRIPTS_SCHEME.search(site.read(module.path))
        if match is not None:
            line = match.string.count(b"\n", 0, match.start()) + 1
            found.append(InstalledFile(Place(module.source, line), "bin/", (Place(crate.manifest),)))
    return tuple(found[:MAX_RECORDS])


def system_imports(site: Site, modules: Iterable[Module], distribution: Distribution) -> tuple[SystemImport, ...]:
    """Return unguarded imports of modules that only some systems have, unless the classifiers name such systems."""
    systems = {text.value for text in distribution.metadata.classifiers if text.value.startswith("Operating System ::")}
    if systems and not any("OS Independent" in system for system in systems):
        windows = any("Windows" in system for system in systems)
        if not windows:
            return ()
    found = []
    for module in modules:
        if in_tests(module.path):
            continue
        for imported in site.imports(module):
            top = imported.module.partition(".")[0]
            if imported.level or top not in systems_of() or top in site.own_names:
                continue
            if "platform-guard" not in imported.context and is_hard(imported, site.python):
                found.append(SystemImport(imported.at, top, systems_of()[top]))
    return tuple(found[:MAX_RECORDS])
