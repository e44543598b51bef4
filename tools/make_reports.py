"""Write `report.txt` of every example project of a rule: what `--format concise` says about its `bad` side.

    python tools/make_reports.py [RULE ...]

Read the changes before you commit them: the tests compare against these files, and nothing else checks their words.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pkg_audit.audit import audit
from pkg_audit.config import Config
from pkg_audit.errors import PkgAuditError
from pkg_audit.report.concise import render
from pkg_audit.report.style import Style
from pkg_audit.tree import open_tree

FIXTURES = Path(__file__).parents[1] / "fixtures" / "rules"


def report(folder: Path) -> str:
    """Return the finding lines of one example project, without the line that sums up."""
    config = Config(path=str(folder), persona="pedantic", isolated=True)
    return render(audit(open_tree(str(folder)), config), Style(quiet=2))


def main() -> int:
    """Write the files; print what changed."""
    names = sys.argv[1:] or sorted(entry.name for entry in FIXTURES.iterdir() if (entry / "bad").is_dir())
    failed = 0
    for name in names:
        target = FIXTURES / name / "report.txt"
        try:
            text = report(FIXTURES / name / "bad")
        except PkgAuditError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            print(f"{name}: written")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
