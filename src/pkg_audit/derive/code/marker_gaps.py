"""Find imports that run where the marker of the dependency that provides them does not hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.code.context import MAX_RECORDS, Code, is_for_tests
from pkg_audit.derive.code.requirements import marker_of, required, requirement_name
from pkg_audit.facts.code_records import MarkerGap
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.import_names import imports_of
from pkg_audit.scan.sources.versions import ALL, LAST_MINOR, at_least, bit, from_specifier

if TYPE_CHECKING:
    from pkg_audit.facts.place import Text

_ONE = re.compile(r"""\(?\s*(python_version|python_full_version|sys_platform|os_name|platform_system)\s*(<=|>=|==|!=|<|>)\s*["']([^"']{1,40})["']\s*\)?""")  # fmt: skip  # noqa: E501
_SHOWN = 4
_WITHOUT_SCRIPTS = frozenset({"emscripten", "wasi", "Emscripten"})


def marker_gaps(code: Code) -> tuple[MarkerGap, ...]:
    """Return the unguarded imports of dependencies that are required under a single marker, where that fails.

    Only imports that surely run when their module is imported count, and only markers of one comparison of the Python
    or the platform; what several dependencies provide, or any other brings along, is left out.
    """
    if "dependencies" in code.unknown:
        return ()
    marked: dict[str, list[Text]] = {}
    for text in code.distribution.metadata.dependencies:
        marked.setdefault(requirement_name(text.value), []).append(text)
    homes = _homes(marked)
    needs = required(code.scanned, code.distribution)
    found: dict[str, MarkerGap] = {}
    for path, module, facts in code.sources():
        if is_for_tests(path):
            continue
        for imported in facts.imports:
            top = imported.module.partition(".")[0]
            if imported.level or imported.context or top not in homes or code.own.owns(imported.module):
                continue
            name = homes[top]
            running = (at_least(7) if code.window is None else code.window) & code.reach.pythons.get(module, -1)
            reached = code.reached(module)
            missing_on = _missing_on(marked[name], running, platforms=reached == "yes")
            if top in needs.brought and needs.brought[top] != name:
                continue
            if missing_on and (name not in found or (reached == "yes" and found[name].reached != "yes")):
                text = marked[name][0]
                found[name] = MarkerGap(
                    at=imported.at,
                    module=imported.module,
                    distribution=name,
                    marker=marker_of(text.value),
                    missing_on=missing_on,
                    reached=reached,
                    related=(text.at,),
                    brought="unknown" if needs.unsettled - {name} else "no",
                )
    return tuple(found.values())[:MAX_RECORDS]


def _homes(marked: dict[str, list[Text]]) -> dict[str, str]:
    """Map top-level import names to the one dependency that has them, where all of its entries carry a marker."""
    homes: dict[str, str] = {}
    shared: set[str] = set()
    for name in marked:
        for imported in imports_of(name) or (name.replace("-", "_"),):
            top = imported.partition(".")[0]
            if homes.setdefault(top, name) != name:
                shared.add(top)
    return {
        top: name
        for top, name in homes.items()
        if top not in shared
        and not stdlib.is_stdlib(top)
        and name != "setuptools"  # it was in every environment once
        and all(marker_of(text.value) for text in marked[name])
    }


def _missing_on(texts: list[Text], running: int, *, platforms: bool) -> str:
    """Say where none of the markers holds, "" where one may or where that cannot be told. Without `platforms` markers
    of the platform are not judged: a condition that leads to the module may ask for it, and a module that nothing loads
    at start may be there for the platform."""
    pythons = 0
    for text in texts:
        match = _ONE.fullmatch(marker_of(text.value))
        if match is None:
            return ""
        variable, operator, value = match.groups()
        if operator == "!=" and value in _WITHOUT_SCRIPTS:
            return ""  # no launcher starts there: whoever names it knows what such an interpreter can import
        if not variable.startswith("python"):
            return f"where `{marker_of(text.value)}` does not hold" if platforms and len(texts) == 1 else ""
        mask = _mask(operator, value)
        if mask is None:
            return ""
        pythons |= mask
    lacking = [minor for minor in range(LAST_MINOR) if running & bit(minor) & ~pythons & ALL]
    shown = ", ".join(f"3.{minor}" for minor in lacking[:_SHOWN])
    return f"on Python {shown}{' and later' if len(lacking) > _SHOWN else ''}" if shown else ""


def never_required(requirement: str, window: int | None) -> bool:
    """Tell whether a requirement's marker, one comparison of the Python, holds for none of the supported ones."""
    match = _ONE.fullmatch(marker_of(requirement))
    if match is None or window is None or not match[1].startswith("python"):
        return False
    mask = _mask(match[2], match[3])
    return mask is not None and not mask & window


def _mask(operator: str, value: str) -> int | None:
    """Return the Pythons for which a comparison holds; `python_version` has two components: `> "3.9"` is 3.10."""
    if operator in ("<", ">=") or value.count(".") != 1:
        return from_specifier(f"{operator}{value}")
    if not value.startswith("3.") or not value[2:].isdigit():
        return None
    minor = int(value[2:])
    upto = ALL & ~at_least(minor + 1)
    return {"<=": upto, ">": at_least(minor + 1), "==": bit(minor), "!=": ALL & ~bit(minor)}[operator]
