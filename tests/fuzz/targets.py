"""What is fuzzed: functions that take bytes and must not raise, whatever the bytes are.

Used by `run.py` under atheris (`nox -s fuzz`) and, over the committed seeds, by the ordinary tests.
"""

from __future__ import annotations

import functools
import json
import os
import tempfile
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.tree.listed import ListedTree, ProblemLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PYPROJECT = b'[project]\nname = "demo"\nversion = "1"\n'


class Memory:
    """Read files out of a mapping."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def size(self, path: str) -> int | None:
        return len(self._files[path])

    def head(self, path: str, count: int) -> bytes:
        return self._files[path][:count]


def tree_of(files: Mapping[str, bytes]) -> ListedTree:
    """Return a tree of files that exist in memory only: nothing touches the disk, so a run takes microseconds."""
    return ListedTree("directory", "demo", sorted(files), (), ProblemLog(), Memory(files))


def split(data: bytes) -> dict[str, bytes]:
    """Read `=== name` lines as the start of a file each; what stands before the first belongs to pyproject.toml."""
    files: dict[str, list[bytes]] = {}
    name = "pyproject.toml"
    for line in data.split(b"\n"):
        if line.startswith(b"=== "):
            given = line[4:64].decode("utf-8", "surrogateescape").replace("\0", "")
            parts = [part for part in given.split("/") if part not in ("", ".", "..")]
            name = "/".join(parts[:4]) or name
        files.setdefault(name, []).append(b"" if line.startswith(b"=== ") else line + b"\n")
    folders = {name.rpartition("/")[0] for name in files}
    return {name: b"".join(lines) for name, lines in files.items() if name not in folders}


def sources(data: bytes) -> None:
    from pkg_audit.scan.script_block import read_script_block
    from pkg_audit.scan.sources import scan_bindings, scan_source

    scan_source(data, "demo/x.py")
    scan_bindings(data)
    read_script_block(data, "x.py")


def toml(data: bytes) -> None:
    from pkg_audit.scan.pyproject import read_pyproject
    from pkg_audit.scan.toml import decode_toml

    decode_toml(data, "pyproject.toml")
    read_pyproject(tree_of({"pyproject.toml": data}))


def setup_py(data: bytes) -> None:
    from pkg_audit.scan.setup_py import read_setup_py

    read_setup_py(tree_of({"setup.py": data, "demo/__init__.py": b"__version__ = '1'\n", "README.md": b"Hello.\n"}))


def hooks(data: bytes) -> None:
    from pkg_audit.scan import scan

    hatch = b'[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n[tool.hatch.build.hooks.custom]\n'
    poetry = b'[build-system]\nrequires = []\nbuild-backend = "poetry.core.masonry.api"\n'
    poetry += b'[tool.poetry.build]\nscript = "b.py"\n'
    for pyproject, name in ((hatch, "hatch_build.py"), (poetry, "b.py")):
        check_problems(
            scan(tree_of({"pyproject.toml": pyproject, name: data, "demo/x.pyx": b"", "README": b"a\nb\n"})).problems
        )


def metadata(data: bytes) -> None:
    from pkg_audit.scan.built import read_built
    from pkg_audit.scan.entry_points_text import parse_entry_points
    from pkg_audit.scan.ini import parse_ini
    from pkg_audit.scan.setup_cfg import read_setup_cfg

    sdist = tree_of({"PKG-INFO": data, "setup.py": b""})
    sdist.source = "sdist"
    read_built(sdist)
    wheel = tree_of({"demo-1.dist-info/METADATA": data, "demo-1.dist-info/entry_points.txt": data})
    wheel.source = "wheel"
    read_built(wheel)
    text = data.decode("utf-8", "surrogateescape")
    parse_ini(text, "setup.cfg")
    parse_entry_points(text, "entry_points.txt")
    read_setup_cfg(tree_of({"setup.cfg": data}))


def patterns(data: bytes) -> None:
    from pkg_audit.backends import predict
    from pkg_audit.scan import scan
    from pkg_audit.tree.ignore import Budget, IgnoreFile

    ignores = IgnoreFile("", data, Budget())
    for path in ("demo/__init__.py", "a/b/c/d.txt", "docs/" + "a" * 60 + ".md", "caf\udce9/\u00e9"):
        ignores.decide(path, path.rpartition("/")[2], is_dir=False)
    shared = {
        "MANIFEST.in": data,
        ".gitignore": data,
        "demo/__init__.py": b"",
        "demo/a/b.txt": b"",
        "LICENSE": b"",
        "docs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.md": b"",
    }
    globs = json.dumps(data.decode("utf-8", "replace").split("\n")[:20]).encode()
    hatch = PYPROJECT + b"[tool.hatch.build]\nexclude = " + globs + b"\n[tool.hatch.build.targets.wheel]\ninclude = "
    for pyproject in (
        PYPROJECT + b"license-files = " + globs + b"\n[tool.setuptools.package-data]\ndemo = " + globs,
        b'[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n' + hatch + globs,
    ):
        tree = tree_of({**shared, "pyproject.toml": pyproject})
        predict(tree, scan(tree))


def native(data: bytes) -> None:
    from pkg_audit.scan import scan
    from pkg_audit.scan.native.c_uses import read_c
    from pkg_audit.scan.native.cython_uses import read_cython

    read_c(data, "x.c")
    read_cython(data, "x.pyx")

    for backend, name in (
        ("maturin", "Cargo.toml"),
        ("mesonpy", "meson.build"),
        ("scikit_build_core.build", "CMakeLists.txt"),
    ):
        build = f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'.encode()
        found = scan(tree_of({"pyproject.toml": build + PYPROJECT, name: data, "src/lib.rs": data, "src/x.c": data}))
        check_problems(found.problems)


def archives(data: bytes) -> None:
    from pkg_audit.tree import open_tree

    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        for name in ("demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            try:
                tree = open_tree(path)
            except TreeError:
                continue
            for member in tree.files()[:20]:
                try:
                    tree.read(member)
                except ReadError:
                    continue


def binaries(data: bytes) -> None:
    from pkg_audit.scan.binaries import read_binary

    for start in (b"", b"\x7fELF\x02\x01", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe\0\0\0\x02"):
        found = read_binary(start + data[len(start) :], "x")
        if bool(found.images) == bool(found.unknown):
            raise AssertionError("neither read nor unknown, or both")


def wheels(data: bytes) -> None:
    """Judge a wheel whose WHEEL file and binary the data is: `=== name` lines part them."""
    from pkg_audit.backends import predict
    from pkg_audit.derive.wheel import unread_binaries, wheel_faults
    from pkg_audit.scan import scan

    first, _, rest = data.partition(b"\n=== \n")
    name, _, listed = first.partition(b"\n")
    info = "demo-1.0.dist-info"
    tree = tree_of({f"{info}/WHEEL": listed, "demo/_fast.abi3.so": rest, f"{info}/METADATA": b"Name: demo\n"})
    tree.source = "wheel"
    tree.name = "demo-1.0-" + name.decode("utf-8", "surrogateescape")[:200]
    scanned = scan(tree)
    check_problems(scanned.problems)
    distribution = predict(tree, scanned)
    wheel_faults(scanned, distribution)
    unread_binaries(scanned, distribution)


def whole(data: bytes) -> None:
    import pkg_audit.audit
    from pkg_audit.config import load_config
    from pkg_audit.report import FORMATS, Style, render

    ruleset, decision = _ours()
    tree = tree_of(split(data))
    config = load_config(None, {"facts": True, "isolated": True}, {}, "")
    try:
        with (
            patch.object(pkg_audit.audit, "load_ruleset", lambda *_: ruleset),
            patch.object(pkg_audit.audit, "load_decision", lambda *_: decision),
        ):
            report = pkg_audit.audit.audit(tree, config)
    except TreeError:
        return
    check_problems(report.problems)
    for name in FORMATS:
        text = render(report, name, Style(show_all=True))
        text.encode("utf-8")
        if name in ("json", "sarif"):
            json.loads(text)


@functools.cache
def _ours() -> tuple[Any, Any]:
    """Return the rules and the decision tree: they are ours, and loading them costs more than an audit."""
    from pkg_audit.advice import load_decision
    from pkg_audit.ruleset import load_ruleset

    ruleset = load_ruleset()
    return ruleset, load_decision(ruleset)


def check_problems(problems: object) -> None:
    """Fail on what the audit caught and called its own fault: a guard swallowed an exception."""
    for problem in problems:  # type: ignore[attr-defined]
        if problem.internal:
            raise AssertionError(f"{problem.probe}: {problem.what}")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "sources": sources,
    "toml": toml,
    "setup_py": setup_py,
    "hooks": hooks,
    "metadata": metadata,
    "patterns": patterns,
    "native": native,
    "archives": archives,
    "binaries": binaries,
    "wheels": wheels,
    "whole": whole,
}
