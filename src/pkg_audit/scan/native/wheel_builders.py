"""Find tools that build wheels for many platforms: cibuildwheel's table, and CI workflows that run one of them.

Workflows are read line by line as text, for the names of well-known actions and commands, not as YAML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pkg_audit.facts.native import WheelBuilder
from pkg_audit.facts.place import Place
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree

_CI = re.compile(
    r"^(?:\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml|azure-pipelines\.yml|"
    r"\.azure-pipelines/[^/]+\.yml|\.cirrus\.(?:yml|star)|appveyor\.yml|\.appveyor\.yml|\.travis\.yml|ci/[^/]+\.ya?ml)$"
)
_TOOLS = (
    (re.compile(r"pypa/cibuildwheel|\bcibuildwheel\b"), "cibuildwheel"),
    (re.compile(r"PyO3/maturin-action|\bmaturin (?:build|publish)\b", re.IGNORECASE), "maturin"),
    (re.compile(r"\babi3audit\b"), "abi3audit"),
    (re.compile(r"\bauditwheel repair\b|\bdelvewheel\b|\bdelocate-wheel\b"), "auditwheel"),
)
_VARIABLE = re.compile(r"\b([A-Z][A-Z0-9_]{2,60})\s*[=:]")
_LIMIT = 256 << 10


def _limited_wheels(document: TomlDocument, out: Builder) -> None:
    """Note where the wheels' own configuration asks for the stable ABI, through settings of the backend."""
    queue: list[tuple[tuple[str | int, ...], object]] = [
        (("tool", "cibuildwheel"), document.get("tool", "cibuildwheel"))
    ]
    seen = 0
    while queue and seen < 5000:
        seen += 1
        path, value = queue.pop()
        if isinstance(value, Mapping):
            queue += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            queue += [((*path, index), item) for index, item in enumerate(value)]
        elif isinstance(value, str):
            stable = path[-1] == "wheel.py-api" and value.startswith("cp3")
            if "abi3audit" in value:
                out.wheel_builders.append(WheelBuilder(document.at(*path), "abi3audit"))
            if stable or re.search(r"(?:wheel\.py-api=cp3|--?py[-_]limited[-_]api[ =]cp3)", value[:2000]):
                out.abi3_wheel.append(document.at(*path))


def find_wheel_builders(tree: Tree, document: TomlDocument | None, out: Builder) -> None:
    """Add every tool once per file that names it, with the environment variables that file sets."""
    table = document.get("tool", "cibuildwheel") if document is not None else None
    if document is not None and isinstance(table, Mapping):
        environment = table.get("environment")
        names = tuple(environment) if isinstance(environment, Mapping) else ()
        if isinstance(environment, str):
            names = tuple(_VARIABLE.findall(environment))
        out.wheel_builders.append(WheelBuilder(document.at("tool", "cibuildwheel"), "cibuildwheel", names))
        _limited_wheels(document, out)
    for path in tree.files():
        if not _CI.match(path):
            continue
        text = read_text(tree, path, _LIMIT)
        if text is None:
            continue
        variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))[:200]
        for pattern, tool in _TOOLS:
            match = pattern.search(text)
            if match is not None:
                line = text.count("\n", 0, match.start()) + 1
                out.wheel_builders.append(WheelBuilder(Place(path, line), tool, variables))
