"""Say what a hostile case is, and build it: `input` is what is audited, `outside` is what must stay unread."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tree"))  # the archive builders

SECRET = "do-not-read-5c1f77aa"
"""Stands in files and variables that no report may show."""

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "demo"
version = "1.0"
description = "A small project"
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE"]
dependencies = []
"""

JUDGED = frozenset({0, 1})
REFUSED = frozenset({1, 3})
"""What a damaged or deceptive archive may end in: never a clean pass."""


@dataclass
class Box:
    """One case's folder and how the audit of it is run."""

    folder: Path
    exits: frozenset[int] = JUDGED
    target: str = "input"
    arguments: tuple[str, ...] = ()
    environment: dict[str, str | None] = field(default_factory=dict)
    cwd: str | None = None
    path: str | None = None
    """What stands for the target on the command line, where that is not its absolute path."""
    mentions: tuple[str, ...] = ()
    """Texts that the JSON report, or standard error where there is none, must hold."""
    seconds: float = 20
    megabytes: int = 600
    as_module: bool = False
    after: Callable[[], None] | None = None

    @property
    def root(self) -> Path:
        return self.folder / "input"

    @property
    def canary(self) -> Path:
        return self.folder / "CANARY"

    @property
    def payload(self) -> str:
        """Python that betrays that it was executed."""
        return f"open({str(self.canary)!r}, 'a').write(__name__)\n"

    @property
    def shell(self) -> str:
        return f"touch '{self.canary}'"

    def write(self, name: str, content: str | bytes = "") -> Path:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
        return target

    def write_raw(self, name: bytes, content: bytes = b"") -> None:
        """Write a file whose name is bytes; skips the case where the file system refuses it."""
        path = os.path.join(os.fsencode(self.root), name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        except OSError as error:
            import pytest

            pytest.skip(f"the file system refuses the name: {error.strerror}")

    def outside(self, name: str, content: str = SECRET + "\n") -> Path:
        target = self.folder / "outside" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        return target

    def link(self, name: str, to: str | Path) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(to)

    def fifo(self, name: str) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(target)

    def project(self, toml: str = "", pyproject: str | bytes = "") -> None:
        """Write a small project in good order; `toml` is added to its pyproject.toml, `pyproject` replaces it."""
        self.write("pyproject.toml", pyproject or PYPROJECT + toml)
        self.write("README.md", "# demo\n")
        self.write("LICENSE", "MIT\n")
        self.write("src/demo/__init__.py", '"""Demo."""\n')
        self.write("src/demo/core.py", "import os\n\n\ndef f():\n    return os.sep\n")

    def module(self, content: str | bytes) -> None:
        """Write a project with one hostile module."""
        self.project()
        self.write("src/demo/x.py", content)

    def archive(self, name: str, content: bytes) -> None:
        self.write(name, content)
        self.target = f"input/{name}"
        self.exits = REFUSED


Builder = Callable[[Box], None]
CASES: dict[str, tuple[str, Builder]] = {}


def case(threat: str) -> Callable[[Builder], Builder]:
    """Register a builder under its function's name; `threat` is the row of the list of threats, such as `P4`."""

    def register(builder: Builder) -> Builder:
        name = f"{threat}-{getattr(builder, '__name__', '?').replace('_', '-')}"
        assert name not in CASES, name
        CASES[name] = (threat, builder)
        return builder

    return register


def add(threat: str, name: str, builder: Builder) -> None:
    """Register a builder under a name of its own, for tables of cases."""
    CASES[f"{threat}-{name}"] = (threat, builder)
