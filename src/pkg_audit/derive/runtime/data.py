"""Find the uses of a package's own place in the file system that need a file there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.derive.runtime.site import in_tests
from pkg_audit.derive.runtime.targets import Names, Resolver, Target
from pkg_audit.facts.place import Place
from pkg_audit.facts.runtime_records import DataUse, ModuleListing, ResourceName
from pkg_audit.scan.paths.imports import function_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.derive.runtime.reach import Reached
    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.path_uses import PathUse

MAX_RECORDS = 200
_FORESEEN = frozenset({"condition", "main-guard", "except-handler", "try-fallback", "suppress", "type-checking"})
_FOLDER_USES = frozenset({"listed", "globbed", "walked"})
_STARTERS = frozenset(
    {"run", "Popen", "call", "check_call", "check_output", "execv", "execve", "execl", "system", "popen"}
)
_PARAMETERS = re.compile(rb"def\s+\w+\s*\(([^()]*)\)")


@dataclass(slots=True)
class Found:
    """What the uses of paths come to."""

    data: list[DataUse] = field(default_factory=list)
    listings: list[ModuleListing] = field(default_factory=list)
    resources: list[ResourceName] = field(default_factory=list)
    absent: list[tuple[PathUse, str]] = field(default_factory=list)
    written: set[str] = field(default_factory=set)


def path_names(site: Site, modules: Iterable[Module]) -> Names:
    """Return the names that modules bind to paths."""
    found: Names = {}
    for module in modules:
        facts = site.runtime(module)
        for item in facts.names if facts is not None else ():
            if not item.name.startswith("."):
                found.setdefault((module.name, item.name), []).append(item)
    return found


def wanted_names(site: Site, resolver: Resolver, module: Module, homes: frozenset[str]) -> frozenset[str]:
    """Return the names, as a module imports them, that another module binds to a path. `homes` are those modules."""
    found = set()
    for imported in site.imports(module):
        written = "." * imported.level + imported.module
        base = site.absolute(module, written)
        if not imported.names:
            if base in homes:
                found |= {f"{written}.{name}" for home, name in resolver.names if home == base}
            continue
        for name in imported.names:
            dotted = written + ("" if written.endswith(".") else ".") + name
            if base in site.modules and resolver.bound(base, name):
                found.add(dotted)
            elif f"{base}.{name}" in homes:
                found |= {f"{dotted}.{n}" for home, n in resolver.names if home == f"{base}.{name}"}
    return frozenset(found)


def find_uses(site: Site, modules: Iterable[Module], reached: Reached) -> Found:
    """Return what the modules do with paths that start at a package's place."""
    modules = [module for module in modules if not in_tests(module.path)]
    resolver = Resolver(site, path_names(site, modules))
    homes = frozenset(home for home, _ in resolver.names)
    found = Found()
    for module in modules:
        facts = site.runtime(module, wanted_names(site, resolver, module, homes))
        for use in facts.uses if facts is not None else ():
            for target in resolver.resolve(module, use.value):
                _judge(site, module, use, target, reached, found)
    _tidy(found)
    return found


def _judge(site: Site, module: Module, use: PathUse, target: Target, reached: Reached, found: Found) -> None:
    if target.owner != module.owner and target.owner:
        return  # another distribution's files: its own code says how they are used
    if not module.owner:
        _note_absent(use, target, found)
    at = use.at if not module.owner else reached.own_place(site, module.name)
    place = "" if not module.owner else f"{module.path}:{use.at.line}"
    related: tuple[Place, ...] = ()
    if target.resource:
        _resource(use, target, module, at, place, found)
        return
    if use.use in ("tested", "shown", "sys-path"):
        return
    if use.use in _FOLDER_USES and target.kind == "modules":
        if use.use == "walked" and not target.package:
            return
        found.listings.append(ModuleListing(at, target.path, use.by, module.owner, place))
        return
    if use.use == "passed" and target.kind == "modules" and target.package and _lists(site, module, use):
        found.listings.append(ModuleListing(at, target.path, use.by, module.owner, place))
        return
    if target.kind == "modules" or (target.kind == "nothing" and use.use not in ("loaded", "written", "run")):
        return
    if target.kind == "source" and not _needs_source_file(use, module, target):
        return
    if use.use == "entered" and not module.owner and target.package:
        return
    if use.use == "written" and target.kind == "nothing" and not use.value.parts:
        return
    name = {"globbed": "listed", "walked": "listed"}.get(use.use, use.use)
    loose = use.use == "passed" and (target.package or (target.kind == "folder" and use.by == "a default"))
    found.data.append(
        DataUse(
            at=at,
            target=target.path,
            kind=target.kind,
            use=name,  # type: ignore[arg-type]
            by=use.by.lstrip("."),
            owner=module.owner,
            place=place,
            sure="no" if loose or target.fallback or _is_guarded(use, target) else "yes",
            guarded=use.guarded,
            package=target.path.partition("/")[0],
            how=_words(name, use.by.lstrip(".")),
            related=related,
        )
    )


def _note_absent(use: PathUse, target: Target, found: Found) -> None:
    """Note what is read and not there, unless something foresees that, and what the project writes itself."""
    if use.use in ("written", "copied", "passed"):
        found.written.add(target.path.rpartition("/")[2])
        return
    foreseen = target.open or use.guarded or _FORESEEN & set(use.context)
    if use.use == "read" and target.kind == "nothing" and not foreseen:
        found.absent.append((use, target.path))


def _is_guarded(use: PathUse, target: Target) -> bool:
    """Tell whether a failure may be harmless. A handler for OSError around the read of a shipped file is mostly there
    for the user's own files, and hides that this one is missing; for a file with the version it is meant."""
    if use.guarded == "os-error" and use.use in ("read", "listed", "walked") and target.kind in ("file", "folder"):
        return target.open or "version" in target.path.rpartition("/")[2].lower()
    return bool(use.guarded)


def _needs_source_file(use: PathUse, module: Module, target: Target) -> bool:
    """Tell whether a use of a `.py` file fails where it is in an archive: it is run, copied or loaded by its path."""
    if target.path == module.path:
        return use.use == "run" or (use.use == "passed" and use.by in _STARTERS)
    if use.use in ("run", "imported", "copied", "read"):
        return True
    return use.use == "passed" and use.by in _STARTERS


def _lists(site: Site, module: Module, use: PathUse) -> bool:
    """Tell whether a function of the project lists the folder that it is given."""
    home_name, _, name = use.called.rpartition(".")
    home = site.modules.get(site.absolute(module, home_name)) if home_name else module
    if home is None or home.kind != "python" or not name.isidentifier() or use.argument < 0:
        return False
    if home.package and not home_name:
        home = module
    data = site.read(home.path)
    lines = function_lines(data, home.path, name)
    if lines is None:
        return False
    text = b"\n".join(data.split(b"\n")[lines[0] - 1 : lines[1]])
    match = _PARAMETERS.search(text)
    parameters = match.group(1).split(b",") if match is not None else []
    if use.argument >= len(parameters):
        return False
    parameter = parameters[use.argument].partition(b":")[0].partition(b"=")[0].strip()
    return re.search(rb"(?:listdir|scandir|glob)\(\s*%s\s*[),]" % re.escape(parameter), text) is not None


def _resource(use: PathUse, target: Target, module: Module, at: Place, place: str, found: Found) -> None:
    """A resource as a path: the API itself works everywhere, a file name made of it does not."""
    by = target.by.rpartition(".")[2]
    if not by:  # a Traversable: its own methods work everywhere, `open(resource)` wants a file name
        if use.by.startswith(".") or use.by not in ("open", "connect", "Popen", "run", "CDLL", "ZipFile"):
            return
        by = use.by
    if by in ("path", "resource_listdir") or use.use in ("tested", "shown"):
        return
    if target.kind == "source":
        return
    found.resources.append(ResourceName(at, by, target.path, use.use, module.owner, place))


_VERBS = {
    "read": "read",
    "listed": "listed",
    "copied": "copied",
    "loaded": "loaded",
    "run": "run",
    "imported": "imported",
    "entered": "made the working directory",
    "written": "written",
}


def _words(use: str, by: str) -> str:
    if use == "passed":
        return f"put into {by}" if by.startswith("a ") else f"passed to `{by}`" if by else "passed on"
    return _VERBS.get(use, use) + (f" by `{by}`" if by else "")


def _tidy(found: Found) -> None:
    """Sort, and keep one record of a place and target: the surest."""
    best: dict[tuple[str | None, int | None, str, str], DataUse] = {}
    for item in found.data:
        key = (item.at.path, item.at.line, item.target, item.place)
        known = best.get(key)
        if known is None or (known.sure == "no" and item.sure == "yes"):
            best[key] = item
    found.data = sorted(best.values(), key=_order)[:MAX_RECORDS]
    found.listings = sorted(dict.fromkeys(found.listings), key=_order)[:MAX_RECORDS]
    found.resources = sorted(dict.fromkeys(found.resources), key=_order)[:MAX_RECORDS]


def _order(item: DataUse | ModuleListing | ResourceName) -> tuple[str, str, int]:
    return item.owner, item.at.path or "", item.at.line or 0
