"""Build archives, honest and deceptive, for the tests."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

Entries = dict[str, bytes]


def make_zip(files: Entries, *, comment: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.comment = comment
    return buffer.getvalue()


class Unseekable(io.RawIOBase):
    """A stream, which makes zipfile write data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self.data += data
        return memoryview(data).nbytes


def make_streamed_zip(files: Entries) -> bytes:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(stream.data)


class RawZip:
    """A zip file written field by field, so that its parts can disagree."""

    def __init__(self) -> None:
        self.body = b""
        self.directory = b""
        self.count = 0

    def add(
        self,
        name: str,
        data: bytes,
        *,
        listed: str | None = "",
        flags: int = 0,
        method: int = 8,
        size: int | None = None,
        crc: int | None = None,
        mode: int = stat.S_IFREG | 0o644,
        local_size: int | None = None,
    ) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush() if method == 8 else data
        crc = zlib.crc32(data) if crc is None else crc
        size = len(data) if size is None else size
        raw = name.encode()
        fields = (flags, method, 0, 33, crc, len(packed), size if local_size is None else local_size)
        offset = len(self.body)
        self.body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *fields, len(raw), 0) + raw + packed
        if listed is None:
            return
        raw = (listed or name).encode()
        fields = (flags, method, 0, 33, crc, len(packed), size)
        tail = (len(raw), 0, 0, 0, 0, mode << 16, offset)
        self.directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, 20, *fields, *tail) + raw
        self.count += 1

    def end(self, *, count: int | None = None, size: int | None = None, offset: int | None = None) -> bytes:
        count = self.count if count is None else count
        size = len(self.directory) if size is None else size
        offset = len(self.body) if offset is None else offset
        return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, offset, 0)

    def bytes(self) -> bytes:
        return self.body + self.directory + self.end()


DIST_INFO = "demo-1.0.dist-info"
WHEEL = "demo-1.0-py3-none-any.whl"


def record(files: Entries) -> bytes:
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return ("".join(lines) + f"{DIST_INFO}/RECORD,,\n").encode()


def wheel_files(extra: Entries | None = None) -> Entries:
    files = {"demo/__init__.py": b"x = 1\n", **(extra or {})}
    files[f"{DIST_INFO}/METADATA"] = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
    files[f"{DIST_INFO}/WHEEL"] = b"Wheel-Version: 1.0\n"
    return {**files, f"{DIST_INFO}/RECORD": record(files)}


def raw_wheel() -> RawZip:
    archive = RawZip()
    for name, data in wheel_files().items():
        archive.add(name, data)
    return archive


def member(name: str, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


SDIST_MEMBERS = [member("demo-1.0/pyproject.toml", b"[project]\n"), member("demo-1.0/src/demo.py", b"x = 1\n")]


def make_tar(members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, errors="surrogateescape") as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def pack(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def raw_header(name: bytes, size_field: bytes, kind: bytes = b"0") -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[100:108] = b"0000644\0"
    header[124:136] = size_field.ljust(12, b"\0")
    header[148:156] = b" " * 8
    header[156:157] = kind
    header[257:265] = b"ustar\x0000"
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)
