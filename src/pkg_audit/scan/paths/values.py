"""Evaluate path expressions abstractly: where they start, how they go on, up to the first part that is no literal."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pkg_audit.facts.path_uses import PathValue
from pkg_audit.scan.sources.names import Names

MAX_DEPTH = 30
MAX_ALTERNATIVES = 4
MAX_PARTS = 12

Values = tuple[PathValue, ...]

_SAME = frozenset(
    {
        "os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.normcase", "os.path.expanduser",
        "os.path.expandvars", "os.fspath", "os.fsdecode", "os.fsencode", "str", "bytes", "repr", "sorted", "list",
        "tuple", "iter", "next", "set", "reversed", "copy.copy", "typing.cast",
    }
)  # fmt: skip
_PATHS = frozenset(
    {
        "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath",
        "pathlib2.Path", "py.path.local", "anyio.Path", "trio.Path", "upath.UPath", "path.Path",
    }
)  # fmt: skip
_SAME_METHODS = frozenset(
    {
        "resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__", "decode", "encode", "strip", "rstrip",
        "readlink", "lower", "removeprefix",
    }
)  # fmt: skip
_SEQUENCES = frozenset({"iterdir", "glob", "rglob", "os.listdir", "os.scandir", "glob.glob", "glob.iglob"})
_RESOURCES = frozenset({"importlib.resources.files", "importlib_resources.files"})
_RESOURCE_PATHS = frozenset(
    {"pkg_resources.resource_filename", "pkg_resources.resource_listdir", "importlib.resources.path",
     "importlib_resources.path"}
)  # fmt: skip
_MODULE_FILES = frozenset({"inspect.getfile", "inspect.getsourcefile", "inspect.getabsfile"})


@dataclass(slots=True)
class Scope:
    """What names and attributes stand for in one file: `functions` by name (methods with a leading dot).

    `wanted` are the imported names (as imported: `.conf.HERE`) that other modules bind to paths, `interpreters` names
    that are bound to `sys.executable`.
    """

    imports: Names
    names: dict[str, Values] = field(default_factory=dict)
    attributes: dict[str, Values] = field(default_factory=dict)
    functions: dict[str, Values] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    wanted: frozenset[str] = frozenset()
    interpreters: frozenset[str] = frozenset()

    def inner(self) -> Scope:
        """Return the scope of a function: it sees the module's names and binds its own."""
        return replace(self, names=dict(self.names), texts=dict(self.texts))

    def bind(self, table: dict[str, Values], name: str, values: Values) -> None:
        """Add alternatives for a name, never more than a few."""
        known = table.get(name, ())
        table[name] = (*known, *(value for value in values if value not in known))[:MAX_ALTERNATIVES]


def evaluate(node: ast.expr | None, scope: Scope, depth: int = 0) -> Values:
    """Return the paths that an expression may stand for, empty where it is none that starts at a module's place."""
    if node is None or depth > MAX_DEPTH:
        return ()
    handler = _HANDLERS.get(type(node))
    return handler(node, scope, depth + 1) if handler is not None else ()


def text_of(node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
    """Return a literal string, or a name bound once to one; None for anything else."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bytes):
            return node.value.decode("utf-8", "replace")
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return scope.texts.get(node.id)
    if isinstance(node, ast.Attribute) and scope.imports.dotted(node) in ("os.pardir", "os.path.pardir"):
        return ".."
    if isinstance(node, ast.Attribute) and scope.imports.dotted(node) in ("os.sep", "os.path.sep"):
        return "/"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < 5:
        left, right = text_of(node.left, scope, depth + 1), text_of(node.right, scope, depth + 1)
        return left + right if left is not None and right is not None else None
    return None


def descend(value: PathValue, text: str) -> PathValue:
    """Append a literal part; an absolute one gives up, as `os.path.join` would leave the package."""
    for part in text.replace("\\", "/").split("/"):
        if value.open or len(value.parts) >= MAX_PARTS:
            return replace(value, open=True)
        if part in ("", "."):
            continue
        value = climb(value) if part == ".." else replace(value, parts=(*value.parts, part))
    return value


def climb(value: PathValue) -> PathValue:
    """Take the parent directory."""
    if value.open:
        return replace(value, suffix="")
    if value.parts:
        return replace(value, parts=value.parts[:-1])
    return replace(value, up=value.up + 1)


def opened(value: PathValue, suffix: str = "") -> PathValue:
    """Say that an unknown part follows."""
    return replace(value, open=True, suffix=suffix or value.suffix)


def joined(values: Values, parts: list[ast.expr], scope: Scope) -> Values:
    """Append the parts of a `join`, literal or not."""
    for part in parts:
        if isinstance(part, ast.Starred):
            values = tuple(opened(value) for value in values)
            continue
        text = text_of(part, scope)
        if text is not None:
            values = tuple(descend(value, text) for value in values)
        else:
            beginning, end = _ends(part, scope)
            values = tuple(opened(_literal_parents(value, beginning), end) for value in values)
    return values


def _literal_parents(value: PathValue, beginning: str) -> PathValue:
    folder = beginning.rpartition("/")[0]
    return descend(value, folder) if folder else value


def _ends(node: ast.expr, scope: Scope) -> tuple[str, str]:
    """Return the literal beginning and end of an expression such as `name + ".yaml"` or `f"conf/{name}.yaml"`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text_of(node.left, scope) or "", text_of(node.right, scope) or ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = text_of(node.left, scope) or ""
        return text.partition("%")[0], text.rpartition("%")[2][1:] if "%" in text else ""
    if isinstance(node, ast.JoinedStr) and node.values:
        first, last = node.values[0], node.values[-1]
        begin = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        end = last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else ""
        return begin, end
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = text_of(node.func.value, scope) or ""
        return text.partition("{")[0], text.rpartition("}")[2]
    return "", ""


def _name(node: ast.Name, scope: Scope, _depth: int) -> Values:
    if node.id == "__file__":
        return (PathValue("file"),)
    if node.id in scope.names:
        return scope.names[node.id]
    target = scope.imports.aliases.get(node.id, "")
    module, _, name = target.rpartition(".")
    if name == "__file__":
        return (PathValue("file", module),)
    if name == "__path__":
        return ()
    return _imported(target, scope)


def _imported(target: str, scope: Scope) -> Values:
    """Return a path that another module binds, where it is known to be one."""
    if target not in scope.wanted:
        return ()
    module, _, name = target.rpartition(".")
    return (PathValue("name", module, name),)


def _attribute(node: ast.Attribute, scope: Scope, depth: int) -> Values:
    if node.attr == "__file__":
        module = _module(node.value, scope)
        return (PathValue("file", module),) if module else ()
    if node.attr in ("parent", "dirname"):
        return tuple(climb(value) for value in evaluate(node.value, scope, depth))
    if node.attr == "origin" and isinstance(node.value, ast.Name) and node.value.id == "__spec__":
        return (PathValue("file"),)
    values = evaluate(node.value, scope, depth)
    if node.attr in ("path", "strpath") and values and values[0].open:
        return values  # an entry of os.scandir
    if isinstance(node.value, ast.Name):
        if node.value.id in ("self", "cls") or node.value.id in scope.classes:
            return scope.attributes.get(node.attr) or scope.functions.get(f".{node.attr}", ())
        return _imported(f"{scope.imports.aliases.get(node.value.id, '')}.{node.attr}", scope)
    return ()


def _module(node: ast.expr, scope: Scope) -> str:
    """Return the dotted module that an expression names, "" where it is none."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id == "__name__":
        return ""
    if isinstance(node, ast.Name):
        return scope.imports.aliases.get(node.id, "")
    if isinstance(node, ast.Attribute):
        first = node
        while isinstance(first.value, ast.Attribute):
            first = first.value
        if isinstance(first.value, ast.Name) and first.value.id in scope.imports.aliases:
            return scope.imports.dotted(node) or ""
    return ""


def _subscript(node: ast.Subscript, scope: Scope, depth: int) -> Values:
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    value = node.value
    if isinstance(value, ast.Name) and value.id == "__path__":
        return (PathValue("package"),)
    if isinstance(value, ast.Attribute) and value.attr == "__path__":
        module = _module(value.value, scope)
        return (PathValue("package", module),) if module else ()
    if isinstance(value, ast.Attribute) and value.attr == "parents" and isinstance(index, int) and 0 <= index < 10:
        values = evaluate(value.value, scope, depth)
        for _ in range(index + 1):
            values = tuple(climb(item) for item in values)
        return values
    if isinstance(value, ast.Call) and scope.imports.dotted(value.func) in ("os.path.split", "os.path.splitext"):
        values = evaluate(value.args[0], scope, depth) if value.args else ()
        if (scope.imports.dotted(value.func) or "").endswith("ext"):
            return tuple(opened(climb(item)) for item in values) if index == 0 else ()
        return tuple(climb(item) for item in values) if index == 0 else ()
    return evaluate(value, scope, depth) if isinstance(value, (ast.Name, ast.Attribute)) and index is not None else ()


def _binary(node: ast.BinOp, scope: Scope, depth: int) -> Values:
    if isinstance(node.op, ast.Div):
        return joined(evaluate(node.left, scope, depth), [node.right], scope)
    if isinstance(node.op, ast.Add):
        values = evaluate(node.left, scope, depth)
        text = text_of(node.right, scope)
        if not values:
            return ()
        if text is None:
            begin, end = _ends(node.right, scope)
            return tuple(opened(_literal_parents(value, begin), end) for value in values)
        return tuple(_concatenated(value, text) for value in values)
    if isinstance(node.op, ast.Mod):
        text = text_of(node.left, scope)
        if text is None or not text.startswith("%s"):
            return ()
        first = node.right.elts[0] if isinstance(node.right, ast.Tuple) and node.right.elts else node.right
        values = evaluate(first, scope, depth)
        rest = text[2:]
        if "%" in rest:
            folder = rest.partition("%")[0]
            return tuple(opened(_literal_parents(value, folder)) for value in values)
        return tuple(_concatenated(value, rest) for value in values)
    return ()


def _concatenated(value: PathValue, text: str) -> PathValue:
    """Append text to a path as strings are: `dirname(__file__) + "/x"`, `join(here, "a") + ".txt"`."""
    if text.startswith("/") or not value.parts:
        return descend(value, text) if text.startswith(("/", "\\")) else opened(value, text)
    if value.open:
        return replace(value, suffix=text.rpartition("/")[2])
    return descend(replace(value, parts=value.parts[:-1]), value.parts[-1] + text)


def _formatted(node: ast.JoinedStr, scope: Scope, depth: int) -> Values:
    if not node.values or not isinstance(node.values[0], ast.FormattedValue):
        return ()
    values = evaluate(node.values[0].value, scope, depth)
    for part in node.values[1:]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            values = tuple(_concatenated(value, part.value) for value in values)
        else:
            values = tuple(opened(value) for value in values)
    return values


def _either(node: ast.IfExp | ast.BoolOp, scope: Scope, depth: int) -> Values:
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
    found: list[PathValue] = []
    for part in parts[:MAX_ALTERNATIVES]:
        found += [value for value in evaluate(part, scope, depth) if value not in found]
    return tuple(found[:MAX_ALTERNATIVES])


def _call(node: ast.Call, scope: Scope, depth: int) -> Values:
    name = scope.imports.dotted(node.func) or ""
    arguments = node.args
    first = arguments[0] if arguments else None
    if name in _SAME:
        if name == "typing.cast":
            first = arguments[1] if len(arguments) > 1 else None
        values = evaluate(first, scope, depth) if first is not None else ()
        return tuple(replace(v, by=v.by or name) if v.start == "resource" else v for v in values)
    if name in ("os.path.dirname", "os.path.join", "posixpath.join", "posixpath.dirname") or name in _PATHS:
        values = evaluate(first, scope, depth) if first is not None else ()
        if name.endswith("dirname"):
            return tuple(climb(value) for value in values)
        values = tuple(replace(v, by=v.by or name) if v.start == "resource" else v for v in values)
        return joined(values, list(arguments[1:]), scope)
    if name in _SEQUENCES:
        return tuple(opened(value) for value in evaluate(first, scope, depth)) if first is not None else ()
    if name in _MODULE_FILES and first is not None:
        module = _module(first, scope)
        return (PathValue("file", module),) if module else ()
    if name in _RESOURCES or name in _RESOURCE_PATHS or name.rpartition(".")[2] == "resource_filename":
        return _resource(node, name, scope)
    if isinstance(node.func, ast.Attribute):
        return _method(node, node.func, scope, depth)
    if isinstance(node.func, ast.Name):
        if node.func.id in scope.functions:
            values = scope.functions[node.func.id]
            return tuple(opened(value) for value in values) if arguments else values
        imported = _imported(scope.imports.aliases.get(node.func.id, ""), scope)
        return tuple(opened(value) if arguments else value for value in imported)
    return ()


def _resource(node: ast.Call, name: str, scope: Scope) -> Values:
    package = ""
    if node.args:
        anchor = node.args[0]
        text = text_of(anchor, scope)
        if text is not None:
            package = text
        elif isinstance(anchor, ast.Name) and anchor.id in scope.imports.aliases:
            package = scope.imports.aliases[anchor.id]
        elif not (isinstance(anchor, ast.Name) and anchor.id in ("__name__", "__package__")):
            return ()
    value = PathValue("resource", package, by="" if name in _RESOURCES else name)
    return joined((value,), list(node.args[1:]), scope)


def _method(node: ast.Call, function: ast.Attribute, scope: Scope, depth: int) -> Values:
    values = evaluate(function.value, scope, depth)
    name = function.attr
    if values:
        if name in _SAME_METHODS:
            return values
        if name in ("joinpath", "join") and not (name == "join" and _is_text(function.value)):
            return joined(values, list(node.args), scope)
        if name == "with_name" and node.args:
            return joined(tuple(climb(value) for value in values), [node.args[0]], scope)
        if name in ("with_suffix", "with_stem", "replace", "format"):
            return tuple(opened(climb(value)) for value in values)
        if name in _SEQUENCES:
            return tuple(opened(value) for value in values)
        return ()
    if isinstance(function.value, ast.Name):
        if function.value.id in ("self", "cls") or function.value.id in scope.classes:
            own = scope.functions.get(f".{name}", ())
        else:
            own = _imported(f"{scope.imports.aliases.get(function.value.id, '')}.{name}", scope)
        return tuple(opened(value) for value in own) if node.args else own
    return ()


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _await(node: ast.Await, scope: Scope, depth: int) -> Values:
    return evaluate(node.value, scope, depth)


def _walrus(node: ast.NamedExpr, scope: Scope, depth: int) -> Values:
    return evaluate(node.value, scope, depth)


_HANDLERS: dict[type[ast.AST], Callable[[Any, Scope, int], Values]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.JoinedStr: _formatted,
    ast.IfExp: _either,
    ast.BoolOp: _either,
    ast.Call: _call,
    ast.Await: _await,
    ast.NamedExpr: _walrus,
}
