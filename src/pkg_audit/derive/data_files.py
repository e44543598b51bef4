"""Derive which data files of shipped packages the wheel would hold, and which of those left out the code asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.scope import role_of_folder
from pkg_audit.errors import ReadError
from pkg_audit.facts.layout_records import DataFile
from pkg_audit.facts.place import Place
from pkg_audit.knowledge.layout_names import not_data

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_MOST = 200
_GENERATED = ("_pb2.py", "_pb2_grpc.py")
"""Modules that a compiler wrote; a name in them is where they came from, not what they read."""


def unshipped_data(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[DataFile, ...]:
    """Return the data files in shipped packages that the wheel leaves out and a shipped module names in a string.

    A release's wheel is built from its sdist, so that it lacks what that leaves out. Empty where the wheel's files are
    not completely known: then nothing can be called left out.
    """
    wheel, sdist = distribution.wheel, distribution.sdist
    if wheel.files is None or not wheel.complete:
        return ()
    shipped = {file.source for file in wheel.files}
    if sdist.files is not None and sdist.complete and scanned.source == "directory":
        shipped &= set(sdist.files)
    roots: dict[str, list[str]] = {}
    for file in wheel.files:
        if file.source.endswith(".py") and "/" in file.source and "/" in file.path:
            depth = file.path.count("/") - 1
            root = file.source.rpartition("/")[0].rsplit("/", depth)[0] if depth else file.source.rpartition("/")[0]
            roots.setdefault(root, []).append(file.source)
    suffixes, names = not_data()
    left_out: dict[str, list[str]] = {}
    for path in scanned.files:
        name = path.rpartition("/")[2]
        if path in shipped or name in names or name.endswith(suffixes) or name.startswith((".", "README", "readme")):
            continue
        root = next((r for r in roots if path.startswith(f"{r}/")), "")
        if not root or any(_is_aside(folder) for folder in path.split("/")[:-1]):
            continue
        left_out.setdefault(root, []).append(path)
    records = []
    for root, paths in left_out.items():
        if len(paths) > _MOST:
            continue  # a whole tree of assets kept out on purpose; naming each would bury the rest
        readers = _readers(tree, roots[root], {path.rpartition("/")[2] for path in paths})
        for path in paths:
            name = path.rpartition("/")[2]
            if name in readers:
                records.append(
                    DataFile(
                        at=Place(path),
                        path=path,
                        name=name,
                        package=root.rpartition("/")[2],
                        shipped="no",
                        referenced="yes",
                        reader=readers[name].path or "",
                        backend=distribution.backend or "",
                        related=(readers[name],),
                    )
                )
    return tuple(records)


def _is_aside(folder: str) -> bool:
    """Tell whether a folder holds tests, documents or examples, or what other assets are made from (`static_src`)."""
    return folder.endswith("_src") or role_of_folder(folder.lstrip("_")) in ("test", "docs", "example")


def _readers(tree: Tree, sources: list[str], names: set[str]) -> dict[str, Place]:
    """Map file names to the first place in the sources where a quoted string, no key, ends in that name."""
    found: dict[str, Place] = {}
    wanted = {
        name: (name.encode("utf-8", "surrogateescape") + b'"', name.encode("utf-8", "surrogateescape") + b"'")
        for name in names
    }
    for source in sorted(sources):
        if source.endswith(_GENERATED):
            continue
        if len(found) == len(names):
            break
        try:
            data = tree.read(source)
        except ReadError:
            continue
        for name, quoted in wanted.items():
            if name in found:
                continue
            for needle in quoted:
                index = data.find(needle)
                if index > 0 and data[index - 1 : index] in (b'"', b"'", b"/"):
                    start = data.rfind(b"\n", 0, index) + 1
                    after = data[index + len(needle) : index + len(needle) + 8].lstrip(b" ")
                    if b"#" in data[start:index] or after.startswith(b":"):
                        continue
                    line = data.count(b"\n", 0, index) + 1
                    column = len(data[start:index].decode("utf-8", "replace")) + 1
                    found[name] = Place(source, line, column, line, column + len(name))
                    break
    return found
