"""Hold what the probes found in the files: no rules, no scope, no judgement yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pkg_audit.facts.declared import BuildSystem, Declared, DependencyGroup, Texts
from pkg_audit.facts.native import ExtensionDeclaration, NativeFindings
from pkg_audit.facts.place import Place, Text
from pkg_audit.facts.problem import Problem
from pkg_audit.facts.setuptools_options import SetuptoolsOptions
from pkg_audit.facts.sources import Import, SourceFacts
from pkg_audit.facts.wheel_contents import WheelContents


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a configuration file as a whole could not be read: the parser's message and its place."""

    at: Place
    message: str
    reason: str = "not-parseable"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value of a type that its key does not allow; the value counts as absent elsewhere. `key` is dotted."""

    at: Place
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A parsed TOML file that knows where each key and value stands.

    `value_places` and `key_places` map key paths (strings, and integers inside arrays) to places. A table's value
    place is its header. Paths are those of the parsed data; `()` is the whole file.
    """

    path: str
    data: Mapping[str, Any]
    value_places: Mapping[tuple[str | int, ...], Place]
    key_places: Mapping[tuple[str | int, ...], Place]

    def at(self, *keys: str | int) -> Place:
        """Return the place of a value, or of its nearest enclosing table."""
        path = keys
        while path and path not in self.value_places:
            path = path[:-1]
        return self.value_places.get(path, Place(self.path))

    def key_at(self, *keys: str | int) -> Place:
        """Return the place of a key, or of its value where the key has no place of its own."""
        return self.key_places.get(keys) or self.at(*keys)

    def get(self, *keys: str) -> Any:
        """Return the value at a key path, None where any step is missing or not a table."""
        value: Any = self.data
        for key in keys:
            if not isinstance(value, Mapping) or key not in value:
                return None
            value = value[key]
        return value


@dataclass(frozen=True, slots=True)
class Pyproject:
    """pyproject.toml. With `error` the file is not valid TOML and every table is unknown, not absent."""

    at: Place
    document: TomlDocument | None = None
    build_system: BuildSystem | None = None
    project: Declared | None = None
    poetry: Declared | None = None
    flit: Declared | None = None
    setuptools: SetuptoolsOptions | None = None
    dependency_groups: tuple[DependencyGroup, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    error: FileError | None = None


@dataclass(frozen=True, slots=True)
class SetupCfg:
    """setup.cfg. `sections` keeps every option's raw text; option names as written (case and dashes kept).

    `option_places` has the place of each option's name by (section, name). `misfits` lists what Python's configparser
    would refuse although it was read here: duplicates, lines without delimiter.
    """

    at: Place
    sections: Mapping[str, Mapping[str, Text]] = field(default_factory=lambda: MappingProxyType({}))
    declared: Declared | None = None
    setuptools: SetuptoolsOptions | None = None
    error: FileError | None = None
    option_places: Mapping[tuple[str, str], Place] = field(default_factory=lambda: MappingProxyType({}))
    misfits: tuple[Misfit, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupPy:
    """setup.py, read by the partial evaluator. `calls_setup` is where `setup(...)` stands, None if nowhere found.

    `reads` lists project files that it opens, `imports` what it imports. `setup_from` names the module that `setup`
    comes from. `extensions_seen` has every extension that the call shows, even where the whole list is unknown.
    """

    at: Place
    calls_setup: Place | None = None
    declared: Declared | None = None
    setuptools: SetuptoolsOptions | None = None
    imports: tuple[Import, ...] = ()
    reads: tuple[Text, ...] = ()
    setup_from: str = ""
    extensions_seen: tuple[ExtensionDeclaration, ...] = ()
    error: FileError | None = None


@dataclass(frozen=True, slots=True)
class ManifestCommand:
    """One line of MANIFEST.in: `action` such as `include` or `recursive-exclude`, with its words."""

    at: Place
    action: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScriptBlock:
    """A PEP 723 block. `error` says why it is not valid, "" if it is."""

    at: Place
    requires_python: Text | None = None
    dependencies: Texts | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """Everything the probes found in one project root. Paths are relative to that root.

    `files` are the regular files of the tree, `links` its symbolic links (never followed), both sorted.
    `sources` has every Python file that was read, by path. The metadata of built artifacts (PKG-INFO of an sdist
    archive, METADATA of a wheel) stands in `built`, what a wheel holds and says of itself in `wheel`. `marked` lists
    the files with ignore comments.
    """

    source: str
    files: tuple[str, ...]
    links: tuple[str, ...] = ()
    pyproject: Pyproject | None = None
    setup_cfg: SetupCfg | None = None
    setup_py: SetupPy | None = None
    manifest_in: tuple[ManifestCommand, ...] | None = None
    sources: Mapping[str, SourceFacts] = field(default_factory=lambda: MappingProxyType({}))
    script_blocks: Mapping[str, ScriptBlock] = field(default_factory=lambda: MappingProxyType({}))
    native: NativeFindings = field(default_factory=NativeFindings)
    built: Declared | None = None
    wheel: WheelContents | None = None
    nested_projects: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
