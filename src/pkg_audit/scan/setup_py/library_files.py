"""Answer calls about paths and files: all within the tree, none outside."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Unknown
from pkg_audit.facts.setuptools_options import FindPackages
from pkg_audit.scan.setup_py.arguments import Arguments
from pkg_audit.scan.setup_py.comparing import commanded
from pkg_audit.scan.setup_py.iteration import items_of
from pkg_audit.scan.setup_py.machine import RaisedError
from pkg_audit.scan.setup_py.packages import matches
from pkg_audit.scan.setup_py.paths import absolute, exists, glob, listing, located, plain, read_text
from pkg_audit.scan.setup_py.values import (
    Const,
    FileHandle,
    Found,
    PathValue,
    Tuple,
    Unk,
    Val,
    path_of,
    text_of,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.machine import Machine

LONG = 4096


def open_path(machine: Machine, path: str, mode: str, encoding: str, at: Place) -> Val:
    """Open a file of the tree. One opened for writing has content that only the build knows."""
    if set(mode) & set("wax+"):
        where = located(machine, path)
        if where is not None:
            machine.written.add(where)
        return FileHandle(Unk(Unknown("generated", at)), at)
    content = read_text(machine, path, at, encoding, "b" in mode)
    if isinstance(content, Unk) and content.unknown.reason == "file-missing" and machine.catching:
        raise RaisedError("FileNotFoundError", at)
    return FileHandle(content, at)


def _opener(encoding_index: int) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        value = arguments.get(0, "file") or arguments.get(0, "filename")
        path = path_of(value)
        mode = text_of(arguments.get(1, "mode") or Const("r"))
        encoding = text_of(arguments.get(encoding_index, "encoding") or Const("utf-8")) or "utf-8"
        if path is None or mode is None:
            machine.doubts += 1
            return FileHandle(Unk(why(value, at)) if value is not None else machine.dynamic(at), at)
        return open_path(machine, path, mode, encoding, at)

    return answer


def _texts(arguments: Arguments) -> list[str] | None:
    found = [path_of(entry) for entry in arguments.positional]
    texts = [text for text in found if text is not None]
    return texts if len(texts) == len(found) and sum(map(len, texts)) <= LONG else None


def _join(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    parts = _texts(arguments)
    if not parts:
        return _unknown(machine, arguments, at)
    return Const(posixpath.join(*parts), at)


def _unknown(machine: Machine, arguments: Arguments, at: Place) -> Val:
    machine.doubts += 1
    doubtful = next((entry for entry in arguments.positional if path_of(entry) is None), None)
    return Unk(why(doubtful, at)) if doubtful is not None else machine.dynamic(at)


def _on_path(function: Callable[[str], str]) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        path = path_of(arguments.get(0))
        return Const(function(path), at) if path is not None else _unknown(machine, arguments, at)

    return answer


def _absolute(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path = path_of(arguments.get(0))
    whole = absolute(machine, path) if path is not None else None
    return Const(whole, at) if whole is not None else _unknown(machine, arguments, at)


def _relative(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path, start = path_of(arguments.get(0)), path_of(arguments.get(1, "start") or Const("."))
    one = absolute(machine, path) if path is not None else None
    two = absolute(machine, start) if start is not None else None
    if one is None or two is None:
        return _unknown(machine, arguments, at)
    return Const(posixpath.relpath(one, two), at)


def _split_extension(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path = path_of(arguments.get(0))
    if path is None:
        return _unknown(machine, arguments, at)
    return Tuple(tuple(Const(part, at) for part in posixpath.splitext(path)), at)


def _split(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path = path_of(arguments.get(0))
    if path is None:
        return _unknown(machine, arguments, at)
    return Tuple(tuple(Const(part, at) for part in posixpath.split(path)), at)


def _existing(kind: str) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        path = path_of(arguments.get(0))
        found = exists(machine, path, kind) if path is not None else None
        if found is not None:
            return Const(found, at)
        return machine.conditional(at, f"whether {plain(path)} exists" if path is not None else "whether a file exists")

    return answer


def _here(machine: Machine, _: Arguments, at: Place) -> Val | None:
    return Const(machine.state.directory, at) if machine.state.directory is not None else None


def _change_directory(machine: Machine, arguments: Arguments, at: Place) -> Val:
    path = path_of(arguments.get(0))
    machine.state.directory = absolute(machine, path or ".") if path is not None else None
    return Const(None, at)


def _list_directory(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path = path_of(arguments.get(0, "path") or Const("."))
    where = located(machine, path) if path is not None else None
    if where is None or not machine.tree.is_dir(where):
        return None
    directories, files = listing(machine.tree, where)
    return machine.new_list([Const(name, at) for name in sorted([*directories, *files])], at)


def _walk(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    path = path_of(arguments.get(0, "top"))
    where = located(machine, path) if path is not None else None
    if path is None or where is None:
        return None
    rows: list[Val] = []
    pending = [(path, where)]
    while pending:
        shown, directory = pending.pop()
        machine.step(4)
        if not machine.tree.is_dir(directory):
            continue
        directories, files = listing(machine.tree, directory)
        # Pruning the list of directories would steer a real walk: so nobody gets to see it.
        pruned = machine.dynamic(at, "os.walk")
        names = machine.new_list([Const(name, at) for name in files], at)
        rows.append(Tuple((Const(shown, at), pruned, names), at))
        pending.extend(
            (posixpath.join(shown, name), f"{directory}/{name}" if directory else name)
            for name in reversed(directories)
        )
    return Tuple(tuple(rows), at)


def _glob(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    pattern = path_of(arguments.get(0, "pathname"))
    recursive = arguments.keywords.get("recursive")
    if pattern is None or "root_dir" in arguments.keywords or arguments.rest is not None:
        return _unknown(machine, arguments, at)
    deep = isinstance(recursive, Const) and bool(recursive.value)
    found = glob(machine, pattern, deep)
    return machine.new_list([Const(path, at) for path in found], at) if found is not None else None


def _fits(_: Machine, arguments: Arguments, at: Place) -> Val | None:
    name, pattern = text_of(arguments.get(0)), text_of(arguments.get(1))
    if name is None or pattern is None or len(pattern) > 200 or pattern.count("*") > 8:
        return None
    return Const(matches(name, (pattern,)), at)


def _path(_: Machine, arguments: Arguments, at: Place) -> Val | None:
    parts = _texts(arguments)
    if parts is None:
        return None
    return PathValue(posixpath.join(*parts) if parts else ".", at)


def _current(machine: Machine, _: Arguments, at: Place) -> Val | None:
    return PathValue(machine.state.directory, at) if machine.state.directory is not None else None


def _strings(machine: Machine, value: Val | None, at: Place) -> tuple[str, ...] | None:
    if value is None:
        return None
    single = path_of(value)
    if single is not None:
        return (single,)
    texts = [text_of(item) for item in items_of(machine, value, at)]
    return tuple(text for text in texts if text is not None) if None not in texts else None


def _search(namespaces: bool) -> Callable[[Machine, Arguments, Place], Val | None]:
    def answer(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
        if arguments.rest is not None:
            return None
        where = _strings(machine, arguments.get(0, "where") or Const("."), at)
        exclude = _strings(machine, arguments.get(1, "exclude") or Tuple((), at), at)
        include = _strings(machine, arguments.get(2, "include") or Tuple((Const("*"),), at), at)
        if where is None or exclude is None or include is None:
            return None
        places = tuple(plain(posixpath.normpath(path)) for path in where)
        return machine.new_list([Found(FindPackages(places, include, exclude, namespaces), at)], at)

    return answer


def _system_path(machine: Machine, arguments: Arguments, at: Place) -> Val:
    index = len(arguments.positional) - 1
    path = path_of(arguments.get(index)) if index >= 0 else None
    where = located(machine, path) if path is not None else None
    if where is not None and where not in machine.search_path:
        machine.search_path.insert(0, where)
    return Const(None, at)


def _remove_argument(machine: Machine, arguments: Arguments, at: Place) -> Val | None:
    """Take a word off the command line, as switches of a project's own do: it is not there when a front end builds."""
    word = text_of(arguments.get(0))
    if word is not None and commanded(word) is False and machine.catching:
        raise RaisedError("ValueError", at)
    return None


FILE_FUNCTIONS: dict[str, Callable[[Machine, Arguments, Place], Val | None]] = {
    "builtins.open": _opener(3),
    "io.open": _opener(3),
    "tokenize.open": _opener(9),
    "codecs.open": _opener(2),
    "os.path.join": _join,
    "os.path.dirname": _on_path(posixpath.dirname),
    "os.path.basename": _on_path(posixpath.basename),
    "os.path.normpath": _on_path(posixpath.normpath),
    "os.path.normcase": _on_path(str),
    "os.fspath": _on_path(str),
    "os.path.abspath": _absolute,
    "os.path.realpath": _absolute,
    "os.path.relpath": _relative,
    "os.path.splitext": _split_extension,
    "os.path.split": _split,
    "os.path.exists": _existing("any"),
    "os.path.isfile": _existing("file"),
    "os.path.isdir": _existing("dir"),
    "os.getcwd": _here,
    "os.getcwdu": _here,
    "os.chdir": _change_directory,
    "os.listdir": _list_directory,
    "os.walk": _walk,
    "glob.glob": _glob,
    "glob.iglob": _glob,
    "fnmatch.fnmatch": _fits,
    "fnmatch.fnmatchcase": _fits,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.Path.cwd": _current,
    "setuptools.find_packages": _search(namespaces=False),
    "setuptools.find_namespace_packages": _search(namespaces=True),
    "setuptools.PackageFinder.find": _search(namespaces=False),
    "setuptools.PEP420PackageFinder.find": _search(namespaces=True),
    "sys.argv.remove": _remove_argument,
    "sys.path.insert": _system_path,
    "sys.path.append": _system_path,
}
