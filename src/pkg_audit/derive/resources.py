"""Derive which resources the code asks for by name and no file of the project has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.scope import runtime_sources
from pkg_audit.errors import ReadError
from pkg_audit.facts.layout_records import MissingResource
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.derive.runtime.data import Found
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_MOST = 100

_READERS = frozenset(
    {
        "pkgutil.get_data", "importlib.resources.read_text", "importlib.resources.read_binary",
        "importlib.resources.open_text", "importlib.resources.open_binary", "importlib.resources.path",
    }
)  # fmt: skip


def missing_data_files(
    tree: Tree, scanned: Scanned, distribution: Distribution, found: Found
) -> tuple[MissingResource, ...]:
    """Return the files that code reads from the folders of its own packages and that exist nowhere in the tree.

    Only where the wheel's files are completely known, and where neither the code writes a file of that name nor the
    configuration of the build names one.
    """
    wheel = distribution.wheel
    if wheel.files is None or not wheel.complete or wheel.kind != "pure":
        return ()
    packages = {file.path.partition("/")[0] for file in wheel.files if file.path.endswith("/__init__.py")}
    names = {path.rpartition("/")[2] for path in (*scanned.files, *scanned.links, *(file.path for file in wheel.files))}
    configuration = "\n".join(_text(tree, path) for path in ("pyproject.toml", "setup.py", "setup.cfg", "Makefile"))
    records: dict[tuple[str | None, str], MissingResource] = {}
    for use, path in found.absent:
        package, _, name = path.rpartition("/")
        if path.partition("/")[0] not in packages or name in names or name in found.written or name in configuration:
            continue
        if "." in name.strip(".") and not name.endswith((".py", ".pyc")):
            record = MissingResource(use.at, name, package.replace("/", "."), use.by.lstrip("."))
            records.setdefault((use.at.path, path), record)
    return tuple(records.values())[:_MOST]


def _text(tree: Tree, path: str) -> str:
    try:
        return tree.read(path).decode("utf-8", "replace") if tree.is_file(path) else ""
    except ReadError:
        return ""


def missing_resources(scanned: Scanned, distribution: Distribution) -> tuple[MissingResource, ...]:
    """Return the resources read from the project's own packages that exist nowhere in the tree.

    Only where the wheel's files are completely known and the name is a literal; a package that is named by another
    project's import name is that project's business.
    """
    wheel = distribution.wheel
    native = scanned.native
    if wheel.files is None or not wheel.complete or native.cmake is not None or native.meson is not None:
        return ()  # CMake and Meson install what they like
    shipped = {file.path for file in wheel.files}
    names = {path.rpartition("/")[2] for path in (*scanned.files, *shipped)}
    roots = {file.path.partition("/")[0] for file in wheel.files}
    packages = {file.source: file.path.rpartition("/")[0] for file in wheel.files}
    found = []
    for path in runtime_sources(scanned, distribution):
        for call in scanned.sources[path].calls:
            if call.name not in _READERS or len(call.args) < 2 or not call.args[1]:
                continue
            package, name = call.args[0], call.args[1]
            folder = packages.get(path, "") if package is None else package.replace(".", "/")
            if folder.partition("/")[0] not in roots or name.rpartition("/")[2] in names:
                continue
            at = Place(path, call.at.line, call.at.column, call.at.end_line, call.at.end_column)
            found.append(MissingResource(at, name, folder.replace("/", "."), call.name))
    return tuple(found)
