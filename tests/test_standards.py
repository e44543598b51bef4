"""Hostile texts must cost one error, at once, whatever the library raises."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.standards import (
    NotStandard,
    admits,
    parse_license,
    parse_requirement,
    parse_specifiers,
    parse_version,
    parse_wheel_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = [
    "9" * 5000,
    "1." * 120 + "1",
    "1." * 100_000,
    ">=1," * 499 + ">=1",
    ">=1" + "," * 1900,
    "==" + "1" * 1990,
    "(" * 990 + "MIT" + ")" * 5,
    "(" * 100_000,
    "a; " + "(" * 1900 + "python_version > '3'" + ")" * 1900,
    "a; " + " and ".join(["os_name == 'a'"] * 200),
    "a[" + "b," * 1900,
    "a @ " + "x" * 3900,
    "a" * 4000,
    " " * 1999,
    "\0",
    "\udcff",
    "MIT OR " * 140 + "MIT",
    "demo-1.0-" + ".".join("abcdefghijklmnopqrst") + "-" + ".".join("abcdefghijklmnopqrst") + "-a.b.c.whl",
    "a-" * 120 + ".whl",
    "",
]


@pytest.mark.parametrize("parse", [parse_version, parse_specifiers, parse_requirement, parse_license, parse_wheel_name])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_one_error_at_once(parse: Callable[[str], Any], text: str) -> None:
    start = time.process_time()
    said = ""
    try:
        parse(text)
    except NotStandard as error:
        said = str(error)
    assert "\n" not in said
    assert time.process_time() - start < 1


def test_ordinary_text_parses() -> None:
    assert str(parse_version("1.0.0-RC1")) == "1.0.0rc1"
    assert admits(parse_specifiers(">=3.9,<4"), "3.14.0rc1")
    assert not admits(parse_specifiers(">=3.9"), "9" * 5000)
    assert parse_requirement("A_b[c]>=1; python_version<'3'").name == "A_b"
    assert parse_license("mit or apache-2.0") == "MIT OR Apache-2.0"
    assert parse_wheel_name("Demo_x-1.0-py3-none-any.whl") == ("demo-x", parse_version("1"))
