"""Choose files as scikit-build-core does: its own excludes, the configured ones, and the ignore files on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.module_values import read_text
from pkg_audit.scan.ignore_spec import IgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.scikit_build_core.settings import Settings
    from pkg_audit.tree.port import Tree

_ALWAYS = (".git", ".tox/", ".nox/", ".egg-info/", "__pycache__/", "__pypackages__/", "*.pyc", "*.dist-info/")
_MAX_IGNORES = 500


class Selection:
    """The rules that sdist and package directories have in common. `forced` are written files that are always in."""

    def __init__(self, tree: Tree, index: FileIndex, settings: Settings, forced: Sequence[str] = ()) -> None:
        self._tree = tree
        self._index = index
        self._mode = settings.mode()
        self._include_lines = [*(settings.sdist.strings("include") or ()), *forced]
        self._include = IgnoreSpec(self._include_lines)
        self._exclude = IgnoreSpec(settings.sdist.strings("exclude") or ())
        build = settings.build_directory()
        self._builtin = IgnoreSpec([*_ALWAYS, build] if build else _ALWAYS)
        self._ignores: dict[str, IgnoreSpec | None] = {}

    @property
    def incomplete(self) -> bool:
        """Tell whether some pattern could not be applied."""
        specs = (self._include, self._exclude, *self._ignores.values())
        return any(spec.incomplete for spec in specs if spec is not None)

    def below(self, start: str) -> Iterator[str]:
        """Yield the chosen files below a directory, by path from the project's root."""
        pending = [start]
        while pending:
            directory = pending.pop()
            for name in self._index.names(directory):
                path = join(directory, name)
                if self._keeps(path, directory):
                    yield path
            for name in self._index.dirs(directory):
                path = join(directory, name)
                if self._mode == "classic" or self._keeps(path, directory) or self._reaches(path):
                    pending.append(path)

    def _keeps(self, path: str, directory: str) -> bool:
        if self._mode == "explicit":
            return not self._exclude.match(path) and self._include.match(path)
        if self._include.match(path):
            return True
        if self._exclude.match(path) or self._builtin.match(path):
            return False
        return self._mode == "manual" or not self._ignored(path, directory)

    def _ignored(self, path: str, directory: str) -> bool:
        while True:
            spec = self._ignore_file(directory)
            if spec is not None and spec.match(path[len(directory) + 1 :] if directory else path):
                return True
            if not directory:
                return False
            directory = directory.rpartition("/")[0]

    def _ignore_file(self, directory: str) -> IgnoreSpec | None:
        if directory not in self._ignores:
            path = join(directory, ".gitignore")
            there = self._index.is_file(path) and len(self._ignores) < _MAX_IGNORES
            self._ignores[directory] = IgnoreSpec((read_text(self._tree, path) or "").split("\n")) if there else None
        return self._ignores[directory]

    def _reaches(self, directory: str) -> bool:
        """Tell whether an include pattern could match below a directory that is excluded itself."""
        for line in self._include_lines:
            fixed: list[str] = []
            for part in line.strip("/").split("/"):
                if any(char in part for char in "*?["):
                    break
                if part:
                    fixed.append(part)
            prefix = "/".join(fixed) + "/"
            if prefix == "/" or prefix.startswith(f"{directory}/") or f"{directory}/".startswith(prefix):
                return True
        return False
