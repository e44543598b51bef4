"""Read a wheel that is already built: its files, metadata and tags are there, nothing is predicted.

Source: Binary distribution format (packaging.python.org, read 2026-08), PEP 425, PEP 427.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pkg_audit.backends.metadata import core_metadata
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.tags import TagVerdict
from pkg_audit.backends.tags.words import floor_of
from pkg_audit.errors import ReadError
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown, KindReason, Sdist, ShippedFile, WheelTag
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.port import Project
    from pkg_audit.facts.native import WheelKind
    from pkg_audit.tree.port import Tree

_COMPILED = (".so", ".pyd", ".dylib", ".dll")
_EXTENSION = re.compile(r"([A-Za-z_]\w*)(?:\.(?:cpython|cp|abi3|pypy|graalpy)[\w-]*(?:\.[\w-]+)?)?\.(?:so|pyd)")
_INFO = re.compile(r"[^/]+\.dist-info/")
_DATA = re.compile(r"\A[^/]+\.data/(purelib|platlib)/")


class BuiltWheel:
    """Answer for a wheel what the backends' models answer for a source tree."""

    def predict(self, project: Project) -> Prediction:
        """Return the wheel's own files and metadata."""
        built = project.scanned.built
        if built is None:
            doubt = Unknown("file-missing", WHOLE_PROJECT, "the wheel has no readable METADATA")
            metadata = core_metadata(Declared("wheel", WHOLE_PROJECT), unknown=[FieldUnknown("name", doubt)])
        else:
            metadata = core_metadata(built)
        return Prediction(metadata, WheelFiles(_files(project.scanned.files), complete=True), Sdist())


def tags_of(tree: Tree) -> tuple[str, ...]:
    """Return the wheel's compatibility tags as its WHEEL file lists them, empty where there is none."""
    for path in tree.files():
        if re.fullmatch(r"[^/]+\.dist-info/WHEEL", path):
            try:
                text = tree.read(path, 1 << 16).decode("utf-8", "replace")
            except ReadError:
                return ()
            return tuple(line[4:].strip() for line in text.splitlines()[:2000] if line.lower().startswith("tag:"))
    return ()


def read_tags(tree: Tree) -> TagVerdict:
    """Return the wheel's tags, and the lowest Python that an abi3 one names; not known without a WHEEL file."""
    tags = []
    floor = None
    for text in tags_of(tree):
        parts = text.split("-")
        if len(parts) == 3:
            tags.append(WheelTag(parts[0], parts[1], parts[2]))
            if "abi3" in parts[1].split(".") and floor_of(parts[0]):
                floor = Text(floor_of(parts[0]))
    if not tags:
        doubt = Unknown("file-missing", WHOLE_PROJECT, "the wheel has no readable WHEEL file")
        return TagVerdict(unknown=(FieldUnknown("tags", doubt),))
    return TagVerdict(tuple(tags), floor)


def kind_of(tree: Tree) -> tuple[WheelKind, tuple[KindReason, ...]]:
    """Return what the wheel's tags say that it is; unknown without tags."""
    tags = tags_of(tree)
    if not tags:
        return "unknown", (KindReason("the wheel has no readable WHEEL file", WHOLE_PROJECT),)
    abis = {part for tag in tags for part in tag.split("-")[1:2]}
    platforms = {part for tag in tags for part in tag.split("-")[2:3]}
    kind: WheelKind = "native"
    if abis == {"none"}:
        kind = "pure" if platforms == {"any"} else "platform-no-abi"
        if kind == "platform-no-abi" and any(re.match(r"cp\d", tag) for tag in tags):
            kind = "native"
    elif any("abi3" in abi for abi in abis):
        kind = "native-abi3"
    return kind, (KindReason(f"tagged {', '.join(sorted(tags)[:3])}", WHOLE_PROJECT),)


def free_threaded_of(tree: Tree, kind: WheelKind) -> Literal["yes", "no", "n/a", "unknown"]:
    """Tell whether the wheel is tagged for free-threaded Pythons; `n/a` for one without an ABI."""
    if kind in ("pure", "platform-no-abi"):
        return "n/a"
    return "yes" if any(re.search(r"-cp\d+t-", tag) or "abi3t" in tag for tag in tags_of(tree)) else "no"


def extension_modules_of(files: Iterable[str]) -> tuple[str, ...]:
    """Return the dotted names of the extension modules among a wheel's files, sorted."""
    names = set()
    for path in files:
        *folders, name = _DATA.sub("", path).split("/")
        match = _EXTENSION.fullmatch(name)
        if match and all(folder.isidentifier() for folder in folders):
            names.add(".".join([*folders, match[1]]))
    return tuple(sorted(names))


def _files(paths: Iterable[str]) -> tuple[ShippedFile, ...]:
    shipped = []
    for path in paths:
        installed = _DATA.sub("", path)
        if _INFO.match(path) or (".data/" in path and installed == path) or path.endswith(_COMPILED):
            continue
        shipped.append(ShippedFile(installed, path, "stands in the wheel"))
    return tuple(shipped)


def place_of_metadata(tree: Tree) -> Place:
    """Return where the wheel's metadata stands."""
    return next((Place(p) for p in tree.files() if re.fullmatch(r"[^/]+\.dist-info/METADATA", p)), WHOLE_PROJECT)
