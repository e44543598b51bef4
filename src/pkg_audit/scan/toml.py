"""Read TOML files of the audited project: limits first, then tomli, then the place of every key and value.

Follows TOML 1.1 as tomli reads it (2026). A file that cannot be read is a FileError, never an exception.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, TomlDocument
from pkg_audit.scan.toml_lexing import MAX_TABLES, find_excess, find_unclosed_string
from pkg_audit.scan.toml_places import Lines, locate
from pkg_audit.tree.port import MIB

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

_HUGE_NUMBER = re.compile(r"[0-9][0-9_]{4299}")


def read_toml(tree: Tree, path: str, limit: int = MIB, tables: int = MAX_TABLES) -> TomlDocument | FileError:
    """Read and parse one TOML file of the tree; `limit` in bytes. Returns a FileError where that fails."""
    try:
        data = tree.read(path, limit)
    except ReadError as error:
        return FileError(Place(path), str(error), error.reason)
    return decode_toml(data, path, tables)


def decode_toml(data: bytes, path: str, tables: int = MAX_TABLES) -> TomlDocument | FileError:
    """Decode bytes as UTF-8, as TOML demands, and parse them."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        at = _point(before, len(before), path)
        return FileError(at, "not valid UTF-8, which TOML requires", "encoding")
    return parse_toml(text, path, tables)


def parse_toml(text: str, path: str, tables: int = MAX_TABLES) -> TomlDocument | FileError:
    """Parse TOML text; `path` names it in places. Returns a FileError with line and column where it is not valid."""
    if text.startswith("\ufeff"):
        return FileError(
            Place(path, 1, 1, 1, 2), "starts with a byte order mark, which TOML readers reject", "encoding"
        )
    text = text.replace("\r\n", "\n")
    if excess := find_excess(text, tables):
        return FileError(_point(text, excess[0], path), f"not read: {excess[1]}", "too-large")
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        unclosed = find_unclosed_string(text)
        if unclosed is not None and unclosed <= error.pos:  # parsers blame the end of the file
            return FileError(_point(text, unclosed, path), "a string that is never closed")
        return FileError(_point(text, error.pos, path), error.msg)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        number = _HUGE_NUMBER.search(text)
        at = _point(text, number.start(), path) if number else Place(path)
        return FileError(at, "holds a number that is too large to read" if number else "cannot be read", "too-large")
    values, keys = locate(text, path)
    return TomlDocument(path, data, values, keys)


def _point(text: str, offset: int, path: str) -> Place:
    """Return the place of one character; the end of the text is the last place there is."""
    line, column = Lines(text, path).position(min(offset, len(text)))
    return Place(path, line, column, line, column + 1)
