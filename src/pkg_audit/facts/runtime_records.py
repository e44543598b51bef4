"""Hold what the code does at run time that some forms of shipping it do not allow; selected by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.path_uses import Guard
from pkg_audit.facts.place import Answer, Place

Owner = Literal["own", "dependency", "stdlib", "pip", "unknown", ""]


@dataclass(frozen=True, slots=True)
class NativeImport:
    """Compiled code that is imported, without a guard, whenever the program starts.

    `module` is what is compiled, `owner` its distribution ("" for the project's own), `chain` the modules that lead
    from the entry module to it. `at` is the project's own import that leads there. `basis` says whether its files
    were read (`read`) or the answer is shipped knowledge about its newest release (`known`).
    """

    at: Place
    module: str
    owner: str
    entry: str
    chain: str
    basis: Literal["read", "known"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DataUse:
    """A file or folder of a package that is used through its place in the file system.

    `target` is the path inside of site-packages, `kind` what stands there: `library` a shared library, `program` an
    executable file, `source` a `.py` file, `nothing` no file that would be shipped. `use` in words of
    `facts.path_uses.Use`, `by` the call, `how` both in words. `owner` is "" for the project's own code; else `at` is
    the own import that leads to the distribution and `place` its file and line. `sure` is no where a failure is caught,
    or the path is only handed to code that was not followed.
    """

    at: Place
    target: str
    kind: Literal["file", "folder", "library", "program", "source", "nothing"]
    use: Literal["read", "listed", "copied", "loaded", "run", "imported", "entered", "passed", "written", "sys-path"]
    by: str
    owner: str
    place: str
    sure: Answer
    guarded: Guard
    package: str
    how: str = ""
    hooked: Answer = "no"
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleListing:
    """A package's folder that is listed to find its modules."""

    at: Place
    package: str
    by: str
    owner: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ResourceName:
    """A resource of a package that is turned into a file name. `by` is the function that does it."""

    at: Place
    by: str
    target: str
    use: str
    owner: str = ""
    place: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class StartedInterpreter:
    """`sys.executable` that is made to run something. `owner` says whose module it is: the project's, a declared
    dependency's, the standard library's, or nobody's that is known. `kind` `environment`: the `venv` module copies or
    links the interpreter. `sure` is no in modules that no import leads to from the programs."""

    at: Place
    module: str
    owner: Owner
    kind: Literal["module", "script", "code", "environment"]
    sure: Answer = "yes"


@dataclass(frozen=True, slots=True)
class EntryPointOddity:
    """A script's reference that a tool which builds archives reads otherwise than installers do."""

    at: Place
    name: str
    value: str
    kind: Literal["extras", "same-named-module"]
    module: str
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginLookup:
    """Installed entry points that are looked up at run time. `group` is "" where it is no literal."""

    at: Place
    group: str
    by: str
    own: Answer


@dataclass(frozen=True, slots=True)
class MetadataLookup:
    """Metadata of an installed distribution that is read at run time; `name` "" where it is no literal."""

    at: Place
    name: str
    by: str
    guarded: Answer


@dataclass(frozen=True, slots=True)
class ComputedImport:
    """A module that is imported by a computed name. `prefix` is what is known of it; `modules` are the project's own
    modules that it may mean and that no import statement names, joined by commas; `package` holds them all."""

    at: Place
    by: str
    prefix: str
    package: str
    modules: str
    own: Answer
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedModule:
    """A module that stands in a string, as `package.module` or `package.module:object`, and is imported nowhere."""

    at: Place
    module: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ProcessPool:
    """Worker processes started with multiprocessing. `support`: does some entry module call `freeze_support`?"""

    at: Place
    by: str
    support: Answer


@dataclass(frozen=True, slots=True)
class SourceLookup:
    """Source text of modules that is wanted at run time. `own`: of the program's own modules, as far as can be told."""

    at: Place
    by: str


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """A file that the wheel puts outside of the import packages, below `sys.prefix`, and that the code asks for."""

    at: Place
    path: str
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """Data of a package that is read through the resource API, which a freezer has to be told to collect."""

    at: Place
    package: str
    by: str
    files: int
    hooked: Answer = "no"


@dataclass(frozen=True, slots=True)
class SystemImport:
    """A module of the standard library that only some systems have, imported without a guard at module level."""

    at: Place
    module: str
    systems: str


@dataclass(frozen=True, slots=True)
class UnreadDependency:
    """A dependency that the program imports when it starts and that nothing is known about."""

    at: Place
    name: str
    reason: str
