"""Hold what one source file does with its own place, its interpreter and names of modules: raw, not yet resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place

Use = Literal[
    "read",
    "listed",
    "globbed",
    "walked",
    "copied",
    "loaded",
    "run",
    "imported",
    "entered",
    "passed",
    "written",
    "sys-path",
    "tested",
    "shown",
]
"""What is done with a path. `passed`: given to code that static reading does not follow. `loaded`: as a shared library;
`imported`: as Python source; `entered`: as working directory. `tested` and `shown` need no file."""


Guard = Literal["", "handler", "os-error", "test", "frozen", "fallback"]


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path as the sources build it, up to its first part that is no literal.

    `start` says from where: `file` the file of module `module`, `package` the folder of that package, `resource` the
    folder of that package as the resource API gives it, `name` the value that `module` binds to `name`. `module` is
    dotted as imported (leading dots count levels), "" is the file itself. `up` counts the `dirname` steps before the
    first of `parts`. `open`: a part that is not known follows, which ends in `suffix`.
    """

    start: Literal["file", "package", "resource", "name"]
    module: str = ""
    name: str = ""
    up: int = 0
    parts: tuple[str, ...] = ()
    open: bool = False
    suffix: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class PathUse:
    """One use of a path. `by` is the call that uses it, `called` the dotted name as imported.

    `guarded` says what may make a failure harmless: a handler that goes on (`os-error`: one for OSError and its kinds
    alone, which often only hides the failure), a test whether it exists, a resource of the same name (`fallback`).
    `context` as for imports.
    """

    at: Place
    value: PathValue
    use: Use
    by: str = ""
    guarded: Guard = ""
    context: tuple[str, ...] = ()
    called: str = ""
    argument: int = -1


@dataclass(frozen=True, slots=True)
class PathName:
    """A name that a module binds to a path: a constant, or (`callable`) a function that returns it.

    Attributes of objects are named with a leading dot.
    """

    name: str
    value: PathValue
    at: Place
    callable: bool = False


@dataclass(frozen=True, slots=True)
class ChildInterpreter:
    """`sys.executable` at the head of a command. `module` is what follows `-m`; `kind` `script`: a file follows;
    `environment`: the `venv` module makes an environment from the running interpreter."""

    at: Place
    kind: Literal["module", "script", "code", "environment"]
    module: str = ""
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DynamicImport:
    """A module imported by a name that is computed: `prefix` is its literal beginning, dotted or with leading dots.

    `own_package`: the name begins with the module's own package (`__package__`, `__name__`).
    """

    at: Place
    by: str
    prefix: str = ""
    own_package: bool = False
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginCall:
    """A look-up of installed entry points. `group` "" where it is no literal or where all are asked for."""

    at: Place
    by: str
    group: str = ""
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """What one file does at run time that packaging technologies differ by. `parsed` False: nothing is known."""

    uses: tuple[PathUse, ...] = ()
    names: tuple[PathName, ...] = ()
    children: tuple[ChildInterpreter, ...] = ()
    dynamic: tuple[DynamicImport, ...] = ()
    plugins: tuple[PluginCall, ...] = ()
    parsed: bool = True
