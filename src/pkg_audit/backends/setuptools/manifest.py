"""List the files of the sdist: the defaults, what MANIFEST.in says, what a version control plugin adds.

The list also decides what `include_package_data` ships. Entries are written as setuptools writes them: a path that
was reached through `.` keeps its `./`, and then matches no package directory written without it.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import glob_dirs, glob_files, path_matcher
from pkg_audit.backends.index import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.scanned import ManifestCommand

READMES = ("README", "README.rst", "README.txt", "README.md")

_PATTERN_ACTIONS = frozenset({"include", "exclude", "global-include", "global-exclude"})
_RECURSIVE_ACTIONS = frozenset({"recursive-include", "recursive-exclude"})
_DIRECTORY_ACTIONS = frozenset({"graft", "prune"})
_VCS_DIRECTORIES = frozenset({"RCS", "CVS", ".svn", ".hg", ".git", ".bzr", "_darcs"})
_CACHES = (".tox/", ".nox/", ".venv/")


class FileList:
    """The growing list of files, as the commands of MANIFEST.in change it."""

    def __init__(self, index: FileIndex) -> None:
        self._index = index
        self._entries: dict[str, None] = {}

    def entries(self) -> list[str]:
        """Return the entries as written, in order of their arrival."""
        return list(self._entries)

    def extend(self, paths: Iterable[str]) -> None:
        """Add paths; those that are no file of the project, and build metadata, are left out."""
        for path in paths:
            if ".egg-info" not in path and self._index.is_file(join(path)):
                self._entries[path] = None

    def remove(self, matches: Callable[[str], bool]) -> None:
        """Remove every entry for which the predicate holds."""
        self._entries = {path: None for path in self._entries if not matches(path)}

    def run(self, command: ManifestCommand) -> None:
        """Apply one command; a malformed one is skipped, as setuptools warns and goes on."""
        action, words = command.action, [_convert(word) for word in command.arguments]
        if action in _PATTERN_ACTIONS and words:
            for pattern in words:
                self._apply(action, "", pattern)
        elif action in _RECURSIVE_ACTIONS and len(words) >= 2:
            for pattern in words[1:]:
                self._apply(action, words[0], pattern)
        elif action in _DIRECTORY_ACTIONS and len(words) == 1:
            self._apply(action, "", words[0])

    def _apply(self, action: str, directory: str, pattern: str) -> None:
        match action:
            case "include":
                single = "/".join("*" if part == "**" else part for part in pattern.split("/"))
                self.extend(glob_files(self._index, "", single, hidden=True))
            case "exclude":
                self.remove(_matcher(pattern))
            case "global-include":
                self.extend(filter(_matcher(f"**/{pattern}"), self._index.files))
            case "global-exclude":
                self.remove(_matcher(f"**/{pattern}"))
            case "recursive-include":
                found = glob_files(self._index, "", f"{directory}/**/{pattern}", hidden=True)
                self.extend(f"./{path}" for path in found) if directory == "." else self.extend(found)
            case "recursive-exclude":
                self.remove(_matcher(f"{directory}/**/{pattern}"))
            case "graft":
                for found_directory in glob_dirs(self._index, pattern, hidden=True):
                    self.extend(self._index.below(found_directory))
            case "prune":
                self.remove(_matcher(f"{pattern}/**"))

    def prune(self, build_base: str, release: str) -> None:
        """Drop the build tree, an unpacked release, and the directories of version control and test runners."""
        bases = tuple(f"{base}/" for base in (build_base, release) if base)
        self.remove(lambda path: path.startswith((*bases, *_CACHES)) or not _VCS_DIRECTORIES.isdisjoint(_dirs(path)))


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Match as setuptools' own translation does, which takes `[a-z]` for the three characters it is written with."""
    return path_matcher(_spelled_out(pattern))


def _spelled_out(pattern: str) -> str:
    """Move the dash of every character class to its end, where it stands for itself. One pass over the pattern."""
    pieces = []
    done = start = 0
    while (start := pattern.find("[", start)) >= 0 and (end := pattern.find("]", start)) >= 0:
        body = pattern[start + 1 : end]
        if "/" in body:
            start += body.rindex("/") + 1
            continue
        if "-" in body.removeprefix("!"):
            pieces.append(f"{pattern[done:start]}[{body.replace('-', '')}-]")
            done = end + 1
        start = end + 1
    return "".join([*pieces, pattern[done:]])


def _dirs(path: str) -> list[str]:
    return path.split("/")[:-1]


def _convert(word: str) -> str:
    """Write a word as pathlib writes it: without empty components and `.` in the middle or at the end."""
    return str(PurePosixPath(word))


def default_files(index: FileIndex) -> list[str]:
    """Return the files that every sdist takes when they exist, packages apart."""
    readme = [next((name for name in READMES if index.is_file(name)), "")]
    tests = glob_files(index, "", "tests/test*.py") + glob_files(index, "", "test/test*.py")
    return [*readme, "setup.py", *tests, "setup.cfg", "pyproject.toml", "MANIFEST.in"]
