"""Every regular expression of the code base takes time in proportion to the text, whatever the text is."""

from __future__ import annotations

import ast
import contextlib
import re
import signal
import time
import warnings
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SRC = Path(__file__).parent.parent / "src" / "pkg_audit"
METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")

LONG, LONG_LIMIT = 100_000, 0.5
"""Characters of one repeated atom, and CPU seconds that they may cost; a linear pattern needs a hundredth of that."""

PAIRED, PAIRED_LIMIT = 10_000, 0.15

BOUNDED = {
    r"(?<![^./])(?P<name>[^./]+)(?:\.(?:cpython-|cp|abi3|pypy|graalpy)[^/]*)?\.(?:so|pyd)\Z": 4_096,  # a file's name
}
"""Patterns that meet short texts only, with the length that the code lets through."""

PLAIN_ATOMS = ("a", "0", " ", "\n", ".", "-", '"', "(", "=", "\u00e9")
MAX_ATOMS = 14


@dataclass(frozen=True)
class Found:
    """One pattern of the sources, with the methods that it is used by."""

    where: str
    pattern: str | bytes
    flags: int
    methods: tuple[str, ...]


def _flags(nodes: list[ast.expr]) -> int:
    value = 0
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and part.attr.isupper():
                value |= getattr(re, part.attr)
    return value


def _literal(node: ast.expr, constants: dict[str, Any]) -> str | bytes | None:
    """Return a pattern that is a literal, a name of one, or literals put together; None for any other."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value
    if isinstance(node, ast.Name):
        value = constants.get(node.id)
        return value if isinstance(value, str | bytes) else None
    if isinstance(node, ast.JoinedStr):
        pieces = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            text = _literal(inner, constants) if isinstance(inner, ast.expr) else None
            if not isinstance(text, str):
                return None
            pieces.append(text)
        return "".join(pieces)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left, constants), _literal(node.right, constants)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
    return None


def patterns_of(path: Path) -> Iterator[Found]:
    """Yield the patterns of one module; what is compiled from text known at run time only is left to other tests."""
    tree = ast.parse(path.read_text("utf-8"))
    constants: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            constants[statement.targets[0].id] = _literal(statement.value, constants)
    names: dict[int, str] = {}
    uses: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[id(node.value)] = node.targets[0].id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
            uses.setdefault(node.value.id, set()).add(node.attr)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        method = node.func.attr
        pattern = _literal(node.args[0], constants)
        if pattern is None or method not in (*METHODS, "compile"):
            continue
        rest = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
        known = tuple(sorted(uses.get(names.get(id(node), ""), ())))
        methods = (known or ("search",)) if method == "compile" else (method,)
        yield Found(f"{path.relative_to(SRC)}:{node.lineno}", pattern, _flags(rest), methods)


ALL = [found for path in sorted(SRC.rglob("*.py")) for found in patterns_of(path)]


def atoms_of(pattern: str | bytes, flags: int) -> list[str]:
    """Return what to repeat: the pattern's own words and characters, then one character of each common class."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    parser = re._parser  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(text, flags & ~re.LOCALE)
    words: list[str] = []

    def walk(items: Any) -> None:
        run = ""
        for op, value in [*items, (None, None)]:
            name = str(op)
            if name == "LITERAL":
                run += chr(value)
                continue
            if run:
                words.extend((run, run[0]))
                run = ""
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                walk(value[2])
            elif name == "SUBPATTERN":
                walk(value[3])
            elif name == "BRANCH":
                for branch in value[1]:
                    walk(branch)
            elif name in ("ASSERT", "ASSERT_NOT"):
                walk(value[1])
            elif name == "ATOMIC_GROUP":
                walk(value)
            elif name == "NOT_LITERAL":
                words.append(chr(value))
            elif name == "IN":
                for kind, item in value:
                    if str(kind) == "LITERAL":
                        words.append(chr(item))
                    elif str(kind) == "RANGE":
                        words.append(chr(item[0]))

    walk(tree)
    return list(dict.fromkeys([*words, *PLAIN_ATOMS]))


def attacks(pattern: str | bytes, flags: int) -> Iterator[tuple[str, float]]:
    """Yield the strings to try and the CPU seconds that each may take."""
    atoms = atoms_of(pattern, flags)
    for atom in atoms:
        yield atom * (LONG // len(atom)), LONG_LIMIT
        yield atom * (LONG // len(atom)) + "\x00", LONG_LIMIT
    for one, other in product(atoms[:MAX_ATOMS], repeat=2):
        if one != other:
            yield (one + other) * (PAIRED // len(one + other)) + "\x00", PAIRED_LIMIT
            yield one + other * (PAIRED // len(other)) + "\x00", PAIRED_LIMIT
            yield one * (PAIRED // 2 // len(one)) + other * (PAIRED // 2 // len(other)) + "\x00", PAIRED_LIMIT


class SlowError(Exception):
    """A pattern took too long; the engine looks for signals now and then."""


def _too_slow(_number: int, _frame: Any) -> None:
    raise SlowError


@contextlib.contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _too_slow)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run(compiled: re.Pattern[Any], method: str, text: Any) -> None:
    if method in ("sub", "subn"):
        compiled.sub(text[:0], text)
    elif method == "finditer":
        for _ in compiled.finditer(text):
            pass
    else:
        getattr(compiled, method)(text)


@pytest.mark.parametrize("found", ALL, ids=[found.where for found in ALL])
def test_pattern_is_linear(found: Found) -> None:
    compiled = re.compile(found.pattern, found.flags)
    for text, limit in attacks(found.pattern, found.flags):
        if isinstance(found.pattern, str):
            text = text[: BOUNDED.get(found.pattern, LONG)]
        subject = text.encode("utf-8") if isinstance(found.pattern, bytes) else text
        for method in found.methods:
            start = time.process_time()
            try:
                with cpu_limit(4 * limit):
                    run(compiled, method, subject)
            except SlowError:
                pass
            spent = time.process_time() - start
            if spent > limit:  # once more: the machine may have been busy
                start = time.process_time()
                with contextlib.suppress(SlowError), cpu_limit(4 * limit):
                    run(compiled, method, subject)
                spent = min(spent, time.process_time() - start)
            assert spent <= limit, f"{found.pattern!r}.{method} took {spent:.2f} s for {text[:12]!r} × {len(text)}"


def test_the_gate_finds_what_it_looks_for() -> None:
    assert len(ALL) > 100
    for pattern in (r"(a+)+$", r"\s*x", r"a[^b]*b", r"(\w+\s?)*;"):
        with pytest.raises(AssertionError):
            test_pattern_is_linear(Found("here", pattern, 0, ("search",)))
