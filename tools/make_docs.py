"""Write docs/rules/*.md and docs/technologies.md from the rule files; remove pages of rules that are gone.

python tools/make_docs.py            writes
python tools/make_docs.py --check    writes nothing, exit code 1 where a page is missing, stale or orphaned
"""

from __future__ import annotations

import sys
from pathlib import Path

from pkg_audit.explain import explain_rule
from pkg_audit.explain.lists import rules_markdown, technologies_markdown
from pkg_audit.ruleset import load_ruleset

ROOT = Path(__file__).resolve().parents[1]


def pages() -> dict[str, str]:
    """Return every generated page by its path below the checkout."""
    ruleset = load_ruleset()
    made = {
        "docs/rules/index.md": rules_markdown(ruleset),
        "docs/technologies.md": technologies_markdown(ruleset),
    }
    for rule in ruleset.rules.values():
        made[f"docs/rules/{rule.id}.md"] = explain_rule(rule, ruleset, "markdown")
    return made


def differences(root: Path = ROOT) -> list[str]:
    """Return the pages that are missing, stale or belong to no rule."""
    made = pages()
    wrong = [name for name, text in made.items() if _read(root / name) != text]
    there = sorted(path.relative_to(root).as_posix() for path in (root / "docs" / "rules").glob("*.md"))
    return wrong + [name for name in there if name not in made]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main() -> int:
    """Write or check the pages."""
    wrong = differences()
    if "--check" in sys.argv[1:]:
        for name in wrong:
            print(f"{name} is not up to date: run python tools/make_docs.py", file=sys.stderr)
        return 1 if wrong else 0
    made = pages()
    for name in wrong:
        path = ROOT / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(made)} pages, {len(wrong)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
