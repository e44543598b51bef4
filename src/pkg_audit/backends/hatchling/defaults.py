"""Choose what a wheel ships where nothing is configured, by the project's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.names import normalized
from pkg_audit.facts.distribution import DiscoveryError

if TYPE_CHECKING:
    from pkg_audit.backends.hatchling.options import Target
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.place import Place

_SEPARATORS = re.compile(r"[^\w.]+")
_OPTIONS = ("include", "packages", "only-include")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What stands in for options that are not set. `nothing`: no name fits, so that only forced files are shipped."""

    packages: tuple[str, ...] = ()
    only_include: tuple[str, ...] = ()
    why: str = ""
    nothing: bool = False
    failure: DiscoveryError | None = None


def candidates(name: str) -> list[str]:
    """Return the module names that hatchling tries for a project name: as written first, then normalised."""
    return list(dict.fromkeys(_SEPARATORS.sub("_", text) for text in (name, normalized(name))))


def defaults_of(index: FileIndex, target: Target, name: str, at: Place, *, forced: bool) -> Defaults:
    """Return the default selection of a wheel. `forced`: something is shipped whatever is selected."""
    if any(target.strings(key) for key in _OPTIONS):
        return Defaults()
    names = candidates(name)
    for module in names:
        if index.is_file(f"{module}/__init__.py"):
            return Defaults(packages=(module,), why=f"package `{module}`, named like the project")
        if index.is_file(f"src/{module}/__init__.py"):
            return Defaults(packages=(f"src/{module}",), why=f"package `src/{module}`, named like the project")
        if index.is_file(f"{module}.py"):
            return Defaults(only_include=(f"{module}.py",), why=f"module `{module}`, named like the project")
        parents = [
            directory
            for directory in index.dirs("")
            if not directory.startswith(".") and index.is_file(f"{directory}/{module}/__init__.py")
        ]
        if len(parents) == 1:
            return Defaults(packages=(parents[0],), why=f"namespace `{parents[0]}` around package `{module}`")
    if forced or target.own.flag("bypass-selection"):
        return Defaults(nothing=True)
    message = f"no package or module is named like the project ({' or '.join(sorted(names))})"
    return Defaults(failure=DiscoveryError(at, "package-missing", tuple(names), message))
