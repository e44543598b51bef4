"""Write the run shown in README.md again: fetch the release, audit the archive, paste what is printed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from package_index import download, files_of

ROOT = Path(__file__).resolve().parents[1]
RELEASE = "j2cli-0.3.10.tar.gz"
BEGIN, END = "```text\n", "```\n<!-- end of demonstration -->"


def demonstration() -> str:
    """Return what the audit of the release prints on a terminal of 80 columns, without colour."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "demo"
        folder.mkdir()
        file = next(file for file in files_of(RELEASE.rpartition("-")[0]) if file["filename"] == RELEASE)
        download(file, folder)
        command = [sys.executable, "-I", "-m", "pkg_audit", f"demo/{RELEASE}"]
        environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=temporary, capture_output=True, text=True, encoding="utf-8", check=False, env=environment
        )
    return f"$ pkg-audit demo/{RELEASE}\n{done.stdout}"


def main() -> int:
    """Replace the demonstration in README.md."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    readme.write_text(f"{before}{BEGIN}{demonstration()}{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
