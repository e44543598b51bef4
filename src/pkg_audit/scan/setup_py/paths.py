"""Compute with paths as setup.py does: its directory is a root that no real path can be confused with."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place, Text
from pkg_audit.scan.setup_py.limits import FILE, ITEMS
from pkg_audit.scan.setup_py.values import Const, Unk

if TYPE_CHECKING:
    from pkg_audit.scan.setup_py.machine import Machine
    from pkg_audit.tree import Tree

ROOT = "/\0root"
"""The project's directory; a NUL stands in no real path."""

PATTERN = 200
STARS = 8


def absolute(machine: Machine, path: str) -> str | None:
    """Return a path from the root of the file system, normalised; None where the current directory is unknown."""
    if not path.startswith("/"):
        if machine.state.directory is None:
            return None
        path = posixpath.join(machine.state.directory, path)
    return posixpath.normpath(path)


def inside(path: str) -> str | None:
    """Return a path relative to the project ("" for its directory), None where it lies outside or is too long."""
    if len(path) > 4096:
        return None
    path = path.replace("\\", "/")
    if path.startswith("/"):
        path = posixpath.normpath(path)
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            return None
        path = path[len(ROOT) + 1 :]
    path = posixpath.normpath(path or ".")
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path


def located(machine: Machine, path: str) -> str | None:
    """Return the tree's path of what the script calls `path`, None where that is outside or not known."""
    whole = absolute(machine, path)
    return None if whole is None else inside(whole)


def plain(text: str) -> str:
    """Return a text with the project's directory taken out of a path that it begins with."""
    if text.startswith(f"{ROOT}/"):
        return text[len(ROOT) + 1 :]
    return "." if text == ROOT else text


def read_text(machine: Machine, path: str, at: Place, encoding: str = "utf-8", binary: bool = False) -> Const | Unk:
    """Return a file's content with the place of its lines, or why it is not known."""
    where = located(machine, path)
    if where is None:
        return machine.dynamic(at, "a path outside of the project")
    machine.reads.setdefault(where, Text(where, at))
    if where in machine.written:
        return machine.unknown("generated", at, where)
    try:
        data = machine.tree.read(where, FILE)
    except ReadError as error:
        return machine.unknown("too-large" if error.reason == "too-large" else "file-missing", at, where)
    machine.step(len(data) // 512 + 1)
    if binary:
        return Const(data, Place(where, 1, 1, 1 + data.count(b"\n")))
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError):
        return machine.unknown("encoding", at, where)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Const(text, Place(where, 1, 1, 1 + text.count("\n")))


def exists(machine: Machine, path: str, kind: str) -> bool | None:
    """Tell whether a path exists; None where that differs between checkout, sdist and build."""
    where = located(machine, path)
    if where is None or where in machine.written:
        return None
    if kind != "dir" and machine.tree.is_file(where):
        return True
    if kind != "file" and machine.tree.is_dir(where):
        return True
    if kind == "file" and machine.tree.is_dir(where):
        return False
    parts = where.split("/")
    volatile = {"PKG-INFO", "build", "dist", "MANIFEST"}
    if any(part.startswith(".") or part in volatile or part.endswith(".egg-info") for part in parts):
        return None
    return False


def listing(tree: Tree, directory: str) -> tuple[list[str], list[str]]:
    """Return the names of the directories and of the files that stand directly in a directory, sorted."""
    prefix = f"{directory}/" if directory else ""
    directories: set[str] = set()
    files: list[str] = []
    for path in tree.files():
        if path.startswith(prefix):
            head, slash, _ = path[len(prefix) :].partition("/")
            if slash:
                directories.add(head)
            else:
                files.append(head)
    return sorted(directories), files


def glob(machine: Machine, pattern: str, recursive: bool, hidden: bool = False) -> list[str] | None:
    """Return the project's files and directories that a pattern matches, spelled as the pattern spells them."""
    if len(pattern) > PATTERN or pattern.count("*") > STARS or "\0" in pattern.replace(ROOT, ""):
        return None
    whole = absolute(machine, pattern)
    if whole is None or not whole.startswith(f"{ROOT}/"):
        return None
    wanted = whole[len(ROOT) + 1 :].split("/")
    head = "/".join(wanted[: next((i for i, part in enumerate(wanted) if _magic(part)), len(wanted) - 1)])
    candidates: set[str] = set()
    for path in machine.tree.files():
        if head and not path.startswith(f"{head}/"):
            continue
        parts = path.split("/")
        candidates.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    found = []
    for path in sorted(candidates):
        machine.step()
        if _fits(path.split("/"), wanted, recursive, hidden):
            found.append(path)
            if len(found) > ITEMS:
                return None
    base = machine.state.directory or ROOT
    if pattern.startswith("/"):
        return [f"{ROOT}/{path}" for path in found]
    lead = "./" if pattern.startswith("./") else ""
    return [lead + posixpath.relpath(f"{ROOT}/{path}", base) for path in found]


def _magic(part: str) -> bool:
    return any(letter in part for letter in "*?[")


def _fits(parts: list[str], wanted: list[str], recursive: bool, hidden: bool) -> bool:
    reachable = {0}
    for part in parts:
        following: set[int] = set()
        for index in reachable:
            if index == len(wanted):
                continue
            if wanted[index] == "**" and recursive:
                if hidden or not part.startswith("."):
                    following.update((index, index + 1))
                if index + 1 < len(wanted) and _part_fits(part, wanted[index + 1], hidden):
                    following.add(index + 2)
            elif _part_fits(part, wanted[index], hidden):
                following.add(index + 1)
        reachable = following
    return len(wanted) in reachable or (wanted[-1] == "**" and recursive and len(wanted) - 1 in reachable)


def _part_fits(part: str, wanted: str, hidden: bool) -> bool:
    if part.startswith(".") and not wanted.startswith(".") and not hidden:
        return False
    return fnmatch.fnmatchcase(part, wanted)
