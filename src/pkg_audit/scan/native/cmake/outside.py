"""Know the CMake commands that reach beyond the project's own files, and the one that lists files.

Source: CMake 4.2, modules FetchContent and ExternalProject, command `file(GLOB)`; nanobind 2.9 (stubs), as of 2026-11.
"""

from __future__ import annotations

import posixpath
import re
from fnmatch import translate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS = frozenset({
    "fetchcontent_declare", "fetchcontent_makeavailable", "fetchcontent_populate", "externalproject_add",
    "cpmaddpackage", "cpmfindpackage", "nanobind_add_stub", "pybind11_install", "install_targets", "install_files",
    "install_programs",
})  # fmt: skip
_MAX_FOUND = 5_000
_MAX_PATTERN = 300


def may_install(name: str, words: list[str], unpacked: set[str]) -> bool:
    """Tell whether one of `COMMANDS` may install files. `unpacked` collects projects that are excluded from all."""
    if name == "fetchcontent_declare":
        if "EXCLUDE_FROM_ALL" in words:
            unpacked.add(words[0].lower())
        return False
    if name == "fetchcontent_makeavailable":
        return any(word.lower() not in unpacked for word in words)
    if name in {"cpmaddpackage", "cpmfindpackage"}:
        return "EXCLUDE_FROM_ALL" not in words and "DOWNLOAD_ONLY" not in words
    if name == "nanobind_add_stub":
        return "INSTALL_TIME" in words
    return name not in {"fetchcontent_populate", "externalproject_add"}


def glob_arguments(words: list[str]) -> tuple[list[str], str | None]:
    """Return the patterns of `file(GLOB VARIABLE ...)` and the directory that results are relative to, if any."""
    patterns, relative, index = [], None, 0
    while index < len(words):
        word = words[index]
        if word == "RELATIVE" and index + 1 < len(words):
            relative = words[index + 1]
            index += 1
        elif word == "LIST_DIRECTORIES":
            index += 1
        elif word not in {"CONFIGURE_DEPENDS", "FOLLOW_SYMLINKS"}:
            patterns.append(word)
        index += 1
    return patterns[:50], relative


def glob(files: Iterable[str], pattern: str, recursive: bool) -> list[str]:
    """Return the files that a pattern matches; `recursive` looks for its last component at any depth."""
    if len(pattern) > _MAX_PATTERN:
        return []
    directory, name = posixpath.split(pattern)
    parts = [re.compile(translate(part)) for part in directory.split("/") if part]
    last = re.compile(translate(name))
    found = []
    for path in files:
        *parents, leaf = path.split("/")
        deep = len(parents) >= len(parts) if recursive else len(parents) == len(parts)
        if deep and last.match(leaf) and all(p.match(d) for p, d in zip(parts, parents, strict=False)):
            found.append(path)
            if len(found) >= _MAX_FOUND:
                break
    return found
