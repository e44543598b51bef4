"""Find imports of other distributions that the run-time dependencies do not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.code.adapters import serves_others
from pkg_audit.derive.code.context import MAX_RECORDS, Code, is_for_tests
from pkg_audit.derive.code.graph import HARMLESS, LATER
from pkg_audit.derive.code.requirements import Required, canonical, required, requirement_name
from pkg_audit.derive.scope import role_of_folder
from pkg_audit.facts.code_records import UndeclaredImport
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.distributions import brought_by, is_tool, not_from_an_index
from pkg_audit.knowledge.import_names import imports_of, providers
from pkg_audit.knowledge.layout_names import generic_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.place import Answer, Place
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import Import

Kind = Literal["missing", "development", "extra", "transitive", "setuptools"]

# A handler of ImportError, and a hint to install something, mean that the author knows: no finding, but no pass either.
_HANDLED = HARMLESS | {"except-handler", "try-reraise"}

WELL_KNOWN = 3000
"""A provider beyond this rank counts only if its own name is the import name: small projects reuse common names."""

FAR_MORE = 5
"""So much lower is the rank of a distribution that is meant although another one is named like the import."""

MAX_RELATED = 5

_SETUPTOOLS = frozenset({"pkg_resources", "setuptools"})


def undeclared_imports(code: Code) -> tuple[UndeclaredImport, ...]:
    """Return packages that shipped code imports and that no run-time dependency is known to provide.

    Only names of which the shipped knowledge knows the distribution are judged. Imports that may fail without harm
    (handled, for type checkers, for Pythons that are not supported) are left out, and so are imports inside functions:
    code that means a package to be optional looks like that.
    """
    if "dependencies" in code.unknown or code.distribution.backend is None:
        return ()
    if any(text.value == "Typing :: Stubs Only" for text in code.distribution.metadata.classifiers):
        return ()  # type checkers read it, and nothing imports it
    needs = required(code.scanned, code.distribution)
    copies = _vendored(code.scanned)
    imports: dict[str, list[tuple[str, str, Import]]] = {}
    for path, module, facts in code.sources():
        if any(role_of_folder(folder) == "vendored" for folder in path.split("/")[:-1]):
            continue  # copies of other projects are put on the path, or have their imports rewritten
        for imported in facts.imports:
            if imported.level or imported.module.partition(".")[0] in copies or _HANDLED & set(imported.context):
                continue
            if LATER & set(imported.context) or not code.may_run(module, imported):
                continue
            imports.setdefault(imported.module, []).append((path, module, imported))
    found: dict[tuple[str, str], UndeclaredImport] = {}
    judged = (record for uses in imports.values() for record in _judge(code, needs, uses))
    for record in judged:
        key = (record.distribution, record.kind)
        found[key] = _merged(found[key], record) if key in found else record
    return tuple(sorted(found.values(), key=lambda item: (item.at.path or "", item.at.line or 0)))[:MAX_RECORDS]


def _vendored(scanned: Scanned) -> set[str]:
    """Return the names of modules and packages that lie in folders of copies: code may put these on the path."""
    names: set[str] = set()
    for path in scanned.files:
        folders = path.split("/")
        if not path.endswith(".py") or len(folders) < 2:
            continue
        file = folders.pop()
        depth = next((at for at, folder in enumerate(folders) if role_of_folder(folder) == "vendored"), None)
        if depth is not None:
            names.update(folders[depth + 1 :])
            names.add(file[:-3])
    return names - {"__init__"}


def _merged(one: UndeclaredImport, other: UndeclaredImport) -> UndeclaredImport:
    """Join the records of two modules of one distribution: the one that runs for sure, then the first, leads."""
    first, second = sorted(
        (one, other), key=lambda item: (item.reached != "yes", item.at.path or "", item.at.line or 0)
    )
    places = dict.fromkeys((*first.related, second.at, *second.related))
    return UndeclaredImport(
        at=first.at,
        kind=first.kind,
        module=first.module,
        distribution=first.distribution,
        where=first.where,
        reached=first.reached,
        files=first.files + second.files,
        related=tuple(places)[:MAX_RELATED],
        brought=first.brought,
    )


def _judge(code: Code, needs: Required, uses: list[tuple[str, str, Import]]) -> Iterator[UndeclaredImport]:
    """Judge one imported module: one record at most for those of its uses that matter."""
    imported = uses[0][2]
    top = imported.module.partition(".")[0]
    if code.own.owns(imported.module) or stdlib.is_stdlib(top) or (top == "cython" and _is_compiled(code)):
        return
    kind: Kind
    where = ""
    related: tuple[Place, ...] = ()
    brought: Answer = "no"
    if top in _SETUPTOOLS:
        if "setuptools" in needs.runtime:
            return
        kind, distribution = "setuptools", "setuptools"
        related = _elsewhere(needs, "setuptools")
    else:
        names = list(dict.fromkeys(name for _, _, use in uses for name in _names(use)))
        if needs.provider(names) or canonical(top) in needs.runtime or _may_be_untold(top, needs):
            return
        candidates = _providers(code, names, top)
        if not candidates:
            return
        kind, distribution, where, related = _kind(needs, names, candidates)
        if kind in ("missing", "development") and _may_be_brought(code, needs, top, candidates):
            brought = "unknown"
    relevant = [use for use in uses if _matters(code, kind, distribution, use)]
    if not relevant:
        return
    relevant.sort(key=lambda use: (use[1] not in code.reach.eager, use[0], use[2].at.line or 0))
    _, module, first = relevant[0]
    reached = code.reached(module)
    if kind == "extra" and distribution not in needs.extras and needs.unsettled:
        kind, where, related, brought = "missing", "", (), "unknown"  # a dependency may bring it along as an extra does
    yield UndeclaredImport(
        at=first.at,
        kind=kind,
        module=first.module,
        distribution=distribution,
        where=where,
        reached=reached,
        files=len({path for path, _, _ in relevant}),
        related=(*related, *(use[2].at for use in relevant[1:])),
        brought=brought,
    )


def _is_compiled(code: Code) -> bool:
    """Tell whether Cython may compile the project's modules: their `import cython` is gone then."""
    build = code.scanned.pyproject.build_system if code.scanned.pyproject else None
    requires = build.requires if build and build.requires else ()
    return code.distribution.wheel.kind != "pure" and any(requirement_name(text.value) == "cython" for text in requires)


def _may_be_brought(code: Code, needs: Required, top: str, candidates: list[str]) -> bool:
    """Tell whether a distribution may be there although the project does not ask for it."""
    if code.installed is not None and needs.unsettled <= code.installed.distributions:
        return top in code.installed.tops  # what the dependencies require is installed with them
    of_its_kind = is_tool(candidates[0])  # a tool is brought along by tools alone
    if any(is_tool(name) or not of_its_kind for name in needs.unsettled):
        return True
    own = {name.partition(".")[0] for name in code.own.runtime.values()}
    hosts = {entry.group.partition(".")[0] for entry in code.distribution.metadata.entry_points}
    return top in hosts or candidates[0] in hosts or any(own & set(brought_by(item)) for item in candidates)


def _matters(code: Code, kind: Kind, distribution: str, use: tuple[str, str, Import]) -> bool:
    """Tell whether an import contradicts what is declared: a module that only an extra's users import does not."""
    path, module, imported = use
    if is_for_tests(path):
        return False
    if module in code.reach.eager or kind in ("setuptools", "transitive"):
        return True
    if kind == "missing":  # an extra that nobody could read may provide it
        served = serves_others(module, imported.module.partition(".")[0])
        return not served and "optional_dependencies" not in code.unknown
    return kind == "development" and is_tool(distribution)


def _names(imported: Import) -> Iterator[str]:
    """Yield the dotted names that a distribution may provide for an import, longest first."""
    parts = imported.module.split(".")
    for name in imported.names:
        if name != "*":
            yield f"{imported.module}.{name}"
    for count in range(len(parts), 0, -1):
        yield ".".join(parts[:count])


def _providers(code: Code, names: list[str], top: str) -> list[str]:
    """Return the distributions that surely are what an import means, the likeliest first.

    That is the one that is named like the import, unless another is downloaded far more: `attr` comes with `attrs`. One
    of that name whose import names nobody knows comes first too.
    """
    if top.lower() in generic_names() or top.startswith("_"):
        return []
    own = canonical(code.distribution.metadata.name.value) if code.distribution.metadata.name else ""
    for name in names:
        if name in not_from_an_index():
            continue
        known = [(item, rank) for item, rank in providers(name) if item != own]
        ranks = dict(known)
        chosen = [item for item, rank in known if rank <= WELL_KNOWN or item == canonical(name)]
        if not chosen:
            continue
        alike = canonical(name)
        if alike != own and alike not in ranks and brought_by(alike) and imports_of(alike) is None:
            return [alike, *chosen]
        if alike in ranks and ranks[alike] <= FAR_MORE * min(ranks[item] for item in chosen):
            return [alike, *(item for item in chosen if item != alike)]
        return chosen
    return []


def _may_be_untold(top: str, needs: Required) -> bool:
    """Tell whether a dependency of unknown contents is named like the import."""
    name = canonical(top)
    return any(name in other or other in name for other in needs.untold if len(other) > 2)


def _kind(needs: Required, names: list[str], candidates: list[str]) -> tuple[Kind, str, str, tuple[Place, ...]]:
    known = [item for name in names for item, _ in providers(name)]  # what the project names need not be well known
    declarable = list(dict.fromkeys((*candidates, *known)))
    for name in names:
        if name in needs.brought:
            bringer = needs.brought[name]
            return "transitive", candidates[0], bringer, (needs.runtime[bringer],)
    for item in declarable:
        if item in needs.extras:
            where, at = needs.extras[item][0]
            return "extra", item, where, (at,)
    for item in declarable:
        if item in needs.developers:
            where, at = needs.developers[item][0]
            return "development", item, where, (at,)
    for name in names:
        if name in needs.brought_by_extras:
            where, at = needs.brought_by_extras[name]
            return "extra", candidates[0], where, (at,)
    for name in names:
        if name in needs.brought_by_tools:
            where, at = needs.brought_by_tools[name]
            return "development", candidates[0], where, (at,)
    return "missing", candidates[0], "", ()


def _elsewhere(needs: Required, name: str) -> tuple[Place, ...]:
    entries = [*needs.extras.get(name, ()), *needs.developers.get(name, ())]
    return tuple(at for _, at in entries[:1])
