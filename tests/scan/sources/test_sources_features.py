"""Syntax and the Python that it needs."""

from __future__ import annotations

import sys

import pytest

from pkg_audit.scan.sources import scan_source

NOISE = {"f-string", "variable annotation", "async def"}


def features(text: str) -> dict[str, str]:
    facts = scan_source(text.encode(), "m.py")
    assert facts.problem is None, facts.problem
    return {feature.name: feature.since for feature in facts.features if feature.name not in NOISE}


@pytest.mark.parametrize(
    ("text", "name", "since"),
    [
        ("if (n := 1): pass", "assignment expression", "3.8"),
        ("def f(a, /, b): pass", "positional-only parameters", "3.8"),
        ("def f(\n    a,\n    /\n): pass", "positional-only parameters", "3.8"),
        ("f = lambda a, /: a", "positional-only parameters", "3.8"),
        ("print(f'{a=}')", "self-documenting f-string", "3.8"),
        ("print(f'x {a.b = !s:>10}')", "self-documenting f-string", "3.8"),
        ("def f():\n    return 1, *a", "unpacking in return or yield", "3.8"),
        ("@a[0].b\ndef f(): pass", "relaxed decorator", "3.9"),
        ("with (open('a') as f, open('b') as g):\n    pass", "parenthesised context managers", "3.9"),
        ("with (\n    open('a') as f,\n):\n    pass", "parenthesised context managers", "3.9"),
        ("for x in *a, 1:\n    pass", "unpacking in for", "3.9"),
        ("match x:\n    case 1:\n        pass", "match statement", "3.10"),
        ("def f():\n    match x:\n        case {'a': [1, *_]}:\n            pass", "match statement", "3.10"),
        ("try:\n    pass\nexcept* OSError:\n    pass", "except*", "3.11"),
        ("a[*b]", "unpacking in an index", "3.11"),
        ("a[1, *b]", "unpacking in an index", "3.11"),
        ("def f(*args: *Ts): pass", "unpacking in an annotation", "3.11"),
        ("def f[T](x: T) -> T: ...", "type parameters", "3.12"),
        ("class C[T: int, *Ts](B):\n    x = 1", "type parameters", "3.12"),
        ("class C[T = int]:\n    x = 1", "type parameter default", "3.13"),
        ("type X = int", "type statement", "3.12"),
        ("type X[T] = list[T]", "type statement", "3.12"),
        ("x = f'{a['b']}'", "f-string with nested quotes", "3.12"),
        ('x = f"{\'a\'} {b["c"]}"', "f-string with nested quotes", "3.12"),
        ("x = f'{\"\\n\".join(a)}'", "f-string with nested quotes", "3.12"),
        ("x = f'{\n    a\n}'", "f-string with nested quotes", "3.12"),
        ("try:\n    pass\nexcept A, B:\n    pass", "except without parentheses", "3.14"),
        ("x = t'{a}'", "template string", "3.14"),
        ("lazy import json", "lazy import", "3.15"),
        ("lazy from a import (\n    b,\n)", "lazy import", "3.15"),
        ("def f(x: list[int]): pass", "built-in generic in an annotation", "3.9"),
        ("x: dict[str, int] = {}", "built-in generic in an annotation", "3.9"),
        ("def f(x: int | None): pass", "union in an annotation", "3.10"),
        ("class C:\n    x: Foo | None = None", "union in an annotation", "3.10"),
        ("x = [a async for a in b]", "asynchronous comprehension", "3.6"),
        ("a @ b", "matrix multiplication operator", "3.5"),
    ],
)
def test_syntax_names_its_first_python(text: str, name: str, since: str) -> None:
    assert features(text + "\n") == {name: since}


@pytest.mark.parametrize(
    "text",
    [
        "with (a) as b:\n    pass",
        "with (yield x):\n    pass",
        "with (a):\n    pass",
        "with ((a), b)[0] as c:\n    pass",
        "@a.b(c)\ndef f(): pass",
        "@a\ndef f(): pass",
        "def f():\n    return (1, *a)",
        "for x in (*a, 1):\n    pass",
        "a[(1, *b)]",
        "x = f'{a[\"b\"]}'",
        "x = f'''{a['b']}'''",
        "print(f'a={a!r}')",
        "def f(*, a): pass",
        "match = 1\nprint(match)",
        "type = 1",
        "except_ = 1, 2",
        "from __future__ import annotations\ndef f(x: list[int] | None): pass",
        "def f():\n    x: list[int] = []",
        "def f(x: List[int]): pass",
        "def f(x: Foo | Bar): pass",
        "def f(x: Literal['a', 'b']): pass",
        "x = {**a, 'b': 1}",
        "try:\n    pass\nexcept (A, B):\n    pass",
    ],
)
def test_old_syntax_is_no_feature(text: str) -> None:
    assert features(text + "\n") == {}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads the syntax itself")
def test_newer_syntax_keeps_the_facts_of_its_file() -> None:
    text = "import a\ntype X = int\ndef f[T](x):\n    import b\n    return f'{x['k']}'\nimport c\nopen('x')\n"
    facts = scan_source(text.encode(), "m.py")
    assert facts.problem is None
    assert [(i.module, i.at.line, i.context) for i in facts.imports] == [
        ("a", 1, ()),
        ("b", 4, ("function",)),
        ("c", 6, ()),
    ]
    assert [call.at.line for call in facts.calls] == [7]


def test_a_feature_is_recorded_once_for_each_context() -> None:
    facts = scan_source(b"(a := 1)\n(b := 2)\ndef f():\n    (c := 3)\n    (d := 4)\n", "m.py")
    assert [(f.at.line, f.context) for f in facts.features] == [(1, ()), (4, ("function",))]
