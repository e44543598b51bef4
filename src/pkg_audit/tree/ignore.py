"""Apply `.gitignore` files the way git does: entry by entry, parents first, the last matching pattern wins.

Source: gitignore(5) and `dir.c` of git 2.52 (read 2026-11). `pathspec` is not used here: measured against `git
ls-files`, it ignores a directory that `*` and `!*/` give back and the directory `foo` of `foo/**`, a pattern such as
`*a*a*a*a*b` takes seconds for one name, and 54,000 names against 83 patterns take a second. See `wildmatch`.

Names are compared as git does, byte by byte: text is seen as Latin-1 of its UTF-8 bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pkg_audit.tree.names import path_bytes
from pkg_audit.tree.wildmatch import components, is_literal, translate

MAX_FILE_BYTES = 256 << 10
MAX_TOTAL_BYTES = 2 << 20
MAX_PATTERNS = 2_000
"""Limits of one ignore file and of all together; the largest real ones found have a few hundred patterns."""

MAX_WORK = 20_000_000
"""Comparisons of a name with a pattern in one scan; what is beyond counts as not ignored."""


@dataclass(slots=True)
class Budget:
    """What ignore files may still cost; `spent` tells that some were not applied."""

    work: int = MAX_WORK
    total: int = MAX_TOTAL_BYTES
    spent: bool = False


class _Glob:
    """A pattern for one component."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.literal = is_literal(text)

    @cached_property
    def source(self) -> str:
        return translate(self.text)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self.source, re.DOTALL)

    def match(self, name: str) -> bool:
        return name == self.text if self.literal else self._regex.match(name) is not None


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line, ranked by `index`. `parts` are globs, None for `**`; `anchored`: of a path, else of a name anywhere."""

    index: int
    ignores: bool
    directories_only: bool
    anchored: bool
    parts: tuple[_Glob | None, ...]


class IgnoreFile:
    """The patterns of one file, for entries below the directory `base` ("" or a path with its final slash)."""

    def __init__(self, base: str, data: bytes, budget: Budget) -> None:
        self.base = base
        self._budget = budget
        self._rules: list[_Rule] = []
        self._names: dict[str, list[_Rule]] = {}
        self._globs: list[_Rule] = []
        self._paths: dict[int, list[_Rule]] = {}  # by number of components; -1: any number
        self._memo: dict[tuple[str, bool], int] = {}
        budget.total -= len(data)
        if len(data) > MAX_FILE_BYTES or budget.total < 0:
            budget.spent = True
            return
        for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
            self._add(line.removesuffix(b"\r"))

    def decide(self, path: str, name: str, *, is_dir: bool) -> bool | None:
        """Tell whether an entry is ignored; None where no pattern speaks of it. `path` counts from the tree's root."""
        if not name.isascii():
            name = _as_bytes(name)
        key = (name, is_dir)
        best = self._memo.get(key)
        if best is None:
            best = self._memo[key] = self._match_name(name, is_dir=is_dir)
        if self._paths:
            best = self._match_path(path[len(self.base) :], best, is_dir=is_dir)
        return self._rules[best].ignores if best >= 0 else None

    def _add(self, line: bytes) -> None:
        rule = _parse(line, len(self._rules))
        if rule is None:
            return
        if len(self._rules) >= MAX_PATTERNS:
            self._budget.spent = True
            return
        self._rules.append(rule)
        if rule.anchored:
            count = -1 if None in rule.parts else len(rule.parts)
            self._paths.setdefault(count, []).append(rule)
        elif (glob := rule.parts[0]) is not None and glob.literal:
            self._names.setdefault(glob.text, []).append(rule)
        else:
            self._globs.append(rule)

    @cached_property
    def _any_glob(self) -> re.Pattern[str]:
        sources = [rule.parts[0].source for rule in self._globs if rule.parts[0] is not None]
        return re.compile("|".join(f"(?:{source})" for source in sources), re.DOTALL)

    def _match_name(self, name: str, *, is_dir: bool) -> int:
        best = -1
        for rule in self._names.get(name, ()):
            if is_dir or not rule.directories_only:
                best = rule.index
        if self._globs and self._afford(len(self._globs)) and self._any_glob.match(name):
            for rule in reversed(self._globs):
                if rule.index < best:
                    break
                if (is_dir or not rule.directories_only) and rule.parts[0] is not None and rule.parts[0].match(name):
                    return rule.index
        return best

    def _match_path(self, path: str, best: int, *, is_dir: bool) -> int:
        parts: list[str] = []
        for count in (path.count("/") + 1, -1):
            rules = self._paths.get(count)
            if not rules or not self._afford(len(rules)):
                continue
            if not parts:
                parts = (path if path.isascii() else _as_bytes(path)).split("/")
            for rule in reversed(rules):
                if rule.index < best:
                    break
                if (is_dir or not rule.directories_only) and _match_parts(rule.parts, parts):
                    best = rule.index
                    break
        return best

    def _afford(self, cost: int) -> bool:
        self._budget.work -= cost
        if self._budget.work < 0:
            self._budget.spent = True
            return False
        return True


def _parse(line: bytes, index: int) -> _Rule | None:
    """Return a line's rule; None for comments and for what can match nothing."""
    if not line or line.startswith(b"#"):
        return None
    bare = line.rstrip(b" ")
    escaped = (len(bare) - len(bare.rstrip(b"\\"))) % 2  # `foo\ ` keeps one space
    text = line[: len(bare) + escaped].decode("latin-1")
    ignores = not text.startswith("!")
    if not ignores:
        text = text[1:]
    directories_only = text.endswith("/")
    text = text.removesuffix("/")
    anchored = "/" in text
    text = text.removeprefix("/")
    if not text:
        return None
    if not anchored:
        return _Rule(index, ignores, directories_only, anchored, (_Glob(text),))
    split = components(text)
    if split is None:
        return None
    parts: list[_Glob | None] = [None if part == "**" else _Glob(part) for part in split]
    if parts[-1] is None:  # `foo/**` is everything inside, at least one level down
        parts.append(_Glob("*"))
    return _Rule(index, ignores, directories_only, anchored, tuple(parts))


def _match_parts(pattern: tuple[_Glob | None, ...], parts: list[str]) -> bool:
    """Match a path; on failure only the last `**` is moved on, so the cost is the product of the lengths at most."""
    at, position = 0, 0
    resume, moved = -1, 0
    while position < len(parts):
        glob = pattern[at] if at < len(pattern) else None
        if glob is None and at < len(pattern):
            at += 1
            resume, moved = at, position
        elif glob is not None and glob.match(parts[position]):
            at += 1
            position += 1
        elif resume >= 0:
            moved += 1
            at, position = resume, moved
        else:
            return False
    return at == len(pattern)


def _as_bytes(text: str) -> str:
    return path_bytes(text).decode("latin-1")
