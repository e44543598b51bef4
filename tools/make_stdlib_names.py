"""Rewrite `knowledge/stdlib_names.tsv` by asking interpreters what their standard library has.

Usage: python tools/make_stdlib_names.py 3.6=/path/to/python3.6 3.7=/path/to/python3.7 ...

Each interpreter lists its modules (submodules too) and the public names of the modules that programs import names
from. A line of the output is `module`, `name` ("" for the module itself), the first version that has it ("" if the
oldest has), the first that lacks it again ("" if none). Only what changed between the versions is written.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "pkg_audit" / "knowledge" / "stdlib_names.tsv"

LIST = r"""
import importlib, json, os, pkgutil, sys, types, warnings
warnings.simplefilter("ignore")
SKIP = ("test", "idlelib", "lib2to3", "turtledemo", "ensurepip", "site-packages", "distutils", "pydoc_data", "this",
        "antigravity", "__phello__", "idle_test")
roots = [p for p in sys.path if p.endswith(("python%d.%d" % sys.version_info[:2], "lib-dynload"))]
modules = set(sys.builtin_module_names)
pending = [("", roots)]
while pending:
    prefix, paths = pending.pop()
    for item in pkgutil.iter_modules(paths):
        name = prefix + item.name
        parts = name.split(".")
        if any(p in SKIP or p.startswith("test_") or p == "tests" or p == "__main__" for p in parts):
            continue
        modules.add(name)
        if item.ispkg:
            pending.append((name + ".", [os.path.join(p, item.name) for p in paths]))
found = {}
for name in sorted(modules):
    parts = name.split(".")
    if any(p.startswith("_") for p in parts):
        continue
    try:
        module = importlib.import_module(name)
    except BaseException:
        found[name] = None
        continue
    public = getattr(module, "__all__", None)
    found[name] = sorted(set(map(str, public))) if public else [
        n for n, v in vars(module).items()
        if not n.startswith("_") and not isinstance(v, types.ModuleType)
        and getattr(v, "__module__", name) in (name, parts[-1], None)
    ]
print(json.dumps(found))
"""

TEST = r"""
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
answer = {}
for name, wanted in json.load(sys.stdin).items():
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    answer[name] = [n for n in wanted if hasattr(module, n)]
print(json.dumps(answer))
"""

BY_HAND = [
    # Left out of the listing because importing them on purpose warns or fails.
    ("distutils", "", "", "3.12"),
    ("lib2to3", "", "", "3.13"),
    # What's New in Python 3.14 and 3.15: no interpreter of these was at hand.
    ("annotationlib", "", "3.14", ""),
    ("compression", "", "3.14", ""),
    ("compression.zstd", "", "3.14", ""),
    ("concurrent.interpreters", "", "3.14", ""),
    ("string.templatelib", "", "3.14", ""),
    ("sre_compile", "", "", "3.15"),
    ("sre_constants", "", "", "3.15"),
    ("sre_parse", "", "", "3.15"),
]


def ask(python: str, program: str, question: str = "") -> dict[str, list[str] | None]:
    """Run a program in an interpreter and return its answer, the last line of its output."""
    command = [python, "-I", "-c", program]
    done = subprocess.run(command, input=question, check=True, capture_output=True, text=True)
    answer: dict[str, list[str] | None] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main(arguments: list[str]) -> None:
    """Ask every interpreter twice, for what it has and for what the others have, and write the differences."""
    pythons = dict(argument.split("=", 1) for argument in arguments)
    versions = sorted(pythons, key=lambda version: int(version.partition(".")[2]))
    listed = {version: ask(pythons[version], LIST) for version in versions}
    wanted: dict[str, set[str]] = {}
    for answer in listed.values():
        for module, names in answer.items():
            wanted.setdefault(module, set()).update(names or ())
    question = json.dumps({module: sorted(names) for module, names in wanted.items()})
    tested = {version: ask(pythons[version], TEST, question) for version in versions}
    rows = list(BY_HAND)
    for module, names in sorted(wanted.items()):
        holding = [version for version in versions if module in listed[version]]
        rows += row(module, "", holding, versions)
        if all(module in tested[version] for version in holding):
            for name in sorted(
                names - {inner.rpartition(".")[2] for inner in wanted if inner.startswith(f"{module}.")}
            ):
                # Submodules have lines of their own: whether they are attributes depends on what is imported.
                rows += row(module, name, [v for v in holding if name in (tested[v][module] or ())], holding)
    header = f"# What came or went in the standard library, CPython {versions[0]} to {versions[-1]} on Linux asked"
    header += f", later ones by hand; {datetime.now(tz=UTC).date().isoformat()}; tools/make_stdlib_names.py"
    TARGET.write_text("\n".join([header, *("\t".join(line) for line in sorted(rows))]) + "\n", encoding="utf-8")
    print(f"{len(rows)} lines")


def row(module: str, name: str, having: list[str], versions: list[str]) -> list[tuple[str, str, str, str]]:
    """Return the line for what some versions have, nothing where all have it or it came and went more than once."""
    if not having or len(having) == len(versions):
        return []
    first, last = versions.index(having[0]), versions.index(having[-1])
    if last - first + 1 != len(having):
        return []
    return [(module, name, having[0] if first else "", versions[last + 1] if last + 1 < len(versions) else "")]


if __name__ == "__main__":
    main(sys.argv[1:])
