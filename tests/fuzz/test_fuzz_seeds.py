"""Every seed, and every input that once made a reader fail, goes through its target without an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
INPUTS = sorted(path for path in SEEDS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", INPUTS, ids=["/".join(path.parts[-2:]) for path in INPUTS])
def test_seed(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("path", INPUTS, ids=["/".join(path.parts[-2:]) for path in INPUTS])
def test_damaged_seed(path: Path) -> None:
    """Cut, doubled, zeroed: the cheapest mutations find the coarsest faults on every machine."""
    data = path.read_bytes()
    target = TARGETS[path.parent.name]
    size = len(data)
    for damaged in (
        data[: size // 2],
        data[size // 2 :],
        data + data,
        data.replace(b"\n", b"\r"),
        data[:9] + b"\0" + data[10:],
        b"",
    ):
        target(damaged)


def test_every_target_has_seeds() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)
