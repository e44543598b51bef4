"""Rewrite `knowledge/import_names.tsv.gz` from a table of distributions and what their releases make importable.

Usage: python tools/make_import_names.py import-names.json.gz

The input is a JSON object with `meta` (`as_of`, `source`) and `packages`: normalized name -> `rank`, `imports`,
`namespaces`. One line of the output is a distribution, most downloaded first: its name, a tab, its rank, a tab, and
its import names with a space before and after each.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "pkg_audit" / "knowledge" / "import_names.tsv.gz"


def main(source: str) -> None:
    """Read the table and write the shipped file; the same input gives the same bytes."""
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        table = json.load(stream)
    meta = table["meta"]
    lines = [f"# {meta['source']}; as of {meta['as_of'][:10]}; {meta['projects']} projects; tools/make_import_names.py"]
    packages = table["packages"]
    for name in sorted(packages, key=lambda name: (packages[name].get("rank") or 10**9, name)):
        imports = sorted(packages[name].get("imports") or ())
        if imports:
            lines.append(f"{name}\t{packages[name].get('rank') or 0}\t {' '.join(imports)} ")
    data = ("\n".join(lines) + "\n").encode()
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0, filename="") as packed:
        packed.write(data)
    TARGET.write_bytes(buffer.getvalue())
    print(f"{len(lines) - 1} distributions, {len(data)} bytes, {len(buffer.getvalue())} packed")


if __name__ == "__main__":
    main(sys.argv[1])
