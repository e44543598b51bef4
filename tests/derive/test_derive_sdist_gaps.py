"""What the sdist lacks of the wheel's modules and of the build's inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.code import code_derivations
from pkg_audit.derive.release import missing_build_inputs, sdist_gaps
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

SETUP = "from setuptools import Extension, setup\nopen('notes/a.txt')\nopen('notes/a.h')\nsetup(name='acme', version='1', packages=['acme']{})"  # noqa: E501
FILES: dict[str, str | bytes] = {
    "acme/__init__.py": "import acme.words",
    "acme/words.py": "",
    "notes/a.txt": "",
    "notes/a.h": "",
}
COMPILED = ", ext_modules=[Extension('acme._fast', ['acme/fast.c'])]"


@pytest.mark.parametrize(
    ("more", "manifest", "inputs", "gaps"),
    [
        ("", "", ["notes/a.txt", "notes/a.h"], []),
        ("", "graft notes", [], []),
        (COMPILED, "", ["notes/a.txt"], []),  # a header may be among the sources of the extension
        ("", "graft notes\nexclude acme/words.py", [], ["acme/words.py"]),
    ],
)
def test_gaps(make_tree: Make, more: str, manifest: str, inputs: list[str], gaps: list[str]) -> None:
    tree = make_tree({**FILES, "setup.py": SETUP.format(more), "MANIFEST.in": manifest, "acme/fast.c": ""})
    scanned = scan(tree)
    distribution = predict(tree, scanned)
    assert sorted(item.path for item in missing_build_inputs(scanned, distribution)) == sorted(inputs)
    assert [item.path for item in sdist_gaps(scanned, distribution)] == gaps
    found = code_derivations(tree, scanned, distribution)["own_imports"]()
    assert [item.state for item in found] == ["not-shipped"] * len(gaps)


def test_one_gap_for_each_folder_and_none_for_tests(make_tree: Make) -> None:
    folders = ("acme", "acme/a", "acme/tests", "acme/benchmarks")
    files = {f"{folder}/{name}.py": "" for folder in folders for name in ("__init__", "more")}
    setup = "from setuptools import find_packages, setup\nsetup(name='acme', version='1', packages=find_packages())\n"
    manifest = "recursive-exclude acme/a *\nrecursive-exclude acme/tests *\nrecursive-exclude acme/benchmarks *\n"
    tree = make_tree({"setup.py": setup, "MANIFEST.in": manifest, **files})
    scanned = scan(tree)
    assert [item.path for item in sdist_gaps(scanned, predict(tree, scanned))] == ["acme/a/__init__.py"]
