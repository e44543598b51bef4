"""Read setup.py: parse, evaluate, and hand over what reaches `setup()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, SetupPy
from pkg_audit.scan.setup_py.declared_extensions import extensions
from pkg_audit.scan.setup_py.expressions import evaluate
from pkg_audit.scan.setup_py.fallback import look_for_call
from pkg_audit.scan.setup_py.functions import call
from pkg_audit.scan.setup_py.keywords import gather
from pkg_audit.scan.setup_py.limits import SCRIPT, ExhaustedError
from pkg_audit.scan.setup_py.machine import Machine, RaisedError, Scope
from pkg_audit.scan.setup_py.metadata import declared
from pkg_audit.scan.setup_py.modules import docstring
from pkg_audit.scan.setup_py.options import options
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.source import Source, SourceError, decode
from pkg_audit.scan.setup_py.statements import execute
from pkg_audit.scan.setup_py.values import Const

if TYPE_CHECKING:
    from pkg_audit.facts.sources import Import
    from pkg_audit.tree import Tree

NAME = "setup.py"


def read_setup_py(tree: Tree) -> SetupPy | None:
    """Return what setup.py declares, None where there is no such file. Never raises for any content.

    A keyword that cannot be evaluated is unknown by itself, with the reason and the place that make it so. What is
    conditional on platform, interpreter or environment is unknown as `conditional`. The answers are those of a wheel
    build by a front end (PEP 517) on a Python of at least 3.6.
    """
    if not tree.is_file(NAME):
        return None
    at = Place(NAME)
    try:
        data = tree.read(NAME, SCRIPT)
        source = Source(NAME, decode(data))
    except ReadError as error:
        return SetupPy(at, error=FileError(at, str(error), error.reason))
    except SourceError as error:
        return SetupPy(at, error=FileError(Place(NAME, error.line, error.column), error.message, error.reason))
    machine = Machine(tree)
    machine.state.directory = ROOT
    machine.evaluate, machine.execute, machine.call = evaluate, execute, call
    scope = Scope(machine.number(), source, "module")
    finished = run(machine, scope)
    if not machine.setup_calls:
        look_for_call(machine, scope, finished)
    reads = tuple(sorted(machine.reads.values(), key=lambda text: text.value))
    if not machine.setup_calls:
        return SetupPy(at, imports=_imports(data), reads=reads)
    keywords = gather(machine.setup_calls)
    modules, seen = extensions(keywords, tree)
    return SetupPy(
        at=at,
        calls_setup=keywords.at,
        declared=declared(keywords),
        setuptools=options(keywords, modules),
        imports=_imports(data),
        reads=reads,
        setup_from=machine.setup_calls[0].origin,
        extensions_seen=seen,
    )


def run(machine: Machine, scope: Scope) -> bool:
    """Evaluate the script's statements in order; tell whether the budget sufficed."""
    prepare(machine, scope)
    try:
        for statement in scope.source.tree.body:
            exits = machine.execute(machine, [statement], scope)
            # A script that certainly ends here has a broken build; what it says further on is still worth reading.
            way = exits.get("next") or next(iter(exits.values()), None)
            if way is not None:
                machine.state = way.state
    except (ExhaustedError, RaisedError, RecursionError):
        return False
    return True


def prepare(machine: Machine, scope: Scope) -> None:
    """Bind what Python binds before a script runs."""
    names = machine.state.names
    names[scope.number, "__file__"] = Const(f"{ROOT}/{NAME}", Place(NAME))
    names[scope.number, "__name__"] = Const("__main__", Place(NAME))
    names[scope.number, "__doc__"] = docstring(scope)


def _imports(data: bytes) -> tuple[Import, ...]:
    from pkg_audit.scan.sources import scan_source

    return scan_source(data, NAME).imports
