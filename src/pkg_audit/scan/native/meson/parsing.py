"""Parse meson.build files into a small tree.

Follows Meson 1.10's syntax reference (2026-11). Nesting is bounded; a file that does not fit gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|\#[^\n]*|\\[ \t]*\r?\n)|(?P<eol>\n)"
    r"|(?P<multi>f?'''(?:[^']|'(?!''))*''')"
    r"|(?P<string>f?'(?:[^'\\\n]|\\.)*')"
    r"|(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)"
    r"|(?P<id>[A-Za-z_]\w*)"
    r"|(?P<op>==|!=|<=|>=|\+=|[-+*/%<>=?:,.()\[\]{}])"
)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", "r": "\r"}
_DEPTH = 80
TOKENS = 200_000


@dataclass(slots=True)
class Node:
    """One node; `kind` says what `parts` hold."""

    kind: str
    line: int
    value: Any = None
    parts: list[Node] = field(default_factory=list)
    keywords: list[tuple[Node, Node]] = field(default_factory=list)


class _Unfit(Exception):  # noqa: N818 - ends the parse, never leaves this module
    pass


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    # -- tokens

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._tokens[self._at][0] != "string" else "'"

    def _kind(self) -> str:
        return self._tokens[self._at][0]

    def _line(self) -> int:
        return self._tokens[self._at][2]

    def _next(self) -> tuple[str, str, int]:
        token = self._tokens[self._at]
        if token[0] != "end":
            self._at += 1
        return token

    def _take(self, text: str) -> bool:
        if self._kind() in {"op", "id"} and self._peek() == text:
            self._next()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise _Unfit

    def _lines(self) -> None:
        while self._kind() == "eol":
            self._next()

    # -- statements

    def block(self, ends: frozenset[str]) -> list[Node]:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Unfit
        out = []
        while True:
            self._lines()
            if self._kind() == "end" or (self._kind() == "id" and self._peek() in ends):
                break
            out.append(self._statement())
            if self._kind() not in {"eol", "end"}:
                raise _Unfit
        self._depth -= 1
        return out

    def _statement(self) -> Node:
        line = self._line()
        if self._take("if"):
            return self._if(line)
        if self._take("foreach"):
            names = [self._next()[1]]
            while self._take(","):
                names.append(self._next()[1])
            self._expect(":")
            items = self.expression()
            body = self.block(frozenset({"endforeach"}))
            self._expect("endforeach")
            return Node("foreach", line, names, [items, Node("block", line, None, body)])
        if self._kind() == "id" and self._peek() in {"break", "continue"}:
            return Node(self._next()[1], line)
        target = self.expression()
        for operator in ("=", "+="):
            if self._take(operator):
                self._lines()
                return Node("set" if operator == "=" else "add", line, None, [target, self.expression()])
        return target

    def _if(self, line: int) -> Node:
        ends = frozenset({"elif", "else", "endif"})
        parts = [self.expression(), Node("block", line, None, self.block(ends))]
        while self._take("elif"):
            parts += [self.expression(), Node("block", line, None, self.block(ends))]
        if self._take("else"):
            parts.append(Node("block", line, None, self.block(ends)))
        self._expect("endif")
        return Node("if", line, None, parts)

    # -- expressions, by falling precedence

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Unfit
        node = self._or()
        if self._take("?"):
            self._lines()
            first = self.expression()
            self._lines()
            self._expect(":")
            self._lines()
            node = Node("ternary", node.line, None, [node, first, self.expression()])
        self._depth -= 1
        return node

    def _or(self) -> Node:
        return self._chain(self._and, ("or",))

    def _and(self) -> Node:
        return self._chain(self._comparison, ("and",))

    def _comparison(self) -> Node:
        node = self._sum()
        for operator in ("==", "!=", "<=", ">=", "<", ">", "in"):
            if self._take(operator):
                return Node("compare", node.line, operator, [node, self._sum()])
        if self._take("not"):
            self._expect("in")
            return Node("compare", node.line, "not in", [node, self._sum()])
        return node

    def _sum(self) -> Node:
        return self._chain(self._product, ("+", "-"))

    def _product(self) -> Node:
        return self._chain(self._unary, ("*", "/", "%"))

    def _chain(self, below: Any, operators: tuple[str, ...]) -> Node:
        node: Node = below()
        while True:
            operator = next((o for o in operators if self._take(o)), None)
            if operator is None:
                return node
            self._lines()
            node = Node("binary", node.line, operator, [node, below()])

    def _unary(self) -> Node:
        line = self._line()
        operators = []
        while (found := "not" if self._take("not") else "-" if self._take("-") else None) is not None:
            operators.append(found)
        node = self._postfix()
        for operator in reversed(operators):
            node = Node("unary", line, operator, [node])
        return node

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            line = self._line()
            if self._take("."):
                node = Node("attribute", line, self._next()[1], [node])
            elif self._take("("):
                positional, keywords = self._arguments(")")
                node = Node("call", node.line, None, [node, *positional], keywords)
            elif self._take("["):
                self._lines()
                index = self.expression()
                self._lines()
                self._expect("]")
                node = Node("index", line, None, [node, index])
            else:
                return node

    def _primary(self) -> Node:
        kind, text, line = self._next()
        if kind == "string":
            return Node("string", line, text)
        if kind == "fstring":
            return Node("fstring", line, text)
        if kind == "number":
            return Node(
                "number",
                line,
                int(text, 0) if not text.startswith("0") or (len(text) > 1 and text[1] in "xXbBoO") else int(text),
            )
        if kind == "id":
            return Node("bool", line, text == "true") if text in {"true", "false"} else Node("id", line, text)
        if text == "(":
            self._lines()
            node = self.expression()
            self._lines()
            self._expect(")")
            return node
        if text == "[":
            return Node("list", line, None, self._arguments("]")[0])
        if text == "{":
            return Node("dict", line, None, [], self._arguments("}")[1])
        raise _Unfit

    def _arguments(self, closing: str) -> tuple[list[Node], list[tuple[Node, Node]]]:
        positional: list[Node] = []
        keywords: list[tuple[Node, Node]] = []
        while True:
            self._lines()
            if self._take(closing):
                return positional, keywords
            node = self.expression()
            self._lines()
            if self._take(":"):
                self._lines()
                keywords.append((node, self.expression()))
                self._lines()
            else:
                positional.append(node)
            if not self._take(","):
                self._lines()
                self._expect(closing)
                return positional, keywords


def parse_meson(text: str) -> list[Node] | None:
    """Return a file's statements, None where it does not fit the grammar or is nested too deeply."""
    try:
        parser = _Parser(text)
        return parser.block(frozenset())
    except (_Unfit, ValueError, IndexError, RecursionError):
        return None


def _tokens(text: str) -> list[tuple[str, str, int]]:
    out: list[tuple[str, str, int]] = []
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(out) > TOKENS:
            raise _Unfit
        kind, value = match.lastgroup or "", match.group()
        position = match.end()
        if kind == "eol":
            out.append(("eol", "\n", line))
        elif kind in {"string", "multi"}:
            formatted = value.startswith("f")
            body = value[formatted:]
            body = (
                body[3:-3]
                if kind == "multi"
                else re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group()), body[1:-1])
            )
            out.append(("fstring" if formatted else "string", body, line))
        elif kind != "skip":
            out.append((kind, value, line))
        line += value.count("\n")
    out.append(("end", "", line))
    return out
