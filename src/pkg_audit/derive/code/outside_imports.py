"""Find imports that work in a checkout only: of the tree's other folders, and of a neighbour as a top-level module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code, is_for_tests
from pkg_audit.derive.code.graph import HARMLESS, LATER, package_of
from pkg_audit.derive.code.requirements import Required, canonical, required
from pkg_audit.derive.scope import role_of_folder
from pkg_audit.facts.code_records import OutsideImport
from pkg_audit.facts.place import Place
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.import_names import providers

if TYPE_CHECKING:
    from pkg_audit.facts.sources import Import, SourceFacts

WELL_KNOWN = 3000
"""A distribution beyond this rank that has the import name is not taken for what is meant."""

_HANDLED = HARMLESS | LATER | {"except-handler", "try-reraise"}
_PATH_CHANGES = frozenset({"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"})


def outside_imports(code: Code) -> tuple[OutsideImport, ...]:
    """Return the imports of top-level names that only the checkout has, one for a name and a file.

    Empty where the wheel's files or the dependencies are not completely known, or where a shipped module changes the
    search path. Names that a dependency or any well-known distribution may provide are left out.
    """
    own = code.own
    if not own.complete or "dependencies" in code.unknown or code.distribution.backend is None or not own.pure:
        return ()
    if any(call.name in _PATH_CHANGES for _, _, facts in code.sources() for call in facts.calls):
        return ()
    needs = required(code.scanned, code.distribution)
    found: dict[tuple[str, str], OutsideImport] = {}
    for path, module, facts in code.sources():
        if is_for_tests(path) or module in code.reach.conditional or any(map(_is_copied, path.split("/")[:-1])):
            continue
        for imported in facts.imports:
            top = imported.module.partition(".")[0]
            if imported.level or _HANDLED & set(imported.context) or (path, top) in found:
                continue
            if top in own.shipped_tops or stdlib.is_stdlib(top) or not code.may_run(module, imported):
                continue
            record = _judge(code, needs, path, module, facts, imported)
            if record is not None and len(found) < MAX_RECORDS:
                found[path, top] = record
    return tuple(found.values())


def _is_copied(folder: str) -> bool:
    return role_of_folder(folder) in ("vendored", "test", "docs", "example")


def _judge(
    code: Code, needs: Required, path: str, module: str, facts: SourceFacts, imported: Import
) -> OutsideImport | None:
    top = imported.module.partition(".")[0]
    if needs.provider([top]) or canonical(top) in needs.runtime or top in needs.brought or top in code.own.maybe:
        return None
    package = package_of(module, path)
    neighbour = ".".join([*package, top])
    regular = code.own.path(".".join(package)).endswith("__init__.py")
    if (
        regular
        and neighbour in code.own.shipped
        and neighbour != module
        and facts.main_guard is None
        and not needs.untold
    ):
        if neighbour == module or _is_optional(top, needs):
            return None  # a module of this name for those who have the package of this name
        if (
            any(rank <= WELL_KNOWN for _, rank in providers(top))
            or not path.endswith(".py")
            or code.own.state(top)[0] == "in-tree"
        ):
            return None
        at = (Place(code.own.shipped[neighbour] or None),)
        return OutsideImport(imported.at, "neighbour", imported.module, neighbour, at)
    if role_of_folder(top) not in ("test", "docs", "example", "tooling") and top != "src":
        return None
    home = code.own.in_tree.get(imported.module) or code.own.in_tree.get(top)
    if home is None or top in code.own.shipped:
        return None
    return OutsideImport(imported.at, "not-shipped", imported.module, "", (Place(home),))


def _is_optional(top: str, needs: Required) -> bool:
    """Tell whether an extra, or what only developers install, may provide the name."""
    asked = needs.extras.keys() | needs.developers.keys()
    return (
        canonical(top) in asked
        or any(item in asked for item, _ in providers(top))
        or top in needs.brought_by_extras
        or top in needs.brought_by_tools
    )
