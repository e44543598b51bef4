"""Imports and their contexts."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest

from pkg_audit.facts.sources import Import, SourceFacts
from pkg_audit.scan.sources import scan_source


def scan(text: str) -> SourceFacts:
    return scan_source(text.encode(), "m.py")


def only(text: str, module: str) -> Import:
    found = [item for item in scan(text).imports if item.module == module]
    assert len(found) == 1, found
    return found[0]


def reference(data: bytes) -> list[tuple[int, int, str, tuple[str, ...]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    found: list[tuple[int, int, str, tuple[str, ...]]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno if len(node.names) == 1 else a.lineno, 0, a.name, ()) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.level, node.module or "", tuple(a.name for a in node.names)))
    return sorted(found)


def test_the_standard_library_gives_what_a_plain_walk_of_the_tree_gives() -> None:
    root = Path(sysconfig.get_paths()["stdlib"])
    files = [*sorted(root.glob("*.py")), *sorted(root.glob("asyncio/*.py")), *sorted(root.glob("email/**/*.py"))]
    compared = 0
    for file in files:
        data = file.read_bytes()
        facts = scan_source(data, file.name)
        assert facts.problem is None, file
        ours = sorted((i.at.line or 0, i.level, i.module, i.names) for i in facts.imports)
        assert ours == reference(data), file
        compared += 1
    assert compared > 150


def test_a_plain_import_gives_one_record_for_each_module() -> None:
    imports = scan("import a.b, c as d\n").imports
    assert [(i.module, i.at.line, i.at.column, i.at.end_column) for i in imports] == [
        ("a.b", 1, 8, 11),
        ("c", 1, 13, 19),
    ]


def test_a_from_import_keeps_names_level_and_span() -> None:
    (found,) = scan("if 1:\n    from ..x import (y,\n  z as w)\n").imports
    assert (found.module, found.level, found.names) == ("x", 2, ("y", "z"))
    assert (found.at.line, found.at.column, found.at.end_line, found.at.end_column) == (2, 5, 3, 10)


def test_columns_count_code_points() -> None:
    (found,) = scan("ä = 'öö'; import json\n").imports
    assert (found.at.column, found.at.end_column) == (11, 22)


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("import x", ()),
        ("def f():\n    import x", ("function",)),
        ("class C:\n    import x", ("class",)),
        ("class C:\n    def f(self):\n        import x", ("class", "function")),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x", ("type-checking",)),
        ("from typing import TYPE_CHECKING as _TC\nif _TC:\n    import x", ("type-checking",)),
        ("import typing as t\nif t.TYPE_CHECKING:\n    import x", ("type-checking",)),
        ("if not TYPE_CHECKING:\n    import x", ()),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import x", ()),
        ("TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import x", ("type-checking",)),
        ("if 0:\n    import x", ("never",)),
        ("if False:\n    pass\nelse:\n    import x", ()),
        ("if __name__ == '__main__':\n    import x", ("main-guard",)),
        ("if __name__ != '__main__':\n    import x", ()),
        ("import os\nif os.environ.get('A'):\n    import x", ("condition",)),
        ("while True:\n    import x", ()),
        ("for a in b:\n    import x", ()),
        ("try:\n    import x\nexcept ImportError:\n    x = None", ("try-fallback",)),
        ("try:\n    import x\nexcept ModuleNotFoundError:\n    x = None", ("try-fallback",)),
        ("try:\n    import x\nexcept Exception:\n    x = None", ("try-fallback",)),
        ("try:\n    import x\nexcept:\n    x = None", ("try-fallback",)),
        ("try:\n    import x\nexcept (OSError, ImportError):\n    x = None", ("try-fallback",)),
        ("try:\n    import x\nexcept ImportError as e:\n    raise RuntimeError('install x') from e", ("try-reraise",)),
        ("import sys\ntry:\n    import x\nexcept ImportError:\n    print('no')\n    sys.exit(1)", ("try-reraise",)),
        (
            "try:\n    import x\nexcept ImportError as e:\n    if e.name != 'x':\n        raise\n    x = None",
            ("try-fallback",),
        ),
        ("try:\n    import x\nexcept ValueError:\n    pass", ()),
        ("try:\n    pass\nexcept ImportError:\n    import x", ("except-handler",)),
        ("try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    import x", ()),
        ("try:\n    import y\nexcept ImportError:\n    pass\nelse:\n    import x", ("condition",)),
        ("try:\n    import y\nexcept ImportError:\n    raise\nelse:\n    import x", ()),
        ("try:\n    pass\nexcept ImportError:\n    import x\n    raise", ("except-handler",)),
        ("try:\n    pass\nfinally:\n    import x", ()),
        ("try:\n    def f():\n        import x\nexcept ImportError:\n    pass", ("function",)),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import x", ("suppress",)),
        ("import contextlib\nwith contextlib.suppress(ImportError, OSError):\n    import x", ("suppress",)),
        ("with open('f'):\n    import x", ()),
        ("def __getattr__(name):\n    import x", ("function", "lazy")),
        ("match a:\n    case 1:\n        import x", ("condition",)),
        ("lazy import x", ("lazy",)),
    ],
)
def test_context(text: str, context: tuple[str, ...]) -> None:
    found = only(text + "\n", "x")
    assert found.context == context
    assert found.python == ""


@pytest.mark.parametrize(
    ("test", "yes", "no"),
    [
        ("sys.version_info >= (3, 11)", ">=3.11", "<3.11"),
        ("sys.version_info[:2] >= (3, 11)", ">=3.11", "<3.11"),
        ("sys.version_info < (3, 8)", "<3.8", ">=3.8"),
        ("sys.version_info > (3, 8)", ">=3.8", "<3.8"),
        ("sys.version_info[:2] > (3, 8)", ">=3.9", "<3.9"),
        ("sys.version_info >= (3,)", ">=3", "<3"),
        ("sys.version_info < (3,)", "<3", ">=3"),
        ("sys.version_info[0] == 2", "<3", ">=3"),
        ("sys.version_info.major >= 3", ">=3", "<3"),
        ("(3, 8) <= sys.version_info < (3, 10)", ">=3.8,<3.10", "!=3.8.*,!=3.9.*"),
        ("sys.version_info[:2] in ((3, 8), (3, 9))", ">=3.8,<3.10", "!=3.8.*,!=3.9.*"),
        ("sys.version_info >= (3, 9, 2)", ">=3.9", "<3.10"),
        ("not sys.version_info >= (3, 11)", "<3.11", ">=3.11"),
        ("sys.hexversion >= 0x03080000", ">=3.8", "<3.8"),
        ("sys.version_info[0] == 3 and sys.version_info[1] >= 12", ">=3.12", "<3.12"),
        ("six.PY2", "<3", ">=3"),
        ("PY3", ">=3", "<3"),
        ("TYPE_CHECKING or sys.version_info >= (3, 11)", ">=3.11", "<3.11"),
        ("sys.version_info >= (3, 11) if True else 0", "", ""),
    ],
)
def test_version_guards(test: str, yes: str, no: str) -> None:
    text = f"import sys, six\nif {test}:\n    import x\nelse:\n    import y\n"
    assert only(text, "x").python == yes
    assert only(text, "y").python == no
    if yes:
        assert only(text, "x").context == ("version-guard",)


def test_version_guards_follow_aliases_and_names() -> None:
    text = (
        "import sys as _sys\nv = _sys.version_info\nis_old = v[0] == 2\nif is_old:\n    import x\nelse:\n    import y\n"
    )
    assert only(text, "x").python == "<3"
    assert only(text, "y").python == ">=3"


def test_an_elif_chain_narrows() -> None:
    text = (
        "import sys\nif sys.version_info >= (3, 12):\n    import a\n"
        "elif sys.version_info >= (3, 10):\n    import b\nelse:\n    import c\n"
    )
    assert [i.python for i in scan(text).imports[1:]] == [">=3.12", ">=3.10,<3.12", "<3.10"]


def test_what_follows_an_early_exit_under_a_version_guard_runs_elsewhere_only() -> None:
    text = "import sys\nif sys.version_info < (3, 9):\n    raise RuntimeError\nimport x\n"
    assert only(text, "x").python == ">=3.9"
    assert only(text.replace("raise RuntimeError", "sys.exit('too old')"), "x").python == ">=3.9"
    assert only(text.replace("raise RuntimeError", "print('old')"), "x").python == ""


def test_a_return_ends_only_its_function() -> None:
    text = (
        "import sys\ndef f():\n    if sys.version_info >= (3, 11):\n        import a\n        return a\n    import b\n"
    )
    assert only(text, "a").python == ">=3.11"
    assert only(text, "b").python == "<3.11"


@pytest.mark.parametrize(
    ("test", "yes", "no"),
    [
        ("sys.platform == 'win32'", "win32", "!win32"),
        ("sys.platform.startswith('linux')", "linux", "!linux"),
        ("os.name == 'nt'", "win32", "!win32"),
        ("os.name != 'nt'", "!win32", "win32"),
        ("platform.system() == 'Darwin'", "darwin", "!darwin"),
        ("sys.platform in ('win32', 'cygwin')", "", ""),
    ],
)
def test_platform_guards(test: str, yes: str, no: str) -> None:
    text = f"import sys, os, platform\nif {test}:\n    import x\nelse:\n    import y\n"
    for module, platform in (("x", yes), ("y", no)):
        found = only(text, module)
        assert found.platform == platform
        assert found.context == ("platform-guard",)


def test_tomllib_with_its_fallback() -> None:
    text = "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n"
    assert only(text, "tomllib").context == ("try-fallback",)
    assert only(text, "tomli").context == ("except-handler",)


def test_a_contradiction_never_runs() -> None:
    text = "import sys\nif sys.version_info >= (3, 11):\n    if sys.version_info < (3, 8):\n        import x\n"
    assert "never" in only(text, "x").context


def test_the_main_guard_has_a_place() -> None:
    guard = scan("import a\n\nif __name__ == '__main__':\n    a.main()\n").main_guard
    assert guard is not None
    assert guard.line == 3
    assert scan("import a\n").main_guard is None


def test_lines_are_physical_lines() -> None:
    assert scan("a\nb").lines == 2
    assert scan("a\r\nb\r\n").lines == 2
    assert scan("").lines == 0
