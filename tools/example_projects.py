"""Open a rule's example project: a folder, or a wheel that stands in it unpacked, packed for the occasion.

`fixtures/rules/RULE/bad/` with nothing in it but a folder `NAME.whl` stands for the wheel of that name: so its text can
be read and reviewed. RECORD is written here, unless the folder has one that is wrong on purpose.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.tree import Tree

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@contextmanager
def example_tree(folder: Path) -> Iterator[Tree]:
    """Open the example project in a folder; what is packed for it is removed afterwards."""
    entries = sorted(folder.iterdir())
    if len(entries) != 1 or entries[0].suffix != ".whl":
        yield open_tree(str(folder))
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as target:
        wheel = Path(target) / entries[0].name
        pack_wheel(entries[0], wheel)
        yield open_tree(str(wheel))


def pack_wheel(folder: Path, wheel: Path) -> None:
    """Write an unpacked wheel to a file, RECORD last. The same folder gives the same bytes."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    info = next(name.partition("/")[0] for name in files if name.partition("/")[0].endswith(".dist-info"))
    record = f"{info}/RECORD"
    listed = files.pop(record, None)
    if listed is None:
        rows = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in sorted(files.items())]
        listed = "".join([*rows, f"{record},,\n"]).encode()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in [*sorted(files.items()), (record, listed)]:
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
