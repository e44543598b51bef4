from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkg_audit.facts.distribution import CoreMetadata, Distribution
from pkg_audit.facts.place import Place, Text
from pkg_audit.facts.problem import Problem
from pkg_audit.model import Advice, Fix, Inference, Location, Report, Verdict
from pkg_audit.report import Style, render
from pkg_audit.report.canvas import cells, cut, to_ascii, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Finding

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LONG = "a very long explanation that goes on and on, " * 6


def text(report: Report, **style: object) -> str:
    return render(report, "text", Style(**style))  # type: ignore[arg-type]


def test_a_finding_shows_its_lines_across_files(make_report: Callable[..., Report]) -> None:
    shown = text(make_report())
    expected = """\
  --> pyproject.toml:21:8
   |
21 | acme = "acme.cli:mian"
   |        ^^^^^^^^^^^^^^^ the installed command ends in ImportError
  ::: src/acme/cli.py:8:5
   |
 8 | def main():
   |     ---- did you mean this?
   = breaks: wheel, zipapp
   = fix [safe]: acme = "acme.cli:main"
"""
    assert expected in shown


def test_verdicts_have_symbol_status_and_reason(make_report: Callable[..., Report]) -> None:
    lines = text(make_report()).splitlines()
    assert "  sdist        ✓ ready       built by hatchling from 14 files" in lines
    assert "  wheel        ✗ blocked     its command fails" in lines
    assert "  pex          ? unknown     data.py:3 builds a path that cannot be known" in lines
    assert "  pyinstaller  – not suited  a library needs no freezer" in lines


def test_a_reason_is_said_once(make_report: Callable[..., Report]) -> None:
    verdicts = tuple(Verdict(name, name, 1, "blocked", "the same reason") for name in ("sdist", "wheel"))
    shown = text(make_report(verdicts=verdicts))
    assert "  sdist  ✗ blocked  the same reason\n  wheel  ✗ blocked  as above\n" in shown


def test_one_form_is_recommended_with_alternatives_and_a_way_to_object(make_report: Callable[..., Report]) -> None:
    shown = text(make_report())
    assert "Ship it as: Pure wheel, a tool for developers\n  next: Correct the reference\n  or: pex, sdist\n" in shown
    assert "because kind = tool: console script acme (pyproject.toml:21)" in shown
    assert "--kind" in shown


def test_an_unanswered_question_is_asked_back(make_report: Callable[..., Report]) -> None:
    shown = text(make_report(advice=Advice(kind="tool", audience="unknown", primary="wheel")))
    assert "Not known? Say --audience ..." in shown


def test_what_was_not_looked_at_is_said(make_report: Callable[..., Report]) -> None:
    shown = text(make_report())
    assert "Not checked: src/acme/old.py:3: is not valid UTF-8" in shown
    assert "Not checked: needs a network: dependency-yanked" in shown
    assert "rules of taste" not in shown
    assert "rules of taste" in text(make_report(), show_all=True)


def test_the_last_line_counts(make_report: Callable[..., Report]) -> None:
    assert text(make_report()).splitlines()[-1] == (
        "1 error, 1 warning, 1 note (1 ignored); 1 not checked; exit code 1"
    )


def test_the_short_report_shows_each_rule_once_and_folds_the_rest(
    make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    same = [make_finding(number, location=Location(Place("a.py", number))) for number in range(1, 9)]
    others = [make_finding(20 + n, rule=f"rule-{n}", severity="warning") for n in range(9)]
    report = make_report(findings=(*others, *same))
    shown = text(report, command="pkg-audit src")
    assert shown.count("error[entry-point-target-missing]") == 1
    assert "= also: a.py:2, a.py:3, a.py:4 and 4 more" in shown
    assert shown.index("error[") < shown.index("warning[")
    assert "... and 5 warnings more; all of them: pkg-audit src --show all" in shown
    full = text(report, show_all=True)
    assert full.count("error[entry-point-target-missing]") == 8
    assert "more; all of them" not in full


def test_ignored_findings_are_named_only_when_all_is_shown(make_report: Callable[..., Report]) -> None:
    assert "kept for 1.x" not in text(make_report())
    assert "Ignored: entry-point-target-missing at pyproject.toml:21:8: kept for 1.x" in text(
        make_report(), show_all=True
    )


def test_quiet_leaves_the_findings(make_report: Callable[..., Report]) -> None:
    shown = text(make_report(), quiet=1)
    assert shown.startswith("error[")
    assert "Ship it as" not in shown
    assert text(make_report(findings=()), quiet=1) == ""


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("show_all", [False, True])
def test_no_line_is_wider_than_asked(
    width: int, show_all: bool, make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    wide = "界" * 90
    report = make_report(
        root="x" * 300,
        distribution=Distribution("b" * 90, Place(), CoreMetadata(Text(wide), Text("1" * 90), Text(">=3" * 50))),
        findings=(
            make_finding(
                message=LONG,
                location=Location(Place("d/" * 200 + "f.py", 123456, 250, 123456, 260), "y" * 300, LONG),
                related=(Location(Place("e.py", 1, 1, 1, 9), wide, LONG),),
                fix=Fix("z" * 300),
            ),
        ),
        verdicts=(Verdict("wheel", "T" * 60, 1, "blocked", LONG, ("f1",), LONG),),
        advice=Advice("tool", inferred_from=(Inference("kind", LONG, Place("p" * 200, 1)),), primary="wheel"),
        problems=(Problem(LONG, "q" * 200, 1),),
    )
    shown = text(report, width=width, show_all=show_all)
    assert max(cells(line) for line in shown.splitlines()) <= width
    assert ANSI.sub("", text(report, width=width, show_all=show_all, color=True)) == shown


def test_without_utf8_the_report_is_ascii(make_report: Callable[..., Report]) -> None:
    shown = text(make_report(root="é"), unicode=False)
    assert shown.isascii()
    assert "x blocked" in shown
    assert to_ascii("é✓") == "\\xe9+"


def test_colour_changes_nothing_but_colour(make_report: Callable[..., Report]) -> None:
    colored = text(make_report(), color=True)
    assert "\x1b[" in colored
    assert ANSI.sub("", colored) == text(make_report())


def test_plain_text_loads_no_rich() -> None:
    code = (
        "import sys; from pkg_audit.model import Report; from pkg_audit.facts.distribution import Distribution\n"
        "from pkg_audit.facts.place import Place; from pkg_audit.report import render\n"
        "render(Report('.', 'directory', 0, Distribution(None, Place())), 'text'); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_markup_is_text(make_report: Callable[..., Report], make_finding: Callable[..., Finding]) -> None:
    name = "[red]a[/blue][/] :smile: [link=file:/etc/passwd]b.py"
    report = make_report(findings=(make_finding(message=name, location=Location(Place(name, 1, 1, 1, 2), name)),))
    for color in (False, True):
        assert ANSI.sub("", text(report, color=color, width=120)).count(name) == 3


SAFE_STARTS = re.compile(
    r"(pkg-audit |error|warning|info|\.\.\. "
    r"|Ship it as: |Not checked: |Ignored: |\d+ errors?, | *(\d* \||-->|:::|= |\.\.\.$)|"
    r" +(│|\||→|->|next: |or: |because |Wrong\?|Not known\?)|  wheel |$)"
)


def hostile_report(value: str, make_report: Callable[..., Report], make_finding: Callable[..., Finding]) -> Report:
    place = Place(value, 3, 2, 3, 5)
    return make_report(
        root=value,
        distribution=Distribution(value, Place(), CoreMetadata(Text(value), Text(value), Text(value))),
        findings=(
            make_finding(
                message=value,
                location=Location(place, value, value),
                related=(Location(place, value, value), Location(Place(value), None, value)),
                fix=Fix(value),
                ignored_because=value,
            ),
            make_finding(2, status="ignored", ignored_because=value),
        ),
        verdicts=(Verdict("wheel", "Pure wheel", 1, "blocked", value, ("f1",), value),),
        advice=Advice("tool", inferred_from=(Inference("kind", value, place),), primary="wheel"),
        problems=(Problem(value, value, 1), Problem(value)),
    )


@pytest.mark.parametrize("style", [Style(), Style(show_all=True), Style(width=40, unicode=False), Style(width=50)])
def test_no_text_of_the_project_begins_a_line(
    style: Style, make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    value = "x\n::add-mask::y " + " ".join(["##vso[task] ::stop-commands::z"] * 12) + "\x1b[2J\u202e\r"
    shown = render(hostile_report(value, make_report, make_finding), "text", style)
    for line in shown.splitlines():
        assert SAFE_STARTS.match(line), line
        assert not re.match(r"\s*(::[a-z]|##\[|##vso)", line), line
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(), min_size=1, max_size=200), width=st.integers(40, 120))
def test_any_text_renders(
    value: str, width: int, make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    made = hostile_report(value, make_report, make_finding)
    shown = render(made, "text", Style(width=width))
    assert all(cells(line) <= width and (line.isprintable() or not line) for line in shown.split("\n"))
    render(made, "concise", Style(width=width)).encode("utf-8")


def test_wrap_keeps_every_word_and_the_width() -> None:
    assert wrap("aa bb cc", 5) == ["aa bb", "cc"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrap("界界界", 3) == ["界", "界", "界"]
    assert wrap("", 5) == [""]
    assert cut("abcdef", 4) == "abc…"
    assert cells("é界") == 3


def test_the_caret_stands_below_wide_characters_and_tabs(
    make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    place = Location(Place("a.py", 1, 4, 1, 6), "\t界xyz")
    shown = text(make_report(findings=(make_finding(location=place, related=()),)))
    assert "1 |  界xyz\n  |     ^^\n" in shown


def test_a_span_in_a_long_line_stays_visible(
    make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    line = "a" * 150 + "HERE" + "b" * 300
    place = Location(Place("a.py", 1, 151, 1, 155), line)
    lines = text(make_report(findings=(make_finding(location=place, related=()),))).splitlines()
    code = next(number for number, content in enumerate(lines) if "HERE" in content)
    assert lines[code].index("HERE") == lines[code + 1].index("^^^^")
