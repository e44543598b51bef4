"""Handle paths as bytes, order them, and judge the names that archives give their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME_BYTES = 4096


def path_bytes(path: str) -> bytes:
    """Return the bytes of a path, by which every list is ordered whatever the locale."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # Windows allows half a surrogate pair
        return path.encode("utf-8", "surrogatepass")


def parents(paths: Iterable[str]) -> set[str]:
    """Return every directory above the paths, the root apart."""
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def name_fault(name: str) -> str | None:
    """Say what is wrong with an archive member's name (without a directory's final slash), None where nothing is."""
    if not name:
        return "an empty name"
    if len(path_bytes(name)) > MAX_NAME_BYTES:
        return f"a name longer than {MAX_NAME_BYTES} bytes"
    if name.startswith("/"):
        return "an absolute name"
    if "\\" in name:
        return "a name with a backslash"
    if len(name) > 1 and name[1] == ":" and name[0].isalpha():
        return "a name with a drive letter"
    if any(char < " " or char == "\x7f" for char in name):
        return "a name with control characters"
    parts = name.split("/")
    if ".." in parts:
        return "a name that leads out of the archive"
    if "" in parts or "." in parts:
        return "a name with empty or `.` components"
    return None


def leads_out(link: str, target: str) -> bool:
    """Tell whether a symbolic link at a clean path points out of the archive's root."""
    if target.startswith("/") or "\\" in target or (len(target) > 1 and target[1] == ":"):
        return True
    depth = link.count("/")
    for part in target.split("/"):
        if part == "..":
            depth -= 1
            if depth < 0:
                return True
        elif part not in {"", "."}:
            depth += 1
    return False
