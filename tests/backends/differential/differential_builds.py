"""Build environments for the differential tests: made once, kept in pytest's cache, used offline afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from pkg_audit.facts.distribution import WheelTag

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"


@dataclass(frozen=True)
class Layout:
    """One small project, as data: `files` by path, and what is expected beyond agreement with the backend.

    `unknown` names metadata that must be said to be unknown; `git` puts every file under version control first.
    """

    name: str
    backend: str
    requires: tuple[str, ...]
    files: dict[str, str]
    import_names: tuple[str, ...] | None
    incomplete: bool = False
    fails: str = ""
    unknown: tuple[str, ...] = ()
    git: bool = False


def load_layouts() -> list[Layout]:
    """Return every layout of the folder's TOML files."""
    found = []
    for path in sorted(LAYOUTS.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, table in data["layout"].items():
            names = table.get("import-names")
            found.append(
                Layout(
                    name=f"{path.stem}-{name}",
                    backend=table.get("backend", data["backend"]),
                    requires=tuple(data["requires"]),
                    files={**table["files"]},
                    import_names=None if names is None else tuple(names),
                    incomplete=table.get("incomplete", False),
                    fails=table.get("fails", ""),
                    unknown=tuple(table.get("unknown", ())),
                    git=table.get("git", False),
                )
            )
    return found


def environment(config: pytest.Config, requires: tuple[str, ...]) -> str:
    """Return the interpreter of an environment with the given requirements, "" where it cannot be made."""
    assert config.cache is not None
    digest = hashlib.sha256("\n".join((sys.version, *requires)).encode()).hexdigest()[:16]
    root = config.cache.mkdir("build-environments") / digest
    python = root / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = root / "ready"
    if not ready.is_file():
        for command in (
            [sys.executable, "-m", "venv", str(root)],
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requires],
        ):
            if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
                return ""
        ready.touch()
    return str(python)


def tag_agrees(tags: tuple[WheelTag, ...] | None, wheel_name: str) -> bool:
    """Tell whether a built wheel's name carries one of the predicted tags, for the interpreter that runs this."""
    parts = wheel_name.removesuffix(".whl").rsplit("-", 3)[1:]
    interpreter = f"cp{sys.version_info.major}{sys.version_info.minor}"
    for tag in tags or ():
        first = [interpreter if part == "cp3*" else part for part in (tag.python, tag.abi)]
        platform = parts[2] != "any" if tag.platform == "<platform>" else parts[2] == tag.platform
        if parts[:2] == first and platform:
            return True
    return False


def build(python: str, layout: Layout, project: Path, out: Path) -> dict[str, Any]:
    """Build a project for real and tell what came out."""
    out.mkdir()
    if layout.git:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"], ["tag", "1.0"]):
            subprocess.run(["git", *identity, *words], cwd=project, check=True, capture_output=True)
    command = [python, "-I", str(HERE / "build_one.py"), str(project), layout.backend, str(out)]
    search = os.pathsep.join((os.path.dirname(python), os.environ.get("PATH", "")))  # a backend may be a program there
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "PATH": search}
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result
