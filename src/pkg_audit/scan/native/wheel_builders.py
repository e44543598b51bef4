"""Find tools that build wheels for many platforms: cibuildwheel's table, and CI workflows that run one of them.

Workflows are read line by line as text, for the names of well-known actions and commands, not as YAML. A step that
works in the folder of another project of the tree builds that project's wheels, and a list may merely name a tool.
"""

from __future__ import annotations

import posixpath
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
    (
        re.compile(r"pypa/cibuildwheel@|(?<![\w./\"'-])cibuildwheel(?![\w./*'\"-])|-m[\s\"',]{1,9}cibuildwheel\b"),
        "cibuildwheel",
    ),
    (re.compile(r"PyO3/maturin-action|\bmaturin (?:build|publish)\b", re.IGNORECASE), "maturin"),
    (re.compile(r"\babi3audit\b"), "abi3audit"),
    (re.compile(r"\bauditwheel repair\b|\bdelvewheel\b|\bdelocate-wheel\b"), "auditwheel"),
)
_NAMED_ONLY = re.compile(r"\s*-\s*[\"']?[\w.-]+[\"']?\s*(?:#.*)?|(?!.*-m\b).*\[[\w\s.,\"'-]*\]\s*(?:#.*)?")
_COMMENT = re.compile(r"\s*#|[\s-]*name:")
_STEP = re.compile(r"(\s*)-\s")
_FOLDER = re.compile(r"^[ \t-]*+(?:working-directory|package-dir):\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
_MATCHES = 40
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
        passed = table.get("environment-pass")
        if isinstance(passed, list):
            names += tuple(name for name in passed if isinstance(name, str))
        out.wheel_builders.append(WheelBuilder(document.at("tool", "cibuildwheel"), "cibuildwheel", names))
        _limited_wheels(document, out)
    for path in tree.files():
        if not _CI.match(path):
            continue
        text = read_text(tree, path, _LIMIT)
        if text is None:
            continue
        variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))[:200]
        lines = text.split("\n")
        for pattern, tool in _TOOLS:
            line = _first_run(tree, lines, pattern)
            if line is not None:
                out.wheel_builders.append(WheelBuilder(Place(path, line + 1), tool, variables))


def _first_run(tree: Tree, lines: list[str], pattern: re.Pattern[str]) -> int | None:
    """Return the index of the first line that runs the tool for this project, None where there is none."""
    named = [number for number, line in enumerate(lines) if pattern.search(line)]
    for number in named[:_MATCHES]:
        line = lines[number]
        if _COMMENT.match(line) or _NAMED_ONLY.fullmatch(line):
            continue
        folders = _FOLDER.findall(_step(lines, number))
        if not any(_other_project(tree, folder) for folder in folders):
            return number
    return None


def _step(lines: list[str], number: int) -> str:
    """Return the item of a YAML list that a line stands in: one step of a workflow, by its indentation."""
    first = number
    indent = len(lines[number]) - len(lines[number].lstrip())
    while first >= 0:
        start = _STEP.match(lines[first])
        if start and (len(start[1]) < indent or first == number):
            break
        first -= 1
    if first < 0:
        return lines[number]
    limit = len(lines[first]) - len(lines[first].lstrip())
    last = number + 1
    while last < len(lines) and (not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip()) > limit):
        last += 1
    return "\n".join(lines[first:last])


def _other_project(tree: Tree, folder: str) -> bool:
    path = posixpath.normpath(folder)
    return path != "." and any(tree.is_file(f"{path}/{name}") for name in ("pyproject.toml", "setup.py"))
