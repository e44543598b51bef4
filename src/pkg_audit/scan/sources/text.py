"""Decode a source file as Python would, and refuse what would cost too much to parse.

Sources: PEP 263 (encoding declarations), "Lexical analysis" of the language reference (encoding, line joining).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from pkg_audit.facts.place import Place
from pkg_audit.facts.sources import SyntaxProblem

MAX_BYTES = 1 << 20
MAX_LINES = 100_000
MAX_PUNCTUATION = 250_000
"""A parsed literal costs up to a kilobyte an item, so that a file of commas is bounded by their count."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]{1,40})")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NOT_PUNCTUATION = bytes(c for c in range(256) if chr(c).isalnum() or chr(c) in "_ \t\n\r\f." or c > 127)
# Text codecs whose decoders are slow, platform-bound or no encodings of source at all.
_REFUSED = frozenset({"idna", "punycode", "undefined", "mbcs", "oem", "unicode_escape", "raw_unicode_escape"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(slots=True)
class Source:
    """A decoded file: lines end in LF whatever the file had. `problem` is set where it must not be parsed."""

    path: str
    text: str
    problem: SyntaxProblem | None = None
    _lines: list[str] = field(default_factory=list)

    def line(self, number: int) -> str:
        """Return a physical line, counted from 1, "" beyond the end."""
        if not self._lines:
            self._lines = self.text.split("\n")
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def column(self, line: int, offset: int) -> int:
        """Turn a column of the parser (UTF-8 bytes from 0) into code points from 1."""
        text = self.line(line)
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1

    def place(self, line: int, offset: int, end_line: int | None, end_offset: int | None) -> Place:
        """Return the place of a span given in the parser's columns."""
        if end_line is None or end_offset is None:
            return Place(self.path, line, self.column(line, offset))
        return Place(self.path, line, self.column(line, offset), end_line, self.column(end_line, end_offset))

    @property
    def line_count(self) -> int:
        """Count physical lines."""
        return self.text.count("\n") + (bool(self.text) and not self.text.endswith("\n"))


def decode(data: bytes, path: str) -> Source:
    """Decode a file; what cannot be decoded is read as Latin-1, with a problem, so that its imports can be found."""
    text, problem = _text(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, text, problem or _too_large(data, text))


def _text(data: bytes) -> tuple[str, SyntaxProblem | None]:
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace"), _encoding(1, "the file starts with a UTF-16 byte order mark")
    bom = data.startswith(codecs.BOM_UTF8)
    if bom:
        data = data[3:]
    line, name = _declared(data)
    if bom and name is not None and _normal(name) not in ("utf-8", "utf8", "utf-8-sig"):
        return data.decode("latin-1"), _encoding(line, f"encoding declaration {name!r} contradicts the byte order mark")
    try:
        info = codecs.lookup(name or "utf-8")
    except (LookupError, ValueError, SyntaxError):
        return data.decode("latin-1"), _encoding(line, f"unknown encoding: {name}")
    if not getattr(info, "_is_text_encoding", True) or info.name.replace("-", "_") in _REFUSED:
        return data.decode("latin-1"), _encoding(line, f"not an encoding of text: {name}")
    try:
        return str(data.decode(info.name)), None
    except (ValueError, LookupError, OverflowError, MemoryError) as error:
        position = getattr(error, "start", 0)
        bad = data.count(b"\n", 0, position) + 1 if isinstance(position, int) else 1
        message = (
            f"byte {position} is not {info.name}" if isinstance(error, UnicodeError) else f"cannot decode as {name}"
        )
        return data.decode("latin-1"), _encoding(bad, message)


def _declared(data: bytes) -> tuple[int, str | None]:
    """Return the line and name of the encoding declaration in the first two lines, None where there is none."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data[:2000], maxsplit=2)[:2], 1):
        match = _COOKIE.match(line)
        if match:
            return number, match.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            break
    return 1, None


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _encoding(line: int, message: str) -> SyntaxProblem:
    return SyntaxProblem(line, 1, message, "encoding")


def _too_large(data: bytes, text: str) -> SyntaxProblem | None:
    if len(data) > MAX_BYTES:
        return SyntaxProblem(1, 1, f"the file has {len(data)} bytes, more than {MAX_BYTES}", "too-large")
    if len(data) > MAX_LINES and text.count("\n") > MAX_LINES:
        return SyntaxProblem(1, 1, f"the file has more than {MAX_LINES} lines", "too-large")
    if len(data) > MAX_PUNCTUATION and len(data.translate(None, _NOT_PUNCTUATION)) > MAX_PUNCTUATION:
        return SyntaxProblem(1, 1, f"the file has more than {MAX_PUNCTUATION} operators and delimiters", "too-large")
    return None
