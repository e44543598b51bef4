"""Answer calls of builtins and their kin: containers, conversions, attributes, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.library_iteration import given_items, unsure_of
from pkg_audit.scan.setup_py.mappings import store, update
from pkg_audit.scan.setup_py.operators import lift, truth, unique
from pkg_audit.scan.setup_py.text import show
from pkg_audit.scan.setup_py.values import (
    Choice,
    Const,
    DictCell,
    Entry,
    ExtensionCell,
    External,
    Instance,
    ListCell,
    Maybe,
    Ref,
    Tuple,
    Unk,
    Val,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.scan.setup_py.machine import Machine


def _list(machine: Machine, arguments: Arguments, at: Place) -> Val:
    value = arguments.get(0)
    cell = machine.cell(value)
    if isinstance(cell, ListCell) and cell.kind == "list":
        return machine.new_list(cell.items, at)
    return machine.new_list(given_items(machine, arguments, at), at)


def _tuple(machine: Machine, arguments: Arguments, at: Place) -> Val:
    return Tuple(given_items(machine, arguments, at), at)


def _set(machine: Machine, arguments: Arguments, at: Place) -> Val:
    return machine.new_list(unique(given_items(machine, arguments, at)), at, "set")


def _dict(machine: Machine, arguments: Arguments, at: Place) -> Val:
    result = machine.new(DictCell({}, {}), at)
    first = arguments.get(0)
    if first is not None:
        update(machine, result.cell, first, at)
    for name, value in arguments.keywords.items():
        store(machine, result.cell, Const(name, arguments.places.get(name, at)), value, at)
    if arguments.rest is not None:
        machine.taint((result,), arguments.rest)
    return result


def _default_dict(machine: Machine, _: Arguments, at: Place) -> Val:
    return machine.new_dict({}, at, Unknown("dynamic-expression", at))


def _length(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return Const(len(value.value), at)
    if isinstance(value, Tuple) or isinstance(machine.cell(value), (ListCell, DictCell)):
        items = given_items(machine, arguments, at)
        unsure = unsure_of(items)
        return Const(len(items), at) if unsure is None else Unk(why(unsure, at))
    return None


def _string(machine: Machine, arguments: Arguments, at: Place) -> Val:
    def one(value: Val) -> Val:
        if isinstance(value, Const) and isinstance(value.value, str):
            return value
        shown = show(value)
        if shown is not None:
            return Const(shown, at)
        return Unk(value.unknown) if isinstance(value, Unk) else machine.dynamic(at)

    value = arguments.get(0)
    return Const("", at) if value is None else lift(machine, value, one)


def _integer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    if isinstance(value, Const) and isinstance(value.value, (int, str)):
        text = str(int(value.value)) if isinstance(value.value, int) else value.value.strip()
        return Const(int(text), at) if text.isdecimal() and len(text) < 16 else None
    machine.doubts += 1
    return Unk(value.unknown) if isinstance(value, Unk) else None


def _boolean(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    if value is None:
        return Const(False, at)
    decided = truth(machine, value)
    return Const(decided, at) if decided is not None else Unk(why(value, at))


KINDS: dict[str, str] = {"str": "str", "basestring": "str", "unicode": "str", "bytes": "bytes", "int": "int",
                         "bool": "bool", "float": "float", "list": "list", "set": "set", "dict": "dict",
                         "tuple": "tuple"}  # fmt: skip


def _is_instance(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value, kinds = arguments.get(0), arguments.get(1)
    options = kinds.items if isinstance(kinds, Tuple) else (kinds,)
    names = [KINDS.get(kind.name.removeprefix("builtins.")) if isinstance(kind, External) else None for kind in options]
    cell = machine.cell(value)
    actual = ""
    if isinstance(value, Const) and value.value is not None:
        actual = type(value.value).__name__
    elif isinstance(cell, ListCell):
        actual = cell.kind
    elif isinstance(cell, DictCell):
        actual = "dict"
    elif isinstance(value, Tuple):
        actual = "tuple"
    if not actual or None in names:
        return None
    return Const(actual in names or (actual == "bool" and "int" in names), at)


def _get_attribute(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value, name, default = arguments.get(0), text_of(arguments.get(1)), arguments.get(2)
    cell = machine.cell(value)
    if isinstance(cell, ExtensionCell) and name is not None:
        return cell.attributes.get(name) or default
    if value is None or name is None:
        return None
    from pkg_audit.scan.setup_py.attributes import attribute

    return attribute(machine, value, name, at) if default is None else None


def _set_attribute(machine: Machine, arguments: Arguments, at: Place) -> Val:
    from pkg_audit.scan.setup_py.targets import set_attribute

    value, name, new = arguments.get(0), text_of(arguments.get(1)), arguments.get(2)
    if isinstance(value, Ref) and name is not None and new is not None:
        set_attribute(machine, value, name, new)
    return Const(None, at)


def _has_attribute(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    if isinstance(value, External):
        return machine.conditional(at, f"hasattr {value.name}")
    return None


def _same(_: Machine, arguments: Arguments, __: Place) -> Val | None:
    return arguments.get(0)


def _nothing(_: Machine, __: Arguments, at: Place) -> Val:
    return Const(None, at)


def _copy(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    value = arguments.get(0)
    cell = machine.cell(value)
    return machine.new(cell, at) if cell is not None else value


def _deep_copy(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    cell = machine.cell(arguments.get(0))
    nested: tuple[Entry, ...] = ()
    if isinstance(cell, ListCell):
        nested = cell.items
    elif isinstance(cell, DictCell):
        nested = tuple(cell.entries.values())
    return None if any(isinstance(item, (Ref, Choice, Maybe)) for item in nested) else _copy(machine, arguments, at)


def _cast(_: Machine, arguments: Arguments, __: Place) -> Val | None:
    return arguments.get(1, "val")


def _suppress(_: Machine, __: Arguments, ___: Place) -> Val:
    return External("contextlib.suppress()")


def _type(_: Machine, __: Arguments, at: Place) -> Val:
    return Instance(External("builtins.type"), at)


BUILTIN_FUNCTIONS: dict[str, Callable[[Machine, Arguments, Place], Val | None]] = {
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _default_dict,
    "builtins.len": _length,
    "builtins.str": _string,
    "builtins.unicode": _string,
    "builtins.int": _integer,
    "builtins.bool": _boolean,
    "builtins.isinstance": _is_instance,
    "builtins.getattr": _get_attribute,
    "builtins.setattr": _set_attribute,
    "builtins.hasattr": _has_attribute,
    "builtins.iter": _same,
    "builtins.print": _nothing,
    "typing.cast": _cast,
    "copy.copy": _copy,
    "copy.deepcopy": _deep_copy,
    "contextlib.suppress": _suppress,
    "builtins.type": _type,
}
