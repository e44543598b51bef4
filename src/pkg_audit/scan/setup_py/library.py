"""Answer calls of library functions: a closed list, computed here and never by the audited project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.extensions import call_extension_library
from pkg_audit.scan.setup_py.library_builtins import BUILTIN_FUNCTIONS
from pkg_audit.scan.setup_py.library_files import FILE_FUNCTIONS
from pkg_audit.scan.setup_py.library_iteration import ITERATION_FUNCTIONS
from pkg_audit.scan.setup_py.library_regex import REGEX_FUNCTIONS
from pkg_audit.scan.setup_py.library_text import TEXT_FUNCTIONS
from pkg_audit.scan.setup_py.machine import RaisedError
from pkg_audit.scan.setup_py.methods import call_method
from pkg_audit.scan.setup_py.setup_call import SETUP_ROOTS, record
from pkg_audit.scan.setup_py.values import External, Instance, Val

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine

Function = Callable[["Machine", Arguments, "Place"], "Val | None"]

FUNCTIONS: dict[str, Function] = {
    **BUILTIN_FUNCTIONS,
    **ITERATION_FUNCTIONS,
    **FILE_FUNCTIONS,
    **TEXT_FUNCTIONS,
    **REGEX_FUNCTIONS,
}

EXITS = frozenset({"sys.exit", "builtins.exit", "builtins.quit", "os._exit"})

ENVIRONMENT_ROOTS = ("platform.", "sysconfig.", "distutils.sysconfig.", "distutils.util.", "sys.", "struct.")
ENVIRONMENT_CALLS = frozenset({"os.getenv", "os.environ.get", "os.cpu_count", "os.uname", "multiprocessing.cpu_count"})

HARMLESS_ROOTS = ("builtins.", "os.", "subprocess.", "shutil.", "warnings.", "logging.", "importlib.", "time.",
                  "datetime.", "distutils.", "pkg_resources.", "packaging.", "tempfile.", "json.", "re.", "io.",
                  "configparser.", "tomllib.", "tomli.", "textwrap.", "string.", "inspect.", "types.", "locale.",
                  "pybind11.", "numpy.get_include")  # fmt: skip
"""Libraries whose functions leave the lists and dicts passed to them alone."""


def call_library(machine: Machine, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a library's function returns; None where nothing is known of it and its arguments may change."""
    known = FUNCTIONS.get(name)
    if known is not None:
        result = known(machine, arguments, at)
        return result if result is not None else machine.dynamic(at)
    if name in EXITS:
        raise RaisedError("SystemExit", at)
    module, _, last = name.rpartition(".")
    if last == "setup" and (module.split(".")[0] in SETUP_ROOTS or "name" in arguments.keywords):
        return record(machine, module, arguments, at)
    built = call_extension_library(machine, name, arguments, at)
    if built is not None:
        return built
    if name in ENVIRONMENT_CALLS or name.startswith(ENVIRONMENT_ROOTS):
        machine.doubts += not (name in ENVIRONMENT_CALLS or name.startswith("platform."))
        first = arguments.get(0)
        value = getattr(first, "value", None)
        return machine.conditional(at, f"environment variable {value}" if "env" in name else name)
    for owner in ("builtins.str.", "builtins.dict.", "builtins.list.", "pathlib.Path."):
        if name.startswith(owner) and arguments.positional:
            receiver = arguments.get(0)
            rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.places, arguments.rest)
            return call_method(machine, receiver, last, rest, at) if receiver is not None else None
    if name.startswith("builtins.") and last[:1].isupper():
        return Instance(External(name), at)
    if name.startswith(HARMLESS_ROOTS):
        return machine.dynamic(at)
    return None
