"""Inline script metadata is found as the specification's reference expression finds it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import ScriptBlock
from pkg_audit.scan.script_block import read_script_block

REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")

GOOD = """\
#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "click>=8",
# ]
# ///
print()
"""


def block(text: str) -> ScriptBlock:
    found = read_script_block(text.encode(), "x.py")
    assert found is not None
    return found


@pytest.mark.parametrize("text", [GOOD, GOOD.replace("\n", "\r\n")], ids=["lf", "crlf"])
def test_a_block_with_places_in_the_script(text: str) -> None:
    found = block(text)
    assert found.error == ""
    assert found.at == Place("x.py", 2, 1, 7, 6)
    assert found.requires_python
    assert found.requires_python.value == ">=3.11"
    assert found.requires_python.at == Place("x.py", 3, 21, 3, 29)
    assert found.dependencies
    assert found.dependencies[0].at == Place("x.py", 5, 5, 5, 15)


def test_no_block_and_blocks_of_other_types() -> None:
    assert read_script_block(b"print()\n", "x.py") is None
    assert read_script_block(b"# /// other\n# x = 1\n# ///\n", "x.py") is None
    assert block("# /// other\n# x\n# ///\n" + GOOD).error == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + GOOD, "second"),
        ("# /// script\n# dependencies = []\n", "never closed"),
        ("# /// script\n# dependencies = [\n# ///\n", "not valid TOML"),
        ("# /// script\n# dependencies = 1\n# ///\n", "dependencies: expected an array"),
        ("# /// script\n# requires = []\n# ///\n", "unknown key requires"),
    ],
)
def test_an_invalid_block_says_why(text: str, words: str) -> None:
    assert words in block(text).error


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["# /// script", "# /// a-1", "# ///", "# x = 1", "#", "#y", "", "code", "# /// b c", "# /// é"]
        ),
        max_size=12,
    )
)
def test_agreement_with_the_reference_expression(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    matches = [match for match in REFERENCE.finditer(text) if match["type"] == "script"]
    found = read_script_block(text.encode(), "x.py")
    if len(matches) == 1 and found is not None and "never closed" not in found.error and "second" not in found.error:
        first = text[: matches[0].start()].count("\n") + 1
        last = text[: matches[0].end()].count("\n") + 1
        if found.error.startswith("not valid TOML"):
            assert first <= (found.at.line or 0) <= last
        else:
            assert (found.at.line, found.at.end_line) == (first, last)
    elif not matches:
        assert found is None or "never closed" in found.error
    else:
        assert found is not None


def test_hostile_blocks_take_linear_time() -> None:
    start = time.perf_counter()
    read_script_block(b"# /// a\n" * 100_000, "x.py")
    read_script_block(b"# /// a\n# ///\n" * 60_000, "x.py")
    read_script_block(b"# /// script\n" + b"#\n" * 400_000, "x.py")
    assert time.perf_counter() - start < 3
