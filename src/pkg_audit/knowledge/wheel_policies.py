"""Answer what a platform tag lets a wheel's binaries take from the system, from `wheel_policies.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli

Numbers = tuple[int, ...]


@cache
def _table() -> dict[str, Any]:
    return tomli.loads((files("pkg_audit.knowledge") / "wheel_policies.toml").read_text(encoding="utf-8"))


@cache
def manylinux_aliases() -> dict[str, Numbers]:
    """Map the old names (`manylinux2014`) to their version of glibc."""
    return {name: tuple(glibc) for name, glibc in _table()["manylinux"]["aliases"].items()}


@cache
def newest_versions(glibc: Numbers, architecture: str) -> dict[str, Numbers]:
    """Map `GLIBC`, `GLIBCXX`, `CXXABI` and `GCC` to the newest symbol version that a manylinux tag lets a wheel need.

    A tag beyond the newest that is known has no limits but that of glibc.
    """
    manylinux = _table()["manylinux"]
    newest = {"GLIBC": glibc}
    for other in manylinux["newer-glibc"]:
        if other["architecture"] == architecture and tuple(other["tag"]) == glibc:
            newest["GLIBC"] = tuple(other["glibc"])
    for runtime in manylinux["runtimes"]:
        if tuple(runtime["glibc"]) >= glibc:
            newest |= {name: tuple(numbers) for name, numbers in runtime.items() if name != "glibc"}
            break
    return newest


def in_manylinux(library: str, glibc: Numbers) -> bool:
    """Tell whether every system of a manylinux tag has a library."""
    table = _table()["manylinux"]
    since = table["libraries-since"].get(library)
    if since is not None:
        return glibc >= tuple(since)
    return library in table["libraries"] or library.startswith(tuple(table["loaders"]))


def in_musllinux(library: str) -> bool:
    """Tell whether every system of a musllinux tag has a library."""
    table = _table()["musllinux"]
    return library in table["libraries"] or library.startswith(tuple(table["loaders"]))


def in_macos(path: str) -> bool:
    """Tell whether a library's path belongs to macOS."""
    return path.startswith(tuple(_table()["macosx"]["folders"]))


def in_windows(library: str) -> bool:
    """Tell whether a DLL belongs to Windows, or stands beside python.exe."""
    table = _table()["windows"]
    name = library.lower()
    known = name in _windows_libraries() or name in table["with-python"]
    return known or name.startswith(tuple(table["beginnings"]))


def is_refused(platform: str) -> bool:
    """Tell whether PyPI takes no wheel of a platform tag; False also for tags that it may not know."""
    table = _table()["refused"]
    return platform.startswith(tuple(table["beginnings"])) and platform not in table["taken"]


@cache
def _windows_libraries() -> frozenset[str]:
    text = (files("pkg_audit.knowledge") / "windows_libraries.txt").read_text(encoding="utf-8")
    return frozenset(name for line in text.splitlines() if not line.startswith("#") for name in line.split())
