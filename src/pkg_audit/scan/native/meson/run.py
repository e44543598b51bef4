"""Follow meson.build files: variables, conditions, loops and the functions that install into a wheel.

What cannot be known is `None`; both branches of an undecided `if` are followed, and what they install is marked.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import MesonProject
from pkg_audit.facts.place import Place
from pkg_audit.scan.native.meson import functions
from pkg_audit.scan.native.meson.objects import UNSET, Object, Site, flat
from pkg_audit.scan.native.meson.parsing import parse_meson
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.native import ExtensionDeclaration, MesonInstall
    from pkg_audit.facts.place import Answer
    from pkg_audit.scan.native.meson.parsing import Node
    from pkg_audit.tree import Tree

_LIMIT = 1 << 20
_FILES = 400
_STEPS = 200_000
_ITEMS = 2000


class Spent(Exception):  # noqa: N818 - a limit, not an error
    """The files need more steps than they are worth."""


class Runner:
    """Follows one meson project. `tags` are the install tags that are asked for, None for all."""

    def __init__(self, tree: Tree, options: dict[str, Any], tags: frozenset[str] | None = None) -> None:
        self.tree = tree
        self.options = options
        self.tags = tags
        self.names: dict[str, Any] = {}
        self.directory = ""
        self.path = "meson.build"
        self.certain = True
        self.complete = True
        self.impure = False
        self.impure_unknown = False
        self.extensions: list[ExtensionDeclaration] = []
        self.installs: list[MesonInstall] = []
        self.libraries: list[str] = []
        self.programs: list[str] = []
        self.generated: list[Place] = []
        self.switched: list[Place] = []
        self.project_name = ""
        self.project: dict[str, Any] = {}
        self.project_at = Place("meson.build")
        self.opaque: list[Place] = []
        self._files = 0
        self._steps = _STEPS

    def run(self) -> MesonProject | None:
        """Follow the top meson.build; None where there is none or it cannot be parsed."""
        text = read_text(self.tree, "meson.build", _LIMIT)
        body = parse_meson(text) if text is not None else None
        if body is None:
            return None
        try:
            self.block(body)
        except (Spent, RecursionError):
            self.complete = False
        pure: Answer = "no" if self.impure else "unknown" if self.impure_unknown or not self.complete else "yes"
        return MesonProject(
            at=Place("meson.build"),
            extensions=tuple(dict.fromkeys(self.extensions)),
            installs=tuple(self.installs),
            libraries=tuple(dict.fromkeys(self.libraries)),
            programs=tuple(dict.fromkeys(self.programs)),
            pure=pure,
            generated=tuple(self.generated),
            switched=tuple(self.switched),
            complete=self.complete,
            name=self.project_name,
            project_at=self.project_at,
            opaque=tuple(self.opaque[:100]),
            **functions.project_facts(self),
        )

    def subdir(self, name: Any) -> None:
        """Follow the meson.build of a subdirectory."""
        if not isinstance(name, str):
            self.complete = False
            return
        directory = posixpath.normpath(posixpath.join(self.directory, name))
        path = f"{directory}/meson.build"
        text = read_text(self.tree, path, _LIMIT)
        self._files += 1
        body = parse_meson(text) if text is not None and self._files <= _FILES else None
        if body is None:
            self.complete = False
            return
        outer = self.directory, self.path
        self.directory, self.path = directory, path
        self.block(body)
        self.directory, self.path = outer

    def installs_tag(self, tag: Any) -> bool:
        """Tell whether what carries an install tag is installed."""
        return self.tags is None or tag in self.tags

    def at(self, node: Node) -> Place:
        """Return where a node stands."""
        return Place(self.path, node.line)

    # -- statements

    def block(self, body: list[Node]) -> str:
        """Run statements; return break, continue or ""."""
        for node in body:
            self._steps -= 1
            if self._steps < 0:
                raise Spent
            way = self._statement(node)
            if way:
                return way
        return ""

    def _statement(self, node: Node) -> str:
        kind = node.kind
        if kind == "if":
            return self._if(node)
        if kind == "foreach":
            self._foreach(node)
        elif kind in {"set", "add"} and node.parts[0].kind == "id":
            name = node.parts[0].value
            value = self.value(node.parts[1])
            if kind == "add":
                value = _plus(self.names.get(name), value)
            if not self.certain and self.names.get(name, UNSET) not in (UNSET, value):
                value = _either(self.names.get(name), value)
            self.names[name] = value
        elif kind in {"break", "continue"}:
            return kind if self.certain else ""
        else:
            self.value(node)
        return ""

    def _if(self, node: Node) -> str:
        parts = node.parts
        certain = self.certain
        index = 0
        way = ""
        while index < len(parts):
            has_test = index + 1 < len(parts)
            test = self.truth(self.value(parts[index])) if has_test else True
            body = parts[index + 1] if has_test else parts[index]
            index += 2
            if test is False:
                if has_test and _calls(parts[index - 2], "get_option") and _calls(body, "extension_module"):
                    self.switched.append(self.at(node))
                continue
            if test is None:
                self.certain = False
                self.block(body.parts)
                continue
            way = self.block(body.parts)
            break
        self.certain = certain
        return way

    def _foreach(self, node: Node) -> None:
        names = node.value
        items = self.value(node.parts[0])
        rows: list[Any]
        if isinstance(items, dict):
            rows = list(items.items())
        elif isinstance(items, list):
            rows = [(item,) for item in items]
        else:
            certain, self.certain = self.certain, False
            self.names.update(dict.fromkeys(names))
            self.block(node.parts[1].parts)
            self.certain = certain
            return
        for row in rows[:_ITEMS]:
            self.names.update(zip(names, row, strict=False))
            if self.block(node.parts[1].parts) == "break":
                break

    # -- expressions

    def truth(self, value: Any) -> bool | None:
        """Return a condition's value; None where it is not known."""
        return value if isinstance(value, bool) else None

    def value(self, node: Node) -> Any:
        """Evaluate an expression; None where its value is not known."""
        self._steps -= 1
        if self._steps < 0:
            raise Spent
        kind = node.kind
        if kind in {"string", "number", "bool"}:
            return node.value
        if kind == "id":
            return self.names[node.value] if node.value in self.names else functions.constant(node.value)
        if kind == "fstring":
            return self._format(node.value)
        if kind == "list":
            return [item for part in node.parts for item in _spread(self.value(part))]
        if kind == "dict":
            pairs = [(self.value(key), self.value(value)) for key, value in node.keywords]
            return {k: v for k, v in pairs if isinstance(k, str)} if all(isinstance(k, str) for k, _ in pairs) else None
        if kind == "call":
            return self._call(node)
        if kind == "attribute":
            return None
        if kind == "index":
            return self._index(node)
        if kind == "ternary":
            test = self.truth(self.value(node.parts[0]))
            return None if test is None else self.value(node.parts[1 if test else 2])
        if kind == "unary":
            inner = self.value(node.parts[0])
            if node.value == "not":
                return not inner if isinstance(inner, bool) else None
            return -inner if isinstance(inner, int) else None
        if kind == "binary":
            return self._binary(node)
        return self._compare(node) if kind == "compare" else None

    def _format(self, text: str) -> str | None:
        known = True

        def replace(match: re.Match[str]) -> str:
            nonlocal known
            value = self.names.get(match.group(1))
            known = known and isinstance(value, (str, int))
            return str(value)

        done = re.sub(r"@(\w+)@", replace, text)
        return done if known else None

    def _index(self, node: Node) -> Any:
        owner, key = self.value(node.parts[0]), self.value(node.parts[1])
        if isinstance(owner, dict) and isinstance(key, str):
            return owner.get(key)
        if isinstance(owner, (list, str)) and isinstance(key, int) and -len(owner) <= key < len(owner):
            return owner[key]
        return None

    def _binary(self, node: Node) -> Any:
        left = self.value(node.parts[0])
        if node.value in {"and", "or"}:
            if isinstance(left, bool) and left is (node.value == "or"):
                return left
            right = self.value(node.parts[1])
            if isinstance(right, bool) and right is (node.value == "or"):
                return right
            return right if isinstance(left, bool) else None
        right = self.value(node.parts[1])
        if node.value == "+":
            return _plus(left, right)
        if node.value == "/":
            return functions.join(left, right)
        if isinstance(left, int) and isinstance(right, int):
            return {"-": left - right, "*": left * right if abs(left * right) < 10**12 else None}.get(node.value)
        return None

    def _compare(self, node: Node) -> bool | None:
        left, right = self.value(node.parts[0]), self.value(node.parts[1])
        if left is None or right is None or isinstance(left, Object) or isinstance(right, Object):
            return None
        if node.value in {"in", "not in"}:
            if not isinstance(right, (list, dict, str)) or (isinstance(right, list) and None in right):
                return None
            if isinstance(right, str) and not isinstance(left, str):
                return None
            inside = left in right if isinstance(left, (str, int)) else None
            return inside if inside is None or node.value == "in" else not inside
        if node.value in {"==", "!="}:
            return (left == right) is (node.value == "==")
        if isinstance(left, int) and isinstance(right, int):
            return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[node.value]
        return None

    def _call(self, node: Node) -> Any:
        callee = node.parts[0]
        args = [self.value(part) for part in node.parts[1:]]
        kwargs: dict[str, Any] = {}
        for key, value in node.keywords:
            name = key.value if key.kind == "id" else None
            found = self.value(value)
            if name == "kwargs" and isinstance(found, dict):
                kwargs.update(found)
            elif isinstance(name, str):
                kwargs[name] = found
        if callee.kind == "attribute":
            owner = self.value(callee.parts[0])
            return functions.method(self, owner, callee.value, args, kwargs, self.at(node))
        if callee.kind == "id":
            return functions.function(self, callee.value, args, kwargs, self.at(node))
        return None


def _calls(node: Node, name: str) -> bool:
    """Tell whether a function or method of that name is called anywhere below a node."""
    queue = [node]
    while queue:
        current = queue.pop()
        if current.kind == "call" and current.parts[0].kind in {"id", "attribute"} and current.parts[0].value == name:
            return True
        queue += current.parts
        queue += [part for pair in current.keywords for part in pair]
    return False


def _spread(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, list):
        return (left + _spread(right))[:20_000]
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < 100_000:
        return left + right
    return left + right if isinstance(left, int) and isinstance(right, int) else None


def _either(left: Any, right: Any) -> Any:
    """Keep lists and tables that an undecided branch only adds to; anything else that differs is not known."""
    if isinstance(left, list) and isinstance(right, list) and right[: len(left)] == left:
        return right
    if isinstance(left, dict) and isinstance(right, dict) and left.items() <= right.items():
        return right
    return None


__all__ = ["Runner", "Site", "flat"]
