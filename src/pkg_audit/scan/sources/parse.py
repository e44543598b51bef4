"""Parse a source file without ever letting the parser's trouble escape, and say what kind of trouble it is."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field, replace

from pkg_audit.facts.sources import SyntaxProblem
from pkg_audit.scan.python_parser import PARSER_ERRORS, parse_python
from pkg_audit.scan.sources.lexer import logical_lines
from pkg_audit.scan.sources.newer import Found, rewrite_newer
from pkg_audit.scan.sources.text import Source

NEWEST_SYNTAX = (3, 15)
"""The newest Python whose syntax `newer.py` knows; a parser as new needs no rewriting."""

_TOO_DEEP = (
    "too many nested parentheses",
    "too many levels of indentation",
    "too many statically nested",
    "parser stack",
)
_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to",
    "leading zeros in decimal integer",
    "invalid hexadecimal literal",
)
_PYTHON_2_LINES = re.compile(
    r"""(?:print|exec)[ \t]+["\w](?!\w*[ \t]*=[^=])
      | print[ \t]*>>
      | raise[ \t]+[\w.]+[ \t]*,
      | except[ \t]+(?:[\w.]+|\([^()]*\))[ \t]*,[ \t]*[a-z_]\w*[ \t]*:
      | [^`]*`[^`]+`
      | .*(?:<>|(?<![.\w])0[0-7]+[lL]?\b(?![.eEjJ])|(?<![.\w])\d+[lL]\b|\bur["'])
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Parsed:
    """A tree, or the problem that stands in its way. `found` is newer syntax that was rewritten to get the tree."""

    source: Source
    tree: ast.Module | None = None
    problem: SyntaxProblem | None = None
    found: list[Found] = field(default_factory=list)
    lazy_lines: set[int] = field(default_factory=set)


def parse_source(source: Source) -> Parsed:
    """Parse decoded source; where the running Python is older than the syntax, parse an older spelling of it."""
    if source.problem is not None:
        return Parsed(source, problem=source.problem)
    tree, error = _parse(source.text)
    if tree is not None:
        return Parsed(source, tree)
    problem = _problem(source, error)
    if problem.kind not in ("error", "python-2"):
        return Parsed(source, problem=problem)
    newest: tuple[int, ...] = ()
    if sys.version_info[:2] < NEWEST_SYNTAX:
        rewritten = rewrite_newer(source.text)
        tree = _parse(rewritten.text)[0] if rewritten.found else None
        if tree is not None:
            return Parsed(Source(source.path, rewritten.text), tree, None, rewritten.found, rewritten.lazy_lines)
        newest = max((tuple(map(int, found.since.split("."))) for found in rewritten.found), default=())
    if problem.kind == "python-2" or _is_python_2(source.text):
        problem = replace(problem, kind="python-2")
    elif newest > sys.version_info[:2]:
        problem = replace(problem, kind="newer")
    return Parsed(source, problem=problem)


def parse_text(text: str) -> ast.Module | None:
    """Parse a fragment, None where it does not parse for whatever reason."""
    return _parse(text)[0]


def _parse(text: str) -> tuple[ast.Module | None, BaseException | None]:
    try:
        return parse_python(text), None
    except PARSER_ERRORS as error:
        return None, error.with_traceback(None)


def _problem(source: Source, error: BaseException | None) -> SyntaxProblem:
    if isinstance(error, (RecursionError, MemoryError)):
        return SyntaxProblem(1, 1, "nested too deeply to be parsed", "too-deep")
    if not isinstance(error, SyntaxError):
        nul = source.text.find("\0")
        line = source.text.count("\n", 0, nul) + 1 if nul >= 0 else 1
        return SyntaxProblem(line, 1, str(error)[:200], "error")
    line = max(1, min(error.lineno or 1, source.line_count or 1))
    column = max(1, error.offset or 1)
    message = (error.msg or "invalid syntax")[:200]
    if any(text in message for text in _TOO_DEEP):
        return SyntaxProblem(line, column, message, "too-deep")
    if any(text in message for text in _PYTHON_2_MESSAGES):
        return SyntaxProblem(line, column, message, "python-2")
    return SyntaxProblem(line, column, message, "error")


def _is_python_2(text: str) -> bool:
    """Tell whether a statement stands here that only Python 2 reads."""
    return any(len(line.text) <= 2000 and _PYTHON_2_LINES.match(line.text) for line in logical_lines(text))
