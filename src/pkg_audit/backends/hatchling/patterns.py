"""Hold the patterns that decide over single files: include, exclude, artifacts, and the ignore files' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.module_values import read_text
from pkg_audit.scan.ignore_spec import IgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pkg_audit.backends.hatchling.options import Target
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.tree.port import Tree

IGNORE_FILES = (".gitignore", ".hgignore")
_ALWAYS_EXCLUDED = ("*.py[cdo]", "/dist")


class PathPatterns:
    """The compiled patterns of one target."""

    def __init__(
        self, tree: Tree, index: FileIndex, target: Target, packages: Sequence[str], artifacts: Iterable[str]
    ) -> None:
        include = [*target.strings("include"), *(f"/{package}/" for package in packages)]
        exclude = list(_ALWAYS_EXCLUDED)
        if not target.flag("ignore-vcs"):
            exclude += vcs_patterns(tree, index)
        exclude += target.strings("exclude")
        self._include = IgnoreSpec(include)
        self._exclude = IgnoreSpec(exclude)
        self._artifacts = IgnoreSpec(target.strings("artifacts"))
        self._made = IgnoreSpec(artifacts)
        self.selective = bool(target.strings("include"))

    @property
    def incomplete(self) -> bool:
        """Tell whether some pattern could not be applied."""
        return any(spec.incomplete for spec in (self._include, self._exclude, self._artifacts, self._made))

    def is_artifact(self, path: str) -> bool:
        """Tell whether a file is shipped whatever excludes it."""
        return self._artifacts.match(path) or self._made.match(path)

    def is_excluded(self, path: str) -> bool:
        """Tell whether a file, or a directory with its final slash, is excluded."""
        return self._exclude.match(path)

    def is_included(self, path: str) -> bool:
        """Tell whether the patterns ask for a file; without any, everything is asked for."""
        return not self._include or self._include.match(path)


def vcs_patterns(tree: Tree, index: FileIndex) -> list[str]:
    """Return the patterns of the root's ignore files, which count as excludes.

    They are dropped where they match the project's own directory. Those of directories above are not seen.
    """
    lines: list[str] = []
    if index.is_file(".gitignore"):
        lines += (read_text(tree, ".gitignore") or "").split("\n")
    if index.is_file(".hgignore"):
        lines += _hg_globs(read_text(tree, ".hgignore") or "")
    return [] if IgnoreSpec(lines).match(f"checkout/{tree.name or 'project'}") else lines


def _hg_globs(text: str) -> list[str]:
    found = []
    glob = False
    for line in text.split("\n"):
        if line.strip().startswith("syntax: "):
            glob = line.strip() == "syntax: glob"
        elif glob:
            found.append(line)
    return found
