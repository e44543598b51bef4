"""Apply the user's and the project's ignores to findings, and remember which of them matched nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pkg_audit.config import Ignore, InlineIgnore, inline_ignores
from pkg_audit.config.ignores import MARK
from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.run_records import UnusedIgnore

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer
    from pkg_audit.model import Finding
    from pkg_audit.tree import Tree

_COMMENTED = (".py", ".pyw", ".pyi", ".toml", ".cfg", ".ini")
_MARK = MARK.encode()


class Settler:
    """Decide for each finding whether an ignore covers it: a comment in the file first, then the configuration.

    `prefix` is the project's folder below the named root, "" for the root itself: globs of the configuration speak of
    paths relative to the named root. `looked_at` lists the files whose comments count.
    """

    def __init__(self, tree: Tree, ignores: tuple[Ignore, ...], prefix: str = "") -> None:
        self._tree = tree
        self._ignores = ignores
        self._prefix = f"{prefix}/" if prefix else ""
        self._comments: dict[str, tuple[InlineIgnore, ...]] = {}
        self._used: set[Ignore | tuple[str, InlineIgnore]] = set()

    def settle(self, finding: Finding) -> tuple[Literal["ignored"], str | None] | None:
        """Return `ignored` with the reason that was given, None where nothing covers the finding.

        Everything that covers it counts as used, not the first alone: who ignores a rule for one run has not made the
        project's own ignores useless.
        """
        at = finding.location.at
        reasons = []
        for comment in self.comments(at.path) if at.path is not None else ():
            if comment.matches(finding.rule, finding.family, at.line, at.end_line):
                self._used.add((at.path or "", comment))
                reasons.append(comment.reason or "ignored by a comment")
        path = None if at.path is None else self._prefix + at.path
        for ignore in self._ignores:
            if ignore.matches(finding.rule, finding.family, path):
                self._used.add(ignore)
                reasons.append(ignore.reason or f"ignored by {ignore.origin or 'configuration'}")
        return ("ignored", reasons[0]) if reasons else None

    def comments(self, path: str) -> tuple[InlineIgnore, ...]:
        """Return the ignore comments of a file, empty where it can't hold any or can't be read."""
        if path not in self._comments:
            self._comments[path] = self._read(path)
        return self._comments[path]

    def unused(self, paths: tuple[str, ...], names: set[str]) -> tuple[UnusedIgnore, ...]:
        """Return the ignores that covered no finding: those for single paths, and the comments in `paths`.

        `names` are the rules and families that exist: an ignore that names nothing known is unused all the same. An
        ignore for the whole project is a choice about a rule, whether or not it fires today, so it never counts.
        """
        found = []
        for ignore in self._ignores:
            if ignore.path and ignore not in self._used:
                what = f"{ignore.rule} for {ignore.path}"
                found.append(UnusedIgnore(Place(), what, (ignore.rule in names and "yes") or "no"))
        for path in paths:
            for comment in self.comments(path):
                if (path, comment) not in self._used:
                    rules = ", ".join(comment.rules) or "no rule"
                    known: Answer = "yes" if comment.rules and names.issuperset(comment.rules) else "no"
                    found.append(UnusedIgnore(Place(path, comment.line), rules, known))
        return tuple(found)

    def _read(self, path: str) -> tuple[InlineIgnore, ...]:
        if not path.endswith(_COMMENTED):
            return ()
        try:
            data = self._tree.read(path)
        except ReadError:
            return ()
        return inline_ignores(data.decode("utf-8", "replace"), path) if _MARK in data else ()
