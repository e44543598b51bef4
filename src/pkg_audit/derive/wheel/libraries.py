"""Ask where the shared libraries come from that a wheel's binaries need.

Sources: ld.so(8), dyld(1) and "Dynamic-link library search order" (learn.microsoft.com), read November 2026. A library
is in the wheel if a file of it has the name, or a binary says the name of itself: something may have loaded it before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.derive.wheel.systems import lowest
from pkg_audit.derive.wheel.view import installed
from pkg_audit.facts.wheel_records import WheelFault
from pkg_audit.knowledge.wheel_policies import in_macos, in_manylinux, in_musllinux, in_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.derive.wheel.view import WheelView
    from pkg_audit.facts.wheel_contents import Image, WheelBinary

_SYSTEMS = {"elf": ("manylinux", "musllinux"), "mach-o": ("macos",), "pe": ("windows",)}
_LIBPYTHON = re.compile(r"libpython\d.*\.(?:so|dylib)[.\d]*")
_MAX_PARTS = 200


def library_missing(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the needed libraries that are neither in the wheel nor on every system of its tag, each once.

    Where a dependency or a search path outside the wheel may bring them, they are told apart: static reading cannot
    know. `libpython` comes from nobody: an interpreter may have none, or another one.
    """
    names = held_names(wheel)
    folders = _folders(wheel)
    seen = set()
    for binary in wheel.contents.binaries:
        for image in binary.images:
            wanted = _policy(wheel, binary, image)
            if not wanted:
                continue
            for needed in image.needed:
                name = needed.rpartition("/")[2]
                if name.lower() in names or needed in seen or _on_system(binary, needed, wheel, image):
                    continue
                seen.add(needed)
                outside = any(_leads_outside(path, binary, folders) for path in image.search_paths)
                elsewhere = (wheel.has_dependencies != "no" or outside) and not _is_surely_missing(needed, name)
                fault = WheelFault(binary.at, "library-missing", needed, binary.at.path or "", wanted)
                yield replace(fault, kind="library-elsewhere") if elsewhere else fault


def held_names(wheel: WheelView) -> frozenset[str]:
    """Return the file names in a wheel and the names that its libraries give themselves, in lower case."""
    own = {image.name for binary in wheel.contents.binaries for image in binary.images}
    return frozenset(path.rpartition("/")[2].lower() for path in (*wheel.files, *own))


def takes_from_strangers(binary: WheelBinary, names: frozenset[str]) -> bool:
    """Tell whether a binary needs a library that is neither the system's, whatever the tag, nor in the wheel."""
    for image in binary.images:
        for needed in image.needed:
            name = needed.rpartition("/")[2]
            if binary.format == "elf":
                known = in_manylinux(needed, (99,)) or in_musllinux(needed) or bool(_LIBPYTHON.fullmatch(name))
            else:
                known = in_macos(needed) if binary.format == "mach-o" else in_windows(needed)
            if not known and name.lower() not in names:
                return True
    return False


def _policy(wheel: WheelView, binary: WheelBinary, image: Image) -> str:
    """Return the platform tag that a binary has to keep to, "" for none: a linux tag promises nothing."""
    for system in _SYSTEMS.get(binary.format or "", ()):
        platform = lowest(wheel.platforms, binary, image, system)
        if platform is not None:
            return platform.text
    return ""


def _on_system(binary: WheelBinary, needed: str, wheel: WheelView, image: Image) -> bool:
    if binary.format == "mach-o":
        # Apple's own libraries have paths; `@rpath/libswiftCore.dylib` stands for one of them.
        return in_macos(needed) or any(in_macos(f"{path}/") for path in image.search_paths if needed[:1] == "@")
    if binary.format == "pe":
        return in_windows(needed)
    many = lowest(wheel.platforms, binary, image, "manylinux")
    if many is not None and in_manylinux(needed, many.floor):
        return True
    return lowest(wheel.platforms, binary, image, "musllinux") is not None and in_musllinux(needed)


def _is_surely_missing(needed: str, name: str) -> bool:
    return bool(_LIBPYTHON.fullmatch(name)) or needed.startswith("/")


def _leads_outside(path: str, binary: WheelBinary, folders: frozenset[str]) -> bool:
    """Tell whether a search path relative to the binary leads to a folder that another distribution would fill."""
    start, _, rest = path.partition("/")
    if start not in ("$ORIGIN", "${ORIGIN}", "@loader_path"):
        return False
    parts = installed(binary.at.path or "").split("/")[:-1]
    for part in rest.split("/")[:_MAX_PARTS]:
        if part == "..":
            if not parts:
                return True
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) not in folders


def _folders(wheel: WheelView) -> frozenset[str]:
    found = {""}
    for path in wheel.files:
        parts = installed(path).split("/")[:-1][:_MAX_PARTS]
        found.update("/".join(parts[: end + 1]) for end in range(len(parts)))
    return frozenset(found)
