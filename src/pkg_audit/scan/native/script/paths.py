"""Answer a build script's questions about files from the tree: globs, listings, existence, package names."""

from __future__ import annotations

import posixpath
import re
from fnmatch import translate
from typing import TYPE_CHECKING

from pkg_audit.scan.native.script.values import ROOT, relative

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

_INIT = ("__init__.py", "__init__.pyx", "__init__.pxd")
_MATCHES = 5000


def glob(tree: Tree, pattern: str, recursive: bool) -> list[str] | None:
    """Return what `glob.glob` would, sorted, spelled like the pattern; None for a path outside the project."""
    absolute = pattern.startswith(ROOT)
    wanted = relative(pattern)
    if wanted.startswith(("..", "/")) or len(wanted) > 400:
        return None
    parts = wanted.split("/")
    if parts.count("**") > 2:
        return None
    regex = re.compile(_pattern(parts, recursive))
    found = [path for path in tree.files() if regex.match(path)]
    if not parts[-1] or "*" in parts[-1] or "?" in parts[-1]:
        directories = {posixpath.dirname(path) for path in tree.files()}
        found += sorted(d for d in directories if d and regex.match(d))
    found = sorted(set(found))[:_MATCHES]
    return [f"{ROOT}/{path}" for path in found] if absolute else found


def _pattern(parts: list[str], recursive: bool) -> str:
    out = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**" and recursive:
            out.append("(?:[^/]+(?:/[^/]+){0,40})?" if last else "(?:[^/]+/){0,40}")
            continue
        regex = translate(re.sub(r"\*+", "*", part))
        # translate() anchors its pattern; only the body is wanted, with `*` kept inside one component.
        body = re.sub(r"^\(\?s:(.*)\)(?:\\Z|\\z)$", r"\1", regex, flags=re.DOTALL).replace(".*", "[^/]*")
        out.append(body + ("" if last else "/"))
    return "^" + "".join(out) + "$"


def listing(tree: Tree, directory: str) -> list[str] | None:
    """Return the names in a directory, None where it does not exist."""
    base = relative(directory)
    prefix = f"{base}/" if base else ""
    if prefix and not tree.is_dir(base):
        return None
    return sorted({path[len(prefix) :].split("/", 1)[0] for path in tree.files() if path.startswith(prefix)})


def module_name(tree: Tree, path: str) -> str:
    """Return the dotted name that Cython and mypyc give a file: packages upwards as long as there is an `__init__`."""
    path = relative(path)
    stem = posixpath.splitext(posixpath.basename(path))[0]
    parts = [stem]
    directory = posixpath.dirname(path)
    while directory and any(tree.is_file(f"{directory}/{name}") for name in _INIT):
        parts.insert(0, posixpath.basename(directory))
        directory = posixpath.dirname(directory)
    return ".".join(parts)
