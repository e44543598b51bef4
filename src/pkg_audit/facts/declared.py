"""Hold what one metadata source (a `[project]` table, setup.cfg, setup.py, `[tool.poetry]`) declares, as declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.place import WHOLE_PROJECT, Place, Text, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

MetadataSource = Literal["project", "setup.cfg", "setup.py", "poetry", "flit", "wheel", "sdist"]

Texts = tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class EntryPointDeclaration:
    """One entry point as written: `name = value` in `group`; `at` spans the value, `name_at` the name."""

    group: str
    name: str
    value: str
    at: Place
    name_at: Place = WHOLE_PROJECT


@dataclass(frozen=True, slots=True)
class Person:
    """An author or maintainer as declared; `at` spans the whole entry."""

    role: Literal["author", "maintainer"]
    at: Place
    name: Text | None = None
    email: Text | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The metadata that one source declares. None: not declared there. `Value.unknown`: declared, not evaluable.

    `optional_dependencies` keeps extras in order of declaration; in setup.py and setup.cfg the conditional extras
    `extra:marker` and `:marker` are already folded into PEP 508 markers.
    `dynamic` lists the `[project] dynamic` fields. `readme` is the path of the (first) file that becomes the
    description, `readme_text` a description given in place; `readme_files` are all files that make it up.
    `other` keeps every further key of the source as (name -> place), for rules about unknown or deprecated keys.
    """

    source: MetadataSource
    at: Place
    name: Value[str] | None = None
    version: Value[str] | None = None
    description: Value[str] | None = None
    requires_python: Value[str] | None = None
    dependencies: Value[Texts] | None = None
    optional_dependencies: Value[Mapping[str, Texts]] | None = None
    entry_points: Value[tuple[EntryPointDeclaration, ...]] | None = None
    license_expression: Value[str] | None = None
    license_text: Value[str] | None = None
    license_file: Value[str] | None = None
    license_files: Value[Texts] | None = None
    readme: Value[str] | None = None
    readme_content_type: Value[str] | None = None
    classifiers: Value[Texts] | None = None
    keywords: Value[Texts] | None = None
    urls: Value[Mapping[str, Text]] | None = None
    import_names: Value[Texts] | None = None
    import_namespaces: Value[Texts] | None = None
    dynamic: Texts = ()
    readme_text: Value[str] | None = None
    readme_files: Texts = ()
    people: tuple[Person, ...] = ()
    other: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """The `[build-system]` table. `backend` None: the key is missing. `requires` None: the key is missing."""

    at: Place
    requires: Texts | None
    backend: Text | None
    backend_path: Texts = ()


@dataclass(frozen=True, slots=True)
class DependencyGroup:
    """A `[dependency-groups]` entry with `include-group` already resolved; `unknown` for cycles and unknown names.

    `problem` says what makes the group unusable, "" for nothing; `problem_at` and `problem_detail` where and with what.
    `source` "poetry" marks a group of `[tool.poetry]`, translated to PEP 508.
    """

    name: str
    at: Place
    requirements: Texts
    unknown: Unknown | None = None
    problem: Literal["", "cycle", "unknown-group", "duplicate-name", "invalid-item"] = ""
    problem_at: Place = WHOLE_PROJECT
    problem_detail: str = ""
    source: Literal["dependency-groups", "poetry"] = "dependency-groups"
