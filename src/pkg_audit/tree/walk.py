"""List the project's files in a directory: what git tracks, and what it would not ignore.

One iterative walk, parents first. A tracked file always counts; anything else counts unless an ignore file, or a
folder that tools fill, says no. The index is only ever a set to compare with: no path is taken from it.

Where the root has no `.git` (an unpacked sdist, a build context, a directory within a work tree) every file counts as
tracked: version files that are generated, ignored and shipped stand there. Ignore files then keep out whole
directories only, which is where tools leave their output. Of 123 real sdists, 8 hold files that their own ignore
files name, three of them a module of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pkg_audit.tree.git_index import MAX_INDEX_BYTES, GitIndex, parse_index
from pkg_audit.tree.ignore import MAX_FILE_BYTES, Budget, IgnoreFile
from pkg_audit.tree.listed import ProblemLog
from pkg_audit.tree.names import parents, path_bytes

if TYPE_CHECKING:
    from pkg_audit.tree.opener import Kind, Opener

MAX_DEPTH = 200
MAX_ENTRIES = 250_000

NEVER_ENTERED = frozenset({".git", ".hg", ".svn", "__pycache__"})
"""Version control's own data and compiled code, which no one tracks on purpose."""

TOOL_FOLDERS = frozenset({"node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
"""Entered for tracked files only; so is every folder but the root that holds `pyvenv.cfg`. `.eggs`, `build` and
`dist` are not among them: they may be real packages, and a project that builds there ignores them."""


@dataclass(slots=True)
class Listing:
    """What a walk found, ordered by bytes. `tracked` is None where no git index could be read."""

    files: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tracked: frozenset[str] | None = None


class _Folder(NamedTuple):
    path: str
    depth: int
    ignores: tuple[IgnoreFile, ...]  # the outermost first
    tracked_only: bool


def list_directory(opener: Opener, log: ProblemLog) -> Listing:
    """Walk the opener's root. What cannot be read is recorded in the log; nothing is raised."""
    return _Walk(opener, log).run()


class _Walk:
    def __init__(self, opener: Opener, log: ProblemLog) -> None:
        self._opener = opener
        self._log = log
        self._budget = Budget()
        self._index = _read_index(opener)
        self._tracked = self._index.files if self._index else frozenset()
        self._tracked_dirs = parents(self._tracked) | parents(self._submodules) | self._submodules
        self._left = MAX_ENTRIES
        self._seen: set[tuple[int, int]] = set()
        self._device: int | None = None
        self._has_git = False
        self._filled: set[str] = set()
        self._listing = Listing(tracked=self._index.files if self._index else None)

    @property
    def _submodules(self) -> frozenset[str]:
        return self._index.submodules if self._index else frozenset()

    def run(self) -> Listing:
        stack = [_Folder("", 0, self._load("", ".git/info/exclude", ()), tracked_only=False)]
        while stack and self._left > 0:
            stack += self._read(stack.pop())
        if self._left <= 0:
            self._log.add(f"partial: more than {MAX_ENTRIES:,} directory entries; the rest was not listed")
        if self._budget.spent:
            self._log.add("partial: the ignore files are too large or too costly; some patterns were not applied")
        self._note_absent()
        self._listing.files.sort(key=path_bytes)
        self._listing.links.sort(key=path_bytes)
        return self._listing

    def _read(self, folder: _Folder) -> list[_Folder]:
        """List one directory and return the directories to read next, the first in order last."""
        entries = self._entries(folder.path)
        if not entries:
            return []
        base = folder.path + "/" if folder.path else ""
        if not folder.path:
            self._has_git = any(name == ".git" and kind != "other" for name, kind in entries)
        ignores, tracked_only = folder.ignores, folder.tracked_only
        if folder.path and ("pyvenv.cfg", "file") in entries:
            tracked_only = True
        if not tracked_only and (".gitignore", "file") in entries:
            ignores = self._load(base, base + ".gitignore", ignores)
        below: list[_Folder] = []
        for name, kind in entries:
            path = base + name
            if kind == "dir":
                if name not in NEVER_ENTERED:
                    self._enter(path, name, _Folder(path, folder.depth + 1, ignores, tracked_only), below)
            elif name == ".git":  # the pointer of a worktree or submodule
                continue
            elif path in self._tracked or not (tracked_only or (self._has_git and _is_ignored(ignores, path, name))):
                self._take(path, kind)
        below.sort(key=lambda item: path_bytes(item.path), reverse=True)
        return below

    def _entries(self, path: str) -> list[tuple[str, Kind]]:
        try:
            device, inode = self._opener.identity(path)
            if self._device is None:
                self._device = device
            if device != self._device:
                self._log.add("on another file system; not read", path)
                return []
            if (device, inode) in self._seen and inode:
                self._log.add("the same directory as another one; not read twice", path)
                return []
            self._seen.add((device, inode))
            found = list(islice(self._opener.entries(path), self._left))
        except OSError as error:
            self._log.add(f"directory cannot be read: {error.strerror or type(error).__name__}", path or None)
            return []
        self._left -= len(found)
        if path in self._submodules and any(name != ".git" for name, _ in found):
            self._filled.add(path)
        return found

    def _enter(self, path: str, name: str, folder: _Folder, below: list[_Folder]) -> None:
        if path in self._submodules:
            folder = folder._replace(ignores=(), tracked_only=False)
        elif folder.tracked_only or name in TOOL_FOLDERS or _is_ignored(folder.ignores, path, name, is_dir=True):
            if path not in self._tracked_dirs:
                return
            folder = folder._replace(tracked_only=True)
        if folder.depth > MAX_DEPTH:
            self._log.add(f"partial: more than {MAX_DEPTH} directories deep; not read", path)
            return
        below.append(folder)

    def _take(self, path: str, kind: Kind) -> None:
        if kind == "file":
            self._listing.files.append(path)
        elif kind == "link":
            self._listing.links.append(path)
        else:
            self._log.add("neither a file, a directory nor a link (a FIFO, socket or device); not read", path)

    def _load(self, base: str, path: str, ignores: tuple[IgnoreFile, ...]) -> tuple[IgnoreFile, ...]:
        """Return the chain of ignore files with one more, if it is there."""
        try:
            data = self._opener.head(path, MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return ignores
        except NotADirectoryError:  # a `.git` file, or none
            return ignores
        except OSError as error:
            if base + ".gitignore" == path:
                self._log.add(f"ignore file cannot be read: {error.strerror or type(error).__name__}", path)
            return ignores
        return (*ignores, IgnoreFile(base, data, self._budget))

    def _note_absent(self) -> None:
        if self._index is None:
            return
        for path in self._index.submodules - self._filled:
            self._log.add("submodule is not checked out: its files are unknown", path)
        if self._index.left_out:
            present = {*self._listing.files, *self._listing.links}
            absent = len(self._index.left_out - present)
            if absent:
                self._log.add(f"partial: a sparse checkout leaves out {absent} tracked files")


def _is_ignored(ignores: tuple[IgnoreFile, ...], path: str, name: str, *, is_dir: bool = False) -> bool:
    for ignore in reversed(ignores):
        decision = ignore.decide(path, name, is_dir=is_dir)
        if decision is not None:
            return decision
    return False


def _read_index(opener: Opener) -> GitIndex | None:
    try:
        data = opener.head(".git/index", MAX_INDEX_BYTES + 1)
    except OSError:
        return None
    return parse_index(data) if len(data) <= MAX_INDEX_BYTES else None
