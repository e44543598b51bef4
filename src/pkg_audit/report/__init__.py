"""Render a report in one of the formats that `--format` and `--output` offer; one module per format.

A format is one entry of `FORMATS`: its name, what it is for, and a function `(Report, Style) -> str`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.model import Report

__all__ = ["FORMATS", "Format", "Style", "render"]


@dataclass(frozen=True, slots=True)
class Format:
    """A report format. `machine`: written for programs, always UTF-8, the same on every terminal."""

    summary: str
    render: Callable[[Report, Style], str]
    machine: bool = False


def _text(report: Report, style: Style) -> str:
    from pkg_audit.report.terminal import render

    return render(report, style)


def _concise(report: Report, style: Style) -> str:
    from pkg_audit.report.concise import render

    return render(report, style)


def _json(report: Report, style: Style) -> str:
    from pkg_audit.report.json import render

    return render(report, style)


FORMATS: Mapping[str, Format] = {
    "text": Format("findings with the lines they point at, verdicts and the recommended form, for people", _text),
    "concise": Format("one `path:line:column: severity[rule] message` line a finding", _concise),
    "json": Format("the whole report; its shape is a contract (`pkg-audit schema`)", _json, machine=True),
}


def render(report: Report, name: str, style: Style | None = None) -> str:
    """Render a report in the format `name`. Raises KeyError for a format that is not in `FORMATS`."""
    return FORMATS[name].render(report, style or Style())
