"""Ask whether an interpreter that a wheel's tags name would look for a module under its file name's suffix.

Sources: PEP 3149 (ABI tagged names), PEP 384 and 703 (`abi3`, `t`), for Windows CPython's Python/dynload_win.c, read
November 2026. A suffix that is not known counts as looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pkg_audit.facts.wheel_records import WheelFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.derive.wheel.tags import Tag
    from pkg_audit.derive.wheel.view import WheelView

_CPYTHON = re.compile(r"\.cpython-(\d)(\d{1,3})([a-z]*)-(?:(\w+?)-)?(linux|darwin)(?:-\w+)?\.so")
_WINDOWS = re.compile(r"\.cp(\d)(\d{1,3})([a-z]*)-(win32|win_amd64|win_arm64)\.pyd")
_PYPY = re.compile(r"\.pypy(\d)(\d{1,3})-pp\d+-[\w-]+\.(so|pyd)")
_LINUX_WORDS = {
    "i386": "i686", "arm": "armv7l", "powerpc64le": "ppc64le", "powerpc64": "ppc64", "riscv64": "riscv64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suffix:
    """What a suffix asks of an interpreter; empty parts ask for nothing. `version` is (3, 12), `abi` `cp312t`."""

    interpreter: str = ""
    version: tuple[int, ...] = ()
    abi: str = ""
    systems: tuple[str, ...] = ()
    architecture: str = ""


_UNIX = ("linux", "manylinux", "musllinux", "macos")
_PLAIN = {
    ".so": Suffix(systems=_UNIX),
    ".pyd": Suffix(systems=("windows",)),
    ".abi3.so": Suffix("cp", abi="abi3", systems=_UNIX),
}


def parse_suffix(text: str) -> Suffix | None:
    """Return what a suffix asks for, None for one that is not known."""
    if text in _PLAIN:
        return _PLAIN[text]
    if match := _CPYTHON.fullmatch(text):
        systems = ("macos",) if match[5] == "darwin" else ("linux", "manylinux", "musllinux")
        word = match[4] or ""
        version = (int(match[1]), int(match[2]))
        return Suffix("cp", version, _abi(*match.groups()[:3]), systems, _LINUX_WORDS.get(word, word))
    if match := _WINDOWS.fullmatch(text):
        version = (int(match[1]), int(match[2]))
        return Suffix("cp", version, _abi(*match.groups()[:3]), ("windows",), match[4])
    if match := _PYPY.fullmatch(text):
        return Suffix("pp", (int(match[1]), int(match[2])), systems=("windows",) if match[3] == "pyd" else _UNIX)
    return None


def is_looked_for(suffix: Suffix, tag: Tag) -> bool:
    """Tell whether an interpreter that takes the tag looks for the suffix; where many take it, whether one does."""
    platform = tag.platform
    if platform.system not in ("any", "other"):
        if platform.system not in suffix.systems:
            return False
        if suffix.architecture and platform.architectures and suffix.architecture not in platform.architectures:
            return False
    if not suffix.interpreter or not tag.version:
        return True
    if tag.interpreter == "py":
        return not suffix.version or suffix.version >= tag.version
    if tag.interpreter != suffix.interpreter:
        return tag.interpreter not in ("cp", "pp")
    if suffix.abi == "abi3":
        return not tag.abi.endswith("t")
    if tag.abi == "abi3":
        return suffix.version >= tag.version and not suffix.abi.endswith("t")
    if suffix.interpreter == "cp" and tag.abi.startswith("cp"):
        return suffix.abi == _without_flags(tag.abi)
    return suffix.version[: len(tag.version)] == tag.version


def suffix_outside_tags(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the modules that none of the wheel's interpreters, or of an abi3 wheel one only, would find."""
    if not wheel.tags:
        return
    wanted = ", ".join(tag.text for tag in wheel.tags[:3]) + (" ..." if len(wheel.tags) > 3 else "")
    for name, group in groupby(sorted(wheel.extensions, key=lambda e: (e.name, e.path)), key=lambda e: e.name):
        files = list(group)
        suffixes = [parse_suffix(file.suffix) for file in files]
        known = [suffix for suffix in suffixes if suffix is not None]
        if len(known) < len(suffixes):
            continue
        found = any(is_looked_for(suffix, tag) for suffix in known for tag in wheel.tags)
        if found and not _for_one_only(known, wheel):
            continue
        yield WheelFault(files[0].binary.at, "suffix-outside-tags", name, files[0].suffix, wanted)


def _for_one_only(suffixes: list[Suffix], wheel: WheelView) -> bool:
    """Tell whether an abi3 wheel, meant for every later Python, has a module for a single one."""
    return len(suffixes) == 1 and suffixes[0].abi.startswith("cp") and all(tag.abi == "abi3" for tag in wheel.tags)


def _abi(major: str, minor: str, flags: str) -> str:
    return f"cp{major}{minor}{'t' if 't' in flags else ''}"


def _without_flags(abi: str) -> str:
    """Return an ABI tag without the flags of builds before Python 3.8 (`m`, `u`) and of debug builds (`d`)."""
    return abi.rstrip("dmu")
