"""Resolve entry points statically: is the module shipped, does it bind the name?

Source: "Entry points specification", packaging.python.org, read November 2026.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.code.context import MAX_RECORDS, Code
from pkg_audit.derive.code.requirements import canonical, required
from pkg_audit.derive.code.resolve import Resolver
from pkg_audit.facts.code_records import EntryPointExtra
from pkg_audit.facts.document import EntryPoint, Presence
from pkg_audit.facts.place import Answer, Place
from pkg_audit.knowledge import stdlib

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.declared import EntryPointDeclaration

SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
_REFERENCE = re.compile(r"([^\W\d][\w.]*)(?:\s*:\s*([^\W\d][\w.]*))?\s*(?:\[\s*([^\[\]]*?)\s*\])?")


def split(value: str) -> tuple[str, str, str] | None:
    """Split `module:attr [extras]`; None where it is no object reference."""
    if len(value) > 1000:
        return None
    match = _REFERENCE.fullmatch(value.strip())
    if match is None:
        return None
    module, attr, extras = match.group(1), match.group(2) or "", match.group(3) or ""
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    if attr and not all(part.isidentifier() for part in attr.split(".")):
        return None
    return module, attr, extras


def entry_points(code: Code) -> tuple[EntryPoint, ...]:
    """Return the entry points of the distribution, each with what its target resolves to."""
    resolver = Resolver(code.own)
    return tuple(_entry(code, resolver, item) for item in code.distribution.metadata.entry_points[:MAX_RECORDS])


def entry_point_extras(code: Code) -> tuple[EntryPointExtra, ...]:
    """Return the entry points that ask for extras."""
    return tuple(_extras(code))[:MAX_RECORDS]


def _extras(code: Code) -> Iterator[EntryPointExtra]:
    known = {canonical(name) for name in code.distribution.metadata.optional_dependencies}
    for item in code.distribution.metadata.entry_points:
        parts = split(item.value)
        for extra in parts[2].split(",") if parts else ():
            if name := extra.strip():
                declared: Answer = "yes" if canonical(name) in known else "no"
                if declared == "no" and "optional_dependencies" in code.unknown:
                    declared = "unknown"
                yield EntryPointExtra(item.at, item.name, item.group, name, declared)


def _entry(code: Code, resolver: Resolver, item: EntryPointDeclaration) -> EntryPoint:
    parts = split(item.value)
    if parts is None or (item.group in SCRIPTS and not parts[1]):
        return _result(
            item, "", "", "unknown", "", "unknown", valid="no", near=_mend(item.value), reason="not-parseable"
        )
    module, attr, _ = parts
    state, reason = code.own.state(module)
    if not code.own.owns(module):
        return _foreign(code, resolver, item, module, attr)
    if state == "missing" and not code.own.complete and code.own.known and not _near_module(code, module):
        state, reason = "unknown", "generated"
    if state == "missing":
        near = _near_module(code, module)
        related: tuple[Place, ...] = (Place(code.own.shipped[near]),) if near and code.own.shipped.get(near) else ()
        return _result(item, module, attr, "missing", "module", "no", near=near, related=related)
    if state == "unknown":
        return _result(item, module, attr, "unknown", "", "unknown", reason=reason)
    shipped: Answer = "yes"
    if state == "in-tree":
        shipped = "no" if code.own.complete else "unknown"
    elif not code.own.known:
        shipped = "unknown"
    if not attr:
        return _result(item, module, attr, "found", "", shipped)
    answer = resolver.resolve(module, attr.split("."))
    if answer.presence == "missing":
        near = next(iter(get_close_matches(attr.partition(".")[0], resolver.names(module), 1, 0.6)), "")
        at = resolver.place(module, near) if near else None
        related = (at,) if at else answer.related
        return _result(item, module, attr, "missing", "attribute", shipped, near=near, related=related)
    call = resolver.call(module, attr) if item.group in SCRIPTS and answer.presence == "found" else ""
    return _result(item, module, attr, answer.presence, "", shipped, reason=answer.reason, call=call)


def _foreign(code: Code, resolver: Resolver, item: EntryPointDeclaration, module: str, attr: str) -> EntryPoint:
    """Judge a target outside of the project: missing only where no dependency can have it."""
    top = module.partition(".")[0]
    near = next(iter(get_close_matches(top, code.own.shipped_tops, 1, 0.75)), "")
    needs = required(code.scanned, code.distribution)
    certain = (
        code.own.known
        and code.own.complete
        and "dependencies" not in code.unknown
        and not needs.untold
        and not needs.runtime
        and not stdlib.is_stdlib(top)
        and top not in code.own.maybe
        and code.own.pure
    )
    meant = f"{near}.{module.partition('.')[2]}" if module.partition(".")[2] else near
    misspelt = near and not stdlib.is_stdlib(top) and not needs.provider([module, top])
    if misspelt and item.group not in SCRIPTS:  # a plug-in may name an object of what it plugs into
        misspelt = bool(attr) and resolver.resolve(meant, attr.split(".")).presence == "found"
    if certain or misspelt:
        near = meant if near else ""
        return _result(item, module, attr, "missing", "module", "no", near=near)
    return _result(item, module, attr, "unknown", "", "unknown", reason="file-missing")


def _near_module(code: Code, module: str) -> str:
    return next(iter(get_close_matches(module[:200], [*code.own.shipped][:2000], 1, 0.8)), "")


def _mend(value: str) -> str:
    """Return what a malformed reference most likely means, "" where nothing does."""
    candidate = value.strip().removesuffix("()")
    candidate = re.sub(r"\.py(?=:|$)", "", candidate).replace("/", ".").replace("::", ":")
    if split(candidate) is None:
        candidate = candidate.replace("-", "_")
    parts = split(candidate)
    return candidate if parts is not None and parts[1] and candidate != value else ""


def _result(
    item: EntryPointDeclaration,
    module: str,
    attr: str,
    target: Presence,
    missing: Literal["module", "attribute", ""],
    shipped: Answer,
    *,
    valid: Answer = "yes",
    near: str = "",
    reason: str = "",
    related: tuple[Place, ...] = (),
    call: str = "",
) -> EntryPoint:
    return EntryPoint(
        at=item.at,
        group=item.group,
        name=item.name,
        value=item.value,
        module=module,
        attr=attr,
        target=target,
        missing=missing,
        shipped=shipped,
        valid=valid,
        near=near,
        reason=reason,
        related=related,
        call=call,
    )
