"""Find the lines that hold a word of interest, so that nothing else of the tree needs a visit."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from pkg_audit.scan.sources.walk import Lines

IMPORT_WORDS = ("import",)
GUARD_WORDS = ("version_info", "hexversion", "sys.platform", "os.name", "PY2", "PY3", "TYPE_CHECKING", "__main__")

# What the text of a newer syntax must hold; a hit is only a reason to look at the tree.
SYNTAX_WORDS = (
    ":=", "=}", "=!", "=:", "\nmatch ", " match ", "except*", "except *", "with (", "with(", "async ", "[*",
    "return *", "yield *", "in *", "/)", "/,", "/:", "/\n", ": *", " @ ", "@=",
)  # fmt: skip
# An unpacking is newer syntax only where a line also holds one of these.
_UNPACKING = (", *", "= *")
_WITH_UNPACKING = ("[", "return ", "yield ", "for ", ":")
ANNOTATION_WORDS = (" | ", "list[", "dict[", "tuple[", "set[", "type[")

_PLAIN_DECORATOR = re.compile(r"\s*[\w.]+[ \t]*(?:\(|#|$)", re.MULTILINE)
_TYPE_PARAMETERS = re.compile(r"\b(?:def|class|type)[ \t]+\w+[ \t]*[\[=]")
_EXCEPT = re.compile(r"^[ \t]*except[ \t][^\n(:]*,", re.MULTILINE)
_FORMATTED = re.compile(r"\b[fF][rR]?[\"']|\b[rR][fF][\"']|\b[tT][rR]?[\"']|\b[rR][tT][\"']")
_VARIABLE_ANNOTATION = re.compile(r"^[ \t]*[^\W\d][\w.]*+:[ \t]*+[\w\"']", re.MULTILINE)
FIRST_FEW = 8


def lines_with(text: str, words: Iterable[str], offsets: Iterable[int] = ()) -> Lines:
    """Return the numbers of the lines that hold one of the words, or one of the offsets."""
    found = set(offsets)
    for word in words:
        if word[0] == "\n" and text.startswith(word[1:]):
            found.add(0)
        position = text.find(word)
        while position >= 0:
            found.add(position + (word[0] == "\n"))
            newline = text.find("\n", position + 1)
            position = text.find(word, newline) if newline >= 0 else -1
    numbers: list[int] = []
    line, last = 1, 0
    for position in sorted(found):
        line += text.count("\n", last, position)
        last = position
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return Lines(numbers)


def syntax_offsets(text: str, *, evaluated_annotations: bool) -> set[int]:
    """Return offsets at which newer syntax may stand."""
    found = {position for position in _positions(text, "@") if _is_relaxed_decorator(text, position)}
    for word in _UNPACKING:
        found.update(position for position in _positions(text, word) if _may_unpack(text, position))
    if sys.version_info >= (3, 12):
        found |= _nested_formatted(text)
        found.update(match.start() for match in _TYPE_PARAMETERS.finditer(text))
    if sys.version_info >= (3, 14):
        found.update(match.start() for match in _EXCEPT.finditer(text))
    # These are so common that the first few of a file say all there is to say.
    for pattern in (_FORMATTED, _VARIABLE_ANNOTATION):
        for number, match in enumerate(pattern.finditer(text)):
            if number == FIRST_FEW:
                break
            found.add(match.start())
    if evaluated_annotations:
        for word in ANNOTATION_WORDS:
            found.update(_positions(text, word))
    return found


def _positions(text: str, word: str) -> Iterator[int]:
    position = text.find(word)
    while position >= 0:
        yield position
        position = text.find(word, position + 1)


def _is_relaxed_decorator(text: str, position: int) -> bool:
    start = text.rfind("\n", 0, position) + 1
    return not text[start:position].strip() and _PLAIN_DECORATOR.match(text, position + 1) is None


def _may_unpack(text: str, position: int) -> bool:
    start = text.rfind("\n", 0, position) + 1
    return any(text.find(word, start, position + 1) >= 0 for word in _WITH_UNPACKING)


def _nested_formatted(text: str) -> set[int]:
    """Return offsets of f-strings whose line has quotes or backslashes to spare: some may be nested."""
    found = set()
    match = _FORMATTED.search(text)
    while match:
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        quote = text[match.end() - 1]
        rest = text[match.end() : end]
        if rest.count(quote) > 1 or "\\" in rest or rest.count("{") > rest.count("}"):
            found.add(match.start())
        match = _FORMATTED.search(text, end)
    return found
