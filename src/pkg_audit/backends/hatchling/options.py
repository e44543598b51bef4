"""Find hatchling's configuration: `[tool.hatch]`, section by section replaced by hatch.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.scanned import TomlDocument
from pkg_audit.scan.toml import read_toml

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.place import Place

HATCH_FILE = "hatch.toml"

TargetName = Literal["wheel", "sdist"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Both files' settings."""

    pyproject: TomlDocument | None
    hatch_file: TomlDocument | None

    def section(self, name: str) -> Table:
        """Return one section of `[tool.hatch]`; one that stands in hatch.toml replaces it as a whole."""
        if self.hatch_file is not None and name in self.hatch_file.data:
            return Table(self.hatch_file, (name,))
        return Table(self.pyproject, ("tool", "hatch", name))


@dataclass(frozen=True, slots=True)
class Target:
    """What is configured for the wheel or the sdist: its own table first, then that of all builds."""

    name: TargetName
    build: Table
    own: Table

    def pick(self, key: str) -> Table:
        """Return the table in whose favour a key is decided."""
        return self.own if key in self.own else self.build

    def strings(self, key: str) -> list[str]:
        """Return an option that is a list of strings, empty where there is none."""
        return [item for item in self.pick(key).strings(key) or () if item]

    def flag(self, key: str) -> bool:
        """Return an option that is a boolean, off unless set."""
        return self.pick(key).flag(key) or False

    def at(self, key: str) -> Place:
        """Return the place of an option."""
        return self.pick(key).at(key)

    def hooks(self) -> dict[str, Table]:
        """Return the enabled build hooks with their options."""
        found: dict[str, Table] = {}
        for table in (self.build, self.own):
            hooks = table.table("hooks")
            found.update({name: hooks.table(name) for name in hooks.data})
        return {name: table for name, table in found.items() if table.flag("enable-by-default") is not False}


def configuration_of(project: Project) -> Configuration:
    """Return hatchling's configuration; a broken hatch.toml counts as absent."""
    pyproject = project.scanned.pyproject
    other = read_toml(project.tree, HATCH_FILE) if project.index.is_file(HATCH_FILE) else None
    return Configuration(pyproject.document if pyproject else None, other if isinstance(other, TomlDocument) else None)


def target_of(configuration: Configuration, name: TargetName) -> Target:
    """Return the options of one target."""
    build = configuration.section("build")
    return Target(name, build, build.table("targets", name))
