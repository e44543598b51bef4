"""Uses of standard-library names that came or went, and the many ways in which a file may foresee their absence."""

from __future__ import annotations

import pytest

from pkg_audit.scan.sources import scan_source


def uses(text: str) -> list[tuple[str, tuple[str, ...], str]]:
    found = scan_source(text.encode(), "m.py").attributes
    return [(f"{use.module}.{use.names[0]}", use.context, use.python) for use in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import asyncio\nx = asyncio.TaskGroup", ("asyncio.TaskGroup", (), "")),
        ("import asyncio as a\nx = a.TaskGroup()", ("asyncio.TaskGroup", (), "")),
        ("from importlib import resources\nx = resources.files", ("importlib.resources.files", (), "")),
        ("import asyncio\ndef f():\n    return asyncio.timeout(1)", ("asyncio.timeout", ("function",), "")),
        ("import typing as t\ndef f() -> t.Self: ...", ("typing.Self", (), "")),
        ("import collections\nclass A(collections.Mapping): ...", ("collections.Mapping", (), "")),
        ("import asyncio\n@asyncio.coroutine\ndef f(): ...", ("asyncio.coroutine", (), "")),
        (
            "import sys, datetime\nif sys.version_info >= (3, 11):\n    x = datetime.UTC",
            ("datetime.UTC", ("version-guard",), ">=3.11"),
        ),
        (
            "import sys, datetime\nx = datetime.UTC if sys.version_info >= (3, 11) else 1",
            ("datetime.UTC", ("version-guard",), ">=3.11"),
        ),
        ("import datetime\nif DEBUG:\n    x = datetime.UTC", ("datetime.UTC", ("condition",), "")),
        ("import datetime\nx = DEBUG and datetime.UTC", ("datetime.UTC", ("condition",), "")),
        (
            "import ast\ndef f(self):\n    if self.done:\n        return 1\n    x = ast.TypeAlias",
            ("ast.TypeAlias", ("function",), ""),
        ),
    ],
)
def test_found(text: str, expected: tuple[str, tuple[str, ...], str]) -> None:
    assert uses(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "import asyncio\nx = asyncio.sleep",  # always there
        "x = asyncio.TaskGroup",  # nobody knows what that is
        "from .compat import asyncio\nx = asyncio.TaskGroup",
        "import asyncio\ndef f(asyncio):\n    return asyncio.TaskGroup",
        "import datetime\nfrom datetime import datetime\nx = datetime.UTC",
        "try:\n    import typing_extensions as t\nexcept ImportError:\n    import typing as t\nx = t.Self",
        "import datetime\ntry:\n    x = datetime.UTC\nexcept AttributeError:\n    x = 1",
        "import datetime, contextlib\nwith contextlib.suppress(AttributeError):\n    x = datetime.UTC",
        "import datetime\nif hasattr(datetime, 'UTC'):\n    x = datetime.UTC",
        "import datetime\nif not hasattr(datetime, 'UTC'):\n    datetime.UTC = 1\nx = datetime.UTC",
        "import datetime\ndatetime.UTC = 1\nx = datetime.UTC",
        "from __future__ import annotations\nimport typing\ndef f(x: typing.Self) -> typing.Self: ...",
        "import typing\ndef f():\n    x: typing.Self = 1",
        "import typing\nx: 'typing.Self' = 1\n# typing.Self\n",
        "import ast\ndef f():\n    if not HAS_ALIASES:\n        return 1\n    return ast.TypeAlias",
        "import ast\nclass V:\n    def visit_TypeAlias(self, node):\n        return cast(ast.TypeAlias, node)",
        "import os\nx = os.pidfd_open",  # hangs on the system, not on the version alone
    ],
)
def test_left_out(text: str) -> None:
    assert uses(text) == []


def test_it_is_bounded() -> None:
    text = "import asyncio\n" + "".join(f"if a{n}:\n    asyncio.TaskGroup\n" for n in range(2_000))
    assert len(uses(text)) <= 500


def unions(text: str) -> list[str]:
    return [item.name for item in scan_source(text.encode(), "m.py").features if item.name.startswith("union of types")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = int | None", ["union of types"]),
        ("X = list[int] | dict[str, int] | None", ["union of types"]),
        ("from __future__ import annotations\nX: TypeAlias = int | str", ["union of types"]),
        ("def f(x):\n    return isinstance(x, int | str)", ["union of types in a function"]),
        ("class A:\n    x = cast(int | None, 1)", ["union of types"]),
        ("x: int | None = 1\ndef f(a: int | str) -> None | int: ...", []),  # annotations are another matter
        ("X = flags | other", []),
        ("X = int | flags", []),
        ("import re\nX = re.I | re.M", []),
        ("def g(int, str):\n    return int | str", []),
        ("if new:\n    X = int | None", []),
        ("import sys\nif sys.version_info >= (3, 10):\n    X = int | None", []),
        ("try:\n    X = int | None\nexcept TypeError:\n    X = None", []),
        ("X = 'int | None'", []),
        ("x |= int", []),
    ],
)
def test_unions_that_run(text: str, expected: list[str]) -> None:
    assert unions(text) == expected
