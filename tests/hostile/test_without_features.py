"""The promise holds on systems without directory descriptors, O_NOFOLLOW or `resource`, as far as they allow."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import cases_files
import pytest
from hostile_case import SECRET, Box

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import os, sys
sys.modules["resource"] = None
for name in ("O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY"):
    if name in sys.argv[1].split(",") and hasattr(os, name):
        delattr(os, name)
if "dir_fd" in sys.argv[1]:
    os.supports_dir_fd.clear()
    os.supports_fd.clear()
from pkg_audit.cli import main
from pkg_audit.tree import opener
assert opener.HAS_DIR_FD is False
sys.exit(main(sys.argv[2:]))
"""
CASES = (
    cases_files.links_out_of_the_tree,
    cases_files.metadata_that_names_files_outside,
    cases_files.configuration_is_a_link,
    cases_files.folders_are_links,
    cases_files.every_metadata_file_is_a_fifo,
    cases_files.files_that_claim_a_terabyte,
    cases_files.loops_of_links,
    cases_files.a_very_deep_tree,
    cases_files.names_that_are_not_text,
)


@pytest.mark.skipif(sys.platform == "win32", reason="links and FIFOs of these cases are POSIX")
@pytest.mark.parametrize("missing", ["dir_fd", "O_NOFOLLOW", "dir_fd,O_NOFOLLOW,O_DIRECTORY,O_CLOEXEC,O_NOCTTY"])
@pytest.mark.parametrize("build", CASES, ids=lambda build: build.__name__)
def test_nothing_outside_is_read(build: object, missing: str, tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.root.mkdir()
    build(box)  # type: ignore[operator]
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE, missing, str(box.root), "--format", "json", "--facts"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert SECRET not in done.stdout + done.stderr
    assert not [problem for problem in report["problems"] if "internal error" in problem["what"]]
