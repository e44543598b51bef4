"""Make extension objects where libraries do: `Extension(...)` of any kind, `cythonize`, `mypycify` and their kin."""

from __future__ import annotations

import hashlib
import posixpath
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.packages import matches
from pkg_audit.scan.setup_py.paths import glob, inside, plain
from pkg_audit.scan.setup_py.values import (
    ClassValue,
    Const,
    Entry,
    ExtensionCell,
    External,
    Hole,
    Maybe,
    Ref,
    Tuple,
    Unk,
    Val,
    path_of,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.machine import Machine

RUST = "rust_extensions"
PARAMETERS = ("name", "sources", "include_dirs", "define_macros", "undef_macros", "library_dirs", "libraries")
RUST_PARAMETERS = ("name", "path", "args", "cargo_manifest_args", "features")
CYTHON_SOURCES = (".py", ".pyx")
PACKAGE_MARKS = ("__init__.py", "__init__.pyx", "__init__.pxd")
DEPTH = 20


def extension_kind(value: Val) -> str:
    """Return the mechanism of a class of extensions, "" for everything else: `setup` takes any subclass."""
    pending, seen = [value], 0
    while pending and seen < DEPTH:
        seen += 1
        current = pending.pop()
        if isinstance(current, ClassValue):
            pending.extend(current.bases)
        elif isinstance(current, External):
            last = current.name.rpartition(".")[2]
            if last in {"RustExtension", "RustBin"}:
                return RUST if last == "RustExtension" else ""
            if last.endswith("Extension") or last == "Extension":
                return "ext_modules"
    return ""


def make_extension(machine: Machine, by: str, arguments: Arguments, at: Place) -> Ref:
    """Return a new extension object with the arguments of its constructor as attributes."""
    attributes: dict[str, Val] = {}
    for index, name in enumerate(RUST_PARAMETERS if by == RUST else PARAMETERS):
        value = arguments.get(index, name)
        if value is not None and not (isinstance(value, Unk) and arguments.rest is value.unknown):
            attributes[name] = value
    target = arguments.keywords.get("target")
    if by == RUST and target is not None and not isinstance(target, Maybe):
        attributes["name"] = target
    for name, entry in arguments.keywords.items():
        if name not in attributes and not isinstance(entry, Maybe):
            attributes[name] = entry
    if arguments.rest is not None and "optional" not in attributes:
        attributes["optional"] = Unk(arguments.rest)
    return machine.new(ExtensionCell(by, attributes, at), at)


def call_extension_library(machine: Machine, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a library's function for extensions returns, None for any other function."""
    last = name.rpartition(".")[2]
    kind = extension_kind(External(name))
    if kind:
        return make_extension(machine, kind, arguments, at)
    if last == "cythonize":
        return _cythonize(machine, arguments, at)
    if last == "mypycify":
        return _mypycify(machine, arguments, at)
    if last == "intree_extensions":
        return _in_tree(machine, arguments, at)
    return None


def _cythonize(machine: Machine, arguments: Arguments, at: Place) -> Val:
    """Name modules as Cython does (Build/Dependencies.py, 3.2: `create_extension_list`, `fully_qualified_name`)."""
    modules = arguments.get(0, "module_list")
    if modules is None:
        return machine.dynamic(at)
    excluded = arguments.get(1, "exclude")
    exclude = _texts(machine, excluded, at) if excluded is not None else ()
    items: tuple[Entry, ...] = (modules,) if path_of(modules) is not None else items_of(machine, modules, at)
    cell = machine.cell(modules)
    if isinstance(cell, ExtensionCell):
        items = (modules,)
    found: list[Entry] = []
    for item in items:
        made = _cythonized(machine, item.value if isinstance(item, Maybe) else item, exclude, at)
        under = item.condition if isinstance(item, Maybe) else None
        found.extend(one if under is None or isinstance(one, (Maybe, Hole)) else Maybe(one, under) for one in made)
    if exclude is None:
        found.append(Hole(Unknown("dynamic-expression", at, "exclude")))
    return machine.new_list(found, at)


def _cythonized(machine: Machine, item: Entry, exclude: tuple[str, ...] | None, at: Place) -> list[Entry]:
    pattern = path_of(item)
    if pattern is not None:
        return _globbed(machine, pattern, {}, exclude, at)
    cell = machine.cell(item)
    if not isinstance(cell, ExtensionCell):
        return [Hole(why(item, at))]
    name = text_of(cell.attributes.get("name"))
    sources = _texts(machine, cell.attributes.get("sources"), at) or ()
    cython = [source for source in sources if source.endswith(CYTHON_SOURCES)]
    if not cython:
        return [item]
    if name is not None and "*" in name:
        return _globbed(machine, cython[0], cell.attributes, exclude, cell.at)
    return [machine.new(ExtensionCell("cythonize", cell.attributes, cell.at), cell.at)]


def _globbed(
    machine: Machine, pattern: str, attributes: Mapping[str, Val], exclude: tuple[str, ...] | None, at: Place
) -> list[Entry]:
    paths = glob(machine, pattern, recursive=True) if "{" not in pattern else None
    if paths is None:
        return [Hole(Unknown("dynamic-expression", at, pattern))]
    if not paths:
        return [Hole(Unknown("file-missing", at, plain(pattern)))]
    found: list[Entry] = []
    left_out: set[str] = set()
    for other in exclude or ():
        left_out.update(glob(machine, other, recursive=True) or ())
    for path in paths:
        if path in left_out or (exclude and matches(path, exclude)):
            continue
        own = {**attributes, "name": Const(_qualified(machine, path), at), "sources": Tuple((Const(path, at),), at)}
        found.append(machine.new(ExtensionCell("cythonize", own, at), at))
    return found


def _qualified(machine: Machine, path: str) -> str:
    """Return the dotted name of a source: the directories above it that are packages, and its stem."""
    where = inside(path) or path
    directory, file = posixpath.split(where)
    parts = [posixpath.splitext(file)[0]]
    while directory and any(machine.tree.is_file(f"{directory}/{mark}") for mark in PACKAGE_MARKS):
        directory, last = posixpath.split(directory)
        parts.append(last)
    return ".".join(reversed(parts))


def _mypycify(machine: Machine, arguments: Arguments, at: Place) -> Val:
    """Name modules as mypyc does (mypyc/build.py, 1.19): one per source, and one shared library for several."""
    listed = arguments.get(0, "paths")
    if listed is None:
        return machine.dynamic(at)
    found: list[Entry] = []
    names: list[str] = []
    sure = True
    for item in items_of(machine, listed, at):
        path = path_of(item)
        if path is None:
            found.append(item if isinstance(item, Hole) else Hole(why(item, at)))
            sure = False
        elif path.endswith((".py", ".pyi")):
            name = _mypyc_name(machine, path)
            names.append(name)
            attributes: dict[str, Val] = {"name": Const(name, at), "sources": Tuple((item,), at)}
            found.append(machine.new(ExtensionCell("mypycify", attributes, at), at))
    group, separate = arguments.keywords.get("group_name"), arguments.keywords.get("separate", Const(False))
    alone = isinstance(separate, Const) and separate.value is False
    if len(names) > 1 and alone and (group is None or text_of(group) is not None):
        shared = text_of(group) or _group_name(sorted(names))
        if sure or group is not None:
            attributes = {"name": Const(f"{shared}__mypyc", at)}
            found.append(machine.new(ExtensionCell("mypycify", attributes, at), at))
    elif not alone:
        found.append(Hole(Unknown("needs-build", at, "mypycify")))
    return machine.new_list(found, at)


def _mypyc_name(machine: Machine, path: str) -> str:
    where = inside(path) or path
    directory, file = posixpath.split(where)
    stem = posixpath.splitext(file)[0]
    parts = [stem]
    while directory and machine.tree.is_file(f"{directory}/__init__.py"):
        directory, last = posixpath.split(directory)
        parts.append(last)
    return ".".join(reversed(parts))


def _group_name(names: list[str]) -> str:
    modules = [name.removesuffix(".__init__") for name in names]
    if len(modules) == 1:
        return modules[0]
    return hashlib.sha1(",".join(sorted(modules)).encode(), usedforsecurity=False).hexdigest()[:20]


def _in_tree(machine: Machine, arguments: Arguments, at: Place) -> Val:
    """Name modules as `pybind11.setup_helpers.intree_extensions` does (3.0): by the packages around each source."""
    listed = arguments.get(0, "paths")
    if listed is None:
        return machine.dynamic(at)
    found: list[Entry] = []
    for item in items_of(machine, listed, at):
        path = path_of(item)
        if path is None or "package_dir" in arguments.keywords:
            found.append(Hole(why(item, at)))
            continue
        attributes: dict[str, Val] = {
            "name": Const(_mypyc_name(machine, path), at),
            "sources": Tuple((item,), at),
            "language": Const("c++", at),
        }
        found.append(machine.new(ExtensionCell("ext_modules", attributes, at), at))
    return machine.new_list(found, at)


def _texts(machine: Machine, value: Val | None, at: Place) -> tuple[str, ...] | None:
    if value is None:
        return None
    single = path_of(value)
    if single is not None:
        return (single,)
    texts = [path_of(item) for item in items_of(machine, value, at)]
    return tuple(text for text in texts if text is not None) if None not in texts else None
