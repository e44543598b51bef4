"""Test which headers are told to be missing from the sdist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.audit import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

SETUP = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('acme.fast', ['src/{}'])])\n"
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def _missing(make_tree: MakeTree, code: str, manifest: str = "", name: str = "fast.c", setup: str = SETUP) -> list[str]:
    files = {"setup.py": setup.format(name), "MANIFEST.in": manifest, f"src/{name}": code, "src/fast.h": "int x;\n"}
    tree = make_tree({"pyproject.toml": PYPROJECT, "acme/__init__.py": "", **files})
    return [f"{item.at.path}:{item.at.line} {item.path}" for item in facts_of(tree).missing_build_inputs]


def test_a_header_beside_its_source_is_missing(make_tree: MakeTree) -> None:
    assert _missing(make_tree, '/* one\ntwo */\n#include "fast.h"\n') == ["src/fast.c:3 src/fast.h"]
    cython = 'cdef extern from "fast.h":\n    int x\n'
    assert _missing(make_tree, cython, name="fast.pyx") == ["src/fast.pyx:1 src/fast.h"]


@pytest.mark.parametrize(
    "code",
    ['#ifdef _WIN32\n#include "fast.h"\n#endif\n',
     '// #include "fast.h"\n', "#include <fast.h>\n", '#include "other.h"\n',
     '/* #include "fast.h"\n#include "fast.h" */\n'],
)  # fmt: skip
def test_conditional_and_other_includes_are_let_alone(make_tree: MakeTree, code: str) -> None:
    assert _missing(make_tree, code) == []


def test_what_the_manifest_or_depends_names_is_there(make_tree: MakeTree) -> None:
    code = '#include "fast.h"\n'
    assert _missing(make_tree, code, "include src/*.h\n") == []
    assert _missing(make_tree, code, "graft src\n") == []
    assert _missing(make_tree, code, setup=SETUP.replace("'])", "'], depends=['src/fast.h'])")) == []
