"""Conditional extras of setuptools become markers."""

from __future__ import annotations

from pkg_audit.facts.place import Text
from pkg_audit.scan.extras import fold_conditional_extras


def test_conditions_become_markers() -> None:
    required, extras = fold_conditional_extras(
        {
            "test": (Text("pytest"),),
            'test:sys_platform == "win32"': (Text("colorama"), Text("x; os_name == 'nt'")),
            ":python_version < '3'": (Text("enum34"),),
        }
    )
    assert [text.value for text in required] == ["enum34 ; python_version < '3'"]
    assert {name: [text.value for text in items] for name, items in extras.items()} == {
        "test": [
            "pytest",
            'colorama ; sys_platform == "win32"',
            "x ; (os_name == 'nt') and (sys_platform == \"win32\")",
        ]
    }
