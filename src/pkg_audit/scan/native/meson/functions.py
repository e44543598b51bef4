"""Understand meson's functions and methods as far as they decide what a wheel holds.

Source: Meson 1.10 reference manual (functions, the Python module), as of 2026-11.
"""

from __future__ import annotations

import operator
import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import ExtensionDeclaration
from pkg_audit.scan.native.meson import installing
from pkg_audit.scan.native.meson.objects import Object, Site, flat
from pkg_audit.scan.native.sources import LANGUAGES
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.native import Language
    from pkg_audit.facts.place import Answer, Place
    from pkg_audit.scan.native.meson.run import Runner

_SMALL = 64 << 10
_MACHINES = {"host_machine", "build_machine", "target_machine"}

_NUMBERS = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}")
_CONDITION = re.compile(rf"(>=|<=|!=|==|=|>|<)?\s*({_NUMBERS.pattern})\s*")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, "!=": operator.ne, "==": operator.eq, "=": operator.eq, ">": operator.gt,
    "<": operator.lt,
}  # fmt: skip


def constant(name: str) -> Any:
    """Return one of meson's own names."""
    return Object("machine" if name in _MACHINES else "meson") if name in {*_MACHINES, "meson"} else None


def join(left: Any, right: Any) -> Any:
    """Evaluate `left / right`."""
    if isinstance(left, Site) and isinstance(right, str):
        return Site(left.kind, left.pure, posixpath.join(left.text, right))
    if isinstance(left, str) and isinstance(right, str):
        return posixpath.join(left, right)
    return left // right if isinstance(left, int) and isinstance(right, int) and right else None


def function(run: Runner, name: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Any:
    """Evaluate a call of one of meson's functions."""
    if name == "project":
        run.project_name = args[0] if args and isinstance(args[0], str) else ""
        run.project, run.project_at = kwargs, at
    elif name == "subdir":
        run.subdir(args[0] if args else None)
    elif name == "import":
        return Object(f"module:{args[0]}" if args and isinstance(args[0], str) else "module")
    elif name == "files":
        items = flat(args)
        return [posixpath.join(run.directory, i) if isinstance(i, str) and run.directory else i for i in items]
    elif name == "get_option":
        return run.options.get(args[0]) if args and isinstance(args[0], str) else None
    elif name == "join_paths":
        result = args[0] if args else None
        for part in args[1:]:
            result = join(result, part)
        return result
    elif name in {"shared_library", "library", "shared_module", "both_libraries"}:
        return _library(run, args, kwargs)
    elif name == "executable":
        wanted = run.installs_tag(kwargs.get("install_tag", "runtime"))
        if wanted and kwargs.get("install") is True and args and isinstance(args[0], str):
            run.programs.append(args[0])
        return Object("target")
    elif name == "install_subdir":
        installing.install_directory(run, args, kwargs, at)
    elif name in {"install_data", "install_headers"}:
        installing.install_files(run, name, flat(args), kwargs, at)
    elif name in {"configure_file", "custom_target", "vcs_tag"}:
        return installing.generated(run, name, kwargs, at)
    elif name == "run_command":
        return _command(run, args)
    elif name == "subproject":
        run.opaque.append(at)
        # A subproject may install libraries, seldom modules; meson-python's wheels mostly leave them out.
        return Object("subproject")
    elif name == "is_variable":
        return args[0] in run.names if args and isinstance(args[0], str) else None
    elif name == "set_variable" and len(args) == 2 and isinstance(args[0], str):
        run.names[args[0]] = args[1]
    elif name == "get_variable" and args and isinstance(args[0], str):
        return run.names.get(args[0], args[1] if len(args) > 1 else None)
    elif name in {
        "static_library",
        "declare_dependency",
        "dependency",
        "find_program",
        "generator",
        "include_directories",
    }:
        return Object(name)
    return None


def method(run: Runner, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Any:
    """Evaluate a method call."""
    if isinstance(owner, Object):
        return _object_method(run, owner, name, args, kwargs, at)
    if isinstance(owner, dict):
        if name == "get" and args and isinstance(args[0], str):
            return owner.get(args[0], args[1] if len(args) > 1 else None)
        if name == "keys":
            return sorted(owner)
        return args[0] in owner if name == "has_key" and args and isinstance(args[0], str) else None
    if isinstance(owner, list):
        if name == "length":
            return len(owner)
        if name == "contains" and args:
            return True if args[0] in owner else None if None in owner else False
        if name == "get" and args and isinstance(args[0], int) and -len(owner) <= args[0] < len(owner):
            return owner[args[0]]
        return None
    return _text_method(owner, name, args) if isinstance(owner, str) else None


def _text_method(owner: str, name: str, args: list[Any]) -> Any:
    texts = [a for a in args if isinstance(a, str)]
    if len(texts) != len(args) and name != "format":
        return None
    if name in {"startswith", "endswith"} and texts:
        return getattr(owner, name)(texts[0])
    if name == "contains" and texts:
        return texts[0] in owner
    if name == "split":
        return owner.split(texts[0]) if texts and texts[0] else owner.split()
    if name == "strip":
        return owner.strip()
    if name in {"to_lower", "to_upper"}:
        return owner.lower() if name == "to_lower" else owner.upper()
    if name == "version_compare" and texts:
        return _compare_versions(owner, texts[0])
    if name == "underscorify":
        return "".join(c if c.isalnum() else "_" for c in owner)
    if name == "replace" and len(texts) == 2 and len(owner) * max(1, len(texts[1])) < 10**6:
        return owner.replace(texts[0], texts[1])
    if name == "format":
        for index, value in enumerate(args[:10]):
            if not isinstance(value, (str, int)):
                return None
            owner = owner.replace(f"@{index}@", str(value))
        return owner
    return None


def _compare_versions(version: str, condition: str) -> bool | None:
    """Compare plain dotted versions as `version_compare` does; None for anything else."""
    match = _CONDITION.fullmatch(condition)
    if match is None or not _NUMBERS.fullmatch(version):
        return None
    compare = _COMPARISONS[match[1] or "=="]
    return compare(_numbers(version), _numbers(match[2]))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _object_method(run: Runner, owner: Object, name: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Any:
    if owner.kind == "machine":
        return {"system": "linux", "cpu_family": "x86_64", "endian": "little", "cpu": "x86_64"}.get(name)
    if name == "version" and owner.kind in {"compiler", "meson", "dependency", "find_program"}:
        return Object("version")
    if owner.kind == "version" and name == "version_compare" and args and isinstance(args[0], str):
        # Tools of an isolated build are the newest that the requirements allow.
        return True if args[0].startswith(">") else False if args[0].startswith("<") else None
    if owner.kind == "command":
        return Object("output", text=owner.text) if name == "stdout" else None
    if owner.kind == "output":
        return owner if name == "strip" and not args else None
    if owner.kind == "meson":
        if name == "project_name":
            return run.project_name
        if name == "project_version":
            return project_facts(run)["version"]
        return (
            Object("compiler")
            if name == "get_compiler"
            else False
            if name in {"is_cross_build", "is_subproject"}
            else None
        )
    if owner.kind in {"module:python", "module:python3"} and name in {"find_installation", "find_python"}:
        pure = kwargs.get("pure", True)
        return Object("python", "yes" if pure is True else "no" if pure is False else "unknown")
    if owner.kind == "module:fs":
        return _fs(run, name, args, kwargs, at)
    if owner.kind == "python":
        return _python(run, owner, name, args, kwargs, at)
    return None


def _command(run: Runner, args: list[Any]) -> Object | None:
    """Return the run of a Python script of the tree that gets no arguments; None for any other command."""
    words = [word for word in flat(args) if isinstance(word, str) and word not in {"python", "python3"}]
    path = posixpath.normpath(posixpath.join(run.directory, words[0])) if len(words) == 1 else ""
    return Object("command", text=path) if path.endswith(".py") and run.tree.is_file(path) else None


def _fs(run: Runner, name: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Any:
    if not args or not isinstance(args[0], str):
        return None
    path = posixpath.normpath(posixpath.join(run.directory, args[0]))
    if name in {"exists", "is_file", "is_dir"} and not path.startswith(("..", "/")):
        is_file, is_dir = run.tree.is_file(path), run.tree.is_dir(path)
        return is_file if name == "is_file" else is_dir if name == "is_dir" else is_file or is_dir
    if name in {"name", "parent", "stem"}:
        base = posixpath.basename(args[0])
        return {"name": base, "parent": posixpath.dirname(args[0]) or ".", "stem": posixpath.splitext(base)[0]}[name]
    if name == "copyfile":
        output = args[1] if len(args) > 1 else posixpath.basename(args[0])
        return installing.generated(run, name, {**kwargs, "output": output}, at)
    if name == "read":
        text = read_text(run.tree, path, _SMALL)
        return text if text is not None and not path.startswith(("..", "/")) else None
    return None


def _python(run: Runner, owner: Object, name: str, args: list[Any], kwargs: dict[str, Any], at: Place) -> Any:
    if name == "extension_module":
        _extension(run, args, kwargs, at)
        return Object("target")
    if name == "install_sources":
        installing.install_sources(run, owner, args, kwargs, at)
        return None
    if name in {"get_install_dir", "get_path"}:
        subdir = kwargs.get("subdir", "")
        pure = installing.purity(kwargs.get("pure"), owner)
        if name == "get_path":
            pure = "yes" if args[:1] == ["purelib"] else "no" if args[:1] == ["platlib"] else "unknown"
            if pure == "unknown":
                return None
        return Site("site", pure, subdir) if isinstance(subdir, str) else None
    if name == "version":
        return "3.12"
    return {"found": True, "language_version": "3.12", "is_pypy": False}.get(name)


def _extension(run: Runner, args: list[Any], kwargs: dict[str, Any], at: Place) -> None:
    if kwargs.get("install", False) is False or not run.installs_tag(kwargs.get("install_tag", "runtime")):
        return
    run.impure = run.impure or run.certain
    run.impure_unknown = run.impure_unknown or not run.certain
    name = args[0] if args and isinstance(args[0], str) else ""
    subdir = kwargs.get("subdir", "")
    directory = kwargs.get("install_dir")
    if isinstance(directory, Site) and directory.kind == "site":
        subdir = directory.text
    elif "install_dir" in kwargs or not isinstance(subdir, str):
        name = ""
    dotted = ".".join([*(p for p in str(subdir).split("/") if p and p != "."), name]) if name else ""
    sources = tuple(s for s in flat(args[1:]) if isinstance(s, str))[:200]
    limited = kwargs.get("limited_api")
    abi3: Answer = "yes" if isinstance(limited, str) and limited else "unknown" if "limited_api" in kwargs else "no"
    languages = {LANGUAGES.get(s.rsplit(".", 1)[-1].lower()) for s in sources}
    language: Language = next((k for k in ("cython", "fortran", "c++", "c") if k in languages), "other")
    condition = "" if run.certain else "meson"
    optional: Answer = "no"
    run.extensions.append(
        ExtensionDeclaration(at, dotted, "meson-python", language, optional, abi3, condition, sources)
    )


def _library(run: Runner, args: list[Any], kwargs: dict[str, Any]) -> Object:
    if kwargs.get("install") is True and run.installs_tag(kwargs.get("install_tag", "runtime")):
        directory = kwargs.get("install_dir")
        if isinstance(directory, Site) and directory.kind == "site" and directory.pure != "yes":
            run.impure = run.impure or run.certain
        if args and isinstance(args[0], str):
            run.libraries.append(args[0])
    return Object("target")


def project_facts(run: Runner) -> dict[str, Any]:
    """Return what `project(...)` says about version and licence; what is computed stands in `project_unknown`."""
    given = run.project
    version = given.get("version")
    if isinstance(version, list) and len(version) == 1 and isinstance(version[0], str):
        # A file object: its first line is the version.
        text = read_text(run.tree, version[0], _SMALL)
        version = text.strip().split("\n")[0].strip() if text and text.strip() else None
    licence = given.get("license")
    licence = licence[0] if isinstance(licence, list) and len(licence) == 1 else licence
    files = given.get("license_files", [])
    files = flat(files)
    found: dict[str, Any] = {
        "version": version if isinstance(version, str) and version != "undefined" else None,
        "version_script": version.text if isinstance(version, Object) and version.kind == "output" else "",
        "license": licence if isinstance(licence, str) else None,
        "license_files": tuple(item for item in files if isinstance(item, str)),
    }
    unknown: list[str] = [key for key in ("version", "license") if key in given and found[key] is None]
    if None in files:
        unknown.append("license_files")
    return {**found, "project_unknown": tuple(unknown)}
