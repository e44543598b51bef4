"""Turn the install rules of a CMake project into files of the wheel.

Source: CMake 4.2, command `install` (`DIRECTORY` with `PATTERN`, `REGEX`, `FILES_MATCHING`), read 2026-11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import name_matcher
from pkg_audit.backends.index import join
from pkg_audit.backends.searching import search_group
from pkg_audit.facts.distribution import FieldUnknown, ShippedFile
from pkg_audit.facts.place import Place, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.native import CMakeInstall, CMakeProject, InstallPattern

_SOURCE = "/@source"
_BUILD = "/@build/"
_SCHEMES = {"/@data": "data", "/@scripts": "scripts", "/@headers": "headers"}
_TARGET_FILE = re.compile(r"\$<TARGET_[A-Z_]*FILE[A-Z_]*:[^<>]*>")
_COMPILED = re.compile(r"\.(?:so(?:\.[\d.]+)?|pyd|dll|dylib|a|lib|exe|o|obj)$")


@dataclass(slots=True)
class Installed:
    """Files that CMake installs, by path in the wheel, and what is not known of them."""

    files: dict[str, ShippedFile] = field(default_factory=dict)
    unknown: list[FieldUnknown] = field(default_factory=list)

    def doubt(self, at: Place, message: str) -> None:
        """Note that an install rule cannot be followed."""
        self.unknown.append(FieldUnknown("files", Unknown("needs-build", at, message)))


def installed_files(index: FileIndex, cmake: CMakeProject | None, data: str | None, *, chosen: bool) -> Installed:
    """Return what the install rules put into the wheel, compiled files and dist-info apart.

    `data` is the wheel's data directory, None where its name is not known. `chosen`: only components that the
    configuration names are installed, so that what could not be followed hardly matters.
    """
    out = Installed()
    if cmake is None:
        out.doubt(Place(None), "the CMake files cannot be read")
        return out
    for install in cmake.installs:
        if install.kind == "targets" or install.reachable == "no":
            continue
        if install.reachable == "unknown":
            if not all(_TARGET_FILE.search(item) for item in install.items):
                out.doubt(install.at, "whether CMake installs this depends on the build")
            continue
        _one(index, install, data, out)
    if not chosen:
        if not cmake.complete:
            out.doubt(cmake.at, "a part of the CMake files could not be followed")
        for place in cmake.opaque[:5]:
            out.doubt(place, "CMake may install files here that the project does not list")
    return out


def _one(index: FileIndex, install: CMakeInstall, data: str | None, out: Installed) -> None:
    destination = install.destination
    if destination is None:
        if not all(_TARGET_FILE.search(item) or _COMPILED.search(item) for item in install.items):
            out.doubt(install.at, "where CMake installs this is not known")
        return
    place = _in_wheel(destination, data)
    if place is None:
        return
    for item in install.items:
        if item.startswith(_BUILD) and install.kind != "directory":
            name = install.rename or item.rpartition("/")[2]
            if not _COMPILED.search(name):
                _add(out, join(place, name), "", install)
            continue
        source = _source(item, install.directory)
        if source is None:
            if not (_TARGET_FILE.search(item) or _COMPILED.search(item)):
                out.doubt(install.at, "what CMake installs here is not known")
        elif install.kind == "directory":
            for path, inner in _below(index, source, item, install):
                _add(out, join(place, inner), path, install)
        else:
            name = install.rename or source.rpartition("/")[2]
            if not _COMPILED.search(name):
                _add(out, join(place, name), source if index.is_file(source) else "", install)


def _add(out: Installed, path: str, source: str, install: CMakeInstall) -> None:
    if path and not path.startswith(".."):
        where = f"{install.at.path}:{install.at.line}"
        out.files[path] = ShippedFile(path, source, f"CMake installs it ({where})" if source else "the build makes it")


def _in_wheel(destination: str, data: str | None) -> str | None:
    """Return the directory in the wheel, None for dist-info and for what lands outside of the wheel."""
    for prefix, scheme in _SCHEMES.items():
        if destination == prefix or destination.startswith(f"{prefix}/"):
            return None if data is None else join(data, scheme, destination[len(prefix) :].lstrip("/"))
    return None if destination.startswith(("/", "..")) else destination


def _source(item: str, directory: str) -> str | None:
    if "${" in item or "$<" in item:
        return None
    if item.startswith(_SOURCE):
        return join(item[len(_SOURCE) :].lstrip("/"))
    return None if item.startswith("/") else join(directory, item)


def _below(index: FileIndex, source: str, item: str, install: CMakeInstall) -> Iterator[tuple[str, str]]:
    """Yield (source, path below the destination) of a directory's files that the patterns let through."""
    if source.startswith("..") or not index.is_dir(source):
        return
    keep = "" if item.endswith("/") or item in {"", "."} else source.rpartition("/")[2]
    skip = len(source) + 1 if source else 0
    for path in index.below(source):
        inner = path[skip:]
        if _let_through(inner, source, install):
            yield path, join(keep, inner)


def _let_through(inner: str, source: str, install: CMakeInstall) -> bool:
    parts = inner.split("/")
    for count in range(1, len(parts) + 1):
        path = join(source, *parts[:count])
        matched = [pattern for pattern in install.patterns if _matches(pattern, path)]
        if any(pattern.exclude for pattern in matched):
            return False
        if count == len(parts) and install.matching_only and not matched:
            return False
    return True


def _matches(pattern: InstallPattern, path: str) -> bool:
    if pattern.kind == "regex":
        return search_group(pattern.text, f"/{path}", 0) is not None
    wanted = pattern.text.strip("/").split("/")
    parts = path.split("/")[-len(wanted) :]
    return len(parts) == len(wanted) and all(name_matcher(w)(p) for w, p in zip(wanted, parts, strict=True))
