from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.scan.setup_py.regex import RegexError, compile_pattern
from pkg_audit.scan.setup_py.regex_match import search

ATOMS = [
    "a",
    "b",
    ".",
    r"\d",
    r"\s",
    r"\w",
    "[ab]",
    "[^a]",
    "[a-c0-9]",
    "^",
    "$",
    r"\b",
    r"\.",
    "(a)",
    "(?:ab)",
    "(a|b)",
]
QUANTIFIERS = ["", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?"]


FLAGS = [0, re.MULTILINE, re.DOTALL, re.IGNORECASE, re.MULTILINE | re.DOTALL]


@st.composite
def patterns(draw: Any, depth: int = 2) -> Any:
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        if depth and draw(st.booleans()):
            inner = draw(patterns(depth=depth - 1))
            atom = draw(st.sampled_from(["({})", "(?:{})", "({}|b)"])).format(inner)
        else:
            atom = draw(st.sampled_from(ATOMS))
        if atom in {"^", "$", r"\b"}:
            pieces.append(atom)
        else:
            pieces.append(atom + draw(st.sampled_from(QUANTIFIERS)))
    return "".join(pieces)


def spans_of(match: Any) -> Any:
    return None if match is None else match.span()


@settings(max_examples=300, deadline=None)
@given(patterns(), st.text("ab c.1\n", max_size=12), st.sampled_from(FLAGS))
def test_agrees_with_the_standard_library(pattern: str, text: str, flags: int) -> None:
    expected = re.search(pattern, text, flags)
    found = search(compile_pattern(pattern, flags), text, lambda _: None)
    assert (found[0] if found else None) == spans_of(expected)


VERSIONS = [
    (r"""^__version__\s*=\s*['"]([^'"]*)['"]""", re.MULTILINE),
    (r"__version__ = ['\"]([^'\"]+)['\"]", 0),
    (r"(?<=\")\d+\.\d+\.\d+[^\"\s]*(?=\")", 0),
    (r"__version__\s+=\s+(.*)", 0),
    (r'^__version__ = "([0-9]+\.[0-9]+(\.[0-9]+)?-?.*)"', re.MULTILINE),
    (r"(?P<name>\w+)\s*=\s*(?P<quote>['\"])(?P<value>.*?)['\"]", 0),
    (r"""(?m)^__(\w+?)__\s*=\s*'''|"([^"]+)" """.strip(), 0),
    (r"""(?x) __version__ \s* = \s* ["'] ( [^"']+ )   # the value
     """, 0),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "flags"), VERSIONS)
def test_version_patterns_and_their_groups(pattern: str, flags: int) -> None:
    text = '"""Doc."""\nimport x\n\n__author__ = \'me\'\n__version__ = "1.20.3"\n'
    expected = re.search(pattern, text, flags)
    found = search(compile_pattern(pattern, flags), text, lambda _: None)
    assert expected is not None
    assert found is not None
    assert found == tuple(None if span == (-1, -1) else span for span in (expected.span(i) for i in range(len(found))))
    assert compile_pattern(pattern, flags).names == expected.re.groupindex


@pytest.mark.parametrize("pattern", ["(", "[", "a**", "*", r"\1", "(?P=x)", "a{2000}", "(?>a)", "x" * 1000, "(" * 50])
def test_what_is_not_supported_is_said(pattern: str) -> None:
    with pytest.raises(RegexError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a*)*b", "(a|a)*$b", "(.*)*x", r"(\s*\s*\s*)*x", "(a?){40}a{40}b", ".*.*.*.*=x"]
)
def test_patterns_that_explode_elsewhere_stay_linear(pattern: str) -> None:
    program = compile_pattern(pattern)
    start = time.perf_counter()
    search(program, "a" * 2_000 + " " * 2_000, lambda _: None)
    assert time.perf_counter() - start < 3


def test_work_is_accounted_for() -> None:
    spent: list[int] = []
    search(compile_pattern("(a|b)*c"), "ab" * 500, spent.append)
    assert sum(spent) > 500
