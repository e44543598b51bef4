from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place
from pkg_audit.model import Location, Report
from pkg_audit.report import Style, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Finding


def test_one_line_a_finding_and_one_that_sums_up(make_report: Callable[..., Report]) -> None:
    assert render(make_report(), "concise").splitlines() == [
        (
            "pyproject.toml:21:8: error[entry-point-target-missing] "
            "console_scripts: `acme` points at `acme.cli:mian`, which no scanned module defines"
        ),
        "src/acme/data.py:103:12: warning[data-read-by-path] `templates/a.txt` is read by path from inside the package",
        ".: info[note] console_scripts: `acme` points at `acme.cli:mian`, which no scanned module defines",
        "1 error, 1 warning, 1 note (1 ignored); 1 rule not evaluated; 1 not read or done",
    ]


def test_a_line_stays_a_line_whatever_the_names(
    make_report: Callable[..., Report], make_finding: Callable[..., Finding]
) -> None:
    names = ["::add-mask::x", " ::set-output::", "##vso[x]", "-rf", "a\n::b::", "\x1b[2J"]
    findings = tuple(make_finding(location=Location(Place(name, 1, 1))) for name in names)
    lines = render(make_report(findings=findings), "concise", Style(unicode=False)).splitlines()
    assert len(lines) == len(names) + 1
    assert all(line[0].isalnum() or line.startswith("./") for line in lines)
