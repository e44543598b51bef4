"""Find where C and C++ sources use names of the C API that some release is without.

Only what is surely such a use is found: not in comments, strings and bodies of macros, not as a member or in a
namespace of something else, not as a declaration of the file's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.knowledge.c_api import names
from pkg_audit.scan.native.preprocessor import MINORS, compiled, first_word
from pkg_audit.scan.native.text import Lines, blank_c_comments

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.knowledge.c_api import Name
    from pkg_audit.scan.native.preprocessor import Compiled

EVERY = sum(1 << minor for minor in MINORS)
"""All the minors that are told apart, as bits."""

MAX_USES = 2_000
"""Uses that are looked at in one file."""

_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*+")
_DEFINED = re.compile(rb"#[ \t]*+define[ \t]++([A-Za-z_][A-Za-z0-9_]*+)")
_NAME = re.compile(r"[A-Za-z_]\w*+")
_TOKEN = re.compile(r"\w++|->|::|==|[^\s\w]")
_NOT_NEWLINE = re.compile(r"[^\n]")
_RAW_STRING = re.compile(r'\bR"([^()\\\s"]{0,16})\(')
_TYPED = re.compile(
    r"\b([A-Za-z_]\w*+)(?:[ \t\n]{0,9}\*|[ \t\n])[ \t\n]{0,9}(?:const\b[ \t\n]{0,9})?([A-Za-z_]\w*+)(?=\s{0,9}[,;=)\[])"
)
_GENERATED = re.compile(
    r"generated (?:by|from|using|automatically)|automatically generated|do not (?:edit|modify)|@generated|\[clinic",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r'[ \t]*+(?:<([^>\n]{1,200})>|"([^"\n]{1,200})")')
_INTERNAL = ("Py_BUILD_CORE", "pycore_")
_HEAD = 3_000
_NEAR = 240
_ARGUMENTS = 2_000
_FEW = 20

# Words that may stand before a use as a type stands before a declaration.
_NO_TYPE = frozenset({"return", "else", "do", "case", "goto", "sizeof", "throw", "and", "or", "not", "co_return"})
_CONTROL = frozenset({"if", "while", "for", "switch"})


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name; bit n of `minors` stands for a Python 3.n that surely compiles it."""

    at: Place
    name: Name
    minors: int


@dataclass(frozen=True, slots=True)
class CFile:
    """What one C file says. `own` are the names of the table that it declares or defines itself.

    `includes` are its quoted headers, each with the minors that surely include it. `internal`: it asks for the
    interpreter's own headers, where most names that are gone from the public ones live on.
    """

    uses: tuple[Use, ...] = ()
    own: frozenset[str] = frozenset()
    includes: tuple[tuple[str, int], ...] = ()
    internal: bool = False


def is_generated(data: bytes) -> bool:
    """Tell whether a source says that a tool wrote it: what is wrong there is to be mended elsewhere."""
    return bool(_GENERATED.search(data[:_HEAD].decode("latin-1")))


def mentions(data: bytes, wanted: set[str]) -> bool:
    """Tell whether a file has any of these words."""
    if len(wanted) < _FEW and not any(name.encode() in data for name in wanted):
        return False
    return not wanted.isdisjoint(word.decode() for word in set(_WORD.findall(data)))


def defined(data: bytes) -> set[str]:
    """Return the macros that a file defines under any condition, those in comments among them."""
    return {word.decode() for word in _DEFINED.findall(data)}


def read_c(data: bytes, path: str, *, limited_api: bool | None = False) -> CFile:
    """Return what a C or C++ file uses. `limited_api` says whether its build defines Py_LIMITED_API. Never raises.

    Linear in the text's length. A file that is generated is read for its own definitions only.
    """
    table = names()
    present = {word.decode() for word in set(_WORD.findall(data))} & table.keys()
    if is_generated(data):
        return CFile(own=frozenset(defined(data) & present))
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    plain = blank_c_comments(_blank_raw_strings(text))
    bare = blank_c_comments(plain, strings=True)
    pieces = compiled(bare, limited_api=limited_api)
    lines = Lines(path, text)
    includes, uses = _includes(plain, pieces, lines)
    own = {word for d in pieces.directives if d.word == "define" and (word := first_word(d.text)) in table}
    if any(table[name].kind != "header" for name in present):
        reader = _Reader(_without_directives(bare, pieces), pieces, lines)
        reader.read({name: table[name] for name in present})
        uses += reader.uses
        own |= reader.own
    return CFile(tuple(uses), frozenset(own), includes, any(word in text for word in _INTERNAL))


def _blank_raw_strings(text: str) -> str:
    """Return C++ text with the raw strings blanked, line ends kept."""
    out = []
    position = 0
    while match := _RAW_STRING.search(text, position):
        end = text.find(f'){match[1]}"', match.end())
        stop = len(text) if end < 0 else end + len(match[1]) + 2
        out.append(text[position : match.start()])
        out.append(_NOT_NEWLINE.sub(" ", text[match.start() : stop]))
        position = stop
        if end < 0:
            break
    return "".join([*out, text[position:]])


def _includes(text: str, pieces: Compiled, lines: Lines) -> tuple[tuple[tuple[str, int], ...], list[Use]]:
    """Return the quoted headers with the minors that include them, and the includes of headers that are gone."""
    quoted: dict[str, int] = {}
    uses: list[Use] = []
    for index, directive in enumerate(pieces.directives):
        if directive.word != "include":
            continue
        match = _INCLUDE.match(text, directive.text_at)
        if match is None:
            continue
        header = match[1] or match[2]
        minors = pieces.at_directive(index)
        if match[2] and minors and len(quoted) < MAX_USES:
            quoted[header] = quoted.get(header, 0) | minors
        name = names().get(header)
        if name is not None and name.kind == "header" and minors and len(uses) < MAX_USES:
            uses.append(Use(lines.at(match.start(1 if match[1] else 2), match.end(1 if match[1] else 2)), name, minors))
    return tuple(quoted.items()), uses


def _without_directives(text: str, pieces: Compiled) -> str:
    out = []
    position = 0
    for directive in pieces.directives:
        out += [text[position : directive.start], _NOT_NEWLINE.sub(" ", text[directive.start : directive.end])]
        position = directive.end
    return "".join([*out, text[position:]])


class _Reader:
    """Tell uses from everything else that looks like one, by the words before and after."""

    def __init__(self, text: str, pieces: Compiled, lines: Lines) -> None:
        self._text = text
        self._pieces = pieces
        self._lines = lines
        self._types: dict[str, set[str]] | None = None
        self.uses: list[Use] = []
        self.own: set[str] = set()

    def read(self, wanted: dict[str, Name]) -> None:
        """Find the uses of these names, and those of them that the file declares."""
        count = 0
        for match in _NAME.finditer(self._text):
            name = wanted.get(match.group())
            if name is None:
                continue
            start, end = match.span()
            if name.kind == "member" and self._text[max(0, start - 3) : start].rstrip()[-1:] not in {".", ">"}:
                continue
            count += 1
            if count > MAX_USES:
                break
            before = _TOKEN.findall(self._text[max(0, start - _NEAR) : start])
            after = _TOKEN.findall(self._text[end : end + _NEAR])
            plain = name.kind not in {"member", "assigned"}
            pointer = before[-2:] == ["(", "*"] and after[:1] == [")"]
            if plain and (pointer or self._is_declared(_statement(before), after[:1], end)):
                self.own.add(name.name)
                continue
            minors = self._pieces.at(start)
            if minors and self._is_use(name, before, after, end):
                self.uses.append(Use(self._lines.at(start, end), name, minors))

    def _is_declared(self, statement: list[str], after: list[str], end: int) -> bool:
        """Tell whether a name is declared or defined: `int *PyX(void);`, `static int PyX(int a) {`."""
        if not statement or not _NAME.match(statement[0]) or _NO_TYPE.intersection(statement):
            return False
        if all(token in {"*", "&", "::"} or _NAME.match(token) for token in statement):
            return after in (["("], [";"], ["="], ["["])
        if after != ["("]:
            return False
        if statement[-1] == ")" and statement[1:2] == ["("] and statement[0] not in _CONTROL:
            return True  # PyAPI_FUNC(int) PyX(void);
        closing = _closing(self._text, end)
        return closing > 0 and self._text[closing : closing + _NEAR].lstrip()[:1] == "{" and statement[-1] != "="

    def _is_use(self, name: Name, before: list[str], after: list[str], end: int) -> bool:
        last = before[-1] if before else ""
        if name.kind == "member":
            return last in {".", "->"} and self._is_member_of(name.owner, before[:-1], last)
        if last in {".", "->", "::", "struct", "enum", "class", "union", "namespace"}:
            return False
        if name.kind == "assigned":
            closing = _closing(self._text, end) if after[:1] == ["("] else -1
            return closing > 0 and _TOKEN.findall(self._text[closing : closing + _NEAR])[:1] == ["="]
        return True

    def _is_member_of(self, owner: str, left: list[str], operator: str) -> bool:
        """Tell whether what stands before a member is an object of the struct, as declared or cast in the same file."""
        last = left[-1] if left else ""
        if operator == "." and last in {"{", ","} and owner == "PyTypeObject":
            return owner in self._text
        if last == ")":
            cast = left[-7:]
            return len(cast) == 7 and cast[:2] == ["(", "("] and cast[2:5] == [owner, "*", ")"]
        if not _NAME.match(last) or left[-2:-1] in (["."], ["->"], ["::"]):
            return False
        return self._types_of(last) == {owner}

    def _types_of(self, variable: str) -> set[str]:
        """Return the words that stand before a variable as its type does, everywhere in the file."""
        if self._types is None:
            self._types = {}
            for match in _TYPED.finditer(self._text):
                self._types.setdefault(match[2], set()).add(match[1])
        return self._types.get(variable, set()) - _NO_TYPE


def _statement(before: list[str]) -> list[str]:
    """Return the words of the statement so far, without macros that stand alone before it."""
    cut = max((i for i, token in enumerate(before) if token in {";", "{", "}"}), default=-1)
    words = before[cut + 1 :]
    while words and words[0].removeprefix("Py_").isupper() and words[0] != "FILE":
        words = words[1:]
    return words


def _closing(text: str, start: int) -> int:
    """Return where the parenthesis that opens next is closed, one past it; -1 where that is far away."""
    depth = 0
    for token in re.finditer(r"[()]", text[start : start + _ARGUMENTS]):
        depth += 1 if token.group() == "(" else -1
        if depth <= 0:
            return start + token.end()
    return -1
