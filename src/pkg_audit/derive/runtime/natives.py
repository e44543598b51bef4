"""Find compiled code that is imported, without a guard, when the program starts."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from pkg_audit.facts.runtime_records import DataUse, NativeImport, UnreadDependency
from pkg_audit.knowledge import compiled
from pkg_audit.knowledge.import_names import imports_of, providers

if TYPE_CHECKING:
    from pkg_audit.derive.runtime.reach import Reached, Step
    from pkg_audit.derive.runtime.site import Site
    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.distribution import Distribution

MAX_RECORDS = 30
_NATIVE = frozenset({"native", "native-abi3"})
_GENERATED = re.compile(r"_{0,2}(?:version|about)_{0,2}\Z|(?=\w*\Z)(?:_build|\w*_pb2|_generated|_git)")


def native_imports(site: Site, reached: Reached, distribution: Distribution) -> tuple[NativeImport, ...]:
    """Return one record for each distribution (or the project itself) whose compiled code a start needs."""
    found: dict[str, NativeImport] = {}
    for name, step in reached.steps.items():
        module = site.modules[name]
        if module.kind == "native" and module.owner not in found:
            found[module.owner] = NativeImport(
                at=reached.own_place(site, name),
                module=name,
                owner=module.owner,
                entry=step.entry.module,
                chain=" → ".join(reached.chain(name)),
                basis="read",
            )
    if distribution.wheel.kind in _NATIVE and not distribution.wheel.extension_modules and "" not in found:
        for name, step in reached.outside.items():
            # no source provides it, and the build makes modules whose names are not known: it is one of those
            if name.partition(".")[0] in site.own_names and not _GENERATED.match(name.rpartition(".")[2]):
                found[""] = NativeImport(
                    at=reached.own_place(site, name, step),
                    module=name,
                    owner="",
                    entry=step.entry.module,
                    chain=" → ".join([*reached.chain(step.importer), name]),
                    basis="known",
                )
                break
    for name, step in _dependencies(site, reached):
        owner = owner_of(name, distribution)
        if owner and owner not in found and compiled.needs_compiled_code(owner):
            found[owner] = NativeImport(
                at=reached.own_place(site, name, step),
                module=name,
                owner=owner,
                entry=step.entry.module,
                chain=" → ".join([*reached.chain(step.importer), name]) if step.importer else name,
                basis="known",
            )
    return tuple(found.values())[:MAX_RECORDS]


def known_data_uses(site: Site, reached: Reached, distribution: Distribution) -> tuple[DataUse, ...]:
    """Return the dependencies that shipped knowledge says read their own data by path."""
    found: dict[str, DataUse] = {}
    for name, step in _dependencies(site, reached):
        owner = owner_of(name, distribution)
        place = compiled.data_read_by(owner) if owner else ""
        if place and owner not in found:
            found[owner] = DataUse(
                at=reached.own_place(site, name, step),
                target=place.partition(":")[0].rpartition("/")[0],
                kind="folder",
                use="read",
                by="",
                owner=owner,
                place=place,
                sure="yes",
                guarded="",
                package=name.partition(".")[0],
                hooked="yes" if compiled.pyinstaller_knows(name.partition(".")[0]) else "no",
            )
    return tuple(found.values())[:MAX_RECORDS]


def unread_dependencies(site: Site, reached: Reached, distribution: Distribution) -> tuple[UnreadDependency, ...]:
    """Return the distributions that a start imports and that neither an environment nor shipped knowledge knows."""
    if site.environment is not None:
        return ()
    found: dict[str, UnreadDependency] = {}
    for name, step in _dependencies(site, reached):
        owner = owner_of(name, distribution)
        if owner and imports_of(owner) is None and owner not in found:
            found[owner] = UnreadDependency(reached.own_place(site, name, step), owner, "needs-network")
    return tuple(found.values())[:MAX_RECORDS]


def _dependencies(site: Site, reached: Reached) -> list[tuple[str, Step]]:
    return [
        (name, step)
        for name, step in reached.outside.items()
        if name.partition(".")[0] not in sys.stdlib_module_names and name.partition(".")[0] not in site.own_names
    ]


def owner_of(name: str, distribution: Distribution) -> str:
    """Return the distribution that provides an import: a declared one if any does, else the best known; "" if none.

    The project's own name is never looked up.
    """
    from packaging.utils import canonicalize_name

    own = canonicalize_name(distribution.metadata.name.value) if distribution.metadata.name else ""
    top = name.partition(".")[0]
    if str(canonicalize_name(top)) == own:
        return ""
    declared = _declared(distribution.metadata.dependencies)
    if candidate := declared.first(name, own):
        return candidate
    folded = str(canonicalize_name(top))
    if folded in declared.names and folded != own:
        return folded
    if not own:
        return ""  # the name may be the project's own
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        for candidate, _ in providers(".".join(parts[:count])):
            if candidate != own:
                return candidate
    return ""


class _Declared:
    """What the declared dependencies are known to provide; each look-up costs a name's length, not their number."""

    def __init__(self, dependencies: Texts) -> None:
        from packaging.utils import canonicalize_name

        names = (str(canonicalize_name(_name(text.value))) for text in dependencies)
        self.dependencies = dependencies
        self.names = tuple(dict.fromkeys(names))
        self._providing: dict[str, list[int]] = {}
        self._around: dict[str, list[int]] = {}
        for index, candidate in enumerate(self.names):
            for provided in imports_of(candidate) or ():
                self._providing.setdefault(provided, []).append(index)
                for package in _packages(provided):
                    self._around.setdefault(package, []).append(index)

    def first(self, name: str, own: str) -> str:
        """Return the first dependency that provides a module, a package around it or a module in it; "" if none."""
        found = {*self._around.get(name, ())}
        for step in (name, *_packages(name)):
            found.update(self._providing.get(step, ()))
        return next((self.names[index] for index in sorted(found) if self.names[index] != own), "")


def _packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


_latest: list[_Declared] = []


def _declared(dependencies: Texts) -> _Declared:
    """Return the look-up of one distribution's dependencies; an audit asks it thousands of times for the same ones."""
    if not _latest or _latest[0].dependencies is not dependencies:
        _latest[:] = [_Declared(dependencies)]
    return _latest[0]


def _name(requirement: str) -> str:
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return match.group(1) if match else ""
