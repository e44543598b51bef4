"""Answer which distributions provide an import name, and which import names a distribution provides.

`import_names.tsv.gz` is about dependencies only: nobody may ask it about the audited project's own name.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files


def providers(name: str) -> tuple[tuple[str, int], ...]:
    """Return the distributions whose release has exactly this import name, with their rank, most downloaded first."""
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
    text = _table()
    start = text.find(f"\n{distribution}\t")
    if start < 0:
        return None
    line = text[start + 1 : text.find("\n", start + 1)]
    return tuple(line.split("\t", 2)[2].split())


@cache
def _table() -> str:
    return gzip.decompress((files("pkg_audit.knowledge") / "import_names.tsv.gz").read_bytes()).decode("utf-8")
