"""Fetch one sdist from pip's index without building it: `python tools/fetch_sdist.py j2cli-0.3.10.tar.gz [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from package_index import download, files_of


def main() -> int:
    """Fetch the named file into the folder, by default the current one."""
    name = sys.argv[1]
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    project = name.rpartition("-")[0]
    for file in files_of(project):
        if file["filename"] == name:
            print(download(file, folder))
            return 0
    print(f"the index lists no {name}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
