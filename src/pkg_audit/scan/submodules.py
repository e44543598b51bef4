"""Find git submodules whose files are not in the tree: archives and plain clones leave their folders empty.

Source: gitmodules(5) of git 2.52 (2026-11). Read as text; nothing of git is run.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

_PATH = re.compile(r"^[ \t]*path[ \t]*=[ \t]*([^\n]+)$", re.MULTILINE)
_MOST = 1000


def absent_submodules(tree: Tree) -> tuple[str, ...]:
    """Return the folders of submodules below which the tree has no file: what they hold is unknown, not missing."""
    if tree.source != "directory":
        return ()  # what a release lacks, it lacks
    try:
        text = tree.read(".gitmodules").decode("utf-8", "replace").replace("\r", "\n")
    except ReadError:
        return ()
    paths = [posixpath.normpath(match[1].strip().strip('"')) for match in _PATH.finditer(text)][:_MOST]
    return tuple(path for path in dict.fromkeys(paths) if not path.startswith(("..", "/")) and not tree.is_dir(path))
