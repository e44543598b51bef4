"""Helpers that every test of the setup.py reader uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan.setup_py import read_setup_py

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.scanned import SetupPy
    from pkg_audit.tree import Tree


@pytest.fixture
def read(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> Callable[..., SetupPy]:
    """Return a function that reads a setup.py given as text, beside further files."""

    def run(script: str, files: dict[str, str | bytes] | None = None, header: bool = True) -> SetupPy:
        start = "from setuptools import setup, find_packages, find_namespace_packages, Extension\n" if header else ""
        found = read_setup_py(make_tree({"setup.py": start + script, **(files or {})}))
        assert found is not None
        return found

    return run
