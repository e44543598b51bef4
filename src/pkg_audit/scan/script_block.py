"""Read the inline metadata of a single-file script (inline script metadata specification, PEP 723, 2026)."""

from __future__ import annotations

from pkg_audit.facts.place import Place, Text
from pkg_audit.facts.scanned import FileError, ScriptBlock
from pkg_audit.scan.pyproject.reader import TomlReader
from pkg_audit.scan.toml import parse_toml

KEYS = ("requires-python", "dependencies", "tool")

_ENCODING = "utf-8"


def read_script_block(data: bytes, path: str) -> ScriptBlock | None:
    """Read the `script` block of a Python file, None where there is none.

    Same as the specification's reference expression, in linear time: a block is `# /// script`, lines that are `#`
    or start with `# `, and ends at the last `# ///` among them. `error` says why a block is not valid.
    """
    lines = [line.removesuffix("\r") for line in data.decode(_ENCODING, "replace").split("\n")]
    blocks = []
    number = 0
    while number < len(lines):
        name = _opening(lines[number])
        if name is None:
            number += 1
            continue
        end, run_end = _closing(lines, number)
        if end is None:
            for index in range(number, run_end):
                if _opening(lines[index]) == "script":
                    return ScriptBlock(_line(lines, index, path), error="the block is never closed by a line `# ///`")
            number = run_end
            continue
        if name == "script":
            blocks.append((number, end))
        number = end + 1
    if not blocks:
        return None
    if len(blocks) > 1:
        return ScriptBlock(_line(lines, blocks[1][0], path), error="a second script block")
    start, end = blocks[0]
    return _parse(lines, start, end, Place(path, start + 1, 1, end + 1, len(lines[end]) + 1), path)


def _line(lines: list[str], index: int, path: str) -> Place:
    return Place(path, index + 1, 1, index + 1, len(lines[index]) + 1)


def _opening(line: str) -> str | None:
    """Return the type of a block that a line opens: letters, digits and dashes after `# /// `."""
    if not line.startswith("# /// "):
        return None
    name = line[6:]
    plain = name.replace("-", "a")
    return name if plain.isascii() and plain.isalnum() else None


def _closing(lines: list[str], start: int) -> tuple[int | None, int]:
    """Return the index of the last `# ///` of the comment lines after `start`, and the index after those lines.

    At least one line must stand between the two.
    """
    last = None
    index = start + 1
    while index < len(lines) and (lines[index] == "#" or lines[index].startswith("# ")):
        if lines[index] == "# ///" and index > start + 1:
            last = index
        index += 1
    return last, index


def _parse(lines: list[str], start: int, end: int, at: Place, path: str) -> ScriptBlock:
    """Parse the content; empty lines stand for those before it, so that line numbers are the file's."""
    content = "\n" * (start + 1) + "\n".join(line[2:] for line in lines[start + 1 : end])
    document = parse_toml(content, path)
    if isinstance(document, FileError):
        where = document.at
        return ScriptBlock(where if where.line else at, error=f"not valid TOML: {document.message}")
    reader = TomlReader(document)
    requires_python = reader.text("requires-python")
    dependencies = reader.texts("dependencies")
    reader.table("tool")
    error = ""
    if reader.misfits:
        misfit = reader.misfits[0]
        error = f"{misfit.key}: {misfit.message}"
    elif unknown := [key for key in document.data if key not in KEYS]:
        error = f"unknown key {unknown[0]}"
    return ScriptBlock(
        at=at,
        requires_python=_shifted(requires_python) if requires_python else None,
        dependencies=None if dependencies is None else tuple(_shifted(text) for text in dependencies.value or ()),
        error=error,
    )


def _shifted(text: Text) -> Text:
    """Move a place right by the two characters of the comment sign, which the TOML text lacks."""
    at = text.at
    column, end_column = at.column, at.end_column
    return Text(
        text.value,
        Place(
            at.path,
            at.line,
            None if column is None else column + 2,
            at.end_line,
            None if end_column is None else end_column + 2,
        ),
    )
