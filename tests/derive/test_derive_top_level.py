from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.layout import top_level_names
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

CFG = (
    "[metadata]\nname = acme\nversion = 1\n[options]\npackages = find:\n[options.packages.find]\nexclude =\n    tests\n"
)


@pytest.mark.parametrize(("manifest", "expected"), [("", ["acme", "tests"]), ("recursive-exclude tests *\n", ["acme"])])
def test_a_release_lacks_what_its_sdist_lacks(
    make_tree: Callable[..., Tree], manifest: str, expected: list[str]
) -> None:
    packages = {f"{name}/__init__.py": "" for name in ("acme", "tests", "tests/sample")}
    tree = make_tree(
        {"setup.cfg": CFG, "setup.py": "import setuptools\nsetuptools.setup()\n", "MANIFEST.in": manifest, **packages}
    )
    assert [name.name for name in top_level_names(predict(tree, scan(tree)))] == expected
