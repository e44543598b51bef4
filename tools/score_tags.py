"""Compare the predicted tags of releases with those of the wheels that they published.

    python tools/score_tags.py TRUTH.jsonl TREES TAGS.json

TRUTH.jsonl has one release a line: `name`, `version`, `kind` and the file names `wheels`. TREES holds each release's
source distribution, unpacked as NAME-VERSION. Nothing of them is run.

right: every published wheel has a predicted tag, and every predicted tag was published. Wheels for interpreters that
the stable ABI leaves out (older ones, free-threaded ones, PyPy) may stand beside those that are predicted.
wrong: anything else. abstained: no tag is predicted.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pkg_audit.backends import predict
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Wheel, WheelTag

Parts = tuple[str, str, str]


def parts_of(name: str) -> Parts:
    """Return the three parts of the tag in a wheel's file name."""
    python, abi, platform = name.removesuffix(".whl").rsplit("-", 3)[1:]
    return python, abi, platform


def fits(published: Parts, tag: WheelTag) -> bool:
    """Tell whether a published tag is one that the pattern stands for."""
    python, abi, platform = published
    if platform != tag.platform and (tag.platform != "<platform>" or platform == "any"):
        return False
    if tag.python != "cp3*":
        return (python, abi) == (tag.python, tag.abi)
    if tag.abi == "cp3*":
        return re.match(r"(?:cp|pp|graalpy)\d", python) is not None and abi not in {"none", "abi3"}
    return python.startswith("cp3") and abi == tag.abi


def outside_stable_abi(published: Parts, wheel: Wheel) -> bool:
    """Tell whether a wheel is for an interpreter that an abi3 wheel does not serve."""
    python, abi, _ = published
    if python.startswith(("pp", "graalpy")) or abi.endswith("t"):
        return True
    match = re.fullmatch(r"cp3(\d+)", python)
    floor = int(wheel.abi3_floor.value.partition(".")[2]) if wheel.abi3_floor is not None else 0
    return match is not None and abi == python and int(match[1]) < floor


def grade(wheel: Wheel, names: list[str]) -> str:
    """Return the grade of one release."""
    if wheel.tags is None:
        return "abstained"
    published = [parts_of(name) for name in names]
    rest = [item for item in published if not any(fits(item, tag) for tag in wheel.tags)]
    if wheel.kind == "native-abi3":
        rest = [item for item in rest if not outside_stable_abi(item, wheel)]
    met = all(any(fits(item, tag) for item in published) for tag in wheel.tags)
    return "right" if met and not rest else "wrong"


def score(row: dict[str, Any], trees: Path) -> dict[str, Any]:
    """Return one release's kind, prediction, publication and grade."""
    tree = open_tree(str(trees / f"{row['name']}-{row['version']}"))
    wheel = predict(tree, scan(tree)).wheel
    return {
        "name": row["name"],
        "kind": row["kind"],
        "predicted": None if wheel.tags is None else [str(tag) for tag in wheel.tags],
        "published": sorted({"-".join(parts_of(name)[:2]) for name in row["wheels"]}),
        "grade": grade(wheel, row["wheels"]),
    }


def main() -> int:
    """Write the grades, and print those that are not right."""
    if len(sys.argv) != 4:
        print(__doc__)
        return 2
    truth, trees, target = map(Path, sys.argv[1:])
    lines = truth.read_text(encoding="utf-8").splitlines()
    rows = [score(json.loads(line), trees) for line in lines]
    target.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        if row["grade"] != "right":
            print(f"{row['grade']}: {row['name']} ({row['kind']}): {row['predicted']}, published {row['published']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
