"""Read the `[build-system]` table (PEP 518, PEP 517)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.declared import BuildSystem

if TYPE_CHECKING:
    from pkg_audit.scan.pyproject.reader import TomlReader


def read_build_system(reader: TomlReader) -> BuildSystem | None:
    """Read `[build-system]`, None where there is none."""
    if reader.table("build-system") is None:
        return None
    requires = reader.texts("build-system", "requires")
    backend_path = reader.texts("build-system", "backend-path")
    return BuildSystem(
        at=reader.at("build-system"),
        requires=None if requires is None else requires.value or (),
        backend=reader.text("build-system", "build-backend"),
        backend_path=backend_path.value or () if backend_path else (),
    )
