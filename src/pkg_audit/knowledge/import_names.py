"""Answer which distributions provide an import name, and which import names a distribution provides.

`import_names.tsv.gz` is about dependencies only: nobody may ask it about the audited project's own name.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from functools import cache
from importlib.resources import files

FEW = 100
"""Look-ups in the text itself; an index costs as much as 150 of them, and a file may import tens of thousands."""

_asked = 0


def providers(name: str) -> tuple[tuple[str, int], ...]:
    """Return the distributions whose release has exactly this import name, with their rank, most downloaded first."""
    if _many():
        return _index()[1].get(name, ())
    text = _table()
    found = []
    needle = f" {name} "
    position = text.find(needle)
    while position >= 0:
        start = text.rfind("\n", 0, position) + 1
        if text[start] != "#":
            distribution, rank, _ = text[start:position].split("\t", 2)
            found.append((distribution, int(rank)))
        end = text.find("\n", position)
        position = text.find(needle, end)
    return tuple(found)


def imports_of(distribution: str) -> tuple[str, ...] | None:
    """Return the import names of a distribution (normalized name), None where the table does not have it."""
    if _many():
        return _index()[0].get(distribution)
    text = _table()
    start = text.find(f"\n{distribution}\t")
    if start < 0:
        return None
    line = text[start + 1 : text.find("\n", start + 1)]
    return tuple(line.split("\t", 2)[2].split())


def _many() -> bool:
    global _asked  # noqa: PLW0603 - a count that decides about speed, never about an answer
    _asked += 1
    return _asked > FEW


@cache
def _index() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[tuple[str, int], ...]]]:
    """Return import names by distribution, and distributions with ranks by import name."""
    imports: dict[str, tuple[str, ...]] = {}
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for line in _table().split("\n"):
        if line and line[0] != "#":
            distribution, rank, names = line.split("\t", 2)
            imports[distribution] = tuple(names.split())
            for name in imports[distribution]:
                found[name].append((distribution, int(rank)))
    return imports, {name: tuple(providing) for name, providing in found.items()}


@cache
def _table() -> str:
    return gzip.decompress((files("pkg_audit.knowledge") / "import_names.tsv.gz").read_bytes()).decode("utf-8")
