"""Match file patterns against a file index the way Python's tools do, in time linear in the pattern and the tree.

Source: the modules `fnmatch` and `glob` of Python 3.14, and setuptools' own variant of `glob` for MANIFEST.in.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pkg_audit.backends.index import FileIndex

_MAGIC = re.compile(r"[*?\[]")
_MAX_PATTERN = 1000


def has_magic(pattern: str) -> bool:
    """Tell whether a pattern holds a wildcard."""
    return _MAGIC.search(pattern) is not None


@lru_cache(maxsize=4096)
def name_matcher(pattern: str) -> Callable[[str], bool]:
    """Return a predicate for one path component, case-sensitive. A pattern of absurd length matches nothing."""
    if not has_magic(pattern):
        return pattern.__eq__
    if pattern == "*":
        return _anything
    if pattern[0] == "*" and not has_magic(pattern[1:]):
        suffix = pattern[1:]
        return lambda name: name.endswith(suffix)
    if len(pattern) > _MAX_PATTERN:
        return _nothing
    try:
        compiled = re.compile(translate(pattern))
    except re.error:
        return _nothing
    return lambda name: compiled.match(name) is not None


def _anything(_name: str) -> bool:
    return True


def _nothing(_name: str) -> bool:
    return False


def filter_paths(paths: Iterable[str], pattern: str) -> list[str]:
    """Return the paths that a pattern matches in the sense of `fnmatch`: `*` crosses slashes."""
    matches = name_matcher(pattern)
    return [path for path in paths if matches(path)]


def glob_files(index: FileIndex, base: str, pattern: str, *, hidden: bool = False) -> list[str]:
    """Return the files below `base` that a pattern matches in the sense of `glob.glob(recursive=True)`.

    `*` stays within one component and `**` crosses any number; neither sees names with a leading dot unless the
    component itself starts with one, or `hidden` is set. `..` leaves `base`, never the project. Sorted, unique.
    """
    parts = pattern.split("/")
    if pattern.startswith("/") or not parts[-1] or len(pattern) > _MAX_PATTERN:
        return []
    here = {base: None}  # an ordered set
    for part in parts[:-1]:
        here = _steps(index, here, part, hidden)
    found: dict[str, None] = {}
    if parts[-1] == "**":
        here, parts = _steps(index, here, "**", hidden), ["*"]
    for directory in here:
        found.update(dict.fromkeys(_files(index, directory, parts[-1], hidden)))
    return sorted(found)


def glob_dirs(index: FileIndex, pattern: str, *, hidden: bool = False, recursive: bool = False) -> list[str]:
    """Return the directories that a pattern matches; `**` stands for any number of components only if `recursive`."""
    if pattern.startswith("/") or len(pattern) > _MAX_PATTERN:
        return []
    here: dict[str, None] = {"": None}
    for part in pattern.rstrip("/").split("/"):
        part = part if recursive else part.replace("**", "*")
        here = _steps(index, here, part, hidden)
    return sorted(here)


def _steps(index: FileIndex, starts: Iterable[str], part: str, hidden: bool) -> dict[str, None]:
    """Return the directories one component further, as an ordered set; each is visited once, whatever the pattern."""
    if part == "**":
        return _descendants(index, starts, hidden)
    return dict.fromkeys(directory for start in starts for directory in _step(index, start, part, hidden))


def _step(index: FileIndex, directory: str, part: str, hidden: bool) -> list[str]:
    if part in {"", "."}:
        return [directory]
    if part == "..":
        return [directory.rpartition("/")[0]] if directory else []
    if not has_magic(part):
        path = f"{directory}/{part}" if directory else part
        return [path] if index.is_dir(path) else []
    return [_join(directory, name) for name in index.dirs(directory) if _visible(name, part, hidden)]


def _files(index: FileIndex, directory: str, part: str, hidden: bool) -> list[str]:
    if not has_magic(part):
        path = _join(directory, part)
        return [path] if index.is_file(path) else []
    return [_join(directory, name) for name in index.names(directory) if _visible(name, part, hidden)]


def _visible(name: str, part: str, hidden: bool) -> bool:
    return (hidden or part[0] == "." or name[0] != ".") and name_matcher(part)(name)


def _descendants(index: FileIndex, starts: Iterable[str], hidden: bool) -> dict[str, None]:
    found: dict[str, None] = {}
    pending = list(starts)
    while pending:
        here = pending.pop()
        if here not in found:
            found[here] = None
            pending += [_join(here, name) for name in index.dirs(here) if hidden or not name.startswith(".")]
    return found


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def path_matcher(pattern: str) -> Callable[[str], bool]:
    """Return a predicate for whole paths: `*` within a component, a component `**` for any number of them.

    A closing `**` matches everything below, the directory's own name included in no match. Dots are nothing special.
    """
    parts = pattern.split("/")
    if len(pattern) > _MAX_PATTERN:
        return _nothing
    if len(parts) == 2 and parts[0] == "**":
        matches = name_matcher(parts[1])
        return lambda path: matches(path.rpartition("/")[2])
    if parts[-1] == "**" and not any(map(has_magic, parts[:-1])):
        prefix = pattern[:-2]
        return lambda path: path.startswith(prefix)
    if not has_magic(pattern):
        return pattern.__eq__
    return lambda path: _match_parts(path.split("/"), parts)


def _match_parts(path: Sequence[str], parts: Sequence[str]) -> bool:
    """Match components with the classic two-pointer walk: only the last `**` is ever retried."""
    at = want = 0
    star = resume = -1
    while at < len(path):
        if want < len(parts) and parts[want] == "**":
            if want == len(parts) - 1:
                return True
            star, resume = want, at
            want += 1
        elif want < len(parts) and name_matcher(parts[want])(path[at]):
            at += 1
            want += 1
        elif star >= 0:
            resume += 1
            at, want = resume, star + 1
        else:
            return False
    return want == len(parts)
