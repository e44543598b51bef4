"""Hold the values of a build script under evaluation: plain Python data, and stand-ins for everything else."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    import ast

    from pkg_audit.facts.place import Answer

ROOT = "/@project"
"""Stands for the project's absolute path, which is not known and must not matter."""


@dataclass(slots=True)
class Ext:
    """An extension module object; `name` "" and unknown `sources` stay unknown."""

    at: Place
    by: str
    name: str = ""
    sources: list[Any] = field(default_factory=list)
    libraries: list[Any] = field(default_factory=list)
    language: str = ""
    optional: Answer = "no"
    abi3: Answer = "no"
    program: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)


class Unk:
    """A value that is not known. `maybe` are extensions that it may hold, if it is a list of them."""

    __slots__ = ("maybe",)

    def __init__(self, maybe: tuple[Ext, ...] = ()) -> None:
        self.maybe = maybe


UNK = Unk()


class Ref:
    """Something imported from outside the project, by dotted name: `os.path.join`, `setuptools.Extension`.

    `imported`: an import statement bound it, so that it is there.
    """

    __slots__ = ("imported", "name")

    def __init__(self, name: str, imported: bool = False) -> None:
        self.name = name
        self.imported = imported


class PathVal:
    """A `pathlib.Path`; `value` is posix text, absolute below ROOT or relative to it."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value


class Func:
    """A function of the script with the globals it was defined in; `owner` is the bound instance."""

    __slots__ = ("node", "owner", "scope")

    def __init__(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope, owner: Any = None
    ) -> None:
        self.node = node
        self.scope = scope
        self.owner = owner


class Cls:
    """A class of the script; `makes` is the extension constructor that it derives from, "" for any other class."""

    __slots__ = ("bases", "makes", "name", "names")

    def __init__(self, name: str, bases: list[Any], names: dict[str, Any], makes: str) -> None:
        self.name = name
        self.bases = bases
        self.names = names
        self.makes = makes


class Inst:
    """An instance of a class of the script."""

    __slots__ = ("attributes", "cls")

    def __init__(self, cls: Cls) -> None:
        self.cls = cls
        self.attributes: dict[str, Any] = {}


class ModuleVal:
    """A module of the project that the script imports."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        self.scope = scope


@dataclass(slots=True)
class Scope:
    """Names of one module or function call; `parent` is the module's for a function."""

    path: str
    names: dict[str, Any] = field(default_factory=dict)
    parent: Scope | None = None

    def get(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def has(self, name: str) -> bool:
        return name in self.names or (self.parent is not None and self.parent.has(name))


_WORDS = {
    True: frozenset({"1", "true", "yes", "on", "y", "t"}),
    False: frozenset({"0", "false", "no", "off", "n", "f", ""}),
}


class Switch(str):
    """The text of an environment variable that is switched on or off, in whichever words the script understands."""

    __slots__ = ("on",)
    on: bool

    def __new__(cls, on: bool) -> Self:
        made = super().__new__(cls, "1" if on else "0")
        made.on = on
        return made

    def is_word(self, other: str) -> bool:
        """Tell whether a word is one for this position of the switch."""
        return other.strip().lower() in _WORDS[self.on]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The circumstances of a build: what environment variables hold, and the implementation of Python.

    `environment` None: none of them is set; else every one that the script asks for is switched on, or off.
    """

    environment: bool | None = None
    implementation: str = "CPython"

    @property
    def text(self) -> Switch:
        """What a variable holds; only where the environment is set."""
        return Switch(bool(self.environment))


def extensions_in(value: Any, limit: int = 5000) -> tuple[list[Ext], bool]:
    """Return the extensions that a value holds, and whether that is all it can hold."""
    found: list[Ext] = []
    known = True
    queue = [value]
    while queue and limit:
        limit -= 1
        item = queue.pop(0)
        if isinstance(item, Ext):
            found.append(item)
        elif isinstance(item, (list, tuple, set)):
            queue[:0] = list(item)[: limit + 1]
            if len(queue) > limit:  # lists may hold themselves
                known = False
                del queue[limit:]
        elif isinstance(item, Unk):
            found.extend(item.maybe)
            known = False
        elif item is not None and not isinstance(item, (str, bool)):
            known = False
    return found, known and not queue


def relative(path: str) -> str:
    """Return a path below ROOT relative to it, posix and without `.` steps."""
    path = path.replace("\\", "/")
    if path == ROOT:
        return ""
    if path.startswith(ROOT + "/"):
        path = path[len(ROOT) + 1 :]
    path = posixpath.normpath(path) if path else ""
    return "" if path == "." else path


def clone(value: Any, memo: dict[int, Any] | None = None, depth: int = 0) -> Any:
    """Copy lists, dicts and sets, so that both branches of an undecided `if` can change them."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    if depth > 20 or len(memo) > 20_000:
        return value
    if isinstance(value, list):
        copy: list[Any] = []
        memo[id(value)] = copy
        copy.extend(clone(item, memo, depth + 1) for item in value)
        return copy
    if isinstance(value, dict):
        table: dict[Any, Any] = {}
        memo[id(value)] = table
        for key, item in value.items():
            table[key] = clone(item, memo, depth + 1)
        return table
    if isinstance(value, set):
        return set(value)
    return value


def same(left: Any, right: Any, depth: int = 0) -> bool:
    """Tell whether two values are known to be equal."""
    if left is right:
        return not isinstance(left, Unk)
    if depth > 20 or type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(same(a, b, depth + 1) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k], depth + 1) for k in left)
    if isinstance(left, (str, int, float, bool, bytes, set)):
        return bool(left == right)
    return False


def merge(left: Any, right: Any, depth: int = 0) -> Any:
    """Return what is known of a name that holds `left` after one branch and `right` after the other."""
    if same(left, right):
        return left
    if isinstance(left, dict) and isinstance(right, dict) and depth < 10:
        absent = object()
        out = {}
        for key in [*left, *(k for k in right if k not in left)]:
            a, b = left.get(key, absent), right.get(key, absent)
            if a is absent or b is absent:
                only, _ = extensions_in(b if a is absent else a)
                out[key] = Unk(tuple(only))
            else:
                out[key] = merge(a, b, depth + 1)
        return out
    found: dict[int, Ext] = {}
    for value in (left, right):
        if isinstance(value, (list, tuple, set, Ext, Unk)):
            found.update((id(ext), ext) for ext in extensions_in(value)[0])
    return Unk(tuple(found.values()))
