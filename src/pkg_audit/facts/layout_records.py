"""Hold what stands out in the tree's layout and in what the wheel would ship of it; selected by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Answer, Place


@dataclass(frozen=True, slots=True)
class TopLevelName:
    """A name that the wheel would put directly into site-packages.

    `generic`: a name that many projects use and nobody owns (`utils`, `config`). `role` says what its files are.
    `shadows` is the standard-library module of the same name, "" for none; `others` are the other top-level names.
    """

    at: Place
    name: str
    kind: Literal["package", "module", "namespace", "stub-package"]
    role: Literal["runtime", "test", "docs", "example", "tooling"]
    generic: Answer
    shadows: str
    others: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that is no Python source, lies in a package that the wheel ships, and is shipped or not.

    `referenced`: a shipped module of the same import package names it in a string (`reader` says where).
    """

    at: Place
    path: str
    name: str
    package: str
    shipped: Answer
    referenced: Answer
    reader: str
    backend: str
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedMarker:
    """A `py.typed` file (or a stub of a shipped module) of an import package. `kind` `stray`: the marker lies in no
    package, and no package of the wheel has one."""

    at: Place
    package: str
    shipped: Answer
    kind: Literal["marker", "stray", "stub"] = "marker"


@dataclass(frozen=True, slots=True)
class UnshippedPackage:
    """A package directory below a shipped package that the wheel leaves out. `importer` is the shipped module that
    imports it; `imported` is no where none does, unknown where the import may never run. `listed`: the build names its
    packages one by one, so that no search and no exclusion left this one out."""

    at: Place
    name: str
    parent: str
    imported: Answer
    importer: str
    listed: Answer
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippedOddity:
    """A file in the wheel that has no business there. `kind` says what it is, `secret` credentials by their name."""

    at: Place
    path: str
    kind: Literal["os-junk", "secret", "bytecode", "editor-backup", "version-control", "cache", "binary"]


@dataclass(frozen=True, slots=True)
class NameClash:
    """A module and a package of the same dotted name: the package wins and the module can't be imported."""

    at: Place
    name: str
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class StrayInit:
    """An `__init__.py` where no package is: at the project root, or in a namespace that others share."""

    at: Place
    kind: Literal["project-root", "namespace-parent"]
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link of the tree. It is never followed; `inside_package` says that it lies in a shipped package."""

    at: Place
    path: str
    inside_package: Answer


@dataclass(frozen=True, slots=True)
class ShippedModule:
    """A module or package that makes the project more than a single module."""

    at: Place
    name: str


@dataclass(frozen=True, slots=True)
class DiscoveryFailure:
    """The build backend would refuse to choose what to ship, or ship no code. `names` are what it found, joined by
    commas, or for `nothing-found` the packages that the tree has."""

    at: Place
    kind: Literal["multiple-packages", "multiple-modules", "package-missing", "nothing-found"]
    names: str
    message: str
    backend: str


@dataclass(frozen=True, slots=True)
class MissingResource:
    """A resource that shipped code reads by a literal name and that no file of the project has. `by` is the call."""

    at: Place
    name: str
    package: str
    by: str


@dataclass(frozen=True, slots=True)
class ImportNameFault:
    """A declared import name that the wheel does not make importable; `importable` are some that it does."""

    at: Place
    name: str
    importable: str


@dataclass(frozen=True, slots=True)
class UnimportableModule:
    """A shipped module whose file name is no identifier."""

    at: Place
    path: str
