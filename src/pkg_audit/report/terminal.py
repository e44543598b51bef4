"""Write the report for people: findings with their lines, verdicts with reasons, the recommended form.

Text of the audited project passes `printable` and never begins a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit import __version__
from pkg_audit.model import SEVERITIES
from pkg_audit.report.canvas import Canvas, Piece, cells, to_ascii
from pkg_audit.report.frames import draw_frames, place_of
from pkg_audit.report.json import report_counts
from pkg_audit.report.style import Style
from pkg_audit.report.verdicts import draw_advice, draw_verdicts
from pkg_audit.report.words import count_line, plural, printable, spoken_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pkg_audit.model import Finding, Report

TOP = 5
"""How many rules the short report shows, one finding each."""

MAX_MESSAGE = 600
MAX_FIX = 600
MAX_GAPS = 5
REASONS = {
    "persona": "rules of taste (--persona pedantic runs them)",
    "needs-network": "needs a network",
    "needs-build": "needs a build",
}


def render(report: Report, style: Style | None = None) -> str:
    """Return the report as text; empty where `style.quiet` is 1 and nothing was found."""
    style = style or Style()
    canvas = Canvas(style.width)
    if not style.quiet:
        _draw_header(canvas, report)
    _draw_findings(canvas, report, style)
    if not style.quiet:
        canvas.gap()
        draw_verdicts(canvas, report, style)
        draw_advice(canvas, report, style)
        _draw_gaps(canvas, report, style)
        _draw_summary(canvas, report)
    text = canvas.text(style)
    return text if style.unicode else to_ascii(text)


def _draw_header(canvas: Canvas, report: Report) -> None:
    metadata = report.distribution.metadata
    unknown = {item.field for item in metadata.unknown}
    name = printable(metadata.name.value, 80) if metadata.name else printable(report.root, 80)
    if metadata.version:
        name += f" {printable(metadata.version.value, 40)}"
    about = []
    if report.distribution.backend:
        about.append(printable(report.distribution.backend, 60))
    if metadata.requires_python:
        about.append(f"Python {printable(metadata.requires_python.value, 60)}")
    elif "requires_python" in unknown:
        about.append("Python unknown")
    tags = report.distribution.wheel.tags
    if tags and report.distribution.backend:
        about.append(f"wheel {' and '.join(printable(str(tag), 60) for tag in tags[:2])}")
    if report.source != "directory":
        about.append(report.source)
    details = f" ({', '.join(about)})" if about else ""
    counts = f"{plural(report.files, 'file')}, {plural(report.rules, 'rule')}"
    tool = f"pkg-audit {__version__}  "
    if cells(tool + name + details + counts) + 2 <= canvas.width:
        canvas.add((tool, "dim"), (name, "strong"), (f"{details}  {counts}", ""))
    else:
        canvas.flow([(tool, "dim")], name + details, "strong")
        canvas.add(("    │ ", "dim"), (counts, ""))


def _draw_findings(canvas: Canvas, report: Report, style: Style) -> None:
    ranked = sorted(
        (finding for finding in report.findings if finding.status == "open"),
        key=lambda finding: SEVERITIES.index(finding.severity),
    )
    groups = _groups(ranked, style)
    shown = 0
    for group in groups:
        canvas.gap()
        _draw_finding(canvas, group, report)
        shown += len(group)
    if shown < len(ranked):
        named = {id(finding) for group in groups for finding in group}
        counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
        for finding in ranked:
            counts[finding.severity] += id(finding) not in named
        canvas.gap()
        more = f"and {spoken_counts(counts)} more; all of them: {style.command} --show all"
        canvas.flow([("... ", "dim")], more, "dim")
    if style.show_all:
        _draw_ignored(canvas, report)


def _draw_ignored(canvas: Canvas, report: Report) -> None:
    canvas.gap()
    for finding in report.findings:
        if finding.status != "open":
            because = printable(finding.ignored_because or finding.status, 200)
            text = f"{finding.rule} at {place_of(finding.location)}: {because}"
            canvas.flow([("Ignored: ", "dim")], text, "dim")


def _groups(ranked: Sequence[Finding], style: Style) -> list[list[Finding]]:
    """Return the findings to show: each alone, or in the short report one group for each of the first rules."""
    if style.show_all:
        return [[finding] for finding in ranked]
    groups: dict[str, list[Finding]] = {}
    serious = [finding for finding in ranked if finding.severity != "info"] or list(ranked)
    for finding in serious:
        groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())[:TOP]


def _draw_finding(canvas: Canvas, group: Sequence[Finding], report: Report) -> None:
    finding = group[0]
    title: list[Piece] = [(finding.severity, finding.severity), (f"[{finding.rule}]: ", "strong")]
    canvas.flow(title, printable(finding.message, MAX_MESSAGE), "strong")
    draw_frames(canvas, finding.location, finding.related)
    for word, technologies in _harm(finding, report):
        _draw_note(canvas, word, ", ".join(technologies))
    if finding.confidence == "guess":
        _draw_note(canvas, "sure", "a guess; it may be wrong")
    if finding.fix is not None:
        kind = "" if not finding.fix.edits else " [safe]" if finding.fix.safe else " [unsafe]"
        _draw_note(canvas, f"fix{kind}", printable(finding.fix.description, MAX_FIX))
    if len(group) > 1:
        others = [place_of(other.location) for other in group[1:4]]
        rest = f" and {len(group) - 4} more" if len(group) > 4 else ""
        _draw_note(canvas, "also", ", ".join(others) + rest)


def _draw_note(canvas: Canvas, word: str, text: str) -> None:
    canvas.flow([("   = ", "dim"), (f"{word}: ", "strong")], text, "", "   │ ")


def _harm(finding: Finding, report: Report) -> list[tuple[str, list[str]]]:
    """Return ("breaks", technologies) and ("hinders", technologies), without those that it does not touch."""
    touched = [verdict for verdict in report.verdicts if finding.id in verdict.findings]
    broken = [item.technology for item in touched if finding.breaks and item.status in ("blocked", "unknown")]
    hindered = [item.technology for item in touched if item.technology not in broken and item.status != "not-suited"]
    return [(word, names) for word, names in (("breaks", broken), ("hinders", hindered)) if names]


def _draw_gaps(canvas: Canvas, report: Report, style: Style) -> None:
    """Say what was not looked at, so that no finding is never taken for all is well."""
    canvas.gap()
    limit = len(report.problems) if style.show_all else MAX_GAPS
    for problem in report.problems[:limit]:
        place = "" if problem.path is None else printable(problem.path, 200)
        place += f":{problem.line}" if place and problem.line is not None else ""
        what = printable(problem.what, 300)
        canvas.flow([("Not checked: ", "warning")], f"{place}: {what}" if place else what)
    if len(report.problems) > limit:
        canvas.flow(
            [("Not checked: ", "warning")], f"{len(report.problems) - limit} more; see {style.command} --show all"
        )
    reasons: dict[str, list[str]] = {}
    for item in report.not_evaluated:
        if style.show_all or item.reason != "persona":  # a rule that nobody asked for is no gap
            reasons.setdefault(item.reason, []).append(item.rule)
    for reason, rules in reasons.items():
        named = rules if style.show_all else rules[:3]
        more = f" and {len(rules) - len(named)} more" if len(rules) > len(named) else ""
        canvas.flow(
            [("Not checked: ", "dim")],
            f"{REASONS.get(reason) or printable(reason, 80)}: {', '.join(named)}{more}",
            "dim",
        )


def _draw_summary(canvas: Canvas, report: Report) -> None:
    counts = report_counts(report)
    worst = next((severity for severity in SEVERITIES if counts[severity]), "good")
    line = count_line(counts)
    gaps = len(report.problems)
    if gaps:
        line += f"; {gaps} not checked"
    if cells(line) + 24 <= canvas.width:
        line += f"; exit code {report.exit_code}"
    canvas.add((line, worst))
