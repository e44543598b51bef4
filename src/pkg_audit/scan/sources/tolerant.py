"""Find the imports of a file that does not parse: Python 2, newer syntax, broken or oversized files.

Blocks are told by indentation, and every import statement and condition is parsed on its own, so that what still
reads as Python keeps its context.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pkg_audit.facts.place import Place
from pkg_audit.facts.sources import Import
from pkg_audit.scan.sources.guards import FALSE, Truth, judge
from pkg_audit.scan.sources.lexer import LogicalLine, logical_lines
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.parse import parse_text
from pkg_audit.scan.sources.text import Source
from pkg_audit.scan.sources.walk import IMPORT_ERRORS, Frame

MAX_IMPORTS = 5000
MAX_STATEMENT = 20_000

_BLOCK = re.compile(r"(?:async[ \t]+)?(def|class|if|elif|else|try|except|finally|for|while|with)\b")
_IMPORT = re.compile(r"(?:lazy[ \t]+)?(?:import|from)[ \t.]")
_CAUGHT = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that is open at this line: the frame of its body, and what its `else` will need."""

    indent: int
    keyword: str
    frame: Frame
    outer: Frame
    truth: Truth = FALSE


def tolerant_imports(source: Source) -> tuple[Import, ...]:
    """Return the imports that a line-wise reading finds; some may be missing, none is invented from a string."""
    if "import" not in source.text:
        return ()
    lines = list(logical_lines(source.text))
    clauses = _clauses(lines)
    names = Names()
    stack: list[_Open] = []
    found: list[Import] = []
    for number, line in enumerate(lines):
        while stack and stack[-1].indent > line.indent:
            stack.pop()
        previous = stack[-1] if stack and stack[-1].indent == line.indent else None
        if previous is not None:
            stack.pop()
        frame = stack[-1].frame if stack else Frame()
        text, start = line.text, line.start
        match = _BLOCK.match(text)
        if match:
            opened = _open(source, line, match.group(1), frame, previous, names, clauses.get(number, ()))
            stack.append(opened)
            colon = _colon(text)
            if colon is None:
                continue
            frame = opened.frame
            text, start = text[colon + 1 :], start + colon + 1
        if "import" in text and len(found) < MAX_IMPORTS:
            found += _statements(source, text, start, frame, names)
    return tuple(found)


def _statements(source: Source, text: str, start: int, frame: Frame, names: Names) -> list[Import]:
    found: list[Import] = []
    for part in text.split(";"):
        stripped = part.lstrip()
        offset = start + len(part) - len(stripped)
        start += len(part) + 1
        if not _IMPORT.match(stripped) or len(stripped) > MAX_STATEMENT:
            continue
        lazy = stripped.startswith("lazy")
        tree = parse_text(stripped[4:].strip() if lazy else stripped.strip())
        if tree is None or len(tree.body) != 1:
            continue
        node = tree.body[0]
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        names.add_import(node)
        inner = frame.within("lazy") if lazy else frame
        at = _place(source, offset, offset + len(stripped.rstrip()))
        if isinstance(node, ast.ImportFrom):
            bound = tuple(alias.name for alias in node.names)
            found.append(Import(at, node.module or "", node.level, bound, inner.context, inner.python, inner.platform))
        else:
            found += [
                Import(at, alias.name, 0, (), inner.context, inner.python, inner.platform) for alias in node.names
            ]
    return found


def _place(source: Source, start: int, end: int) -> Place:
    text = source.text
    line = text.count("\n", 0, start) + 1
    end_line = line + text.count("\n", start, end)
    return Place(source.path, line, start - text.rfind("\n", 0, start), end_line, end - text.rfind("\n", 0, end))


def _clauses(lines: Sequence[LogicalLine]) -> dict[int, tuple[LogicalLine, LogicalLine | None]]:
    """Return for each `try` the `except` clause that catches ImportError, and the last statement of its body."""
    waiting: dict[int, int] = {}
    found: dict[int, tuple[LogicalLine, LogicalLine | None]] = {}
    watched: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        if watched is not None:
            opening, indent = watched
            if line.indent > indent:
                found[opening] = (found[opening][0], line)
            else:
                watched = None
        for indent in [indent for indent in waiting if indent > line.indent]:
            del waiting[indent]
        word = _BLOCK.match(line.text)
        keyword = word.group(1) if word else ""
        if keyword == "try":
            waiting[line.indent] = number
        elif keyword == "except" and line.indent in waiting and waiting[line.indent] not in found:
            if catches(line.text):
                found[waiting[line.indent]] = (line, None)
                watched = (waiting[line.indent], line.indent)
        elif keyword not in ("except", "else", "finally"):
            waiting.pop(line.indent, None)
    return found


def catches(text: str) -> bool:
    """Tell whether the text of an `except` clause covers ImportError."""
    words = set(_CAUGHT.findall(text.partition(":")[0]))
    return words == {"except"} or bool(words & IMPORT_ERRORS)


def _open(
    source: Source,
    line: LogicalLine,
    keyword: str,
    frame: Frame,
    previous: _Open | None,
    names: Names,
    clause: Sequence[LogicalLine | None],
) -> _Open:
    body, truth = frame, FALSE
    if keyword == "def":
        body = frame.function()
    elif keyword == "class":
        body = frame.within("class")
    elif keyword in ("if", "elif", "while"):
        outer = frame.under(previous.truth.no) if keyword == "elif" and previous is not None else frame
        truth = _judge(source, line, keyword, names)
        body = outer.under(truth.yes)
    elif keyword == "else" and previous is not None and previous.keyword in ("if", "elif", "while"):
        body = previous.outer.under(previous.truth.no)
    elif keyword == "try" and clause:
        last = clause[1]
        body = frame.within("try-reraise" if last is not None and _raises(last.text) else "try-fallback")
    elif keyword == "except":
        body = frame.within("except-handler" if catches(line.text) else "condition")
    elif keyword == "with" and "suppress" in line.text and catches(line.text.replace("suppress", "except")):
        body = frame.within("suppress")
    return _Open(line.indent, keyword, body, frame, truth)


def _raises(text: str) -> bool:
    return text.startswith(("raise", "sys.exit(", "exit(", "os._exit("))


def _judge(source: Source, line: LogicalLine, keyword: str, names: Names) -> Truth:
    colon = _colon(line.text)
    other = Truth(judge(ast.Name("_", ast.Load()), names).yes, judge(ast.Name("_", ast.Load()), names).no)
    if colon is None or colon > MAX_STATEMENT:
        return other
    tree = parse_text("(" + source.text[line.start + len(keyword) : line.start + colon] + "\n)")
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return other
    return judge(tree.body[0].value, names)


def _colon(text: str) -> int | None:
    """Return the offset of the colon that ends a block's header."""
    depth = 0
    for position, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == ":" and depth <= 0:
            return position
    return None
