"""Find imports among the project's own modules that cannot work once the wheel is installed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code, is_for_tests
from pkg_audit.derive.code.graph import HARMLESS, LATER, absolute, package_of
from pkg_audit.facts.code_records import DeepRelativeImport, OwnImport
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.derive.code.own_modules import State
    from pkg_audit.facts.sources import Import

MAX_SIBLINGS = 500
_HARMLESS_CLIMB = frozenset({"never", "try-fallback", "suppress"})
_HANDLED = HARMLESS | {"except-handler", "try-reraise"}


def deep_relative_imports(code: Code) -> tuple[DeepRelativeImport, ...]:
    """Return the relative imports with more dots than there are packages around the module, wherever they stand."""
    found = []
    for path, module, facts in code.sources():
        package = package_of(module, path)
        for imported in facts.imports:
            if imported.level <= len(package) or _HARMLESS_CLIMB & set(imported.context):
                continue
            if package or not _runs_as_script(code, path):
                written = "." * min(imported.level, 50) + imported.module
                found.append(DeepRelativeImport(imported.at, written, module, package[0] if package else ""))
    return tuple(found)[:MAX_RECORDS]


def _runs_as_script(code: Code, path: str) -> bool:
    """Tell whether the place of a top-level module in a package is a guess that may be wrong."""
    return not code.own.known or path.rpartition("/")[2] in ("__main__.py", "__init__.py")


def own_imports(code: Code) -> tuple[OwnImport, ...]:
    """Return imports of own modules that the wheel would lack, one for a module and a file.

    Only modules count, not the names in them. Without known wheel files only modules that the tree lacks are found.
    """
    found: dict[tuple[str, str], OwnImport] = {}
    tops = code.own.shipped_tops
    for path, module, facts in code.sources():
        if is_for_tests(path):
            continue  # they may copy what they need first
        package = package_of(module, path)
        for imported in facts.imports:
            target = absolute(imported, package)
            if not target or _HANDLED & set(imported.context) or (path, target) in found:
                continue
            if not imported.level and target.partition(".")[0] not in tops:
                continue
            if not code.may_run(module, imported) or _is_unshipped_package(code, target):
                continue
            state = _state(code, target)
            if state in ("shipped", "unknown") or (state == "in-tree" and not code.own.complete):
                continue
            found[path, target] = _record(code, imported, target, missing=state == "missing")
            if len(found) >= MAX_RECORDS:
                return tuple(found.values())
    return tuple(found.values())


def _state(code: Code, target: str) -> State:
    """Judge the first module on the way to the target that is not shipped."""
    parts = target.split(".")
    for count in range(1, len(parts) + 1):
        state, _ = code.own.state(".".join(parts[:count]))
        if state != "shipped":
            return state
    return "shipped"


def _is_unshipped_package(code: Code, target: str) -> bool:
    """Tell whether the wheel leaves out a whole sub-package on the way: the layout's facts speak of those."""
    parts = target.split(".")
    for count in range(2, len(parts) + 1):
        name = ".".join(parts[:count])
        if name not in code.own.packages and name not in code.own.shipped:
            return code.own.in_tree.get(name, "").endswith("__init__.py")
    return False


def _record(code: Code, imported: Import, target: str, *, missing: bool) -> OwnImport:
    related: tuple[Place, ...] = ()
    near = ""
    if not missing:
        related = (Place(code.own.in_tree[target]),) if target in code.own.in_tree else ()
    else:
        parent = target.rpartition(".")[0]
        siblings = [name for name in code.own.shipped if name.rpartition(".")[0] == parent][:MAX_SIBLINGS]
        near = next(iter(get_close_matches(target[:200], siblings, 1, 0.75)), "")
        if near and code.own.shipped[near]:
            related = (Place(code.own.shipped[near]),)
    return OwnImport(
        at=imported.at,
        name=target,
        when="call" if LATER & set(imported.context) else "import",
        state="missing" if missing else "not-shipped",
        near=near,
        related=related,
    )
