"""Read setup.py: parse, evaluate, and hand over what reaches `setup()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, SetupPy
from pkg_audit.scan.setup_py.declared_extensions import extensions
from pkg_audit.scan.setup_py.expressions import evaluate
from pkg_audit.scan.setup_py.functions import call
from pkg_audit.scan.setup_py.keywords import gather
from pkg_audit.scan.setup_py.limits import SCRIPT, ExhaustedError
from pkg_audit.scan.setup_py.machine import Machine, RaisedError, Scope
from pkg_audit.scan.setup_py.metadata import declared
from pkg_audit.scan.setup_py.options import options
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.source import Source, SourceError, decode
from pkg_audit.scan.setup_py.statements import execute
from pkg_audit.scan.setup_py.values import Const

if TYPE_CHECKING:
    from pkg_audit.facts.sources import Import
    from pkg_audit.tree import Tree

NAME = "setup.py"
LITERAL_STEPS = 5_000


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
    run(machine, scope)
    if not machine.setup_calls:
        _literal_call(machine, scope)
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


def run(machine: Machine, scope: Scope) -> None:
    """Evaluate the script's statements in order; the budget or an unmet condition may end it early."""
    names = machine.state.names
    names[scope.number, "__file__"] = Const(f"{ROOT}/{NAME}", Place(NAME))
    names[scope.number, "__name__"] = Const("__main__", Place(NAME))
    names[scope.number, "__doc__"] = Const(None, Place(NAME))
    body = scope.source.tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        text = body[0].value.value
        if isinstance(text, str):
            names[scope.number, "__doc__"] = Const(text, scope.source.place(body[0].value))
    try:
        for statement in body:
            exits = execute(machine, [statement], scope)
            # A script that certainly ends here has a broken build; what it says further on is still worth reading.
            way = exits.get("next") or next(iter(exits.values()), None)
            if way is not None:
                machine.state = way.state
    except (ExhaustedError, RaisedError):
        pass


def _literal_call(machine: Machine, scope: Scope) -> None:
    """Find a call of `setup` that evaluation did not reach, and read its keywords as they stand."""
    machine.steps = LITERAL_STEPS
    machine.depth = machine.calls = 0
    for node in ast.walk(scope.source.tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = (
            function.id
            if isinstance(function, ast.Name)
            else function.attr
            if isinstance(function, ast.Attribute)
            else ""
        )
        if name != "setup":
            continue
        try:
            evaluate(machine, node, scope)
        except (ExhaustedError, RaisedError):
            return
        if machine.setup_calls:
            return


def _imports(data: bytes) -> tuple[Import, ...]:
    from pkg_audit.scan.sources import scan_source

    return scan_source(data, NAME).imports
