"""Audit real releases and compare with what they published: an answer is right, wrong, or not given."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from packaging.specifiers import SpecifierSet

from .conftest import RELEASES

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = ("kind", "import_names", "single_module", "entry_points", "requires_python")
GENERATED = ("PKG-INFO", ".egg-info")


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack an sdist without what an earlier build wrote into it: that would give the answers away."""
    with tarfile.open(archive) as tar:
        members = [m for m in tar.getmembers() if not any(part.endswith(GENERATED) for part in m.name.split("/"))]
        tar.extractall(folder, members, filter="data")
    (root,) = folder.iterdir()
    return root


def answers(report: dict[str, Any]) -> dict[str, Any]:
    project, wheel = report["project"], report["wheel"]
    found = {
        "kind": None if wheel["kind"] == "unknown" else wheel["kind"],
        "import_names": wheel["import_names"],
        "single_module": wheel["single_module"],
        "entry_points": project["entry_points"],
        "requires_python": project["requires_python"] or "",
    }
    for name in project["unknown"]:
        if name in found:
            found[name] = None
    return found


def equal(field: str, given: Any, published: Any) -> bool:
    if field == "requires_python":
        return SpecifierSet(given) == SpecifierSet(published or "")
    if field == "entry_points":
        return bool({g: e for g, e in given.items() if e} == published)
    return bool(given == published)


@pytest.mark.real
def test_answers_agree_with_what_was_published(released: dict[str, Path], tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    wrong = []
    for release in RELEASES:
        root = unpack(released[release["name"]], tmp_path / release["name"])
        run = subprocess.run(
            [sys.executable, "-I", "-m", "pkg_audit", "--format", "json", str(root)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode in (0, 1), f"{release['name']}: exit {run.returncode}: {run.stderr}"
        given = answers(json.loads(run.stdout))
        for field in FIELDS:
            if given[field] is None:
                counts["unknown"] += 1
            elif equal(field, given[field], release[field]):
                counts["right"] += 1
            else:
                wrong.append(f"{release['name']} {field}: published {release[field]!r}, predicted {given[field]!r}")
    total = len(RELEASES) * len(FIELDS)
    assert not wrong, "\n".join(wrong)
    assert counts["right"] >= 0.9 * total, f"only {counts['right']} of {total} answered: {dict(counts)}"


@pytest.mark.real
def test_an_sdist_is_audited_without_unpacking(released: dict[str, Path]) -> None:
    archive = next(path for path in released.values() if path.name.endswith(".tar.gz"))
    run = subprocess.run(
        [sys.executable, "-I", "-m", "pkg_audit", "--format", "json", str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    report = json.loads(run.stdout)
    assert report["project"]["source"] == "sdist"
    assert report["project"]["version"]
