"""Rewrite syntax newer than the running Python into older syntax of the same shape, and say what was rewritten.

A project for Python 3.14 must be readable with 3.11: the imports, calls and names of a file don't depend on whether
its type parameters parse. Offsets and lines stay true, but for one column after a rewritten `except A, B:`.
Sources: PEP 695, 696 (type parameters), 701 (f-strings), 750 (t-strings), 758 (except without parentheses),
810 (lazy imports).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pkg_audit.scan.sources.formatted import formatted_string, prefix_before
from pkg_audit.scan.sources.lexer import LogicalLine, logical_lines, pieces

_LAZY = re.compile(r"lazy[ \t]+(import|from)\b")
_TYPE_ALIAS = re.compile(r"type[ \t]+(?=[^\W\d]\w*[ \t]*[\[=](?!=))")
_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*(?=\[)|type[ \t]+\w+[ \t]*(?=\[)")
_EXCEPT = re.compile(r"except\*?[ \t]")
_PYTHON_2_NAME = re.compile(r",\s*[a-z_]\w*\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """A newer syntax at an offset of the text."""

    name: str
    since: str
    start: int
    end: int


@dataclass(slots=True)
class Rewritten:
    """The older spelling, the newer syntax that it had, and the lines of its lazy imports."""

    text: str
    found: list[Found] = field(default_factory=list)
    lazy_lines: set[int] = field(default_factory=set)


def rewrite_newer(text: str) -> Rewritten:
    """Rewrite what the running Python may not know; `found` is empty where nothing of the kind was seen."""
    result = Rewritten(text)
    result.text = _apply(text, _strings(text, result.found))
    edits: list[tuple[int, int, str]] = []
    for line in logical_lines(result.text):
        _lazy_import(line, result, edits)
        _type_parameters(line, result, edits)
        _bare_except(line, result, edits)
    result.text = _apply(result.text, edits)
    return result


def _apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    if not edits:
        return text
    out = []
    position = 0
    for start, end, new in sorted(edits):
        if start < position:
            continue
        out += [text[position:start], new]
        position = end
    return "".join([*out, text[position:]])


def _strings(text: str, found: list[Found]) -> list[tuple[int, int, str]]:
    """Rewrite t-strings as f-strings, and f-strings that only PEP 701 allows as plain strings."""
    edits: list[tuple[int, int, str]] = []
    position = 0
    while position < len(text):
        restart = None
        for kind, start, end in pieces(text, position):
            if kind != "string":
                continue
            prefix = prefix_before(text, start).lower()
            if "f" not in prefix and "t" not in prefix:
                continue
            parsed = formatted_string(text, start, raw="r" in prefix)
            if not parsed.closed:
                continue
            first = start - len(prefix)
            if "t" in prefix:
                found.append(Found("template string", "3.14", first, parsed.end))
            elif parsed.nested:
                found.append(Found("f-string with nested quotes", "3.12", first, parsed.end))
            if parsed.nested:
                edits.append((first, parsed.end, " " * len(prefix) + _plain(text[start : parsed.end])))
            elif "t" in prefix:
                edits.append((first, start, prefix.replace("t", "f")))
            if parsed.end != end:
                restart = parsed.end
                break
        if restart is None:
            return edits
        position = max(restart, position + 1)
    return edits


def _plain(text: str) -> str:
    """Return a plain string literal as long as `text`, with as many newlines."""
    newlines = text.count("\n")
    if not newlines:
        return '"' + "_" * (len(text) - 2) + '"'
    return '"""' + "\n" * newlines + "_" * max(0, len(text) - 6 - newlines) + '"""'


def _lazy_import(line: LogicalLine, result: Rewritten, edits: list[tuple[int, int, str]]) -> None:
    match = _LAZY.match(line.text)
    if match is None:
        return
    word = match.group(1)
    edits.append((line.start, line.start + match.end(), word + " " * (match.end() - len(word))))
    result.found.append(Found("lazy import", "3.15", line.start, line.start + match.end()))
    result.lazy_lines.add(line.line)


def _type_parameters(line: LogicalLine, result: Rewritten, edits: list[tuple[int, int, str]]) -> None:
    alias = _TYPE_ALIAS.match(line.text)
    if alias is not None:
        edits.append((line.start, line.start + alias.end(), ""))
        result.found.append(Found("type statement", "3.12", line.start, line.start + alias.end()))
    match = _DEFINITION.match(line.text)
    if match is None or (alias is None and match.group().startswith("type")):
        return
    end = _closing(line.text, match.end())
    if end is None:
        return
    parameters = line.text[match.end() : end]
    start = line.start + match.end()
    if _has_default(parameters):
        result.found.append(Found("type parameter default", "3.13", start, line.start + end))
    elif alias is None:
        result.found.append(Found("type parameters", "3.12", start, line.start + end))
    edits.append((start, line.start + end, _joined(parameters)))


def _joined(parameters: str) -> str:
    """Blank a bracket group; its newlines need a continuation once the bracket is gone."""
    return "\n".join(
        " " * (len(part) - 1) + "\\" if number < parameters.count("\n") and part else " " * len(part)
        for number, part in enumerate(parameters.split("\n"))
    )


def _has_default(parameters: str) -> bool:
    return re.search(r"(?<![=!<>:])=(?!=)", parameters) is not None


def _bare_except(line: LogicalLine, result: Rewritten, edits: list[tuple[int, int, str]]) -> None:
    match = _EXCEPT.match(line.text)
    if match is None:
        return
    colon = _top_level(line.text, match.end(), ":")
    comma = _top_level(line.text, match.end(), ",")
    if colon is None or comma is None or comma > colon:
        return
    clause = line.text[match.end() : colon]
    if re.search(r"\bas\b", clause) or _PYTHON_2_NAME.search(clause):
        return
    result.found.append(Found("except without parentheses", "3.14", line.start, line.start + colon))
    edits.append((line.start + match.end() - 1, line.start + match.end(), "("))
    edits.append((line.start + colon, line.start + colon, ")"))


def _closing(text: str, start: int) -> int | None:
    """Return the offset after the bracket that closes the one at `start`."""
    depth = 0
    for position in range(start, len(text)):
        if text[position] in "([{":
            depth += 1
        elif text[position] in ")]}":
            depth -= 1
            if not depth:
                return position + 1
    return None


def _top_level(text: str, start: int, wanted: str) -> int | None:
    """Return the offset of a character outside brackets."""
    depth = 0
    for position in range(start, len(text)):
        character = text[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == wanted and not depth:
            return position
    return None
