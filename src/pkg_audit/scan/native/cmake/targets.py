"""Understand the CMake commands that define and install targets."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.native import CMakeInstall, CMakeTarget, InstallPattern
from pkg_audit.scan.native.limited_api import floor_of_macro

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer, Place

Kind = Literal["extension", "module", "shared", "static", "program", "other"]

_EXTENSIONS = frozenset({
    "pybind11_add_module", "nanobind_add_module", "python_add_library", "python3_add_library", "python2_add_library",
    "add_python_library", "add_python_extension", "boost_python_add_module",
})  # fmt: skip
_FLAGS = frozenset({
    "STATIC", "SHARED", "MODULE", "OBJECT", "INTERFACE", "EXCLUDE_FROM_ALL", "NO_EXTRAS", "SYSTEM", "THIN_LTO",
    "OPT_SIZE",
    "WITH_SOABI", "STABLE_ABI", "FREE_THREADED", "NB_STATIC", "NB_SHARED", "NB_DOMAIN", "LTO", "NOMINSIZE", "NOTRIM",
    "NOSTRIP", "PROTECT_STACK", "MUSL_DYNAMIC_LIBCPP", "NB_SUPPRESS_WARNINGS", "USE_SABI", "IMPORTED", "GLOBAL",
    "ALIAS",
    "WIN32", "MACOSX_BUNDLE", "UNKNOWN",
})  # fmt: skip
_LINKING = frozenset({"PUBLIC", "PRIVATE", "INTERFACE", "LINK_PUBLIC", "LINK_PRIVATE", "debug", "optimized", "general"})
_ARTIFACTS = frozenset({
    "ARCHIVE", "LIBRARY", "RUNTIME", "OBJECTS", "FRAMEWORK", "BUNDLE", "PRIVATE_HEADER", "PUBLIC_HEADER", "RESOURCE",
    "FILE_SET", "CXX_MODULES_BMI", "INCLUDES",
})  # fmt: skip
_OPTIONS = frozenset(
    {"DESTINATION", "PERMISSIONS", "CONFIGURATIONS", "COMPONENT", "RENAME", "EXPORT", "TYPE", "PATTERN"}
)
_WORDS = _ARTIFACTS | _OPTIONS | {
    "OPTIONAL", "EXCLUDE_FROM_ALL", "NAMELINK_ONLY", "NAMELINK_SKIP", "NAMELINK_COMPONENT", "FILES_MATCHING", "REGEX",
    "EXCLUDE", "USE_SOURCE_PERMISSIONS", "MESSAGE_NEVER", "RUNTIME_DEPENDENCIES", "RUNTIME_DEPENDENCY_SET",
    "DIRECTORY_PERMISSIONS",
}  # fmt: skip
_KINDS: dict[str, Literal["targets", "files", "programs", "directory", "other"]] = {
    "TARGETS": "targets", "IMPORTED_RUNTIME_ARTIFACTS": "targets", "FILES": "files", "PROGRAMS": "programs",
    "DIRECTORY": "directory",
}  # fmt: skip
PLATLIB = "/@platlib"
SYSTEM = frozenset({"m", "dl", "pthread", "rt", "c", "util", "stdc++", "gcc", "gcc_s"})


def define(found: dict[str, CMakeTarget], name: str, words: list[str], at: Place, reachable: Answer) -> None:
    """Note a command that defines or changes a target."""
    if not words:
        return
    target = words[0]
    if name in _EXTENSIONS:
        _extension(found, name, words, at, reachable)
    elif name in {"add_library", "add_executable"}:
        if "ALIAS" in words or "IMPORTED" in words or "INTERFACE" in words[:2]:
            return
        kind: Kind = "program" if name == "add_executable" else "static"
        if name == "add_library":
            kind = "module" if "MODULE" in words[:3] else "shared" if "SHARED" in words[:3] else "static"
        sources = tuple(w for w in words[1:] if w not in _FLAGS)[:200]
        _note(found, CMakeTarget(at, target, name, kind, sources=sources, reachable=reachable))
    elif name == "swig_add_library":
        if "python" in {w.lower() for w in words}:
            _note(found, CMakeTarget(at, target, name, "extension", output_name=f"_{target}", reachable=reachable))
    elif name == "python_extension_module" and target in found:
        found[target] = replace(found[target], kind="extension", by=name)
    elif name in {"set_target_properties", "set_property"}:
        _properties(found, name, words)
    elif name in {"target_compile_definitions", "target_link_libraries"}:
        _target_options(found, name, words)


def _note(found: dict[str, CMakeTarget], target: CMakeTarget) -> None:
    old = found.get(target.name)
    # The two sides of an undecided `if` often define the same target: it exists either way.
    if old is not None and old.reachable == target.reachable == "unknown" and old.kind == target.kind:
        target = replace(old, reachable="yes" if old.at.path == target.at.path else "unknown")
    found[target.name] = target


def _extension(found: dict[str, CMakeTarget], name: str, words: list[str], at: Place, reachable: Answer) -> None:
    flags = words[1:]
    kind: Kind = "extension"
    if name.startswith("python") and not {"MODULE"} & set(flags[:1]) and {"STATIC", "SHARED"} & set(flags[:1]):
        kind = "shared" if "SHARED" in flags[:1] else "static"
    computed = any("${" in flag for flag in flags)
    limited: Answer = "yes" if {"STABLE_ABI", "USE_SABI"} & set(flags) else "unknown" if computed else "no"
    free: Answer = "yes" if "FREE_THREADED" in flags else "no"
    sources = tuple(w for w in flags if w not in _FLAGS)[:200]
    after = flags[flags.index("USE_SABI") + 1 :][:1] if "USE_SABI" in flags else []
    floor = after[0] if after and re.fullmatch(r"3\.\d{1,3}", after[0]) else ""
    _note(found, CMakeTarget(at, words[0], name, kind, limited, free, "", sources, (), reachable, floor))


def _properties(found: dict[str, CMakeTarget], name: str, words: list[str]) -> None:
    key = "PROPERTIES" if name == "set_target_properties" else "PROPERTY"
    if key not in words or (name == "set_property" and words[0] != "TARGET"):
        return
    cut = words.index(key)
    names = words[:cut] if name == "set_target_properties" else [w for w in words[1:cut] if w != "APPEND"]
    pairs = words[cut + 1 :]
    values = dict(zip(pairs[::2], pairs[1::2], strict=False))
    for target in names:
        old = found.get(target)
        if old is None:
            continue
        output = values.get("OUTPUT_NAME") or values.get("LIBRARY_OUTPUT_NAME")
        if output:
            old = replace(old, output_name=output)
        suffix = values.get("SUFFIX", "")
        looks_python = "PYTHON_MODULE" in suffix or suffix.endswith((".pyd", ".so")) or "Python" in suffix
        if (
            old.kind in {"shared", "module"}
            and values.get("PREFIX", "-") in {"", "${PYTHON_MODULE_PREFIX}"}
            and (looks_python or "PREFIX" in values)
            and (looks_python or any("Python" in lib or "pybind11" in lib for lib in old.libraries))
        ):
            old = replace(old, kind="extension")
        found[target] = old


def _target_options(found: dict[str, CMakeTarget], name: str, words: list[str]) -> None:
    old = found.get(words[0])
    if old is None:
        return
    values = [w for w in words[1:] if w not in _LINKING]
    if name == "target_compile_definitions":
        limited = [w.lstrip("-D") for w in values if w.lstrip("-D").startswith("Py_LIMITED_API")]
        if limited:
            floor = floor_of_macro(limited[0].partition("=")[2]) if len(limited) == 1 else ""
            found[words[0]] = replace(old, limited_api="yes", limited_floor=floor)
        return
    libraries = tuple(dict.fromkeys((*old.libraries, *values)))[:100]
    python = any(w in {"Python::Module", "Python3::Module", "pybind11::module", "Python::SABIModule"} for w in values)
    kind = "extension" if python and old.kind == "module" else old.kind
    found[words[0]] = replace(old, libraries=libraries, kind=kind)


def install(
    words: list[str], at: Place, reachable: Answer, excluded: bool, directory: str = "", wanted: tuple[str, ...] = ()
) -> CMakeInstall | None:
    """Read one `install(...)`; None where it installs nothing of its own (code, scripts, export sets).

    What is excluded from all is installed only where its component is asked for (`wanted`).
    """
    if not words:
        return None
    kind = _KINDS.get(words[0], "other")
    if kind == "other":
        return None
    index = 1
    items = []
    while index < len(words) and words[index] not in _WORDS:
        items.append(words[index])
        index += 1
    rest = words[index:]
    destination, component = _sections(rest, kind)
    if (excluded or "EXCLUDE_FROM_ALL" in rest) and component not in wanted:
        reachable = "no"
    rename = _after(rest, "RENAME")
    return CMakeInstall(
        at,
        kind,
        tuple(items[:5000]),
        _normal(destination),
        component,
        reachable,
        directory,
        rename,
        _patterns(rest) if kind == "directory" else (),
        "FILES_MATCHING" in rest,
    )


def is_opaque(words: list[str]) -> bool:
    """Tell whether an `install(...)` may install files that its words do not name."""
    return words[:1] != [] and (
        words[0] in {"CODE", "SCRIPT", "EXPORT", "RUNTIME_DEPENDENCY_SET", "PACKAGE_INFO", "EXPORT_ANDROID_MK"}
        or (words[0] == "TARGETS" and bool({"PUBLIC_HEADER", "PRIVATE_HEADER", "RESOURCE", "FILE_SET"} & set(words)))
    )


def _after(words: list[str], key: str) -> str:
    return next((words[i + 1] for i, word in enumerate(words[:-1]) if word == key), "")


def _patterns(words: list[str]) -> tuple[InstallPattern, ...]:
    found = []
    for index, word in enumerate(words[:-1]):
        if word in {"PATTERN", "REGEX"}:
            exclude = words[index + 2 : index + 3] == ["EXCLUDE"]
            found.append(InstallPattern("glob" if word == "PATTERN" else "regex", words[index + 1], exclude))
    return tuple(found[:200])


def _sections(words: list[str], kind: str) -> tuple[str, str]:
    """Return destination and component: of the LIBRARY section if there is one, else of the whole command."""
    general: dict[str, str] = {}
    library: dict[str, str] = {}
    current = general
    for index, word in enumerate(words):
        if word in _ARTIFACTS:
            current = library if word == "LIBRARY" else {}
        elif word in {"DESTINATION", "COMPONENT"} and index + 1 < len(words):
            current.setdefault(word, words[index + 1])
    chosen = {**general, **library} if kind == "targets" else general
    default = "lib" if kind == "targets" else ""
    return chosen.get("DESTINATION", default), chosen.get("COMPONENT", "")


def _normal(destination: str) -> str | None:
    if destination.startswith(PLATLIB):
        destination = destination[len(PLATLIB) :].lstrip("/")
    if "${" in destination or "$<" in destination:
        return None
    return posixpath.normpath(destination) if destination else "."


def outputs(name: str, words: list[str], names: dict[str, str | None]) -> None:
    """Forget variables that a command sets to something static reading cannot know."""
    if not words:
        return
    if name == "string" and len(words) > 2:
        _string(words, names)
    elif name in {"get_filename_component", "get_target_property", "execute_process", "find_program", "find_library"}:
        for word in [words[0]] if name != "execute_process" else words[1:]:
            if word.isidentifier() and (name != "execute_process" or word in names):
                names[word] = None
    elif name == "file" and len(words) > 1 and words[0] in {"STRINGS", "READ", "REAL_PATH"}:
        names[words[-1] if words[0] == "REAL_PATH" else words[1]] = None


def _string(words: list[str], names: dict[str, str | None]) -> None:
    how = words[0]
    if how in {"TOLOWER", "TOUPPER"} and "${" not in words[1]:
        names[words[2]] = words[1].lower() if how == "TOLOWER" else words[1].upper()
    elif how == "REPLACE" and len(words) >= 5 and not any("${" in w for w in words[4:]):
        text = "".join(words[4:])
        names[words[3]] = text.replace(words[1], words[2]) if len(text) * max(1, len(words[2])) < 10**6 else None
    elif how == "CONCAT":
        names[words[1]] = "".join(words[2:])
    elif how in {"REGEX", "SUBSTRING", "STRIP", "JOIN"}:
        for word in words[1:6]:
            if word.isidentifier() and word in names:
                names[word] = None
