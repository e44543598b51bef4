"""Hold what one Python source file says: imports, calls, syntax and bindings, each with its context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place

Context = Literal[
    "function",
    "class",
    "type-checking",
    "never",
    "main-guard",
    "platform-guard",
    "version-guard",
    "condition",
    "try-fallback",
    "try-reraise",
    "except-handler",
    "suppress",
    "lazy",
]
"""Where a statement stands. No context at all is module level: it runs whenever the module is imported.

`try-fallback`: inside a `try` whose handler catches ImportError and goes on; `try-reraise`: whose handler raises.
`except-handler`: inside such a handler (the fallback itself). `never`: `if 0`, `if False`.
`condition`: under any other `if`, `while` or `match`. `lazy`: a PEP 810 lazy import.
"""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: `import a.b, c` gives two, `from .x import (y, z as w)` one with both names.

    `module` is dotted, without leading dots; `level` counts them. `names` is empty for a plain import.
    `python` is the specifier set of Pythons on which it runs, from version guards ("" = all), e.g. ">=3.11".
    `platform` is the `sys.platform` (or os.name, platform.system) value its guards ask for, "!win32" for the
    opposite, "" for any.
    """

    at: Place
    module: str
    level: int = 0
    names: tuple[str, ...] = ()
    context: tuple[Context, ...] = ()
    python: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of interest. `name` is dotted with import aliases resolved (`sp.run` after `import subprocess as sp`
    is `subprocess.run`); `args` holds the leading positional arguments, None where not a literal string."""

    at: Place
    name: str
    args: tuple[str | None, ...] = ()
    keywords: tuple[str, ...] = ()
    context: tuple[Context, ...] = ()
    python: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """Syntax that needs a Python of at least `since` ("3.8"), e.g. `match statement`."""

    at: Place
    name: str
    since: str
    context: tuple[Context, ...] = ()
    python: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """A name bound at module level. `module`/`attr` say what an import binds (attr "" = the module itself,
    "*" = a star import, whose `name` is "*"); `alias` is the dotted name that a plain `x = y` refers to.

    `call` says why a plain call of a function without decorators does nothing useful: it is a coroutine function, or
    needs arguments ("" for neither).

    `members` are the names bound in a class body (for `module:Class.method`), None for anything but a class;
    `open_ended` is True for a class with bases, decorators or a metaclass, which may have more members.
    """

    name: str
    kind: Literal["function", "class", "import", "assignment", "star-import"]
    line: int
    column: int
    module: str = ""
    level: int = 0
    attr: str = ""
    alias: str = ""
    members: tuple[str, ...] | None = None
    open_ended: bool = False
    call: str = ""


@dataclass(frozen=True, slots=True)
class ModuleBindings:
    """The names a module binds at its top level. `dynamic`: module `__getattr__`, `globals()`, exec or similar
    can bind more, so that a missing name is unknown, not absent."""

    bindings: tuple[Binding, ...]
    dynamic: bool = False
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Why a file does not parse: the parser's word, and whether it is Python 2 or a syntax newer than ours."""

    line: int
    column: int
    message: str
    kind: Literal["python-2", "newer", "error", "encoding", "too-large", "too-deep"]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source file says. `problem` is set where it could not be parsed; then imports are what the lexer
    found and every absence is unknown. `lines` counts physical lines. `attributes` are uses of standard-library names
    that not every Python has, `asyncio.TaskGroup`, each written as the import that it amounts to."""

    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    features: tuple[Feature, ...] = ()
    main_guard: Place | None = None
    problem: SyntaxProblem | None = None
    lines: int = 0
    attributes: tuple[Import, ...] = ()
