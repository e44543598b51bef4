"""Read MANIFEST.in, the sdist template of setuptools.

Follows "Controlling files in the distribution" of setuptools' documentation (2026) and distutils' template reader:
`#` starts a comment unless escaped, a trailing backslash joins the next line, blanks separate words.
"""

from __future__ import annotations

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import ManifestCommand
from pkg_audit.tree import Tree

PATH = "MANIFEST.in"

MAX_COMMANDS = 10_000


def read_manifest_in(tree: Tree) -> tuple[ManifestCommand, ...] | None:
    """Read the commands of MANIFEST.in in order, None where there is no such file or it cannot be read.

    The place of a command spans it from its first to its last line.
    """
    try:
        data = tree.read(PATH)
    except ReadError:
        return None
    return parse_manifest_in(data.decode("utf-8", "replace"), PATH)


def parse_manifest_in(text: str, path: str) -> tuple[ManifestCommand, ...]:
    """Parse MANIFEST.in text; `path` names it in places."""
    commands: list[ManifestCommand] = []
    pending = ""
    start: tuple[int, int] | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        body = _without_comment(line).rstrip()
        if not body and line.strip():
            continue  # a comment line does not end a command that goes on
        if body.strip() and start is None:
            start = (number, len(body) - len(body.lstrip()) + 1)
        pending += body.lstrip()
        if body.endswith("\\"):
            pending = pending[:-1]
            continue
        if start:
            commands += _command(pending, Place(path, *start, number, len(body) + 1))
        pending, start = "", None
        if len(commands) >= MAX_COMMANDS:
            break
    if pending and start:
        commands += _command(pending, Place(path, *start))
    return tuple(commands)


def _command(line: str, at: Place) -> list[ManifestCommand]:
    words = line.split()
    return [ManifestCommand(at, words[0], tuple(words[1:]))] if words else []


def _without_comment(line: str) -> str:
    """Cut a comment off. Only the first number sign counts, and it is a plain one after a backslash."""
    position = line.find("#")
    if position == 0 or (position > 0 and line[position - 1] != "\\"):
        return line[:position]
    return line.replace("\\#", "#")
