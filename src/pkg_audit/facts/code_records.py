"""Hold what is wrong between the shipped code, the Pythons it promises and the distributions it requires.

Every list is short: records of interest, at most one for a name in a file. `related` is the declaration that a record
contradicts (`requires-python`, a dependency), where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Answer, Place, UnknownReason

When = Literal["import", "call"]
"""Whether a statement runs when its module is imported, or only when a function is called or a condition holds."""


@dataclass(frozen=True, slots=True)
class StdlibImport:
    """A standard-library module (or `name` in one) that some Python of `requires_python` lacks; one for all files.

    `subject` is the dotted name of what is missing. `at` is the first import, `related` are `requires-python` and
    further imports, `files` counts the files. `missing_on` names the supported Pythons without it ("3.9, 3.10").
    `since` is the first Python that has it, `until` the first that lacks it again, "" for neither. `replacement` says
    what to use now. `reached`: importing the package or starting a script runs the import; "unknown" where only a
    function or an `if` leads to it, which may never run.
    """

    at: Place
    kind: Literal["too-new", "removed"]
    subject: str
    module: str
    name: str
    when: When
    since: str
    until: str
    missing_on: str
    requires_python: str
    replacement: str
    files: int
    related: tuple[Place, ...] = ()
    reached: Answer = "no"


@dataclass(frozen=True, slots=True)
class NewerSyntax:
    """Syntax that the oldest supported Pythons do not read; one record for a kind of syntax in a file.

    `evaluated`: it parses, but fails when it runs (annotations, unions of types). `alone`: the module is imported only
    under a guard, so that it may never meet the older Pythons.
    """

    at: Place
    name: str
    since: str
    floor: str
    requires_python: str
    evaluated: Answer
    alone: Answer
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class UndeclaredImport:
    """An import of another distribution's package that the run-time dependencies do not cover; one for a package.

    `at` is the first such import, `related` are further ones and what is declared; `files` counts the files that have
    one. `kind`: `missing` is declared nowhere; `development` only in a dependency group or an extra for developers,
    `extra` only in the extra `where`; `transitive` comes with the declared distribution `where`. `distribution` is the
    one that provides it. `reached`: importing the package or starting a script runs the import. `brought`: whether
    something else that is surely installed may bring it: a dependency whose own requirements are not known, a program
    that loads the project as its plug-in, a package that itself requires the project; "no" where nothing does.
    """

    at: Place
    kind: Literal["missing", "development", "extra", "transitive", "setuptools"]
    module: str
    distribution: str
    where: str
    reached: Answer
    files: int
    related: tuple[Place, ...] = ()
    brought: Answer = "no"


@dataclass(frozen=True, slots=True)
class UnusedDependency:
    """A run-time dependency that no file of the project imports or names. `imports` are its import names."""

    at: Place
    name: str
    imports: str
    tool: Answer


@dataclass(frozen=True, slots=True)
class UnreadSource:
    """A shipped source file that does not parse. `reason` is one of the reasons of "unknown"."""

    at: Place
    kind: Literal["python-2", "newer", "error", "encoding", "too-large", "too-deep"]
    message: str
    reason: UnknownReason


@dataclass(frozen=True, slots=True)
class DeepRelativeImport:
    """A relative import with more dots than the module has packages above it."""

    at: Place
    written: str
    module: str
    top: str


@dataclass(frozen=True, slots=True)
class OwnImport:
    """An import of a module of the project itself that the wheel would not hold.

    `state` missing: the tree has no such module, and nothing that could generate or compile it; not-shipped: it has
    one, which the wheel leaves out (`related`). `near` is the closest module that there is.
    """

    at: Place
    name: str
    when: When
    state: Literal["missing", "not-shipped"]
    near: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideImport:
    """An import of a top-level name that only the checkout has.

    `kind` neighbour: a module beside the importing one, whose full name is `meant`; not-shipped: a folder of the tree
    that is no part of the wheel, such as its tests.
    """

    at: Place
    kind: Literal["neighbour", "not-shipped"]
    name: str
    meant: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkerGap:
    """An unguarded import whose dependency is required under a marker that does not hold wherever the import runs.

    `missing_on` says where the dependency is lacking, in words. `brought`: whether another dependency, whose own
    requirements are not known, may bring it along there; "no" where none does.
    """

    at: Place
    module: str
    distribution: str
    marker: str
    missing_on: str
    reached: Answer
    related: tuple[Place, ...] = ()
    brought: Answer = "no"


@dataclass(frozen=True, slots=True)
class BuildImport:
    """An import that the build runs and that fails there. `by` says which file has it. `kind` `missing`: no build
    requirement provides it; `off-path`: it is the project's own, whose folder is not on the path."""

    at: Place
    module: str
    distribution: str
    by: str
    kind: Literal["missing", "off-path"] = "missing"
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryPointExtra:
    """An entry point that asks for an extra (`module:attr [extra]`); `declared`: the project has that extra."""

    at: Place
    name: str
    group: str
    extra: str
    declared: Answer
