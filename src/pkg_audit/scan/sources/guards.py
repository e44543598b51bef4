"""Decide what a condition says about Python versions, platforms, type checkers and `__main__`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pkg_audit.facts.sources import Context
from pkg_audit.scan.sources.names import Names
from pkg_audit.scan.sources.versions import ALL, PYTHON_2, releases

MAX_DEPTH = 25

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
# Names that say by convention which Python runs, whoever defines them (six, future, every py2 shim).
_PYTHON_2_NAMES = frozenset({"PY2", "IS_PY2", "is_py2", "PYTHON2", "_PY2"})
_PYTHON_3_NAMES = frozenset({"PY3", "IS_PY3", "is_py3", "PYTHON3", "_PY3"})
_PLATFORMS = {
    "win32": "win32", "nt": "win32", "Windows": "win32", "win": "win32", "darwin": "darwin", "Darwin": "darwin",
    "linux": "linux", "linux2": "linux", "Linux": "linux", "posix": "!win32", "Java": "java", "java": "java",
}  # fmt: skip
# Flags that say by convention on which system the program runs, whoever defines them (psutil and its many imitators).
_PLATFORM_NAMES = {
    "LINUX": "linux", "IS_LINUX": "linux", "is_linux": "linux", "POSIX": "posix", "IS_POSIX": "posix",
    "WINDOWS": "win32", "IS_WINDOWS": "win32", "is_windows": "win32", "WIN32": "win32", "IS_WIN32": "win32",
    "MACOS": "darwin", "IS_MACOS": "darwin", "is_macos": "darwin", "OSX": "darwin", "DARWIN": "darwin",
    "FREEBSD": "freebsd", "OPENBSD": "openbsd", "NETBSD": "netbsd", "BSD": "bsd", "SUNOS": "sunos", "AIX": "aix",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """What holds where a condition came out one way. `dead`: it never does, and why ("type-checking" or "never")."""

    contexts: tuple[Context, ...] = ()
    mask: int = ALL
    platform: str = ""
    dead: Literal["type-checking", "never", ""] = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What holds where a condition is true (`yes`) and where it is false (`no`)."""

    yes: Branch
    no: Branch


_OPEN = Branch()
_OTHER = Truth(Branch(("condition",)), Branch(("condition",)))
TRUE = Truth(_OPEN, Branch(dead="never"))
FALSE = Truth(Branch(dead="never"), _OPEN)
_TYPE_CHECKING = Truth(Branch(dead="type-checking"), _OPEN)
_MAIN = Truth(Branch(("main-guard",)), _OPEN)


def judge(test: ast.expr, names: Names, depth: int = 0) -> Truth:
    """Judge a condition; what it says about anything else is `condition`, on both branches."""
    if depth > MAX_DEPTH:
        return _OTHER
    if isinstance(test, ast.Constant):
        return TRUE if test.value else FALSE
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = judge(test.operand, names, depth + 1)
        return Truth(inner.no, inner.yes)
    if isinstance(test, ast.BoolOp):
        parts = [judge(value, names, depth + 1) for value in test.values[:50]]
        if len(test.values) > 50:
            parts.append(_OTHER)
        result = parts[0]
        for part in parts[1:]:
            result = _and(result, part) if isinstance(test.op, ast.And) else _or(result, part)
        return result
    if isinstance(test, ast.Compare):
        return _compare(test, names)
    if isinstance(test, ast.Call):
        return _call(test, names)
    if isinstance(test, (ast.Name, ast.Attribute)):
        return _name(test, names, depth)
    return _OTHER


def _name(test: ast.Name | ast.Attribute, names: Names, depth: int) -> Truth:
    dotted = names.dotted(test) or ""
    last = dotted.rpartition(".")[2]
    if last == "TYPE_CHECKING":
        return _TYPE_CHECKING
    if isinstance(test, ast.Name):
        value = names.values.get(test.id)
        if value is not None and not isinstance(value, ast.Constant):
            return judge(value, names, depth + 1)
    if last in _PLATFORM_NAMES:
        return _platform_guard([_PLATFORM_NAMES[last]]) or _OTHER
    if last in _PYTHON_2_NAMES:
        return _versions(PYTHON_2, ALL & ~PYTHON_2)
    if last in _PYTHON_3_NAMES:
        return _versions(ALL & ~PYTHON_2, PYTHON_2)
    return _OTHER


def _and(a: Truth, b: Truth) -> Truth:
    return Truth(_both(a.yes, b.yes), _either(a.no, b.no))


def _or(a: Truth, b: Truth) -> Truth:
    return Truth(_either(a.yes, b.yes), _both(a.no, b.no))


def _both(a: Branch, b: Branch) -> Branch:
    mask = a.mask & b.mask
    dead = a.dead or b.dead or ("" if mask else "never")
    return Branch(tuple(dict.fromkeys(a.contexts + b.contexts)), mask, a.platform or b.platform, dead)


def _either(a: Branch, b: Branch) -> Branch:
    if a.dead or b.dead:
        if not (a.dead and b.dead):
            return b if a.dead else a
        return Branch(dead="type-checking" if "type-checking" in (a.dead, b.dead) else "never")
    mask = a.mask | b.mask
    contexts = dict.fromkeys(a.contexts + b.contexts)
    if mask == ALL:
        contexts.pop("version-guard", None)
    if not a.contexts or not b.contexts:
        contexts = dict.fromkeys(context for context in contexts if context == "condition")
    elif not contexts:
        contexts["condition"] = None
    return Branch(tuple(contexts), mask, a.platform if a.platform == b.platform else "")


def _versions(true: int, false: int) -> Truth:
    return Truth(_version_branch(true), _version_branch(false))


def _version_branch(mask: int) -> Branch:
    if mask == ALL:
        return _OPEN
    return Branch(("version-guard",), mask, dead="" if mask else "never")


def _compare(test: ast.Compare, names: Names) -> Truth:
    result: Truth | None = None
    left = test.left
    for op, right in zip(test.ops[:10], test.comparators[:10], strict=True):
        one = _compare_pair(left, op, right, names)
        result = one if result is None else _and(result, one)
        left = right
    return result or _OTHER


def _compare_pair(left: ast.expr, op: ast.cmpop, right: ast.expr, names: Names) -> Truth:
    mirrored = _MIRRORED.get(type(op))
    for subject, other, kind in ((left, right, type(op)), (right, left, mirrored)):
        if kind is None:
            continue
        truth = _main(subject, other, kind) or _platform(subject, other, kind, names)
        truth = truth or _version(subject, other, kind, names)
        if truth is not None:
            return truth
    return _OTHER


def _main(subject: ast.expr, other: ast.expr, kind: type[ast.cmpop]) -> Truth | None:
    if not (isinstance(subject, ast.Name) and subject.id == "__name__"):
        return None
    if not (isinstance(other, ast.Constant) and other.value == "__main__"):
        return None
    if kind is ast.Eq:
        return _MAIN
    return Truth(_MAIN.no, _MAIN.yes) if kind is ast.NotEq else None


def _constants(node: ast.expr) -> list[Any] | None:
    """Return the constants of a tuple, list or set, or of a single constant; None for anything else."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and all(isinstance(item, ast.Constant) for item in node.elts):
        return [item.value for item in node.elts if isinstance(item, ast.Constant)]
    return None


def _platform_guard(values: list[Any]) -> Truth | None:
    known = {_PLATFORMS.get(value, value) for value in values if isinstance(value, str)}
    if not known:
        return None
    name = known.pop() if len(known) == 1 else ""
    opposite = "" if not name else name[1:] if name.startswith("!") else f"!{name}"
    return Truth(Branch(("platform-guard",), platform=name), Branch(("platform-guard",), platform=opposite))


def _is_platform(node: ast.expr, names: Names) -> bool:
    if isinstance(node, ast.Call) and not node.args:
        return names.dotted(node.func) == "platform.system"
    if isinstance(node, ast.Name) and names.values.get(node.id) is not None:
        value = names.values[node.id]
        return value is not None and not isinstance(value, ast.Name) and _is_platform(value, names)
    return names.dotted(node) in ("sys.platform", "os.name")


def _platform(subject: ast.expr, other: ast.expr, kind: type[ast.cmpop], names: Names) -> Truth | None:
    if kind not in (ast.Eq, ast.NotEq, ast.In, ast.NotIn) or not _is_platform(subject, names):
        return None
    truth = _platform_guard(_constants(other) or [])
    if truth is None:
        return None
    return truth if kind in (ast.Eq, ast.In) else Truth(truth.no, truth.yes)


def _call(test: ast.Call, names: Names) -> Truth:
    """Judge `sys.platform.startswith("linux")` and `sys.version.startswith("2")`."""
    function = test.func
    if isinstance(function, ast.Attribute) and function.attr == "startswith" and len(test.args) == 1:
        values = _constants(test.args[0]) or []
        if _is_platform(function.value, names):
            return _platform_guard(values) or _OTHER
        if names.dotted(function.value) == "sys.version" and len(values) == 1 and isinstance(values[0], str):
            mask = sum(release for release, major, minor in releases() if f"{major}.{minor}.".startswith(values[0]))
            return _versions(mask, ALL & ~mask)
    return _OTHER


_Range = Callable[[int, int], tuple[Any, Any]]


def _version(subject: ast.expr, other: ast.expr, kind: type[ast.cmpop], names: Names) -> Truth | None:
    """Judge a comparison with `sys.version_info`, a part of it, `sys.hexversion` or `sys.version`."""
    extent = _extent(subject, names)
    if extent is None:
        return None
    if kind in (ast.In, ast.NotIn):
        if not isinstance(other, (ast.Tuple, ast.List, ast.Set)):
            return None
        values = [_literal(item) for item in other.elts[:50]]
    else:
        values = [_literal(other)]
    if any(value is None for value in values):
        return None
    true = false = 0
    for release, major, minor in releases():
        try:
            low, high = extent(major, minor)
            may, must = _outcomes(low, high, kind, values)
        except (TypeError, IndexError):
            return None
        true |= release if may else 0
        false |= 0 if must else release
    return _versions(true, false)


def _outcomes(low: Any, high: Any, kind: type[ast.cmpop], values: list[Any]) -> tuple[bool, bool]:
    """Say whether a comparison may and must hold for a value between `low` and `high`."""
    compare = _OPERATORS.get(kind)
    if compare is not None:
        first, last = compare(low, values[0]), compare(high, values[0])
        return first or last, first and last
    may = any(low <= value <= high for value in values)
    must = low == high and low in values
    if kind in (ast.Eq, ast.In):
        return may, must
    return not must, not may


def _literal(node: ast.expr) -> Any:
    """Return the number, string or tuple of numbers that a comparison names, None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.Tuple) and node.elts:
        numbers = []
        for item in node.elts[:5]:
            if not (isinstance(item, ast.Constant) and isinstance(item.value, int)):
                break
            numbers.append(item.value)
        return tuple(numbers) or None
    return None


def _extent(node: ast.expr, names: Names, depth: int = 0) -> _Range | None:
    """Return a function from a release to the lowest and highest value that the expression has on it."""
    if depth > 5:
        return None
    if isinstance(node, ast.Name):
        value = names.values.get(node.id)
        if value is not None and not isinstance(value, ast.Constant):
            return _extent(value, names, depth + 1)
    dotted = names.dotted(node)
    if dotted == "sys.version_info":
        return lambda major, minor: ((major, minor, 0), (major, minor, 99))
    if dotted == "sys.version_info.major":
        return lambda major, _: (major, major)
    if dotted == "sys.version_info.minor":
        return lambda _, minor: (minor, minor)
    if dotted == "sys.hexversion":
        return lambda major, minor: (major << 24 | minor << 16, major << 24 | minor << 16 | 0xFFFF)
    if dotted == "sys.version":
        return lambda major, minor: (f"{major}.{minor}.0", f"{major}.{minor}.99")
    if isinstance(node, ast.Subscript):
        return _subscript(node, names, depth)
    return None


def _subscript(node: ast.Subscript, names: Names, depth: int) -> _Range | None:
    inner = _extent(node.value, names, depth + 1)
    if inner is None:
        return None
    index = node.slice
    if isinstance(index, ast.Constant) and isinstance(index.value, int) and 0 <= index.value <= 2:
        place = index.value
        return lambda major, minor: _each(inner(major, minor), place)
    if isinstance(index, ast.Slice) and index.step is None:
        lower, upper = index.lower, index.upper
        if lower is not None and not (isinstance(lower, ast.Constant) and lower.value == 0):
            return None
        if isinstance(upper, ast.Constant) and isinstance(upper.value, int) and 1 <= upper.value <= 6:
            stop = slice(upper.value)
            return lambda major, minor: _each(inner(major, minor), stop)
    return None


def _each(pair: tuple[Any, Any], key: int | slice) -> tuple[Any, Any]:
    return pair[0][key], pair[1][key]
