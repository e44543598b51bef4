"""Gather once what the judgements of code share: own modules, reach, supported Pythons, declared distributions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.derive.code.graph import Reach, reach, supported
from pkg_audit.derive.code.installed import Installed, installed
from pkg_audit.derive.code.own_modules import OwnModules, own_modules
from pkg_audit.scan.sources.versions import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import Import, SourceFacts
    from pkg_audit.tree import Tree

MAX_RECORDS = 500

_FOR_TESTS = re.compile(r"(?:.*_)?(?:tests?|testing|testutils?|conftest)(?:_.*)?")


def is_for_tests(path: str) -> bool:
    """Tell whether a file or a folder around it is named like tests or helpers of tests."""
    return any(_FOR_TESTS.fullmatch(part.partition(".")[0][:255]) for part in path.split("/"))


@dataclass(slots=True)
class Code:
    """What the modules of this folder work on.

    `window` is the mask of supported Pythons, None for no promise; `installed` is what an environment holds, if given.
    """

    tree: Tree
    scanned: Scanned
    distribution: Distribution
    own: OwnModules
    reach: Reach
    window: int | None
    requires_python: str = ""
    unknown: frozenset[str] = field(default_factory=frozenset)
    installed: Installed | None = None

    def sources(self) -> Iterator[tuple[str, str, SourceFacts]]:
        """Yield (path, dotted name, facts) of every shipped source that was read, sorted by path."""
        for path, name in sorted(self.own.runtime.items()):
            facts = self.scanned.sources.get(path)
            if facts is not None:
                yield path, name, facts

    def reached(self, module: str) -> Answer:
        """Tell whether importing the package or starting a script runs a module; "unknown" in what may never run."""
        if module in self.reach.eager:
            return "yes"
        return "unknown" if module in self.reach.conditional else "no"

    def may_run(self, module: str, imported: Import) -> bool:
        """Tell whether an import runs on any supported Python; without a promise, on any that is not long gone."""
        from pkg_audit.derive.code.graph import window

        supported = at_least(7) if self.window is None else self.window
        return bool(supported & window(imported.python) & self.reach.pythons.get(module, -1))

    def pythons(self, module: str, imported: Import) -> int:
        """Return the mask of supported Pythons on which an import in a module may run."""
        from pkg_audit.derive.code.graph import window

        return (self.window or 0) & window(imported.python) & self.reach.pythons.get(module, -1)


def gather(tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None = None) -> Code:
    """Return the context of one project root."""
    own = own_modules(tree, scanned, distribution)
    requires = distribution.metadata.requires_python
    return Code(
        tree,
        scanned,
        distribution,
        own,
        reach(own, scanned, distribution),
        supported(distribution),
        requires.value if requires else "",
        frozenset(item.field for item in distribution.metadata.unknown),
        installed(environment) if environment is not None else None,
    )
