"""Derive where declared import names and what the wheel makes importable part (PEP 794, 2026-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.layout_records import ImportNameFault, UnimportableModule
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned


def import_name_faults(scanned: Scanned, distribution: Distribution) -> tuple[ImportNameFault, ...]:
    """Return the names that `[project] import-names` declares and the wheel does not make importable.

    Empty where nothing is declared or the wheel's files are not completely known. A name may stand for a package or
    for a module of one; `; private` behind it is no part of the name.
    """
    project = scanned.pyproject.project if scanned.pyproject else None
    wheel = distribution.wheel
    if project is None or not wheel.complete or wheel.files is None:
        return ()
    importable = set(wheel.import_names or ()) | set(wheel.import_namespaces) | set(wheel.extension_modules or ())
    importable |= {
        file.path[:-3].removesuffix("/__init__").replace("/", ".") for file in wheel.files if file.path.endswith(".py")
    }
    found = []
    for declared in (project.import_names, project.import_namespaces):
        for text in (declared.value or ()) if declared is not None else ():
            name = text.value.partition(";")[0].strip()
            if name and name not in importable:
                near = ", ".join(sorted(wheel.import_names or ())[:5])
                found.append(ImportNameFault(text.at, name, near))
    return tuple(found)


def unimportable_modules(distribution: Distribution) -> tuple[UnimportableModule, ...]:
    """Return the modules of shipped packages whose file name is no identifier, so that no import reaches them."""
    files = {file.path for file in distribution.wheel.files or ()}
    found = []
    for file in distribution.wheel.files or ():
        folder, _, name = file.path.rpartition("/")
        if not name.endswith(".py") or name[:-3].isidentifier() or f"{folder}/__init__.py" not in files:
            continue
        if all(part.isidentifier() for part in folder.split("/")):
            found.append(UnimportableModule(Place(file.source or None), file.path))
    return tuple(found[:50])
