"""Read what a wheel says about itself, in its name and in WHEEL, and what its binaries need.

Source: Binary distribution format (packaging.python.org, read November 2026).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown
from pkg_audit.facts.problem import Problem
from pkg_audit.facts.wheel_contents import WheelBinary, WheelContents
from pkg_audit.scan.built import read_headers
from pkg_audit.standards import NotStandard, parse_wheel_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.facts.place import Text, UnknownReason
    from pkg_audit.scan.built import Headers
    from pkg_audit.tree import Tree

MAX_BINARY = 64 << 20
"""Bytes of one binary; a larger one is named and not read."""
MAX_BINARIES = 256 << 20
"""Bytes of all binaries of a wheel."""
MAX_FILES = 20_000
MAX_TAGS = 1_000
MAX_PROBLEMS = 50

_WHEEL = re.compile(r"[^/]+\.dist-info/WHEEL")


def read_wheel(tree: Tree, native: NativeFindings | None) -> WheelContents:
    """Read the file name's tags, WHEEL, and the binaries that the native probe found; one at a time is in memory.

    `native` None: that probe failed, and nothing is known of binaries.
    """
    try:
        tags, build = parse_wheel_tags(f"{tree.name}.whl")
    except NotStandard:
        tags, build = (), ""
    at, headers = _read_headers(tree)
    found = native.binaries if native is not None else ()
    sure = native is not None and len(tree.files()) <= MAX_FILES
    return WheelContents(
        at,
        name_tags=tags,
        name_build=build,
        tags=tuple(headers.get("tag", ())[:MAX_TAGS]),
        root_is_purelib=_first(headers, "root-is-purelib"),
        build=_first(headers, "build"),
        binaries=tuple(_read_binaries(tree, [b.at.path for b in found if b.format in {"elf", "mach-o", "pe"}])),
        other_binaries=tuple(b.at for b in found if b.format in {"ar", "wasm"}),
        looked_everywhere="yes" if sure else "unknown",
    )


def unread(wheel: WheelContents | None) -> tuple[Problem, ...]:
    """Return a problem for each binary that was not read, none without a wheel."""
    if wheel is None:
        return ()
    doubts = [binary.unknown for binary in wheel.binaries if binary.unknown is not None]
    found = [Problem(f"a binary that was not read: {doubt.detail}", doubt.at.path, probe="wheel") for doubt in doubts]
    if len(found) > MAX_PROBLEMS:
        more = Problem(f"{len(found) - MAX_PROBLEMS} more binaries were not read", probe="wheel")
        return (*found[:MAX_PROBLEMS], more)
    return tuple(found)


def _read_headers(tree: Tree) -> tuple[Place, Headers]:
    path = next((path for path in tree.files() if _WHEEL.fullmatch(path)), None)
    if path is None:
        return WHOLE_PROJECT, {}
    try:
        text = tree.read(path, 1 << 18).decode("utf-8", "replace")
    except ReadError:
        return Place(path), {}
    return Place(path), read_headers(text, path)


def _first(headers: Headers, name: str) -> Text | None:
    return next(iter(headers.get(name, ())), None)


def _read_binaries(tree: Tree, paths: list[str | None]) -> Iterator[WheelBinary]:
    from pkg_audit.scan.binaries import read_binary

    left = MAX_BINARIES
    for path in paths:
        if path is None:
            continue
        size = tree.size(path) or 0
        if size > min(MAX_BINARY, left):
            limit = MAX_BINARY if size > MAX_BINARY else MAX_BINARIES
            why = (
                f"more than {limit >> 20} MiB of binaries"
                if limit == MAX_BINARIES
                else f"larger than {limit >> 20} MiB"
            )
            yield WheelBinary(Place(path), None, unknown=Unknown("too-large", Place(path), why))
            continue
        left -= size
        try:
            yield read_binary(tree.read(path, MAX_BINARY), path)
        except ReadError as error:
            reason: UnknownReason = "too-large" if error.reason == "too-large" else "not-parseable"
            yield WheelBinary(Place(path), None, unknown=Unknown(reason, Place(path), str(error)))
