"""Tell markers that hold in no environment from those that hold in some (dependency specifiers, 2026)."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Literal

from pkg_audit.scan.sources.versions import ALL, PYTHON_2, bit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.markers import Marker

_COMPARED = re.compile(r"""\b(sys_platform|platform_system|os_name)\b\s*(?:==|===)\s*["']([^"']{0,60})["']""")
_LITERAL = re.compile(r"""["']([^"']{0,60})["']""")
_UNJUDGED = re.compile(
    r"\b(?:extra|extras|dependency_groups|platform_release|platform_version|implementation_version)\b"
)
_PATCH = re.compile(r"(\d)\.(\d{1,2})\.(\d{1,3})")
_LONGEST = 400
_NEWEST = 30

_WRONG = {
    "sys_platform": {"window", "windows", "Windows", "win", "win64", "Win32", "nt", "Linux", "linux32", "linux64",
                     "Darwin", "macos", "macOS", "MacOS", "macosx", "osx", "mac", "posix"},
    "platform_system": {"win32", "win", "windows", "Win32", "win64", "nt", "linux", "darwin", "macos", "macOS", "MacOS",
                        "mac", "Mac", "osx", "posix"},
    "os_name": {"windows", "Windows", "win32", "win", "linux", "Linux", "darwin", "Darwin", "mac", "macos", "macOS"},
}  # fmt: skip
"""Names of systems that the variable never has: Python spells each of the three in a way of its own."""

_PLATFORMS = (
    ("linux", "Linux", "posix"),
    ("darwin", "Darwin", "posix"),
    ("win32", "Windows", "nt"),
    ("cygwin", "CYGWIN_NT-10.0", "posix"),
    ("freebsd14", "FreeBSD", "posix"),
    ("android", "Android", "posix"),
    ("ios", "iOS", "posix"),
    ("emscripten", "Emscripten", "posix"),
    ("wasi", "wasi", "posix"),
    ("aix", "AIX", "posix"),
    ("sunos5", "SunOS", "posix"),
    ("java", "Java", "java"),
)


def dead_marker(marker: Marker | None, window: int | None) -> Literal["", "marker-misspelt", "marker-past"]:
    """Tell whether a marker holds nowhere ("marker-misspelt") or on none of the Pythons of `window` ("marker-past").

    "" where it holds somewhere, and where that cannot be told: values that nobody knows count as possible.
    """
    text = str(marker) if marker is not None else ""
    if marker is None or len(text) > _LONGEST or _UNJUDGED.search(text):
        return ""
    wrong = any(value in _WRONG[name] for name, value in _COMPARED.findall(text))
    if not wrong and ("python" not in text or window is None):
        return ""
    if _holds(marker, text, ALL if window is None else window):
        return ""
    if wrong and not _holds(marker, text, ALL):
        return "marker-misspelt"
    return "" if window is None or not _holds(marker, text, ALL) else "marker-past"


def _holds(marker: Marker, text: str, window: int) -> bool:
    """Tell whether the marker holds anywhere; one that cannot be evaluated counts as holding."""
    try:
        return any(marker.evaluate(environment) for environment in _environments(text, window))
    except Exception:  # noqa: BLE001 - the library compares whatever text it is given, and raises much for it
        return True


def _environments(text: str, window: int) -> Iterator[dict[str, str]]:
    words = {word for literal in _LITERAL.findall(text) for word in (literal, *re.split(r"[\s,|]+", literal)) if word}
    versions = _versions(words, window) if "python_" in text else ["3.12.1"]
    platforms = [*_PLATFORMS, *([("linux2", "Linux", "posix")] if window & PYTHON_2 else [])]
    for name, place in (("sys_platform", 0), ("platform_system", 1), ("os_name", 2)):
        if name in text:
            for word in words - _WRONG[name] - {item[place] for item in _PLATFORMS} - {"linux2"}:
                made = list(platforms[0])
                made[place] = word
                platforms.append((made[0], made[1], made[2]))
    if not any(name in text for name in _WRONG):
        platforms = platforms[:1]
    machines = ["x86_64", *sorted(words)] if "platform_machine" in text else ["x86_64"]
    implementations = [("cpython", "CPython"), ("pypy", "PyPy"), ("graalpy", "GraalVM"), ("jython", "Jython")]
    implementations += [(word, word) for word in sorted(words)]
    if "implementation" not in text:
        implementations = implementations[:1]
    for version, platform, machine, implementation in product(versions, platforms, machines, implementations):
        yield {
            "python_version": ".".join(version.split(".")[:2]),
            "python_full_version": version,
            "sys_platform": platform[0],
            "platform_system": platform[1],
            "os_name": platform[2],
            "platform_machine": machine,
            "implementation_name": implementation[0],
            "platform_python_implementation": implementation[1],
        }


def _versions(words: Iterable[str], window: int) -> list[str]:
    """Return the releases to try, newest first: the first and last of each series, and those around the ones named."""
    found = [f"3.{minor}.{patch}" for minor in range(_NEWEST, -1, -1) if window & bit(minor) for patch in (0, 1, 99)]
    for word in words:
        for major, minor, patch in _PATCH.findall(word):
            if major == "3" and window & bit(int(minor)):
                found += [f"3.{minor}.{int(patch) + step}" for step in (-1, 0, 1) if int(patch) + step >= 0]
    return [*found, *(["2.7.18", "2.6.9", "2.7.0"] if window & PYTHON_2 else []), *(["4.0.0"] if window == ALL else [])]
