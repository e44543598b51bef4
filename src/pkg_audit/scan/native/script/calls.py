"""Answer what a build script calls: constructors of extensions, paths, environment, strings and collections."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place
from pkg_audit.scan.native.script import outside
from pkg_audit.scan.native.script.makers import build, constructor, cythonize, mypycify
from pkg_audit.scan.native.script.state import MAX_ITEMS, MAX_TEXT, Spent, text_length
from pkg_audit.scan.native.script.values import (
    ROOT,
    UNK,
    Cls,
    Ext,
    Func,
    Inst,
    ModuleVal,
    PathVal,
    Ref,
    Switch,
    Unk,
    extensions_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.scan.native.script.state import State

__all__ = ["EXIT", "constructor"]

EXIT = object()
_EXITS = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit", "os.abort"})
_STRING = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum", "isalpha", "isdigit",
    "isidentifier", "islower", "isspace", "isupper", "join", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "replace", "rfind", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith",
    "strip", "swapcase", "title", "upper",
})  # fmt: skip
_LIST = frozenset(["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse"])
_DICT = frozenset(["clear", "copy", "get", "items", "keys", "pop", "setdefault", "update", "values"])
_SET = frozenset(["add", "copy", "discard", "remove", "union", "update"])


def truth(value: Any) -> bool | None:
    """Return a value's truth, None where it is not known."""
    if value is None or isinstance(value, (str, int, float, bytes, list, tuple, dict, set)):
        return bool(value)
    if isinstance(value, (Ext, Func, Cls, Inst, ModuleVal, PathVal)):
        return True
    # What was imported is there, unless its name says that it is a flag; an attribute may be anything.
    known = isinstance(value, Ref) and value.imported and not value.name.rsplit(".", 1)[-1].isupper()
    return True if known else None


def iterate(value: Any) -> list[Any] | None:
    """Return the items of a known collection, None for anything else."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, set):
        return sorted(value, key=str)
    return list(value) if isinstance(value, str) and len(value) < 10_000 else None


def is_helper(tree: Any, path: str) -> bool:
    """Tell whether a file of the project is a helper of its build script rather than a package that it ships."""
    return path.count("/") <= 2 and tree.is_file(path)


def extend(owner: list[Any], items: list[Any]) -> None:
    """Add items to a list. Raises Spent where it would grow beyond all use: a list may be added to itself."""
    if len(owner) + len(items) > MAX_ITEMS:
        raise Spent
    owner.extend(items)


def percent(left: str, right: Any) -> Any:
    """Evaluate `left % right` for plain values, without widths that could make it huge."""
    values = right if isinstance(right, tuple) else (right,)
    if re.search(r"%[^%a-zA-Z(]*\d{3}", left) or not all(isinstance(v, (str, int, float)) for v in values):
        return UNK
    if len(left) + left.count("%") * text_length(values) > MAX_TEXT:
        return UNK
    try:
        return left % right
    except (TypeError, ValueError):
        return UNK


def join_path(left: Any, right: Any) -> Any:
    """Evaluate `left / right` where one of them is a path."""
    parts = [p.value if isinstance(p, PathVal) else p for p in (left, right)]
    if not all(isinstance(p, str) for p in parts):
        return UNK
    return PathVal(posixpath.normpath(posixpath.join(*parts)))


def compare(
    machine: State, op: ast.cmpop, left: Any, right: Any, table: Mapping[type, Callable[[Any, Any], Any]]
) -> Any:
    """Evaluate one comparison; UNK where it cannot be known."""
    if isinstance(op, (ast.In, ast.NotIn)):
        inside = outside.contains(machine, right, left)
        if inside is None:
            return UNK
        return inside if isinstance(op, ast.In) else not inside
    if isinstance(op, (ast.Is, ast.IsNot)):
        if isinstance(left, (Unk, Ref)) or isinstance(right, (Unk, Ref)):
            return UNK
        equal = left is right or (isinstance(left, (bool, type(None))) and left == right and type(left) is type(right))
        return equal if isinstance(op, ast.Is) else not equal
    if isinstance(right, Switch):
        left, right = right, left
    if isinstance(left, Switch) and isinstance(op, (ast.Eq, ast.NotEq)) and isinstance(right, str):
        return left.is_word(right) is isinstance(op, ast.Eq)
    left, right = (v.value if isinstance(v, PathVal) else v for v in (left, right))
    plain = (str, int, float, bytes, tuple, list, type(None))
    if not isinstance(left, plain) or not isinstance(right, plain) or _hidden(left) or _hidden(right):
        return UNK
    try:
        return bool(table[type(op)](left, right))
    except (TypeError, KeyError):
        return UNK


def _hidden(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(item, (Unk, Ref)) for item in value)


def set_attribute(owner: Any, name: str, value: Any) -> None:
    """Assign an attribute of an extension or an instance."""
    if isinstance(owner, Ext):
        if name == "name" and isinstance(value, str):
            owner.name = value
        elif name == "sources" and isinstance(value, (list, tuple)):
            owner.sources = list(value)
        elif name == "optional":
            owner.optional = {True: "yes", False: "no"}.get(truth(value), "unknown")  # type: ignore[arg-type,assignment]
        elif name == "py_limited_api":
            owner.abi3 = {True: "yes", False: "no"}.get(truth(value), "unknown")  # type: ignore[arg-type,assignment]
        else:
            owner.attributes[name] = value
    elif isinstance(owner, Inst):
        owner.attributes[name] = value


def attribute(machine: State, owner: Any, name: str) -> Any:
    """Return an attribute; methods come back as references that `apply` understands."""
    if isinstance(owner, Ref):
        return outside.constant(machine, f"{owner.name}.{name}")
    if isinstance(owner, ModuleVal):
        return owner.scope.names.get(name, UNK)
    if isinstance(owner, Inst):
        if name in owner.attributes:
            return owner.attributes[name]
        found = owner.cls.names.get(name, UNK)
        if isinstance(found, Func):
            static = any(
                isinstance(d, ast.Name) and d.id == "staticmethod" for d in getattr(found.node, "decorator_list", [])
            )
            prop = any(
                isinstance(d, ast.Name) and d.id.endswith("property") for d in getattr(found.node, "decorator_list", [])
            )
            bound = Func(found.node, found.scope, None if static else owner)
            return machine.call(bound, [], {}) if prop else bound
        if name in {"root", "directory"} and found is UNK:
            return ROOT if name == "root" else UNK
        if name == "target_name" and found is UNK:
            return "wheel"
        return found
    if isinstance(owner, Cls):
        return owner.names.get(name, UNK)
    if isinstance(owner, Ext):
        if name in {"name", "sources", "libraries", "language"}:
            return getattr(owner, name)
        return owner.attributes.setdefault(name, [])
    if isinstance(owner, PathVal):
        found = _path_attribute(owner, name)
        return (owner, name) if found is None else found
    if isinstance(owner, tuple) and name in {"major", "minor"} and len(owner) == 5:
        return owner[0 if name == "major" else 1]
    if isinstance(owner, Unk):
        return UNK if not owner.maybe else (owner, name)
    return (owner, name)


def _path_attribute(path: PathVal, name: str) -> Any:
    value = path.value
    if name == "parent":
        return PathVal(posixpath.dirname(value) or ".")
    if name == "parents":
        out: list[PathVal] = []
        while value not in {"", "/", "."} and len(out) < 50:
            value = posixpath.dirname(value)
            out.append(PathVal(value or "."))
        return out
    if name == "name":
        return posixpath.basename(value)
    if name in {"stem", "suffix"}:
        return posixpath.splitext(posixpath.basename(value))[0 if name == "stem" else 1]
    return tuple(value.split("/")) if name == "parts" else None


def item(machine: State, owner: Any, key: Any) -> Any:
    """Return `owner[key]`, UNK where it cannot be known."""
    if isinstance(owner, Ref):
        return outside.lookup(machine, owner.name)
    if isinstance(owner, Unk) or isinstance(key, (Unk, Ref)):
        return Unk(owner.maybe) if isinstance(owner, Unk) else Unk(tuple(extensions_in(owner)[0]))
    if isinstance(owner, (str, list, tuple, dict)):
        try:
            return owner[key]
        except (KeyError, IndexError, TypeError, ValueError):
            return UNK
    return UNK


def apply(machine: State, function: Any, args: list[Any], kwargs: dict[str, Any], at: Place, complete: bool) -> Any:
    """Evaluate a call. What is not understood gives an unknown value that may hold the extensions passed in."""
    if isinstance(function, Func):
        return machine.call(function, args, kwargs)
    if isinstance(function, Cls):
        if function.makes:
            ext = build(function.makes, args, kwargs, at)
            init = function.names.get("__init__")
            if isinstance(init, Func) and not ext.name:
                machine.call(Func(init.node, init.scope, ext), args, kwargs)
            return ext
        return machine.instance(function, args, kwargs)
    if isinstance(function, tuple) and len(function) == 2 and isinstance(function[1], str):
        return _method(machine, function[0], function[1], args, kwargs)
    if not isinstance(function, Ref):
        return Unk(tuple(extensions_in([*args, *kwargs.values()])[0]))
    name = function.name
    last = name.rsplit(".", 1)[-1]
    if name in _EXITS:
        return EXIT
    if last == "setup" and name.split(".")[0] in {"setuptools", "distutils", "skbuild", "numpy", "builtins", "core"}:
        machine.setups.append((kwargs, at, complete))
        return UNK
    if last == "Distribution" and args and isinstance(args[0], dict):
        machine.setups.append((args[0], at, complete))
        return UNK
    if constructor(name):
        return build(name, args, kwargs, at)
    if last in {"cythonize", "build_ext_modules"} and args:
        return cythonize(machine, args[0], kwargs, at)
    if last == "mypycify":
        return mypycify(machine, args[0] if args else kwargs.get("paths"), at)
    if last == "super":
        return UNK
    if last == "set_source":
        machine.set_sources.append(
            (args[0] if args else UNK, args[1] if len(args) > 1 else kwargs.get("source", UNK), at)
        )
        return UNK
    if name.startswith("builtins."):
        return _builtin(machine, last, args, kwargs)
    return outside.call(machine, name, args, kwargs)


def _method(machine: State, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if isinstance(owner, PathVal):
        return outside.path_method(machine, owner, name, args)
    unknown = any(isinstance(a, Unk) for a in args)
    if isinstance(owner, dict) and name == "update":
        for source in (*args[:1], kwargs):
            if isinstance(source, dict):
                owner.update(source)
        return None
    if isinstance(owner, list) and name == "extend" and args:
        items = iterate(args[0])
        extend(owner, items if items is not None else [Unk(tuple(extensions_in(args[0])[0]))])
        return None
    if isinstance(owner, list) and name == "sort":
        return None
    if isinstance(owner, Switch) and name in {"lower", "upper", "strip", "casefold", "title"}:
        return owner
    if isinstance(owner, str) and (unknown or name not in _STRING or any(isinstance(a, (Ref, Inst)) for a in args)):
        return UNK
    allowed = (
        _STRING
        if isinstance(owner, str)
        else _LIST
        if isinstance(owner, list)
        else (_DICT if isinstance(owner, dict) else _SET if isinstance(owner, set) else frozenset())
    )
    if name not in allowed:
        return Unk(tuple(extensions_in([owner, *args])[0]))
    if isinstance(owner, str):
        args = [a.value if isinstance(a, PathVal) else a for a in args]
        if name == "format" and (
            re.search(r"\{[^{}]*[:!.\[]", owner)
            or not all(isinstance(a, (str, int)) for a in (*args, *kwargs.values()))
        ):
            return UNK
        if name == "format" and len(owner) + owner.count("{") * text_length([*args, *kwargs.values()]) > MAX_TEXT:
            return UNK
        if name == "replace" and (
            len(args) < 2 or not isinstance(args[1], str) or (len(owner) + 1) * max(1, len(args[1])) > MAX_TEXT
        ):
            return UNK
        if name == "join":
            items = iterate(args[0]) if args else None
            if items is None or not all(isinstance(i, str) for i in items):
                return UNK
            if text_length(items) + len(owner) * len(items) > MAX_TEXT:
                return UNK
            args = [items]
    if isinstance(owner, dict) and args and not isinstance(args[0], (str, int)):
        return UNK
    try:
        result = getattr(owner, name)(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the script's own mistake in a call of a plain type
        # `sys.argv.remove("--option")` of what is not there is how scripts ask: it ends the `try`.
        return EXIT if name == "remove" and isinstance(error, ValueError) and not _hidden(owner) else UNK
    return list(result) if name in {"keys", "values", "items"} else result


def _builtin(machine: State, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if name == "super":
        return UNK
    first = args[0] if args else None
    if isinstance(first, PathVal) and name == "str":
        return first.value
    if name in {"list", "tuple", "sorted", "set", "reversed", "iter"}:
        if not args:
            return {"list": list, "set": set}.get(name, tuple)()
        items = iterate(first)
        if items is None:
            return Unk(tuple(extensions_in(first)[0]))
        if name == "sorted":
            items = sorted(items, key=lambda i: i.value if isinstance(i, PathVal) else str(i))
        if name == "reversed":
            items.reverse()
        if name == "set":
            return set(items) if all(isinstance(i, (str, int)) for i in items) else items
        return tuple(items) if name == "tuple" else items
    if name == "dict":
        base = dict(first) if isinstance(first, dict) else {}
        return {**base, **kwargs}
    if name in {"map", "filter"} and len(args) == 2:
        items = iterate(args[1])
        if items is None:
            return UNK
        results = [apply(machine, first, [i], {}, Place(), True) for i in items[:500]]
        if name == "map":
            return results
        kept = [(i, truth(r)) for i, r in zip(items, results, strict=False)]
        return UNK if any(t is None for _, t in kept) else [i for i, t in kept if t]
    if name in {"zip", "enumerate"}:
        columns = [iterate(a) for a in args[:4]]
        if any(c is None for c in columns):
            return UNK
        lists = [c for c in columns if c is not None]
        return [
            tuple(row) for row in (zip(*lists, strict=False) if name == "zip" else enumerate(lists[0] if lists else []))
        ]
    if name == "range" and args and all(isinstance(a, int) for a in args):
        try:
            span = range(*args)
        except (TypeError, ValueError):
            return UNK
        return list(span) if len(span) <= 1000 else UNK
    if name == "len":
        return len(first) if isinstance(first, (str, list, tuple, dict, set)) else UNK
    if name in {"any", "all"}:
        items = iterate(first)
        tests = [truth(i) for i in items] if items is not None else [None]
        if name == "any":
            return True if True in tests else UNK if None in tests else False
        return False if False in tests else UNK if None in tests else True
    if name == "bool":
        known = truth(first)
        return UNK if known is None else known
    if name == "str" and isinstance(first, (str, int, float)):
        return str(first)
    if name == "int" and isinstance(first, (str, int)) and len(str(first)) < 20:
        try:
            return int(first)
        except ValueError:
            return UNK
    if name in {"hasattr", "getattr"}:
        return outside.has_attribute(machine, name, args)
    if name == "isinstance":
        return isinstance(first, str) if isinstance(first, (str, list, dict)) and _is_ref(args, "builtins.str") else UNK
    if name == "print":
        return None
    return Unk(tuple(extensions_in([*args, *kwargs.values()])[0]))


def _is_ref(args: list[Any], name: str) -> bool:
    return len(args) > 1 and isinstance(args[1], Ref) and args[1].name == name
