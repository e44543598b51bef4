"""Match paths against gitignore-style patterns as `pathspec.GitIgnoreSpec` does, which hatchling and others use.

Its regular expressions backtrack, and the patterns come from the audited project: what could stall is left out, and
said so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

_MAX_STARS = 3
_MAX_DOUBLE_STARS = 3
_MAX_PATTERN = 1_000
_MAX_PATTERNS = 2_000
_MAX_WORK = 300_000_000
_STARS = re.compile(r"\*+")


class IgnoreSpec:
    """Patterns in order, the last match wins. `incomplete`: some pattern was invalid or too costly and left out."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.incomplete = False
        self._spec: GitIgnoreSpec | None = None
        self._exponents: list[int] = []
        self._work = _MAX_WORK
        self._load(lines)

    def _load(self, lines: Iterable[str]) -> None:
        import pathspec

        kept: list[str] = []
        for line in lines:
            if len(kept) >= _MAX_PATTERNS:
                self.incomplete = True
                break
            if not line.strip() or line.startswith("#"):
                continue
            exponent = _exponent(line)
            if exponent is None:
                self.incomplete = True
                continue
            try:
                pathspec.GitIgnoreSpec.from_lines([line])
            except (ValueError, TypeError, re.error, RecursionError, OverflowError):
                self.incomplete = True
                continue
            kept.append(line)
            if exponent > 1:
                self._exponents.append(exponent)
        if kept:
            self._spec = pathspec.GitIgnoreSpec.from_lines(kept, backend="simple")

    def __bool__(self) -> bool:
        return self._spec is not None

    def match(self, path: str) -> bool:
        """Tell whether the path matches; a final slash makes it a directory."""
        if self._spec is None:
            return False
        if self._exponents:
            longest = max(map(len, path.split("/")))
            self._work -= sum(longest**exponent for exponent in self._exponents)
            if self._work < 0:
                self.incomplete = True
                return False
        return bool(self._spec.match_file(path))


def _exponent(line: str) -> int | None:
    """Return how the cost of a pattern grows with a name's length, None where that is too fast."""
    parts = line.strip().split("/")
    stars = max(0 if set(part) == {"*"} else len(_STARS.findall(part)) for part in parts)
    doubles = sum(part == "**" for part in parts)
    if len(line) > _MAX_PATTERN or stars > _MAX_STARS or doubles > _MAX_DOUBLE_STARS:
        return None
    return max(stars, doubles)
