"""Whatever the project's texts are, every writer's output parses back with its own format's parser and obeys nobody."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkg_audit.facts.distribution import CoreMetadata
from pkg_audit.facts.place import Place, Text
from pkg_audit.facts.problem import Problem
from pkg_audit.model import Location
from pkg_audit.report import FORMATS, Style, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Report

WORST = (
    "\x1b[31m\x1b]0;x\x07", "\x9b31m", "\u202e\u2066", "\u2028", "\udce9", "\ud800", "\0", "\r\n::error::x",
    "##[error]x", "]]>", "</script><script>x()</script>", "<img src=x onerror=x()>", "`](javascript:x())",
    "| @all |", "[/] [bold]x[/nothing]", "=cmd|x", "\ufffe", "x" * 5000, "{0.__class__}", "%s%n", "\\", '"', "'",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(WORST) | st.text(st.characters(exclude_categories=()), max_size=20), max_size=4).map(
    "".join
)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
COMMAND = re.compile(r"^\s*(::|##(vso)?\[|##teamcity\[)[a-z]", re.MULTILINE)


class Tags(HTMLParser):
    """Collect what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            f"{tag} {name}" for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")
        ]
        if tag in ("img", "iframe", "object", "embed", "base", "form"):
            self.found.append(tag)


def filled(report: Report, text: str, path: str) -> Report:
    """Put a text of the project wherever a report holds one."""
    at = Place(path, 3, 1, 3, 9)
    first = replace(
        report.findings[0],
        title=text,
        message=text,
        location=Location(at, text, text),
        related=(Location(at, text, text),),
        ignored_because=text,
    )
    return replace(
        report,
        root=text,
        findings=(first, *report.findings[1:]),
        verdicts=tuple(replace(verdict, summary=text, next_action=text) for verdict in report.verdicts),
        problems=(Problem(text, path, 1, "sources"),),
        distribution=replace(report.distribution, metadata=CoreMetadata(name=Text(text), dependencies=(Text(text),))),
        facts={"x": [{text: text}]},
    )


def refuse(constant: str) -> Any:
    raise ValueError(constant)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, path=TEXT)
def test_every_writer(name: str, text: str, path: str, make_report: Callable[..., Report]) -> None:
    written = render(filled(make_report(), text, path), name, Style(show_all=True))
    written.encode("utf-8")
    assert CONTROL.search(written) is None
    if name != "github":
        assert COMMAND.search(written) is None
    if name in ("json", "sarif", "gitlab"):
        json.loads(written, parse_constant=refuse)
    elif name == "junit":
        ET.fromstring(written)
    elif name == "html":
        tags = Tags()
        tags.feed(written)
        assert tags.found == []
    elif name == "csv":
        assert not [cell for row in csv.reader(io.StringIO(written)) for cell in row if cell[:1] in "=+-@\t\r" and cell]
