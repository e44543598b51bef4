"""Cut and format strings, so that every part of a file's text still knows its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place
from pkg_audit.scan.setup_py.limits import TEXT
from pkg_audit.scan.setup_py.values import Const, Val

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PERCENT = re.compile(r"%(?:\((\w+)\))?(.)", re.DOTALL)
BRACES = re.compile(r"\{\{|\}\}|\{(\w*)(!s)?\}|[{}]")


def part(whole: Const, start: int, end: int) -> Const:
    """Return a slice of a text, with its own place where the text is a verbatim piece of a file."""
    value = whole.value
    assert isinstance(value, str)
    return Const(value[start:end], _place(whole.at, value, start, end))


def _place(at: Place, value: str, start: int, end: int) -> Place:
    if at.line is None or at.end_line is None or at.end_line - at.line != value.count("\n"):
        return at
    before = value.count("\n", 0, start)
    line = at.line + before
    end_line = line + value.count("\n", start, end)
    column: int | None = None
    if before:
        column = start - value.rfind("\n", 0, start)
    elif at.column is not None and (at.end_column is None or at.end_column - at.column == len(value)):
        column = at.column + start
    elif at.column is not None and at.line == at.end_line and at.end_column == at.column + len(value) + 2:
        column = at.column + 1 + start  # a literal without prefix and escapes: its quote comes first
    elif at.line == at.end_line:
        return at
    end_column = column + end - start if column is not None and end_line == line else None
    return Place(at.path, line, column, end_line, end_column)


def file_lines(content: Const) -> tuple[Const, ...]:
    """Return the lines that a file yields, with their ends; of one opened in binary mode only a line feed ends them."""
    if not isinstance(content.value, bytes):
        return split_lines(content, keep_ends=True)
    first, path = content.at.line, content.at.path
    return tuple(
        Const(line, Place(path, first + index) if first is not None else content.at)
        for index, line in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", content.value))
    )


def split_lines(whole: Const, keep_ends: bool = False) -> tuple[Const, ...]:
    """Return the lines of a text."""
    assert isinstance(whole.value, str)
    lines, offset = [], 0
    for line in whole.value.splitlines(keepends=True):
        kept = line if keep_ends else line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        lines.append((offset, offset + len(kept)))
        offset += len(line)
    return parts(whole, lines)


def parts(whole: Const, spans: Sequence[tuple[int, int]]) -> tuple[Const, ...]:
    """Return several slices of a text in ascending order, in time linear in the text."""
    value, at = whole.value, whole.at
    assert isinstance(value, str)
    if at.line is None or at.end_line is None or at.end_line - at.line != value.count("\n") or at.line == at.end_line:
        return tuple(part(whole, start, end) for start, end in spans)
    found, line, seen, line_start = [], at.line, 0, -1
    for start, end in spans:
        newlines = value.count("\n", seen, start)
        if newlines:
            line += newlines
            line_start = value.rfind("\n", seen, start)
        seen = start
        column = start - line_start if line_start >= 0 or at.column == 1 else None
        inner = value.count("\n", start, end)
        last = column + end - start if column is not None and not inner else None
        found.append(Const(value[start:end], Place(at.path, line, column, line + inner, last)))
    return tuple(found)


def split(whole: Const, separator: str | None, limit: int = -1, right: bool = False) -> tuple[Const, ...]:
    """Return what `str.split` or `str.rsplit` returns."""
    assert isinstance(whole.value, str)
    value = whole.value
    pieces = value.rsplit(separator, limit) if right else value.split(separator, limit)
    spans, offset = [], 0
    for piece in pieces:
        start = value.find(piece, offset)
        if separator is not None:
            start = offset
        spans.append((start, start + len(piece)))
        offset = start + len(piece) + (len(separator) if separator is not None else 0)
    return parts(whole, spans)


def strip(whole: Const, characters: str | None, left: bool = True, right: bool = True) -> Const:
    """Return what `str.strip`, `lstrip` or `rstrip` returns."""
    assert isinstance(whole.value, str)
    value = whole.value
    start = len(value) - len(value.lstrip(characters)) if left else 0
    end = max(len(value.rstrip(characters)), start) if right else len(value)
    return part(whole, start, end)


def show(value: Val | None) -> str | None:
    """Return `str(value)` for scalars and paths, None for everything else."""
    if isinstance(value, Const):
        if isinstance(value.value, bytes):
            return None
        return value.value if isinstance(value.value, str) else str(value.value)
    path = getattr(value, "path", None)
    return path if isinstance(path, str) and type(value).__name__ == "PathValue" else None


def percent(template: str, arguments: Sequence[Val], names: Mapping[str, Val] | None) -> str | None:
    """Return `template % arguments` for plain `%s`, `%d`, `%r` of scalars; None for anything wider."""
    pieces, position, used = [], 0, 0
    for match in PERCENT.finditer(template):
        pieces.append(template[position : match.start()])
        position = match.end()
        name, kind = match.groups()
        if kind == "%" and name is None:
            pieces.append("%")
            continue
        value: Val | None = None
        if name is not None:
            value = names.get(name) if names is not None else None
        elif used < len(arguments):
            value = arguments[used]
            used += 1
        shown = _convert(value, kind)
        if shown is None:
            return None
        pieces.append(shown)
    rest = template[position:]
    if "%" in rest or (names is None and used != len(arguments)):
        return None
    return _short([*pieces, rest])


def _convert(value: Val | None, kind: str) -> str | None:
    if not isinstance(value, Const):
        return show(value) if kind == "s" else None
    if kind == "s":
        return show(value)
    if kind in "di" and isinstance(value.value, int):
        return str(int(value.value))
    if kind == "r" and isinstance(value.value, (str, int)):
        return repr(value.value)
    return None


def braces(template: str, arguments: Sequence[Val], names: Mapping[str, Val]) -> str | None:
    """Return `template.format(...)` for plain fields of scalars; None for attributes, indexes and format specs."""
    pieces, position, used = [], 0, 0
    for match in BRACES.finditer(template):
        pieces.append(template[position : match.start()])
        position = match.end()
        whole = match.group()
        if whole in {"{{", "}}"}:
            pieces.append(whole[0])
            continue
        if whole in {"{", "}"}:
            return None
        name = match.group(1)
        if not name:
            name, used = str(used), used + 1
        value = names.get(name)
        if name.isdecimal() and len(name) < 4:
            value = arguments[int(name)] if int(name) < len(arguments) else None
        shown = show(value)
        if shown is None:
            return None
        pieces.append(shown)
    return _short([*pieces, template[position:]])


def _short(pieces: list[str]) -> str | None:
    return "".join(pieces) if sum(map(len, pieces)) <= TEXT else None


def requirement_lines(whole: Const) -> tuple[Const, ...]:
    """Return the lines that setuptools makes of a requirement text: stripped, without comments, continued by `\\`.

    Source: setuptools `_reqs.parse`, which uses `jaraco.text.yield_lines`, `drop_comment`, `join_continuation`.
    """
    found: list[Const] = []
    joined: Const | None = None
    for raw in split_lines(whole):
        line = strip(raw, None)
        assert isinstance(line.value, str)
        if not line.value or line.value.startswith("#"):
            continue
        cut = line.value.find(" #")
        if cut >= 0:
            line = strip(part(line, 0, cut), None)
        assert isinstance(line.value, str)
        if joined is not None:
            line = Const(str(joined.value) + line.value, joined.at)
            joined = None
        assert isinstance(line.value, str)
        if line.value.endswith("\\"):
            joined = Const(line.value[:-1].strip(), line.at)
        else:
            found.append(line)
    return (*found, joined) if joined is not None else tuple(found)
