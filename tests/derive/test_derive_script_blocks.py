from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.release import script_block_faults
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree


def test_blocks_that_tests_keep_as_samples_are_wrong_on_purpose(make_tree: Callable[..., Tree]) -> None:
    broken = "# /// script\n# dependencies = [\n# ///\n"
    tree = make_tree({"go.py": broken, "bench/go.py": broken, "resources/test/fixtures/go.py": broken})
    assert [fault.path for fault in script_block_faults(scan(tree))] == ["bench/go.py", "go.py"]
