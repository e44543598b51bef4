"""Fill the tables of docs/accuracy.md from measurements that were made before.

    python tools/make_accuracy.py SCORES.json TAGS.json RESULTS.xml [RESULTS.xml ...]

SCORES.json holds the score against published releases: for each one its backend, and for each field the answer's grade
and the truth. TAGS.json is what tools/score_tags.py writes. RESULTS.xml are pytest's reports (`--junitxml`) of the
differential tests, which build projects for real.
Only what stands between the page's markers is replaced.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
CASE = re.compile(r"test_prediction_agrees_with_the_(?P<kind>backend|compiled_build)\[(?P<layout>.+)\]")
COMPILED = ("metadata", "kind", "tags", "extension-modules", "import-names", "wheel-files", "sdist-files")
GRADES = ("right", "wrong", "abstained")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal."""
    return f"{part / whole:.1%}" if whole else "-"


def grades(rows: list[dict[str, Any]], field: str) -> Counter[str]:
    """Count the grades of one field; an audit that failed is wrong."""
    return Counter(row["fields"][field] if "fields" in row else "wrong" for row in rows)


def by_field(rows: list[dict[str, Any]]) -> str:
    """Return the table of every field, with the rows where the commonest answer would be wrong."""
    fields = next((list(row["fields"]) for row in rows if "fields" in row), [])
    lines: list[tuple[object, ...]] = []
    for field in fields:
        count = grades(rows, field)
        commonest = Counter(row["truth"][field] for row in rows if "truth" in row).most_common(1)[0][0]
        hard = [row for row in rows if "truth" in row and row["truth"][field] != commonest]
        good = sum(row["fields"][field] == "right" for row in hard)
        shares = (percent(count[grade], len(rows)) for grade in GRADES)
        lines.append((f"`{field}`", *shares, f"{good} of {len(hard)}"))
    return table(("field", *GRADES, "right where a constant answer fails"), lines)


def by_kind(rows: list[dict[str, Any]]) -> str:
    """Return what became of each class of wheel."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if "truth" in row:
            groups[row["truth"]["kind"].strip("'")].append(row)
    lines: list[tuple[object, ...]] = []
    for kind, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        cells = []
        for field in ("kind", "extension_modules", "import_names", "py_files", "data_files"):
            count = grades(members, field)
            cells.append(" / ".join(str(count[grade]) for grade in GRADES))
        lines.append((kind, len(members), *cells))
    head = ("published as", "releases", "`kind`", "`extension_modules`", "`import_names`", "`py_files`", "`data_files`")
    return table(head, lines)


def by_tags(rows: list[dict[str, Any]]) -> str:
    """Return what became of the predicted tags of each class of wheel."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        groups[row["kind"]][row["grade"]] += 1
    lines: list[tuple[object, ...]] = []
    for kind, count in sorted(groups.items(), key=lambda item: -item[1].total()):
        lines.append((kind, count.total(), *(count[grade] for grade in GRADES)))
    total = sum(groups.values(), Counter[str]())
    lines.append(
        ("all", total.total(), *(f"{total[grade]} ({percent(total[grade], total.total())})" for grade in GRADES))
    )
    return table(("published as", "releases", *GRADES), lines)


def by_backend(rows: list[dict[str, Any]]) -> str:
    """Return the share of right answers for each build backend."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[str(row.get("backend", "(failed)"))].append(row)
    lines: list[tuple[object, ...]] = []
    for backend, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        cells = []
        for field in ("kind", "import_names", "py_files", "data_files", "version", "requires_dist"):
            count = grades(members, field)
            wrong = f" ({count['wrong']} wrong)" if count["wrong"] else ""
            cells.append(f"{count['right']}{wrong}")
        name = backend.removeprefix("default:")
        lines.append(("no pyproject.toml" if name == "none" else f"`{name}`", len(members), *cells))
    head = (
        "backend",
        "releases",
        "`kind`",
        "`import_names`",
        "`py_files`",
        "`data_files`",
        "`version`",
        "`requires_dist`",
    )
    return table(head, lines)


def outcomes(paths: list[Path]) -> dict[tuple[str, str], str]:
    """Return `agrees`, `differs` or `not predicted` for each case of the reports, by test and layout."""
    found = {}
    for path in paths:
        for case in ET.parse(path).getroot().iter("testcase"):
            match = CASE.fullmatch(case.get("name", ""))
            if match is None:
                continue
            if case.find("failure") is not None or case.find("error") is not None:
                found[match["kind"], match["layout"]] = "differs"
            else:
                found[match["kind"], match["layout"]] = (
                    "not predicted" if case.find("skipped") is not None else "agrees"
                )
    return found


def differential(results: dict[tuple[str, str], str]) -> tuple[str, str]:
    """Return the tables of the differential tests: backends that compile by layout, the others in sum."""
    compiled: dict[str, dict[str, str]] = defaultdict(dict)
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, name), outcome in results.items():
        field = next((f for f in COMPILED if name.endswith(f"-{f}")), None)
        if kind == "compiled_build" and field is not None:
            compiled[name.removesuffix(f"-{field}")][field] = outcome
        else:
            others[name.partition("-")[0]][outcome] += 1
    lines: list[tuple[object, ...]] = []
    for name, fields in sorted(compiled.items()):
        backend, _, layout = name.partition("-")
        marks = {"agrees": "yes", "differs": "**no**", "not predicted": "-"}
        lines.append((backend.replace("_", "-"), layout, *(marks[fields[f]] if f in fields else "" for f in COMPILED)))
    sums = [(name, sum(count.values()), count["agrees"], count["differs"]) for name, count in sorted(others.items())]
    return table(("backend", "layout", *COMPILED), lines), table(("backend", "layouts", "agree", "differ"), list(sums))


def replaced(text: str, name: str, content: str) -> str:
    """Return the page with the part between one pair of markers replaced."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{content}{end}{after}" if rest else text


def main() -> int:
    """Rewrite the page."""
    if len(sys.argv) < 4:
        print(__doc__)
        return 2
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tags = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    compiled, others = differential(outcomes([Path(name) for name in sys.argv[3:]]))
    text = PAGE.read_text(encoding="utf-8")
    parts = {"fields": by_field(rows), "kinds": by_kind(rows), "tags": by_tags(tags), "backends": by_backend(rows)}
    for name, content in {**parts, "compiled builds": compiled, "other builds": others}.items():
        text = replaced(text, name, content)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
