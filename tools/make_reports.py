"""Write `report.txt` of every example project of a rule: what `--format concise` says about its `bad` side.

    python tools/make_reports.py [RULE ...]

Nothing is written for a rule whose `bad` side does not make it fire, and it alone. Read the changes before you commit
them: the tests compare against these files, and nothing else checks their words.
"""

from __future__ import annotations

import sys
from pathlib import Path

from example_projects import example_tree

from pkg_audit.audit import audit
from pkg_audit.config import Config
from pkg_audit.errors import PkgAuditError
from pkg_audit.report.concise import render
from pkg_audit.report.style import Style

FIXTURES = Path(__file__).parents[1] / "fixtures" / "rules"


def report(folder: Path) -> tuple[set[str], str]:
    """Return the rules that fire on one example project, and the finding lines without the one that sums up."""
    config = Config(path=str(folder), persona="pedantic", isolated=True)
    with example_tree(folder) as tree:
        result = audit(tree, config)
    fired = {finding.rule for finding in result.findings if finding.status == "open"}
    return fired, render(result, Style(quiet=2))


def main() -> int:
    """Write the files; print what changed."""
    names = sys.argv[1:] or sorted(entry.name for entry in FIXTURES.iterdir() if (entry / "bad").is_dir())
    failed = 0
    for name in names:
        target = FIXTURES / name / "report.txt"
        try:
            fired, text = report(FIXTURES / name / "bad")
        except PkgAuditError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        if fired != {name}:
            print(f"{name}: not written, because {', '.join(sorted(fired)) or 'nothing'} fires", file=sys.stderr)
            failed += 1
            continue
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            print(f"{name}: written")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
