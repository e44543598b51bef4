"""Call every probe on one project root; a broken one costs its own facts only."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pkg_audit.errors import ReadError
from pkg_audit.facts.native import NativeFindings
from pkg_audit.facts.place import Place
from pkg_audit.facts.problem import Problem
from pkg_audit.facts.scanned import FileError, Scanned, SetupPy
from pkg_audit.scan.built import read_built
from pkg_audit.scan.manifest_in import read_manifest_in
from pkg_audit.scan.native import read_native
from pkg_audit.scan.projects import inside, nested_projects
from pkg_audit.scan.pyproject import read_pyproject
from pkg_audit.scan.script_block import read_script_block
from pkg_audit.scan.setup_cfg import read_setup_cfg
from pkg_audit.scan.setup_py import read_setup_py
from pkg_audit.scan.sources import scan_source
from pkg_audit.scan.wheel import read_wheel, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pkg_audit.facts.scanned import ScriptBlock
    from pkg_audit.facts.sources import SourceFacts
    from pkg_audit.tree import Tree

T = TypeVar("T")

SOURCE_LIMIT = 1 << 20
IGNORE_MARK = b"pkg-audit:"

SOURCE_BUDGET = 96 << 20
"""Bytes of Python source read in one project, some 15 seconds' worth; the rest is a problem, not a silent pass."""
SIDE_BUDGET = 64 << 20
"""Where so much is read, what stands in side folders is left out."""
SIDE_FOLDERS = frozenset({"tests", "test", "testing", "samples", "examples", "docs", "doc", "benchmarks"})
"""What stands below these is read last: a wheel seldom holds it."""


def read_project(tree: Tree) -> Scanned:
    """Read everything the probes know about one project root.

    An exception inside a probe is our own fault: it becomes an internal problem and costs that probe's facts only.
    """
    problems: list[Problem] = []

    def probe(name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except RecursionError:
            problems.append(Problem("nested too deeply to be read", probe=name))
        except Exception as error:  # noqa: BLE001 - one broken probe must not cost the audit
            problems.append(Problem(f"internal error: {type(error).__name__}: {error}", probe=name, internal=True))
        return None

    pyproject = probe("pyproject", lambda: read_pyproject(tree))
    setup_cfg = probe("setup-cfg", lambda: read_setup_cfg(tree))
    setup_py = probe("setup-py", lambda: read_setup_py(tree))
    if setup_py is None and tree.is_file("setup.py"):  # not read is not the same as not there
        setup_py = SetupPy(Place("setup.py"), error=FileError(Place("setup.py"), "setup.py could not be read"))
    nested = nested_projects(tree)
    own = tuple(path for path in tree.files() if not inside(path, nested))
    with _collector_paused():
        reading = _read_sources(tree, own, problems)
    native = probe("native", lambda: read_native(tree, pyproject, setup_cfg, setup_py))
    wheel = probe("wheel", lambda: read_wheel(tree, native)) if tree.source == "wheel" else None
    return Scanned(
        source=tree.source,
        files=tree.files(),
        links=tree.links(),
        pyproject=pyproject,
        setup_cfg=setup_cfg,
        setup_py=setup_py,
        manifest_in=probe("manifest-in", lambda: read_manifest_in(tree)),
        sources=MappingProxyType(reading.sources),
        script_blocks=MappingProxyType(reading.blocks),
        native=native or NativeFindings(),
        built=probe("built", lambda: read_built(tree)),
        wheel=wheel,
        nested_projects=nested,
        marked=(*_marked(tree), *reading.marked),
        problems=(*tree.problems(), *problems, *unread(wheel)),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector: syntax trees have no cycles, and looking for some takes a quarter of a scan."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Reading:
    sources: dict[str, SourceFacts] = field(default_factory=dict)
    blocks: dict[str, ScriptBlock] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)


def _read_sources(tree: Tree, paths: Iterable[str], problems: list[Problem]) -> _Reading:
    """Read every Python file once; a file that cannot be read costs one problem."""
    reading = _Reading()
    spent = skipped = 0
    for path in _shipped_first([path for path in paths if path.endswith((".py", ".pyw"))]):
        if spent > SOURCE_BUDGET or (spent > SIDE_BUDGET and _is_aside(path)):
            skipped += 1
            continue
        try:
            data = tree.read(path, SOURCE_LIMIT)
        except ReadError as error:
            problems.append(Problem(str(error), path=path, probe="sources"))
            continue
        spent += len(data)
        try:
            reading.sources[path] = scan_source(data, path)
            if b"# ///" in data and (block := read_script_block(data, path)) is not None:
                reading.blocks[path] = block
        except Exception as error:  # noqa: BLE001 - one file costs one problem
            what = f"internal error: {type(error).__name__}: {error}"
            problems.append(Problem(what, path=path, probe="sources", internal=True))
        if IGNORE_MARK in data:
            reading.marked.append(path)
    if skipped:
        what = f"{skipped} Python files were not read, after {spent >> 20} MiB of sources"
        problems.append(Problem(what, probe="sources"))
    return reading


def _shipped_first(paths: list[str]) -> list[str]:
    """Return the paths with those of side folders last, each half in its order."""
    return sorted(paths, key=_is_aside)


def _is_aside(path: str) -> bool:
    return not SIDE_FOLDERS.isdisjoint(path.split("/")[:-1])


def _marked(tree: Tree) -> Iterator[str]:
    for path in ("pyproject.toml", "setup.cfg"):
        if tree.is_file(path):
            try:
                if IGNORE_MARK in tree.read(path):
                    yield path
            except ReadError:
                continue
