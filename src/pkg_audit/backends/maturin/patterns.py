"""Apply maturin's include and exclude patterns.

Excludes follow the gitignore syntax, but a pattern that names a directory does not reach the files below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.globs import path_matcher
from pkg_audit.backends.index import join
from pkg_audit.backends.path_globs import path_glob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.toml_table import Table

_MAX_PATTERNS = 500
_MAX_BRACES = 64


def patterns_of(options: Table, key: str, target: str) -> list[str]:
    """Return the patterns of `include` or `exclude` that hold for a target, `wheel` or `sdist`."""
    value = options.data.get(key)
    found = []
    for item in value[:_MAX_PATTERNS] if isinstance(value, list) else ():
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, Mapping) and isinstance(item.get("path"), str) and "from" not in item:
            formats = item.get("format")
            if target in (formats if isinstance(formats, list) else [formats]):
                found.append(item["path"])
    return found


def from_build(options: Table) -> bool:
    """Tell whether files that a build script makes are included."""
    value: Any = options.data.get("include")
    return any(isinstance(item, Mapping) and "from" in item for item in (value if isinstance(value, list) else ()))


class Excludes:
    """Compiled exclude patterns; the last one that matches decides."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._rules: list[tuple[bool, Callable[[str], bool]]] = []
        for pattern in patterns:
            negated = pattern.startswith("!")
            text = pattern[1:] if negated else pattern
            if not text.strip() or text.startswith("#") or text.endswith("/"):
                continue
            for single in _alternatives(text):
                anchored = "/" in single
                matcher = path_matcher(single.lstrip("/") if anchored else f"**/{single}")
                self._rules.append((negated, matcher))

    def match(self, path: str) -> bool:
        """Tell whether a file is left out, by its path in the project or in the archive."""
        return next((not negated for negated, matches in reversed(self._rules) if matches(path)), False)


def included(index: FileIndex, source: str, patterns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (path, place in the wheel) of included files, looked for in the project first, then in `source`."""
    for pattern in patterns:
        for root in dict.fromkeys(("", source)):
            matches = path_glob(index, root, pattern)
            paths = matches.everything(index) if pattern.rstrip("/").endswith("**") else set(matches.files)
            for path in sorted(paths):
                inside = bool(source) and path.startswith(f"{source}/")
                yield path, path[len(source) + 1 :] if inside else path
            if paths:
                break


def _alternatives(pattern: str) -> list[str]:
    """Expand `{a,b}` groups, up to a limit."""
    found, done = [pattern], list[str]()
    while found and len(found) + len(done) < _MAX_BRACES:
        text = found.pop()
        close = text.find("}")
        start = text.rfind("{", 0, close) if close >= 0 else -1
        if start < 0:
            done.append(join(text) if not text.startswith("/") else text)
            continue
        found += [text[:start] + choice + text[close + 1 :] for choice in text[start + 1 : close].split(",")]
    return done + found
