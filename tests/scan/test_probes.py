from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends import predict
from pkg_audit.scan import probes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from pkg_audit.tree import Tree


def test_beyond_the_budget_tests_are_what_is_not_read(
    make_tree: Callable[..., Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "SOURCE_BUDGET", 20)
    tree = make_tree({"docs/a.py": "import a\n", "pkg/__init__.py": "x = 1\n" * 4, "pkg/tests/t.py": "", "z.py": "z\n"})
    scanned = probes.read_project(tree)
    assert list(scanned.sources) == ["pkg/__init__.py"]
    monkeypatch.setattr(probes, "SOURCE_BUDGET", 200)
    monkeypatch.setattr(probes, "SIDE_BUDGET", 20)
    assert list(probes.read_project(tree).sources) == ["pkg/__init__.py", "z.py"]
    assert ["3 Python files were not read" in problem.what for problem in scanned.problems] == [True]


def test_a_setup_script_whose_probe_broke_is_unknown_and_not_absent(
    make_tree: Callable[..., Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ValueError

    monkeypatch.setattr(probes, "read_setup_py", broken)
    tree = make_tree({"setup.py": "from setuptools import setup\nsetup()", "a/__init__.py": "", "b/__init__.py": ""})
    scanned = probes.read_project(tree)
    assert scanned.setup_py is not None
    assert scanned.setup_py.error is not None
    assert predict(tree, scanned).discovery_error is None
