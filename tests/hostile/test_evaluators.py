"""Build hooks are evaluated by a machine of their own: what bombs setup.py must not bomb it either."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cases_python

HERE = Path(__file__).parent
LIMIT = 5.0
"""CPU seconds for one script; all of them have budgets that end far below a second."""

WORKER = HERE / "evaluate.py"


def test_bombs_in_build_hooks() -> None:
    scripts = dict(cases_python.SETUPS)
    done = subprocess.run(
        [sys.executable, str(WORKER)],
        input=json.dumps(scripts),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, _, _ in results] == list(scripts), f"died after {results[-1:]}: {done.stderr[-500:]}"
    assert [(name, fault) for name, _, fault in results if fault] == []
    assert [(name, spent) for name, spent, _ in results if spent > LIMIT] == []
