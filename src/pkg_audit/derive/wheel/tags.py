"""Take a wheel's compatibility tags apart: interpreter, ABI, and the system that the platform tag names.

Sources: Platform compatibility tags (packaging.python.org), PEP 425, 513, 571, 599, 600, 656, 703, 730, 738; read
November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pkg_audit.knowledge.wheel_policies import manylinux_aliases

System = Literal["any", "linux", "manylinux", "musllinux", "macos", "windows", "other"]

_LINUX = re.compile(r"(many|musl)linux_(\d{1,4})_(\d{1,4})_(\w+)")
_ALIAS = re.compile(r"(manylinux\d+)_(\w+)")
_MACOS = re.compile(r"macosx_(\d{1,4})_(\d{1,4})_(\w+)")
_PYTHON = re.compile(r"([a-z]+)(\d)_?(\d{0,3})")
_MACOS_ARCHITECTURES = {"x86_64": ("x86_64",), "arm64": ("arm64",), "universal2": ("x86_64", "arm64")}


@dataclass(frozen=True, slots=True)
class Platform:
    """What a platform tag asks for.

    `architectures` are words of `Image.architecture`, all of which a binary must hold; empty: not known. `floor` is the
    glibc, musl or macOS of the oldest system; empty: none is named.
    """

    text: str
    system: System
    architectures: tuple[str, ...] = ()
    floor: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """One compatibility tag. `interpreter` is `cp`, `pp`, `py` ...; `version` (3, 12), (3,), or empty: not known."""

    text: str
    interpreter: str
    version: tuple[int, ...]
    abi: str
    platform: Platform


def parse_tag(text: str) -> Tag | None:
    """Return a tag's parts, None for what is no tag."""
    parts = text.lower().split("-")
    if len(parts) != 3:
        return None
    match = _PYTHON.fullmatch(parts[0])
    version = tuple(int(part) for part in match.groups()[1:] if part) if match else ()
    return Tag(text, match[1] if match else parts[0], version, parts[1], parse_platform(parts[2]))


def parse_platform(text: str) -> Platform:
    """Return what a platform tag asks for; `other` for systems whose binaries are not judged."""
    if text == "any":
        return Platform(text, "any")
    if match := _LINUX.fullmatch(text):
        system: System = "manylinux" if match[1] == "many" else "musllinux"
        return Platform(text, system, _linux(match[4]), (int(match[2]), int(match[3])))
    if (match := _ALIAS.fullmatch(text)) and match[1] in manylinux_aliases():
        return Platform(text, "manylinux", _linux(match[2]), manylinux_aliases()[match[1]])
    if text.startswith("linux_"):
        return Platform(text, "linux", _linux(text[6:]))
    if match := _MACOS.fullmatch(text):
        return Platform(text, "macos", _MACOS_ARCHITECTURES.get(match[3], ()), _macos(int(match[1]), int(match[2])))
    if text in ("win32", "win_amd64", "win_arm64"):
        return Platform(text, "windows", (text,))
    return Platform(text, "other")


def numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a dotted version, empty for anything else."""
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(p.isdecimal() and len(p) < 9 for p in parts) else ()


def _linux(word: str) -> tuple[str, ...]:
    return ("armv7l",) if word in ("armv6l", "armv7l", "armv8l") else (word,)


def _macos(major: int, minor: int) -> tuple[int, int]:
    """Return a macOS version; 10.16 is what macOS 11 calls itself to old programs."""
    return (11, 0) if (major, minor) == (10, 16) else (major, minor)


def macos_version(text: str) -> tuple[int, ...]:
    """Return a macOS version of a binary as tags count it: from macOS 11 on, minor versions are none of a tag's."""
    found = numbers(text)
    if len(found) < 2:
        return ()
    major, minor = _macos(found[0], found[1])
    return (major, 0) if major >= 11 else (major, minor)
