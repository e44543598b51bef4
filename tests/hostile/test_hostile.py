"""Every hostile case of the list of threats keeps the promise of docs/security.md."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import cases_archives
import cases_binaries
import cases_execution
import cases_files
import cases_output
import cases_parsing
import cases_python
import cases_state
import cases_text
import pytest
from hostile_case import CASES, Box
from hostile_run import faults, run, snapshot

if TYPE_CHECKING:
    from pathlib import Path

MODULES = (
    cases_archives, cases_binaries, cases_execution, cases_files, cases_output, cases_parsing, cases_python,
    cases_state, cases_text,
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_case_keeps_the_promise(name: str, tmp_path: Path) -> None:
    if sys.platform == "win32" and name.startswith(("F", "S", "O10")):
        pytest.skip("links, FIFOs and signals of this case are POSIX")
    _, build = CASES[name]
    box = Box(tmp_path)
    box.root.mkdir()
    build(box)
    before = {**snapshot(box.root), **snapshot(tmp_path / "outside")}
    result = run(box)
    after = {**snapshot(box.root), **snapshot(tmp_path / "outside")}
    assert list(faults(box, result, before, after)) == []
    if box.after is not None:
        box.after()
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_every_class_of_threat_has_cases() -> None:
    classes = {threat[0] for threat, _ in CASES.values()}
    assert classes == set("EFPTZOS")
