"""Write the report for people at a terminal: findings with their lines, verdicts, the recommended form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.report.style import Style

if TYPE_CHECKING:
    from pkg_audit.model import Report


def render(report: Report, style: Style | None = None) -> str:
    """Return the report as text."""
    from pkg_audit.report.concise import render as concise

    return concise(report, style or Style())
