"""The project audits itself: as a tree, as its own sdist and wheel, and from a zipapp."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipapp
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=cwd)


def audit(*command: str | Path) -> dict[str, Any]:
    done = run(*command)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def open_findings(report: dict[str, Any]) -> list[str]:
    return [
        f"{f['location']['path']}:{f['location']['line']} {f['rule']}: {f['message']}"
        for f in report["findings"]
        if f["status"] == "open" and f["severity"] in ("error", "warning")
    ]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist and, built from it, the wheel."""
    out = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


def test_this_repository_is_clean() -> None:
    report = audit(sys.executable, "-I", "-m", "pkg_audit", "--format", "json", ROOT)
    assert open_findings(report) == []
    assert report["problems"] == []
    assert {v["technology"]: v["status"] for v in report["verdicts"]}["wheel"] == "ready"


@pytest.mark.parametrize("pattern", ["*.tar.gz", "*.whl"])
def test_its_own_archives_are_clean(built: Path, pattern: str) -> None:
    (archive,) = built.glob(pattern)
    report = audit(sys.executable, "-I", "-m", "pkg_audit", "--format", "json", archive)
    assert open_findings(report) == []
    assert report["problems"] == []


def test_the_wheel_is_predicted_exactly(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    predicted = audit(sys.executable, "-I", "-m", "pkg_audit", "--format", "json", ROOT)["wheel"]
    found = audit(sys.executable, "-I", "-m", "pkg_audit", "--format", "json", wheel)["wheel"]
    assert predicted["complete"]
    assert predicted["files"] == found["files"]
    assert predicted["import_names"] == found["import_names"] == ["pkg_audit"]


@pytest.mark.real
def test_it_runs_as_a_zipapp_of_its_own_wheel_and_dependencies(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    target = tmp_path / "content"
    options = ["--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none"]
    done = run(sys.executable, "-m", "pip", "install", "-q", "--target", target, *options, wheel)
    if done.returncode:
        pytest.skip(f"no network: pip could not install the dependencies: {done.stderr.strip()[-200:]}")
    main = "import sys\nfrom pkg_audit.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    (target / "__main__.py").write_text(main, encoding="utf-8")
    archive = tmp_path / "pkg-audit.pyz"
    zipapp.create_archive(target, archive)
    report = audit(sys.executable, "-I", archive, "--format", "json", ROOT)
    assert open_findings(report) == []
    text = run(sys.executable, "-I", archive, "explain", "py-typed-not-shipped")
    assert text.returncode == 0
    assert "py.typed" in text.stdout


def test_ci_runs_exactly_the_command_in_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "## Test it" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for heading in ("## Try it", "## Test it"):
        section = (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
        blocks = section.split("```")[1::2]
        assert len(blocks) == 1, f"{heading} has one fenced block"
        lines = blocks[0].splitlines()[1:]
        assert len(lines) == 1, f"{heading} has one command line"
