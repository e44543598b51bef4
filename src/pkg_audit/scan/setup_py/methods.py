"""Answer method calls on the values that evaluation knows."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pkg_audit.scan.setup_py.arguments import plain
from pkg_audit.scan.setup_py.container_methods import call_dict, call_list
from pkg_audit.scan.setup_py.library_files import open_path
from pkg_audit.scan.setup_py.library_regex import find, pattern_of, substitute
from pkg_audit.scan.setup_py.machine import RaisedError
from pkg_audit.scan.setup_py.paths import absolute, exists, glob, listing, located, read_text
from pkg_audit.scan.setup_py.paths import plain as shown
from pkg_audit.scan.setup_py.string_methods import call_string
from pkg_audit.scan.setup_py.subscripts import group
from pkg_audit.scan.setup_py.text import file_lines
from pkg_audit.scan.setup_py.values import (
    Const,
    DictCell,
    FileHandle,
    ListCell,
    MatchValue,
    ModuleValue,
    PathValue,
    PatternValue,
    Ref,
    Tuple,
    Unk,
    Val,
    path_of,
    text_of,
)

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.machine import Machine


def call_method(machine: Machine, receiver: Val, name: str, arguments: Arguments, at: Place) -> Val | None:
    """Return what a method returns; None where the receiver or its arguments may have changed without our knowing."""
    if isinstance(receiver, Const):
        if isinstance(receiver.value, str):
            return call_string(machine, receiver, name, arguments, at) or machine.dynamic(at)
        if isinstance(receiver.value, bytes) and name == "decode":
            return _decode(machine, receiver.value, receiver.at, arguments, at)
        if receiver.value is None and machine.catching:
            raise RaisedError("AttributeError", at)
        return machine.dynamic(at)
    cell = machine.cell(receiver)
    if isinstance(receiver, Ref) and isinstance(cell, ListCell):
        return call_list(machine, receiver, cell, name, arguments, at)
    if isinstance(receiver, Ref) and isinstance(cell, DictCell):
        return call_dict(machine, receiver, cell, name, arguments, at)
    if isinstance(receiver, FileHandle):
        return _file(machine, receiver, name, at)
    if isinstance(receiver, MatchValue):
        return _match(machine, receiver, name, arguments, at)
    if isinstance(receiver, PatternValue):
        if name == "sub":
            shifted = type(arguments)((receiver, *arguments.positional), arguments.keywords)
            return substitute(machine, receiver.program, shifted, at) or machine.dynamic(at)
        if name in {"search", "match", "fullmatch", "findall", "finditer"}:
            return find(machine, name, pattern_of(machine, receiver, None), arguments.get(0, "string"), at)
        return machine.dynamic(at)
    if isinstance(receiver, PathValue):
        return _path(machine, receiver, name, arguments, at) or machine.dynamic(at)
    if isinstance(receiver, ModuleValue):
        return receiver if name == "load_module" else Const(None, at)
    if isinstance(receiver, Tuple):
        return machine.dynamic(at)
    return None


def _decode(machine: Machine, data: bytes, spot: Place, arguments: Arguments, at: Place) -> Val:
    encoding = text_of(arguments.get(0, "encoding") or Const("utf-8"))
    try:
        text = data.decode(encoding or "utf-8")
    except (LookupError, ValueError):
        return machine.unknown("encoding", at)
    return Const(text.replace("\r\n", "\n"), spot) if isinstance(text, str) else machine.dynamic(at)


def _file(machine: Machine, file: FileHandle, name: str, at: Place) -> Val:
    content = file.content
    if name in {"close", "write", "writelines", "seek", "flush"}:
        return Const(None, at)
    if isinstance(content, Unk):
        machine.doubts += 1
        return content
    if name == "read":
        return content
    if name in {"readlines", "readline"}:
        lines = file_lines(content)
        machine.step(len(lines) // 8 + 1)
        if name == "readline":
            return lines[0] if lines else content
        return machine.new_list(lines, at)
    return machine.dynamic(at)


def _match(machine: Machine, match: MatchValue, name: str, arguments: Arguments, at: Place) -> Val:
    if name == "group":
        if len(arguments.positional) > 1:
            return Tuple(tuple(group(machine, match, plain(which), at) for which in arguments.positional), at)
        return group(machine, match, arguments.get(0) or Const(0), at)
    if name == "groups":
        return Tuple(tuple(Const(text, match.at) for text in match.groups[1:]), at)
    if name == "groupdict":
        return machine.new_dict({key: Const(match.groups[number], match.at) for key, number in match.names.items()}, at)
    return machine.dynamic(at)


def _path(machine: Machine, value: PathValue, name: str, arguments: Arguments, at: Place) -> Val | None:
    path = value.path
    if name == "joinpath":
        parts = [path_of(entry) for entry in arguments.positional]
        known = [part for part in parts if part is not None]
        return PathValue(posixpath.join(path, *known), at) if len(known) == len(parts) else None
    if name in {"resolve", "absolute"}:
        whole = absolute(machine, path)
        return PathValue(whole, at) if whole is not None else None
    if name in {"read_text", "read_bytes"}:
        encoding = text_of(arguments.get(0, "encoding") or Const("utf-8")) or "utf-8"
        content = read_text(machine, path, at, encoding, name == "read_bytes")
        if isinstance(content, Unk) and content.unknown.reason == "file-missing" and machine.catching:
            raise RaisedError("FileNotFoundError", at)
        return content
    if name == "open":
        mode = text_of(arguments.get(0, "mode") or Const("r"))
        encoding = text_of(arguments.get(2, "encoding") or Const("utf-8")) or "utf-8"
        return open_path(machine, path, mode, encoding, at) if mode is not None else None
    if name in {"exists", "is_file", "is_dir"}:
        found = exists(machine, path, {"exists": "any", "is_file": "file", "is_dir": "dir"}[name])
        return Const(found, at) if found is not None else machine.conditional(at, f"whether {shown(path)} exists")
    if name in {"glob", "rglob"}:
        pattern = text_of(arguments.get(0))
        if pattern is None:
            return None
        pattern = f"**/{pattern}" if name == "rglob" else pattern
        # Unlike the glob module, pathlib lists what begins with a dot.
        matched = glob(machine, posixpath.join(path, pattern), recursive=True, hidden=True)
        return Tuple(tuple(PathValue(one, at) for one in matched), at) if matched is not None else None
    if name == "iterdir":
        where = located(machine, path)
        if where is None or not machine.tree.is_dir(where):
            return None
        directories, files = listing(machine.tree, where)
        return Tuple(tuple(PathValue(posixpath.join(path, one), at) for one in sorted([*directories, *files])), at)
    if name == "relative_to":
        base = path_of(arguments.get(0))
        one, two = absolute(machine, path), absolute(machine, base) if base is not None else None
        if one is None or two is None or not (one == two or one.startswith(f"{two}/") or two == "/"):
            return None
        return PathValue(posixpath.relpath(one, two), at)
    if name in {"as_posix", "__str__", "__fspath__"}:
        return Const(path, at)
    if name in {"with_suffix", "with_name"}:
        new = text_of(arguments.get(0))
        if new is None:
            return None
        base = posixpath.splitext(path)[0] + new
        return PathValue(base if name == "with_suffix" else posixpath.join(posixpath.dirname(path), new), at)
    if name in {"write_text", "write_bytes", "touch", "unlink"}:
        where = located(machine, path)
        if where is not None:
            machine.written.add(where)
        return Const(None, at)
    return Const(None, at) if name == "mkdir" else None
