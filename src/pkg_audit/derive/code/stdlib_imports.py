"""Find imports of standard-library modules and names that some supported Python lacks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code
from pkg_audit.derive.code.graph import HARMLESS, LATER
from pkg_audit.derive.code.requirements import canonical, runtime_names
from pkg_audit.facts.code_records import StdlibImport
from pkg_audit.knowledge import stdlib
from pkg_audit.scan.sources.versions import PYTHON_2, bit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pkg_audit.facts.place import Place
    from pkg_audit.facts.sources import Import, SourceFacts

MAX_RELATED = 5

# Handlers that catch more than they should still mean that somebody thought of the failure.
_HANDLED = HARMLESS | {"except-handler", "try-reraise"}
_ASKED = frozenset({"condition", "main-guard", "platform-guard"})


def stdlib_imports(code: Code) -> tuple[StdlibImport, ...]:
    """Return the imports that fail on a Python which `requires-python` admits; empty where it admits all or none.

    A guard around the import counts, and so does one around every import of the module that it stands in; what newer
    Pythons have may hide behind any condition. An import in
    a `try` that catches ImportError is fine. A distribution that brings the module back (setuptools for distutils, a
    backport of the same name) makes it fine too.
    """
    return _collected(code, lambda facts: facts.imports)


def stdlib_uses(code: Code) -> tuple[StdlibImport, ...]:
    """Return the uses of names, `asyncio.TaskGroup`, that fail on a Python which `requires-python` admits.

    Those under any condition are left out: who asks something first may know.
    """

    def unconditional(facts: SourceFacts) -> Iterator[Import]:
        return (use for use in facts.attributes if not _ASKED & set(use.context))

    return tuple(record for record in _collected(code, unconditional) if record.name)


def _collected(code: Code, wanted: Callable[[SourceFacts], Iterable[Import]]) -> tuple[StdlibImport, ...]:
    if code.window is None:
        return ()
    found: dict[tuple[str, str, str, str], StdlibImport] = {}
    more: dict[tuple[str, str, str, str], list[Place]] = defaultdict(list)
    name = code.distribution.metadata.name
    backports = runtime_names(code.distribution) | ({canonical(name.value)} if name else frozenset())
    for path, module, facts in code.sources():
        for imported in wanted(facts):
            if imported.level or code.own.owns(imported.module) or _HANDLED & set(imported.context):
                continue
            top = imported.module.partition(".")[0]
            if not stdlib.is_stdlib(top) or _is_brought(imported.module, backports):
                continue
            if top == "distutils" and any(other.module.partition(".")[0] == "setuptools" for other in facts.imports):
                continue  # setuptools puts its own distutils in place once it is imported
            for record in _judge(code, module, imported):
                if record.kind == "too-new" and "condition" in imported.context:
                    continue  # a flag that says which Python it is would look just so
                key = (record.kind, record.module, record.name, record.when)
                if key not in found or (record.reached == "yes" and found[key].reached != "yes"):
                    if key in found:
                        more[key].append(found[key].at)
                    found[key] = record
                elif all(place.path != path for place in (found[key].at, *more[key])):
                    more[key].append(record.at)
    return tuple(
        replace(record, files=1 + len(more[key]), related=(*record.related, *more[key][:MAX_RELATED]))
        for key, record in found.items()
    )[:MAX_RECORDS]


def _is_brought(module: str, backports: frozenset[str]) -> bool:
    top = module.partition(".")[0]
    if top == "distutils":
        return "setuptools" in backports
    names = {canonical(top), f"legacy-{canonical(top)}", f"standard-{canonical(top)}", f"{canonical(top)}-lts"}
    return bool(names & backports)


def _judge(code: Code, module: str, imported: Import) -> Iterator[StdlibImport]:
    pythons = code.pythons(module, imported)
    names = [name for name in imported.names if name != "*"]
    asked: list[tuple[str, str]] = [(imported.module, "")]
    for name in names:
        submodule = f"{imported.module}.{name}"
        asked.append((submodule, "") if stdlib.first_and_last(submodule) else (imported.module, name))
    for target, name in asked:
        lacking = _lacking(target, name, pythons)
        if lacking and _lacking(target, name, ~PYTHON_2) != tuple(range(stdlib.NEWEST + 1)):
            yield _record(code, module, imported, target, name, lacking)
            return


@lru_cache(maxsize=4096)
def _lacking(module: str, name: str, pythons: int) -> tuple[int, ...]:
    """Return the 3.x minors among the given Pythons that lack a module, or a name in it."""
    top = module.partition(".")[0]
    change = stdlib.first_and_last(module, name)
    missing = []
    for minor in range(stdlib.NEWEST + 1):
        if not pythons & bit(minor):
            continue
        if not stdlib.has_module(top, minor):
            if not name:
                missing.append(minor)
        elif change is not None and (name or "." in module):
            first, last = change
            if minor < first or (last is not None and minor >= last):
                missing.append(minor)
    return tuple(missing)


def _record(code: Code, owner: str, imported: Import, module: str, name: str, lacking: tuple[int, ...]) -> StdlibImport:
    lacking_anywhere = _lacking(module, name, ~PYTHON_2)
    top = module.partition(".")[0]
    having = [m for m in range(stdlib.NEWEST + 1) if m not in lacking_anywhere and stdlib.has_module(top, m)]
    removed = bool(having) and lacking[-1] > having[-1]
    later = [minor for minor in range(stdlib.NEWEST + 1) if having and minor > having[-1]]
    requires = code.distribution.metadata.requires_python
    shown = ", ".join(f"3.{minor}" for minor in lacking[:4])
    return StdlibImport(
        at=imported.at,
        kind="removed" if removed else "too-new",
        subject=f"{module}.{name}" if name else module,
        module=module,
        name=name,
        when="call" if LATER & set(imported.context) else "import",
        since=f"3.{having[0]}" if having and not removed else "",
        until=f"3.{later[0]}" if removed and later else "",
        missing_on=shown + (f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""),
        requires_python=code.requires_python,
        replacement=stdlib.replacement(module, name) if removed else "",
        files=1,
        related=(requires.at,) if requires else (),
        reached=code.reached(owner),
    )
