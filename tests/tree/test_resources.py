"""The product finds its own data."""

from __future__ import annotations

from pkg_audit.resources import rules_root


def test_finds_the_rules() -> None:
    root = rules_root()
    assert root.is_dir()
    assert root.name in {"rules", "_rules"}
    assert list(root.iterdir())
