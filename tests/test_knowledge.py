"""Spot checks of shipped knowledge that once was wrong."""

from __future__ import annotations

import pytest

from pkg_audit.knowledge import stdlib


@pytest.mark.parametrize("name", ["charset", "encoders", "utils", "message"])
def test_submodules_are_not_names_that_went(name: str) -> None:
    assert stdlib.first_and_last("email", name) is None


def test_modules_that_went() -> None:
    found = stdlib.first_and_last("pipes")
    assert found is not None
    assert found[1] == 13
