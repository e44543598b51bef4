"""Take compiled files that an earlier build left in the tree out of a wheel's files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.port import WheelFiles
    from pkg_audit.facts.native import Binary

_EXECUTABLE = frozenset({"elf", "mach-o", "pe"})


def without_binaries(wheel: WheelFiles, binaries: Iterable[Binary]) -> WheelFiles:
    """Return the wheel's files without programs and libraries for one platform.

    A project that compiles makes them anew, under whatever name: the files are then no longer complete.
    """
    found = {binary.at.path: binary for binary in binaries if binary.format in _EXECUTABLE}
    dropped = [file for file in wheel.files or () if file.source in found]
    if wheel.files is None or not dropped:
        return wheel
    doubts = [
        FieldUnknown("files", Unknown("needs-build", found[file.source].at, "a compiled file that a build makes anew"))
        for file in dropped
    ]
    kept = tuple(file for file in wheel.files if file.source not in found)
    return replace(wheel, files=kept, complete=False, unknown=(*wheel.unknown, *doubts))
