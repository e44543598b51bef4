"""One escaping rule for all text of the audited project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg_audit.tree.display import display

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)  # lone surrogates included


@given(ANY_TEXT, st.integers(0, 250))
def test_is_printable_and_short(text: str, limit: int) -> None:
    shown = display(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_showing_twice_changes_nothing(text: str) -> None:
    assert display(display(text)) == display(text)


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=200))
def test_plain_text_stays(text: str) -> None:
    assert display(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("line\nnext\r\t", r"line\x0anext\x0d\x09"),
        ("\x85\x9b\x7f", r"\x85\x9b\x7f"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("\u2028\u2029\ufeff\u200b", r"\u2028\u2029\ufeff\u200b"),
        ("\ud800", r"\ud800"),
        ("caf\udce9", r"caf\xe9"),
        ("\U000e0041", r"\U000e0041"),
        ("\x00", r"\x00"),
        ("日本 é", "日本 é"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert display(text) == shown


def test_cuts_with_a_mark_and_never_within_an_escape() -> None:
    assert display("x" * 201) == "x" * 199 + "…"
    assert display("x" * 200) == "x" * 200
    assert display("ab\x1b\x1b", limit=8) == r"ab\x1b…"
    assert len(display("\x1b" * 10_000_000)) <= 200
