"""Hold what an expression of setup.py may evaluate to: constants, containers, library names, and what is not known."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown
from pkg_audit.scan.setup_py.limits import OPTIONS

if TYPE_CHECKING:
    from pkg_audit.facts.setuptools_options import FindPackages
    from pkg_audit.scan.setup_py.machine import Scope
    from pkg_audit.scan.setup_py.regex_program import Program

Scalar: TypeAlias = str | bytes | int | float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that static reading cannot decide, and where it stands."""

    text: str
    at: Place

    def negated(self) -> Condition:
        """Return the condition of the other branch."""
        text = self.text
        if text.startswith("not (") and text.endswith(")") and "(" not in text[5:]:
            return Condition(text[5:-1], self.at)
        if text.startswith("not ") and " " not in text[4:]:
            return Condition(text[4:], self.at)
        return Condition(f"not ({text})" if " " in text else f"not {text}", self.at)


@dataclass(frozen=True, slots=True)
class Const:
    """A scalar. Text that is a contiguous part of a file spans exactly its lines: so its parts know their lines."""

    value: Scalar
    at: Place = WHOLE_PROJECT


@dataclass(frozen=True, slots=True)
class Unk:
    """Not known, and why."""

    unknown: Unknown


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, by conditions that cannot be decided."""

    options: tuple[tuple[Val, Condition], ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """An item or dict value that is there under a condition only. Never a value by itself."""

    value: Val
    condition: Condition


@dataclass(frozen=True, slots=True)
class Hole:
    """Any number of unknown items. Never a value by itself."""

    unknown: Unknown


@dataclass(frozen=True, slots=True)
class Tuple:
    """An immutable sequence; also what iterators and views are taken for."""

    items: tuple[Entry, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Ref:
    """A mutable object: its contents stand in the machine's state under `cell`."""

    cell: int
    at: Place


@dataclass(frozen=True, slots=True)
class External:
    """An object of the standard library or another distribution, by dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class PathValue:
    """A `pathlib` path."""

    path: str
    at: Place


@dataclass(frozen=True, slots=True)
class FileHandle:
    """An open file of the project with its whole content, or why that is not known."""

    content: Const | Unk
    at: Place


@dataclass(frozen=True, slots=True)
class PatternValue:
    """A compiled regular expression."""

    program: Program


@dataclass(frozen=True, slots=True)
class MatchValue:
    """A match: group 0 is the whole. `names` maps group names to numbers."""

    groups: tuple[str | None, ...]
    names: Mapping[str, int]
    at: Place


@dataclass(frozen=True, slots=True)
class Found:
    """What `find_packages` will find: one item of a list, run on the tree only where its items matter."""

    search: FindPackages
    at: Place


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function that the project defines, with its defaults as evaluated."""

    name: str
    arguments: ast.arguments
    body: tuple[ast.stmt, ...]
    defaults: tuple[Val, ...]
    keyword_defaults: tuple[Val | None, ...]
    scope: Scope
    coroutine: bool = False


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class that the project defines."""

    name: str
    bases: tuple[Val, ...]
    scope: Scope
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the project, by its path in the tree; read when first asked for a name."""

    path: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A name imported from a project's module that nobody has asked for yet: so the module need not be read.

    Only variables hold it; looking the variable up gives what it stands for.
    """

    module: ModuleValue
    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Instance:
    """An object whose class is known and whose attributes are not."""

    of: ClassValue | External
    at: Place


@dataclass(frozen=True, slots=True)
class Bound:
    """A method waiting for its call."""

    receiver: Val
    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """`sys.version_info`, or its first `length` components."""

    length: int


Val: TypeAlias = (
    Const
    | Unk
    | Choice
    | Tuple
    | Ref
    | External
    | PathValue
    | FileHandle
    | PatternValue
    | MatchValue
    | Found
    | FunctionValue
    | ClassValue
    | ModuleValue
    | Pending
    | Instance
    | Bound
    | VersionInfo
)

Entry: TypeAlias = Val | Maybe | Hole


@dataclass(frozen=True, slots=True)
class ListCell:
    """The contents of a list, or of a set (in order of insertion)."""

    items: tuple[Entry, ...]
    kind: Literal["list", "set"] = "list"


@dataclass(frozen=True, slots=True)
class DictCell:
    """The contents of a dict. `rest` set: further keys may exist. The keys keep their places in `places`."""

    entries: Mapping[Scalar, Val | Maybe]
    places: Mapping[Scalar, Place]
    rest: Unknown | None = None


@dataclass(frozen=True, slots=True)
class ExtensionCell:
    """An extension object. `by` is the mechanism that made it; `rest` set: attributes may have changed."""

    by: str
    attributes: Mapping[str, Val]
    at: Place


Cell: TypeAlias = ListCell | DictCell | ExtensionCell


def choice(*options: tuple[Val, Condition]) -> Val:
    """Return one of several values. Choices never nest, and too many alternatives are plainly unknown."""
    flat: list[tuple[Val, Condition]] = []
    for value, condition in options:
        flat.extend(value.options if isinstance(value, Choice) else ((value, condition),))
    if len(flat) > OPTIONS:
        condition = flat[0][1]
        return Unk(Unknown("conditional", condition.at, condition.text))
    return Choice(tuple(flat)) if len(flat) > 1 else flat[0][0]


def text_of(value: Entry | None) -> str | None:
    """Return the string that a value certainly is, else None."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def path_of(value: Entry | None) -> str | None:
    """Return the path that a value certainly is, else None."""
    return value.path if isinstance(value, PathValue) else text_of(value)


def place_of(value: Entry | None, default: Place) -> Place:
    """Return where a value stands, as far as it knows."""
    at = getattr(value, "at", None)
    return at if isinstance(at, Place) and at.path is not None else default


def why(entry: Entry, default: Place) -> Unknown:
    """Say why a value or item is not certain."""
    if isinstance(entry, (Unk, Hole)):
        return entry.unknown
    if isinstance(entry, Maybe):
        return Unknown("conditional", entry.condition.at, entry.condition.text)
    if isinstance(entry, Choice):
        condition = entry.options[0][1]
        return Unknown("conditional", condition.at, condition.text)
    return Unknown("dynamic-expression", default)
