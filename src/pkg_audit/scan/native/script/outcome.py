"""Run a build script under several scenarios and say which extensions each would build.

Comparing the outcomes tells an extension that is always built from one that an environment variable switches on or
off, without following conditions by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.script.machine import Machine
from pkg_audit.scan.native.script.parsing import SIZE
from pkg_audit.scan.native.script.state import Spent
from pkg_audit.scan.native.script.values import Cls, Ext, Func, Ref, Scenario, Scope, Unk, extensions_in, relative
from pkg_audit.scan.native.tag_options import tag_option
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import TagOption
    from pkg_audit.tree import Tree

_TOKENS = re.compile(
    r"Extension|ext_modules|cythonize|mypycify|rust_extensions|cffi_modules|RustBin|cmake|bdist_wheel|build_data|"
    r"has_ext_modules|plat.name|Distribution|set_source"
)
KEYS = ("ext_modules", "rust_extensions", "libraries")


@dataclass(slots=True)
class Outcome:
    """What one run came to. `complete` False: there may be more extensions than were found.

    `limited_unsure`: whether the wheel is tagged for the stable ABI depends on what is not known. `plain_distribution`:
    `distclass` is setuptools' own class, whatever classes the script defines.
    """

    extensions: list[Ext] = field(default_factory=list)
    complete: bool = True
    cffi: list[str] = field(default_factory=list)
    cffi_unknown: bool = False
    limited_wheel: Place | None = None
    limited_unsure: Place | None = None
    plain_distribution: bool = False
    plat_name: Place | None = None
    tag_options: list[TagOption] = field(default_factory=list)
    build_data: dict[str, Any] = field(default_factory=dict)
    called: Place | None = None


@dataclass(slots=True)
class Runs:
    """The outcomes of all scenarios that can differ; None where the script could not be run to its end."""

    default: Outcome | None = None
    switched_on: Outcome | None = None
    switched_off: Outcome | None = None
    pypy: Outcome | None = None


def mentions_native(tree: Tree, path: str) -> bool:
    """Tell whether a script holds any word of interest; a cheap test before it is evaluated."""
    text = read_text(tree, path, SIZE)
    return text is not None and _TOKENS.search(text) is not None


def run_all(tree: Tree, path: str, finish: Callable[[Machine, Scope], None] | None = None) -> Runs:
    """Evaluate the script with no variable set, then, as far as it asks, with all switched on, off, and on PyPy."""
    runs = Runs()
    machine, runs.default = _run(tree, path, Scenario(), finish)
    if machine.asked_environment:
        runs.switched_on = _run(tree, path, Scenario(environment=True), finish)[1]
        runs.switched_off = _run(tree, path, Scenario(environment=False), finish)[1]
    if machine.asked_implementation:
        runs.pypy = _run(tree, path, Scenario(implementation="PyPy"), finish)[1]
    return runs


def _run(
    tree: Tree, path: str, scenario: Scenario, finish: Callable[[Machine, Scope], None] | None
) -> tuple[Machine, Outcome | None]:
    machine = Machine(tree, scenario)
    try:
        scope = machine.run_file(path)
        if scope is None:
            return machine, None
        if finish is not None:
            finish(machine, scope)
    except (Spent, RecursionError):
        if not machine.setups:
            return machine, None
    return machine, _outcome(machine)


def _outcome(machine: Machine) -> Outcome:
    out = Outcome()
    for kwargs, at, complete in machine.setups:
        found: list[Ext] = []
        for key in KEYS:
            if key == "libraries":
                continue
            exts, known = extensions_in(kwargs.get(key))
            found += exts
            out.complete = out.complete and (known or key not in kwargs)
        prefix = kwargs.get("ext_package")
        if isinstance(prefix, str):
            for ext in found:
                ext.name = f"{prefix}.{ext.name}" if ext.name and not ext.name.startswith(prefix + ".") else ext.name
        out.extensions += found
        out.complete = out.complete and complete
        out.called = at
        _cffi(kwargs.get("cffi_modules"), out)
        _options(kwargs, at, out)
        distclass = kwargs.get("distclass")
        out.plain_distribution = isinstance(distclass, Ref) and distclass.name.endswith(".Distribution")
        data = kwargs.get("build_data")
        if isinstance(data, dict):
            out.build_data = data
    out.extensions = list({id(ext): ext for ext in out.extensions}.values())
    return out


def _cffi(value: Any, out: Outcome) -> None:
    if value is None:
        return
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        out.cffi_unknown = True
        return
    for item in value:
        if isinstance(item, str) and ":" in item:
            out.cffi.append(relative(item.rpartition(":")[0]))
        else:
            out.cffi_unknown = True


def _options(kwargs: dict[str, Any], at: Place, out: Outcome) -> None:
    options = kwargs.get("options")
    wheel = options.get("bdist_wheel") if isinstance(options, dict) else options
    limited = wheel.get("py_limited_api") if isinstance(wheel, dict) else wheel
    if isinstance(limited, Unk):
        out.limited_unsure = at
    if not isinstance(wheel, dict):
        return
    if isinstance(limited, str) and limited:
        out.limited_wheel = at
    if wheel.get("plat_name"):
        out.plat_name = at
    for key, value in wheel.items():
        option = tag_option(key.replace("_", "-"), value, at) if isinstance(key, str) else None
        if option is not None:
            out.tag_options.append(option)


def cffi_module(tree: Tree, path: str) -> tuple[str, bool, Place] | None:
    """Return name, whether it is compiled (API mode) and place of the module that a cffi build script sets up."""
    machine = Machine(tree, Scenario())
    try:
        if machine.run_file(path) is None:
            return None
    except (Spent, RecursionError):
        pass
    for name, source, at in machine.set_sources:
        return (name if isinstance(name, str) else ""), source is not None, at
    return None


def unreadable(path: str) -> Unknown:
    """Say that a build script could not be followed."""
    return Unknown("dynamic-expression", Place(path), "the build script could not be followed to its end")


def hook_finish(machine: Machine, scope: Scope) -> None:
    """Call `initialize` of the build hook that a hatch script defines, and keep what it put into `build_data`."""
    for value in list(scope.names.values()):
        if not isinstance(value, Cls) or not isinstance(value.names.get("initialize"), Func):
            continue
        if not any(isinstance(base, Ref) and base.name.endswith("BuildHookInterface") for base in value.bases):
            continue
        data: dict[str, Any] = {"pure_python": True, "infer_tag": False, "artifacts": [], "force_include": {}}
        hook = machine.instance(value, [], {})
        function = value.names["initialize"]
        machine.call(Func(function.node, function.scope, hook), ["standard", data], {})
        machine.setups.append(({"build_data": data}, machine.at(function.node, function.scope), True))


def builder_finish(names: tuple[str, ...]) -> Callable[[Machine, Scope], None]:
    """Return a finisher that calls the first of these functions with an empty dict of setup() keywords."""

    def finish(machine: Machine, scope: Scope) -> None:
        for name in names:
            function = scope.names.get(name)
            if isinstance(function, Func):
                kwargs: dict[str, Any] = {"packages": Unk(), "cmdclass": {}}
                count = len(getattr(function.node.args, "args", ()))
                machine.call(function, [Unk(), kwargs][2 - count :] if 0 < count <= 2 else [], {})
                machine.setups.append((kwargs, machine.at(function.node, scope), True))
                return

    return finish
