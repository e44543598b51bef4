"""Say what the interpreters run that the program starts with `sys.executable`, and who makes virtual environments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pkg_audit.derive.runtime.natives import owner_of
from pkg_audit.derive.runtime.site import in_tests
from pkg_audit.facts.runtime_records import StartedInterpreter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.derive.runtime.program import Program
    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.runtime_records import Owner

MAX_RECORDS = 100


def started_interpreters(
    site: Site, modules: Iterable[Module], program: Program, distribution: Distribution
) -> tuple[StartedInterpreter, ...]:
    """Return the commands of the project's modules that begin with `sys.executable`."""
    found = []
    for module in modules:
        facts = site.runtime(module)
        if facts is None or in_tests(module.path):
            continue
        sure: Answer = "yes" if program.library or module.name in program.main else "no"
        for child in facts.children:
            if "type-checking" in child.context or "never" in child.context:
                continue
            name = site.absolute(module, child.module) if child.module.startswith(".") else child.module
            owner = _owner(site, name, distribution) if child.kind == "module" else ""
            found.append(StartedInterpreter(child.at, name, owner, child.kind, sure=sure))
    return tuple(dict.fromkeys(found))[:MAX_RECORDS]


def _owner(site: Site, module: str, distribution: Distribution) -> Owner:
    top = module.partition(".")[0]
    if not top:
        return "unknown"
    if top in site.own_names:
        return "own"
    if top == "pip":
        return "pip"
    if top in sys.stdlib_module_names:
        return "stdlib"
    owner = owner_of(module, distribution)
    names = {
        item.value.partition(";")[0].strip().lower().replace("_", "-") for item in distribution.metadata.dependencies
    }
    declared = any(
        text == owner
        or text.startswith((f"{owner}<", f"{owner}>", f"{owner}=", f"{owner}!", f"{owner}~", f"{owner} ", f"{owner}["))
        for text in names
    )
    return "dependency" if owner and declared else "unknown"
