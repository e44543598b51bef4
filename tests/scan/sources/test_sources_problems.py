"""Files that do not parse, hostile shapes and odd encodings: a problem, never an exception."""

from __future__ import annotations

import sys
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.scan.sources import scan_bindings, scan_source
from pkg_audit.scan.sources.lexer import logical_lines, mask
from pkg_audit.scan.sources.versions import ALL, from_specifier, to_specifier


def kind(data: bytes) -> str:
    facts = scan_source(data, "m.py")
    bindings = scan_bindings(data)
    assert bindings.parsed is (facts.problem is None)
    return facts.problem.kind if facts.problem else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print 'x'", "python-2"),
        ("print x", "python-2"),
        ("print >>sys.stderr, 'x'\nprint", ""),
        ("print >>sys.stderr, 'x' % y,\nexec x", "python-2"),
        ("exec 'x = 1'", "python-2"),
        ("raise ValueError, 'x'", "python-2"),
        ("try:\n    pass\nexcept ValueError, e:\n    pass", "python-2"),
        ("x = 0777", "python-2"),
        ("x = 10L", "python-2"),
        ("x = `y`", "python-2"),
        ("if a <> b: pass", "python-2"),
        ("x = ur'y'", "python-2"),
        ("x = (1,", "error"),
        ("x = (1,\ny = .01", "error"),
        ("def f(:\n    pass", "error"),
        ("x = 'print y'\ny = (", "error"),
        ("x = f'{a'\ny = 1", "error"),
        ("a\0b", "error"),
        ("(" * 5000 + ")" * 5000, "too-deep"),
        ("\n".join(" " * n + "if 1:" for n in range(150)) + "\n" + " " * 150 + "pass", "too-deep"),
        ("x = " + "-" * 200_000 + "1", "too-deep"),
        ("x = [" + "1," * 400_000 + "]", "too-large"),
        ("x = 1\n" * 150_000, "too-large"),
        ("x = '" + "y" * 1_100_000 + "'", "too-large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_kinds_of_problems(text: str, expected: str) -> None:
    assert kind(text.encode()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "+".join(["b"] * 5000),
        "a = " + "+".join(["b"] * 100_000),
        "a = " + "not " * 1500 + "b\nopen(1)",
        "a = " + "-" * 1500 + "open(1)",
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 2900 + "import b",
        "a" + ".b" * 20_000 + "()\nopen(1)",
        "a" + "(open)" * 20_000,
        "f(" * 150 + ")" * 150,
        "x = " + "lambda: " * 3000 + "1",
        "a = " + "b if c else " * 5000 + "d",
        "if " + "not " * 500 + "sys.version_info >= (3, 8):\n    import x",
        "if " + " and ".join(["sys.version_info >= (3, 8)"] * 3000) + ":\n    import x",
        "from a import (" + "b," * 30_000 + ")",
        "\n".join(["import " + "a." * 200 + "b"] * 100),
        "x = f'" + "{a}" * 20_000 + "'",
        "x = f'" + '{f"' * 200,
        "x = f'" + "{" * 100_000,
        "@" * 100_000,
        "`" * 100_000,
        "x = '''" + "'" * 100_000,
        "def f[" + "T, " * 20_000 + "](): pass",
        "try:\n import a\n" * 3000,
        "[" * 100_000,
        "type " * 100_000,
        "lazy import a\n" * 20_000,
        "except A, " * 20_000,
        "print " + "a, " * 50_000,
        "\\\n" * 100_000,
        ";" * 200_000,
        "import a;" * 20_000,
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hostile_shapes_cost_little(text: str) -> None:
    start = time.process_time()
    scan_source(text.encode(), "m.py")
    scan_bindings(text.encode())
    assert time.process_time() - start < 6


def test_memory_stays_bounded_by_the_limits() -> None:
    tracemalloc.start()
    try:
        assert kind(b"x = [" + b"1," * 2_000_000 + b"]\n") == "too-large"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfimport a\n", ""),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\nimport a\n", ""),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\nimport a\n", ""),
        (b"x = '\xe9'\nimport a\n", "encoding"),
        (b"# coding: no-such-codec\nimport a\n", "encoding"),
        (b"# coding: rot13\nimport a\n", "encoding"),
        (b"# coding: base64\nimport a\n", "encoding"),
        (b"# coding: hex\nimport a\n", "encoding"),
        (b"# coding: idna\nimport a\n", "encoding"),
        (b"# coding: punycode\nimport a\n", "encoding"),
        (b"# coding: undefined\nimport a\n", "encoding"),
        (b"# coding: ...\nimport a\n", "encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\nimport a\n", "encoding"),
        ("import a\n".encode("utf-16"), "encoding"),
        (b"x = 1\n# coding: no-such-codec\nimport a\n", ""),
        (b"x = 1\rimport a\r", ""),
        (b"\x0cimport a\n", ""),
        (b"x = '\\ud800'\nimport a\n", ""),
    ],
)
def test_encodings(data: bytes, expected: str) -> None:
    assert kind(data) == expected
    if not data.startswith(b"\xff\xfe"):
        assert [item.module for item in scan_source(data, "m.py").imports] == ["a"]


def test_warnings_of_the_parser_stay_silent(recwarn: pytest.WarningsRecorder) -> None:
    facts = scan_source(b"x = '\\d'\nassert (1, 'x')\ny = 1 is 1\n", "m.py")
    assert facts.problem is None
    assert not list(recwarn)


def test_a_python_2_file_still_gives_its_imports() -> None:
    text = """\
'''import no'''
import os, sys
from a import (b,  # import c
    d)
try:
    import json
except ImportError:
    import simplejson as json
try:
    import yaml
except ImportError:
    raise SystemExit, 'no'
if sys.version_info[0] == 2:
    import urllib2
else:
    import urllib.request
def f():
    import g; import h
    print "import i"
class C: import j
if 1: import k
print 'x'
"""
    facts = scan_source(text.encode(), "m.py")
    assert facts.problem is not None
    assert facts.problem.kind == "python-2"
    found = {item.module: (item.at.line, item.context, item.python) for item in facts.imports}
    assert found == {
        "os": (2, (), ""),
        "sys": (2, (), ""),
        "a": (3, (), ""),
        "json": (6, ("try-fallback",), ""),
        "simplejson": (8, ("except-handler",), ""),
        "yaml": (10, ("try-reraise",), ""),
        "urllib2": (14, ("version-guard",), "<3"),
        "urllib.request": (16, ("version-guard",), ">=3"),
        "g": (18, ("function",), ""),
        "h": (18, ("function",), ""),
        "j": (20, ("class",), ""),
        "k": (21, (), ""),
    }


def test_a_broken_file_still_gives_the_imports_after_the_break() -> None:
    facts = scan_source(b"import a\nx = (1,\ndef f():\n    import b\nimport c\n", "m.py")
    assert facts.problem is not None
    assert [item.module for item in facts.imports] == ["a", "b", "c"]


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="this Python knows all of the syntax")
def test_newer_syntax_next_to_what_does_not_parse_is_newer_not_wrong() -> None:
    assert kind(b"lazy import a\nx = (1\n") == "newer"


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    scan_source(data, "m.py")
    scan_bindings(data)


WORDS = st.sampled_from(
    [
        "import a", "from a import b", "def f():", "class C:", "try:", "except ImportError:", "if x:", "else:", "\n",
        "\n    ", "\n  ", "lazy ", "type X = 1", "f'{a", "}'", "'", '"""', "(", ")", "[", "]", "{", "}", ":", ",",
        "\\\n", "#",
        "print x", "match x:", "case 1:", "with (a as b, c):", "async ", "@a", ":=", "*", "\t", "\f", "\r", "é",
        "t''", "except A, B:", "global x", "exec", "globals()", "del x", "é = 1", "sys.version_info >= (3, 8)",
        "return *a, b",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_python(text: str) -> None:
    facts = scan_source(text.encode(), "m.py")
    scan_bindings(text.encode())
    assert all(item.at.line and item.at.line <= max(1, facts.lines) for item in facts.imports)


@given(st.lists(WORDS, max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_masking_keeps_every_offset(text: str) -> None:
    code, _ = mask(text)
    assert len(code) == len(text)
    assert [i for i, c in enumerate(code) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    for line in logical_lines(text):
        assert len(line.text) == line.end - line.start
        assert line.line == text.count("\n", 0, line.start) + 1


@given(st.integers(min_value=1, max_value=ALL))
@settings(max_examples=100, deadline=None)
def test_specifiers_say_what_the_mask_says(mask_: int) -> None:
    assert from_specifier(to_specifier(mask_)) == mask_


@pytest.mark.parametrize(
    ("text", "admits", "refuses"),
    [
        (">=3.9", ["3.9", "3.15"], ["3.8", "2"]),
        (">=3.9.2", ["3.9"], ["3.8"]),
        (">2.7, !=3.0.*, !=3.1.*, <4", ["3.2"], ["3.0"]),
        ("~=3.10", ["3.10", "3.14"], ["3.9"]),
        ("==3.9.*", ["3.9"], ["3.10"]),
        ("==3.11.4", ["3.11"], ["3.12"]),
        (">3.9", ["3.10"], []),
    ],
)
def test_windows_of_requires_python(text: str, admits: list[str], refuses: list[str]) -> None:
    mask_ = from_specifier(text)
    assert mask_ is not None
    for version in admits:
        assert mask_ & (from_specifier("<3" if version == "2" else f"=={version}.*") or 0)
    for version in refuses:
        assert not mask_ & (from_specifier("<3" if version == "2" else f"=={version}.*") or 0)


def test_what_is_no_specifier_set_has_no_window() -> None:
    assert from_specifier("three") is None
    assert from_specifier("9" * 5000) is None
