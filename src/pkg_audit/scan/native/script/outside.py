"""Answer for the world around a build script: environment, platform, standard library paths and files.

The answers are those of a build on CPython 3.12, Linux, x86-64, with the environment of the scenario.
"""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING, Any

from pkg_audit.errors import ReadError
from pkg_audit.scan.native.script import paths
from pkg_audit.scan.native.script.values import ROOT, UNK, Ext, Inst, PathVal, Ref, Switch, Unk, extensions_in, relative

if TYPE_CHECKING:
    from pkg_audit.scan.native.script.state import State

_TEXT_LIMIT = 256 << 10
_CONSTANTS: dict[str, Any] = {
    "sys.platform": "linux", "os.name": "posix", "os.sep": "/", "os.path.sep": "/", "os.linesep": "\n",
    "sys.maxsize": 2**63 - 1, "sys.byteorder": "little", "sys.version_info": (3, 12, 0, "final", 0),
    "sys.hexversion": 0x030C00F0, "builtins.True": True, "builtins.False": False, "builtins.None": None,
    "os.curdir": ".", "os.pathsep": ":", "typing.TYPE_CHECKING": False, "os.path.pardir": "..", "os.pardir": "..",
}  # fmt: skip
_CALLS: dict[str, Any] = {
    "platform.system": "Linux", "platform.machine": "x86_64", "sysconfig.get_platform": "linux-x86_64",
    "distutils.util.get_platform": "linux-x86_64", "platform.python_version": "3.12.0", "os.getcwd": ROOT,
    "platform.architecture": ("64bit", "ELF"), "sys._is_gil_enabled": True,
}  # fmt: skip
_PATH_TESTS = frozenset({"os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.lexists"})


def constant(machine: State, name: str) -> Any:
    """Return a well-known attribute of another module, else a reference to it."""
    if name == "sys.argv":
        return ["setup.py", "bdist_wheel"]
    if name == "sys.implementation.name":
        machine.asked_implementation = True
        return machine.scenario.implementation.lower()
    if name == "sys.version":
        machine.asked_implementation = True
        return "3.12.0 [PyPy 7.3.17]" if machine.scenario.implementation == "PyPy" else "3.12.0 (main)"
    if name == "sys.builtin_module_names":
        machine.asked_implementation = True
        return ("sys", "__pypy__") if machine.scenario.implementation == "PyPy" else ("sys", "builtins")
    return _CONSTANTS.get(name, Ref(name))


def lookup(machine: State, name: str) -> Any:
    """Return any item of an object of another module."""
    if name == "os.environ":
        machine.asked_environment = True
        return machine.scenario.text if machine.scenario.environment is not None else UNK
    return UNK


def contains(machine: State, container: Any, member: Any) -> bool | None:
    """Tell whether `member in container`, None where it cannot be known."""
    if isinstance(container, Ref):
        if container.name == "os.environ":
            machine.asked_environment = True
            return machine.scenario.environment is not None
        return None
    if isinstance(container, Unk) or isinstance(member, (Unk, Ref)):
        return None
    if isinstance(container, str):
        return member in container if isinstance(member, str) else None
    if isinstance(container, (list, tuple)) and any(isinstance(i, (Unk, Ref)) for i in container):
        return None
    if isinstance(member, Switch) and isinstance(container, (list, tuple, set)):
        return any(isinstance(item, str) and member.is_word(item) for item in container)
    if isinstance(container, (list, tuple, dict, set)):
        try:
            return member in container
        except TypeError:
            return None
    return None


def has_attribute(machine: State, called: str, args: list[Any]) -> Any:
    """Evaluate `hasattr` and `getattr` on modules, as far as they ask for the implementation."""
    if len(args) >= 2 and isinstance(args[0], Ref) and args[0].name == "sys" and args[1] == "pypy_version_info":
        machine.asked_implementation = True
        return machine.scenario.implementation == "PyPy"
    if len(args) >= 2 and isinstance(args[0], Ref) and args[0].name == "sys" and isinstance(args[1], str):
        # This interpreter is a CPython too, so what its `sys` has answers for the build's.
        present = hasattr(sys, args[1])
        if called == "hasattr":
            return present
        return UNK if present or len(args) < 3 else args[2]
    if called == "getattr" and len(args) >= 2 and isinstance(args[0], (Ext, Inst)) and isinstance(args[1], str):
        from pkg_audit.scan.native.script.calls import attribute

        return attribute(machine, args[0], args[1])
    return UNK


def call(machine: State, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Evaluate a call into another package; unknown where it is not known here."""
    if name in {"os.environ.get", "os.getenv", "os.environ.setdefault"}:
        machine.asked_environment = True
        if machine.scenario.environment is not None:
            return machine.scenario.text
        return args[1] if len(args) > 1 else kwargs.get("default")
    if name in {"os.environ.copy", "os.environ.items"}:
        return UNK
    if name == "platform.python_implementation":
        machine.asked_implementation = True
        return machine.scenario.implementation
    if name in _CALLS:
        return _CALLS[name]
    if name.endswith(("sysconfig.get_config_var", "distutils.sysconfig.get_config_var")):
        return 0 if args and args[0] == "Py_GIL_DISABLED" else UNK
    if name.endswith(".FFI"):
        return Ref("cffi.FFI()")
    if name in {"sys.path.insert", "sys.path.append"} and args:
        root = args[-1].value if isinstance(args[-1], PathVal) else args[-1]
        if isinstance(root, str) and len(machine.roots) < 8:
            machine.roots.append(relative(root))
        return None
    if name in {"copy.copy", "copy.deepcopy"}:
        return args[0] if args else UNK
    if name in {"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"}:
        parts = [a.value if isinstance(a, PathVal) else a for a in args]
        if not all(isinstance(p, str) for p in parts):
            return UNK
        return PathVal(posixpath.normpath(posixpath.join(*parts)) if parts else ".")
    if name == "pathlib.Path.cwd":
        return PathVal(ROOT)
    if name == "importlib.util.spec_from_file_location":
        return _loaded(machine, args[1] if len(args) > 1 else kwargs.get("location"))
    if name == "importlib.util.module_from_spec" and args:
        return args[0]
    if name in {"glob.glob", "glob.iglob"} and args:
        pattern = args[0].value if isinstance(args[0], PathVal) else args[0]
        if not isinstance(pattern, str) or "root_dir" in kwargs or not machine.search():
            return UNK
        found = paths.glob(machine.tree, pattern, kwargs.get("recursive") is True)
        return UNK if found is None else found
    if name.startswith(("os.path.", "posixpath.")) or name in {"os.listdir", "os.fspath"}:
        return _os_path(machine, name, args)
    if name in {"fnmatch.fnmatch", "fnmatch.filter"} and len(args) == 2:
        return _fnmatch(name, args)
    if name.endswith(("util.strtobool",)) and args:
        return str(args[0]).lower() in {"y", "yes", "t", "true", "on", "1"} if isinstance(args[0], str) else UNK
    return Unk(tuple(extensions_in([*args, *kwargs.values()])[0]))


def _loaded(machine: State, location: Any) -> Any:
    """Return the module in a file: its spec, and what is made of that, are one and the same here."""
    path = location.value if isinstance(location, PathVal) else location
    if not isinstance(path, str):
        return UNK
    inside = relative(path)
    if inside.startswith(("..", "/")) or inside.count("/") > 2:
        return UNK
    return machine.module(inside) or UNK


def _fnmatch(name: str, args: list[Any]) -> Any:
    from fnmatch import fnmatch

    if not isinstance(args[1], str) or len(args[1]) > 200 or args[1].count("*") > 4:
        return UNK
    if name == "fnmatch.fnmatch":
        return fnmatch(args[0], args[1]) if isinstance(args[0], str) else UNK
    return [i for i in args[0] if isinstance(i, str) and fnmatch(i, args[1])] if isinstance(args[0], list) else UNK


def _os_path(machine: State, name: str, args: list[Any]) -> Any:
    parts = [a.value if isinstance(a, PathVal) else a for a in args]
    if not parts or not all(isinstance(p, str) and len(p) < 4096 for p in parts):
        return UNK
    last = name.rsplit(".", 1)[-1]
    first = parts[0]
    if last == "join":
        return posixpath.join(*parts)
    if last in {"abspath", "realpath"}:
        return posixpath.normpath(posixpath.join(ROOT, first))
    if last in {"dirname", "basename", "split", "splitext", "normpath", "isabs", "fspath"}:
        return first if last == "fspath" else getattr(posixpath, last)(first)
    if last == "relpath":
        start = posixpath.join(ROOT, parts[1]) if len(parts) > 1 else ROOT
        return posixpath.relpath(posixpath.join(ROOT, first), start)
    if last == "expanduser":
        return UNK
    if f"os.path.{last}" in _PATH_TESTS:
        return _exists(machine, first, last)
    if name == "os.listdir":
        found = paths.listing(machine.tree, first) if machine.search() else None
        return UNK if found is None else found
    return UNK


def _exists(machine: State, path: str, kind: str) -> Any:
    if path.startswith("/") and not path.startswith(ROOT):
        return UNK
    inside = relative(path)
    if inside.startswith(".."):
        return UNK
    is_file, is_dir = machine.tree.is_file(inside), machine.tree.is_dir(inside)
    # What is not in the tree may be made by an earlier step of the build, but rarely what is asked for here.
    return is_file if kind in {"isfile", "is_file"} else is_dir if kind in {"isdir", "is_dir"} else is_file or is_dir


def path_method(machine: State, path: PathVal, name: str, args: list[Any]) -> Any:
    """Evaluate a method of a path."""
    parts = [a.value if isinstance(a, PathVal) else a for a in args]
    if name in {"resolve", "absolute", "expanduser"}:
        return PathVal(posixpath.normpath(posixpath.join(ROOT, path.value)))
    if name in {"as_posix", "__str__"}:
        return path.value
    if name in {"exists", "is_file", "is_dir"}:
        return _exists(machine, path.value, name)
    if name in {"read_text", "read_bytes"}:
        return _text(machine, path.value)
    if name == "iterdir":
        names = paths.listing(machine.tree, path.value) if machine.search() else None
        return UNK if names is None else [PathVal(posixpath.join(path.value, n)) for n in names]
    if not all(isinstance(p, str) for p in parts):
        return UNK
    if name == "joinpath":
        return PathVal(posixpath.normpath(posixpath.join(path.value, *parts)))
    if not parts:
        return UNK
    if name in {"glob", "rglob"}:
        pattern = posixpath.join(path.value, "**" if name == "rglob" else "", parts[0])
        found = paths.glob(machine.tree, pattern, recursive=True) if machine.search() else None
        return UNK if found is None else [PathVal(f) for f in found]
    if name == "with_suffix":
        return PathVal(posixpath.splitext(path.value)[0] + parts[0])
    if name == "with_name":
        return PathVal(posixpath.join(posixpath.dirname(path.value), parts[0]))
    if name == "relative_to":
        base, whole = (posixpath.normpath(posixpath.join(ROOT, p)) for p in (parts[0], path.value))
        return PathVal(posixpath.relpath(whole, base)) if whole == base or whole.startswith(base + "/") else UNK
    return UNK


def _text(machine: State, path: str) -> Any:
    inside = relative(path)
    if inside.startswith(("..", "/")):
        return UNK
    try:
        return machine.tree.read(inside, _TEXT_LIMIT).decode("utf-8")
    except (ReadError, UnicodeDecodeError):
        return UNK
