"""Write one line a finding, as editors and `grep` read them: `path:line:column: severity[rule] message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.report.json import report_counts
from pkg_audit.report.style import Style
from pkg_audit.report.words import count_line, plural, printable

if TYPE_CHECKING:
    from pkg_audit.model import Finding, Report

LONGEST_MESSAGE = 500


def render(report: Report, style: Style | None = None) -> str:
    """Return a line for each open finding, then one line that sums up."""
    style = style or Style()
    lines = [_line(finding) for finding in report.findings if finding.status == "open"]
    if style.quiet < 2:
        gaps = [*{item.rule: None for item in report.not_evaluated if item.reason != "persona"}]
        notes = []
        if gaps:
            notes.append(f"{plural(len(gaps), 'rule')} not evaluated")
        if report.problems:
            notes.append(f"{len(report.problems)} not read or done")
        lines.append("; ".join([count_line(report_counts(report)), *notes]))
    text = "\n".join(lines) + "\n" if lines else ""
    return text if style.unicode else text.encode("ascii", "backslashreplace").decode("ascii")


def _line(finding: Finding) -> str:
    at = finding.location.at
    # A leading `./` keeps a hostile file name from being read as a command by what collects logs.
    place = "." if at.path is None else printable(at.path, 1_000)
    if not (place[:1].isalnum() or place[:1] in {".", "_"}):
        place = f"./{place}"
    if at.line is not None:
        place += f":{at.line}:{at.column or 1}"
    return f"{place}: {finding.severity}[{finding.rule}] {printable(finding.message, LONGEST_MESSAGE)}"
