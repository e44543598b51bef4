from __future__ import annotations

from typing import TYPE_CHECKING

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
    assert ["3 Python files were not read" in problem.what for problem in scanned.problems] == [True]
