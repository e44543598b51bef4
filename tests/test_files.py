"""`pkg-audit files` shows what would be shipped and why, and tells built artifacts from the prediction."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1.0"
"""
METADATA = "Metadata-Version: 2.4\nName: acme\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def project(folder: Path) -> Path:
    files = {
        "pyproject.toml": PYPROJECT,
        "src/acme/__init__.py": "",
        "src/acme/data.json": "{}\n",
        "notes/plan.txt": "x\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def wheel(path: Path, members: dict[str, str]) -> Path:
    info = "acme-1.0.dist-info"
    members = {**members, f"{info}/METADATA": METADATA, f"{info}/WHEEL": WHEEL}
    record = ""
    for name, text in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text.encode())}\n"
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def files(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "pkg_audit", "files", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_each_file_is_shown_with_its_reason(tmp_path: Path) -> None:
    done = files(project(tmp_path / "project"))
    assert done.returncode == 0
    assert done.stdout.startswith(
        "wheel (pure)\n  tag py2.py3-none-any  (hatchling is told of nothing to compile; without `requires-python` "
        "the backend takes Python 2 for supported)\n  acme/\n    __init__.py  ("
    )
    assert "from src/acme/data.json" in done.stdout
    assert "\nsdist (predicted)\n" in done.stdout


def test_a_wheel_as_predicted(tmp_path: Path) -> None:
    built = wheel(tmp_path / "acme-1.0-py3-none-any.whl", {"acme/__init__.py": "", "acme/data.json": "{}\n"})
    done = files(project(tmp_path / "project"), "--wheel", built)
    assert (done.returncode, "as predicted, 2 files" in done.stdout) == (0, True)


def test_each_difference_is_explained(tmp_path: Path) -> None:
    built = wheel(tmp_path / "acme-1.0-py3-none-any.whl", {"acme/__init__.py": "", "acme/_made.py": "", "plan.txt": ""})
    done = files(project(tmp_path / "project"), "--wheel", built)
    assert done.returncode == 1
    assert "3 differences, 1 file as predicted" in done.stdout
    assert "- acme/data.json" in done.stdout
    assert "+ acme/_made.py  (no file of the tree has this path" in done.stdout
    assert "+ plan.txt  (notes/plan.txt may be its source" in done.stdout


def test_an_sdist_is_compared(tmp_path: Path) -> None:
    archive = tmp_path / "acme-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("PKG-INFO", "pyproject.toml", "src/acme/__init__.py", "src/acme/data.json"):
            data = (PYPROJECT if name == "pyproject.toml" else METADATA if name == "PKG-INFO" else "").encode()
            member = tarfile.TarInfo(f"acme-1.0/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    done = files(project(tmp_path / "project"), "--sdist", archive)
    assert done.returncode == 1
    assert "- notes/plan.txt" in done.stdout
    assert "1 difference" in done.stdout


def test_the_wrong_kind_of_artifact_is_refused(tmp_path: Path) -> None:
    built = wheel(tmp_path / "acme-1.0-py3-none-any.whl", {"acme/__init__.py": ""})
    done = files(project(tmp_path / "project"), "--sdist", built)
    assert done.returncode == 3
    assert "not an sdist" in done.stderr
