"""The names that a module binds."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from pkg_audit.facts.sources import Binding, ModuleBindings
from pkg_audit.scan.sources import scan_bindings


def bind(text: str) -> ModuleBindings:
    return scan_bindings(text.encode())


def names(text: str) -> set[str]:
    return {binding.name for binding in bind(text).bindings}


def one(text: str) -> Binding:
    (binding,) = bind(text).bindings
    return binding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(): x = 1", {"f"}),
        ("async def f(): pass", {"f"}),
        ("a = b = 1", {"a", "b"}),
        ("a, (b, *c) = d", {"a", "b", "c"}),
        ("a: int = 1\nb: int", {"a"}),
        ("a += 1", {"a"}),
        ("a[0] = 1\nb.c = 2", set()),
        ("import a.b\nimport c.d as e", {"a", "e"}),
        ("from a import b, c as d", {"b", "d"}),
        ("if x:\n    a = 1\nelse:\n    def b(): pass", {"a", "b"}),
        (
            "try:\n    import a\nexcept ImportError:\n    a = None\nelse:\n    b = 1\nfinally:\n    c = 1",
            {"a", "b", "c"},
        ),
        ("with x as a:\n    b = 1", {"a", "b"}),
        ("for a in x:\n    b = 1", {"a", "b"}),
        ("while x:\n    a = 1", {"a"}),
        (
            "match x:\n    case {'k': a, **b}:\n        c = 1\n    case [d, *e]:\n        pass",
            {"a", "b", "c", "d", "e"},
        ),
        ("print(a := 1)", {"a"}),
        ("[a := i for i in x]", {"a"}),
        ("def f():\n    global a, b\n    a = 1\n    c = 2", {"f", "a"}),
        ("a = 1\ndel a", set()),
        ("type X = int", {"X"}),
        ("x = lambda: (a := 1)", {"x"}),
    ],
)
def test_bound_names(text: str, expected: set[str]) -> None:
    module = bind(text + "\n")
    assert module.parsed
    assert {binding.name for binding in module.bindings} == expected
    assert not module.dynamic


def test_imports_say_what_they_bind() -> None:
    assert one("import a.b") == Binding("a", "import", 1, 1, module="a")
    assert one("import a.b as c") == Binding("c", "import", 1, 1, module="a.b")
    assert one("from ..a import b as c") == Binding("c", "import", 1, 1, module="a", level=2, attr="b")
    assert one("from .a import *") == Binding("*", "star-import", 1, 1, module="a", level=1, attr="*")


def test_assignments_say_what_they_refer_to() -> None:
    assert one("main = cli.run") == Binding("main", "assignment", 1, 1, alias="cli.run")
    assert one("main = f()").alias == ""


def test_classes_list_their_members() -> None:
    found = one("class C:\n    x = 1\n    if y:\n        def f(self): pass\n    class D: pass\n    z: int\n")
    assert found.members == ("x", "f", "D")
    assert not found.open_ended
    assert not one("class C(object): pass").open_ended
    assert one("class C(B): pass").open_ended
    assert one("class C(metaclass=M): pass").open_ended
    assert one("@d\nclass C: pass").open_ended


@pytest.mark.parametrize(
    "text",
    [
        "def __getattr__(name): pass",
        "from x import __getattr__",
        "__getattr__, __dir__, __all__ = attach(__name__)",
        "globals()['a'] = 1",
        "globals().update(x)",
        "g = globals()",
        "def f(): globals()['a'] = 1",
        "exec('a = 1')",
        "exec(code, globals())",
        "locals()['a'] = 1",
        "vars().update(x)",
        "import sys\nsys.modules[__name__] = x",
        "import sys\nsetattr(sys.modules[__name__], 'a', 1)",
    ],
)
def test_dynamic_modules_may_bind_more(text: str) -> None:
    assert bind(text + "\n").dynamic


@pytest.mark.parametrize(
    "text",
    [
        "x = globals()['a']",
        "x = globals().get('a')",
        "if 'a' in globals(): pass",
        "def f(): exec('a = 1')",
        "def f(): return locals()",
        "exec(code, {})",
        "import sys\nx = getattr(sys.modules[__name__], 'a')",
        "class C:\n    def __getattr__(self, name): pass",
    ],
)
def test_reading_a_namespace_is_not_dynamic(text: str) -> None:
    assert not bind(text + "\n").dynamic


def test_what_does_not_parse_is_unknown() -> None:
    assert bind("x = (") == ModuleBindings((), dynamic=True, parsed=False)


def test_the_standard_library_binds_what_its_modules_have() -> None:
    import argparse
    import json
    import pathlib

    root = Path(sysconfig.get_paths()["stdlib"])
    for module, path in ((argparse, "argparse.py"), (json, "json/__init__.py")):
        bound = names((root / path).read_text(encoding="utf-8"))
        assert set(module.__all__) <= bound
    assert pathlib
