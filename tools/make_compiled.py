"""Write `knowledge/compiled_distributions.tsv` and `knowledge/pyinstaller_hooks.txt` from the shared material.

    python tools/make_compiled.py SHARED

SHARED holds `knowledge/import-names.json.gz` (kinds of the newest releases) and `knowledge/pyinstaller-hooks.txt`.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "pkg_audit" / "knowledge"


def main() -> int:
    """Write both files."""
    shared = Path(sys.argv[1]) / "knowledge"
    data = json.loads(gzip.decompress((shared / "import-names.json.gz").read_bytes()))
    rows = sorted(
        f"{name}\t{row['kind']}"
        for name, row in data["packages"].items()
        if row.get("kind") in ("native", "native-abi3", "native+pure-fallback", "platform-no-abi")
    )
    meta = data["meta"]
    head = (
        f"# {meta['source']}; as of {meta['as_of'][:10]}; compiled ones of {meta['projects']}; tools/make_compiled.py"
    )
    (TARGET / "compiled_distributions.tsv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    hooks = (shared / "pyinstaller-hooks.txt").read_text(encoding="utf-8")
    (TARGET / "pyinstaller_hooks.txt").write_text(hooks, encoding="utf-8")
    print(len(rows), "compiled distributions,", len(hooks.splitlines()) - 1, "hooks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
