"""Check that a wheel is what its file name and its RECORD say.

Sources: the binary distribution format and "Recording installed projects" (PyPA specifications, read 2026-11). An
index refuses wheels whose RECORD does not list exactly the files they hold; installers verify the hashes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from pkg_audit.standards import NotStandard, parse_version, parse_wheel_name
from pkg_audit.tree.display import display
from pkg_audit.tree.source import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.version import Version

    from pkg_audit.tree.listed import ProblemLog
    from pkg_audit.tree.opener import Kind
    from pkg_audit.tree.zip_reader import ZipReader

MAX_RECORD = 16 << 20
MAX_HASHED = 500 << 20
_SHOWN = 20
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})


def check_wheel(file_name: str, kinds: Mapping[str, Kind], reader: ZipReader, log: ProblemLog) -> None:
    """Record every disagreement between a wheel's name, its members and its RECORD as blocking."""
    expected = _parse_file_name(file_name)
    if expected is None:
        log.add("the file's name is not a wheel's", blocking=True)
    folders = {name.partition("/")[0] for name, kind in kinds.items() if kind != "dir" and "/" in name}
    found = sorted(folder for folder in folders if folder.endswith(".dist-info"))
    if len(found) != 1:
        count = "no" if not found else "more than one"
        log.add(f"a wheel holds one .dist-info directory; this one holds {count}", blocking=True)
        return
    folder = found[0]
    if expected is not None and _parse_folder(folder) != expected:
        log.add("the .dist-info directory names another project or version than the file", folder, blocking=True)
    for name in ("METADATA", "WHEEL", "RECORD"):
        if kinds.get(f"{folder}/{name}") != "file":
            log.add(f"a wheel holds {name} in its .dist-info directory; this one does not", folder, blocking=True)
    record = f"{folder}/RECORD"
    if kinds.get(record) == "file":
        _check_record(record, kinds, reader, log)


def _check_record(record: str, kinds: Mapping[str, Kind], reader: ZipReader, log: ProblemLog) -> None:
    rows = _read_record(record, reader, log)
    if rows is None:
        return
    unsigned = {record, f"{record}.jws", f"{record}.p7s"}
    present = {name for name, kind in kinds.items() if kind != "dir"}
    for name in sorted(present - rows.keys() - unsigned):
        log.add("not listed in RECORD", name, blocking=True)
    missing = sorted(rows.keys() - present)
    for name in missing[:_SHOWN]:
        log.add(f"RECORD lists `{display(name)}`, which the wheel does not hold", record, blocking=True)
    if len(missing) > _SHOWN:
        log.add(f"RECORD lists {len(missing) - _SHOWN} more files that the wheel does not hold", record, blocking=True)
    left, unchecked = MAX_HASHED, 0
    for name in sorted(present & rows.keys() - unsigned):
        if kinds[name] != "file":
            continue
        left -= reader.size(name) or 0  # streaming never goes beyond the size that is stated
        if left < 0:
            unchecked += 1
        else:
            _check_member(name, rows[name], reader, log)
    if unchecked:
        log.add(f"partial: the hashes of {unchecked} files were not checked: more than {MAX_HASHED:,} bytes", record)


def _check_member(name: str, row: tuple[str, str], reader: ZipReader, log: ProblemLog) -> None:
    algorithm, _, stated = row[0].partition("=")
    if algorithm not in _ALGORITHMS or not stated:
        log.add("RECORD states no usable hash", name, blocking=True)
        return
    digest = hashlib.new(algorithm, usedforsecurity=False)
    size = 0
    try:
        for piece in reader.stream(name):
            digest.update(piece)
            size += len(piece)
    except DamagedError as error:
        log.add(str(error), name, blocking=True)
        return
    if _decode(stated) != digest.digest() or (row[1] and row[1] != str(size)):
        log.add("RECORD states another hash or size", name, blocking=True)


def _read_record(record: str, reader: ZipReader, log: ProblemLog) -> dict[str, tuple[str, str]] | None:
    import csv

    data = bytearray()
    try:
        for piece in reader.stream(record):
            data += piece
            if len(data) > MAX_RECORD:
                log.add(f"larger than {MAX_RECORD:,} bytes; not read", record, blocking=True)
                return None
        rows: dict[str, tuple[str, str]] = {}
        for row in csv.reader(_lines(data.decode("utf-8"))):
            if not row:
                continue
            if len(row) != 3:
                log.add("RECORD is malformed: a row has not three fields", record, blocking=True)
                return None
            if row[0] in rows:
                # Installers differ in which of the rows they go by.
                log.add("listed twice in RECORD", row[0], blocking=True)
            rows.setdefault(row[0], (row[1], row[2]))
    except DamagedError as error:
        log.add(str(error), record, blocking=True)
        return None
    except (csv.Error, UnicodeDecodeError):
        log.add("RECORD is malformed", record, blocking=True)
        return None
    return rows


def _lines(text: str) -> Iterable[str]:
    # Not splitlines(): file names may hold U+2028 and other characters that it takes for line ends.
    return (line + "\n" for line in text.split("\n"))


def _decode(stated: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(stated + "=" * (-len(stated) % 4))
    except (binascii.Error, ValueError):
        return None


def _parse_file_name(file_name: str) -> tuple[str, Version] | None:
    """Return the normalised project name and version of a wheel's file name, None where it is not one."""
    try:
        return parse_wheel_name(file_name)
    except NotStandard:
        return None


def _parse_folder(folder: str) -> tuple[str, Version] | None:
    from packaging.utils import canonicalize_name

    name, _, version = folder.removesuffix(".dist-info").partition("-")
    try:
        return canonicalize_name(name), parse_version(version)
    except NotStandard:
        return None
