"""Read a compressed tar file in one pass: small members are kept in memory, of large ones the first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.tree import tar_header as tar
from pkg_audit.tree.members import Members
from pkg_audit.tree.names import leads_out
from pkg_audit.tree.source import ArchiveFile, DamagedError, InflatedStream
from pkg_audit.tree.tar_header import TarHeader

if TYPE_CHECKING:
    from pkg_audit.tree.listed import ProblemLog
    from pkg_audit.tree.opener import Kind

MAX_MEMBERS = 50_000
MAX_EXTENSION = 64 << 10
MAX_INFLATED = 500 << 20
MAX_RATIO = 100
RATIO_FREE = 10 << 20

KEEP_MEMBER = 4 << 20
KEEP_TOTAL = 128 << 20
KEEP_HEAD = 4 << 10
"""What is held in memory: members up to the first figure until the second is reached, else their first bytes."""


class TarReader:
    """The members of a .tar.gz, named as in the archive; `strip` is cut from the paths that are asked for.

    A fault ends the pass, is recorded as blocking, and leaves what came before.
    """

    def __init__(self, file: ArchiveFile, log: ProblemLog) -> None:
        self._log = log
        self._stream = InflatedStream(file, min(MAX_INFLATED, MAX_RATIO * file.size + RATIO_FREE))
        self._content: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}
        self._targets: dict[str, str] = {}
        self._kept = 0
        self._global: dict[str, str] = {}
        self.strip = ""
        self.listed = Members(log)
        try:
            self._read_members()
        except DamagedError as error:
            log.add(f"partial: {error}; the rest was not read", blocking=True)

    def check_links(self) -> None:
        """Record links that leave the archive's root (after stripping) or that name nothing in it."""
        for name, target in self._targets.items():
            if leads_out(name.removeprefix(self.strip), target):
                self._log.add("a symbolic link that leads out of the archive", name, blocking=True)

    def size(self, path: str) -> int | None:
        return self._sizes.get(self.strip + path)

    def head(self, path: str, count: int) -> bytes:
        content = self._content[self.strip + path]
        if len(content) < min(count, self._sizes[self.strip + path]):
            raise ReadError(path, "too-large", "too large to be kept in memory")
        return content[:count]

    def _read_members(self) -> None:
        pax: dict[str, str] = {}
        long_name: str | None = None
        long_link: str | None = None
        count = 0
        while (header := self._next_header()) is not None:
            count += 1
            if count > MAX_MEMBERS:
                raise DamagedError(f"more than {MAX_MEMBERS:,} members")
            if header.type == tar.PAX_GLOBAL:
                self._global.update(tar.parse_pax(self._extension(header)))
            elif header.type == tar.PAX:
                pax = tar.parse_pax(self._extension(header))
            elif header.type == tar.GNU_LONG_NAME:
                long_name = _text(self._extension(header))
            elif header.type == tar.GNU_LONG_LINK:
                long_link = _text(self._extension(header))
            else:
                header.name = header.name if long_name is None else long_name
                header.link = header.link if long_link is None else long_link
                tar.apply_pax(header, {**self._global, **pax})
                self._read_member(header)
                pax, long_name, long_link = {}, None, None

    def _next_header(self) -> TarHeader | None:
        block = self._stream.take(tar.BLOCK)
        if not block:
            return None
        if len(block) < tar.BLOCK:
            raise DamagedError("truncated within a header")
        if block.count(0) < tar.BLOCK:
            return tar.parse_header(block)
        while rest := self._stream.take(1 << 16):
            if rest.count(0) < len(rest):
                raise DamagedError("data after the end of the archive")
        return None

    def _extension(self, header: TarHeader) -> bytes:
        if header.size > MAX_EXTENSION:
            raise DamagedError("an extended header is too large")
        return self._data(header.size, header.size)

    def _data(self, size: int, keep: int) -> bytes:
        """Return the first `keep` bytes of the data that follows a header and pass over the rest."""
        kept = self._stream.take(keep)
        padding = -size % tar.BLOCK
        rest = size - keep
        if len(kept) < keep or self._stream.skip(rest) < rest:
            raise DamagedError("truncated within a member")
        self._stream.skip(padding)
        return kept

    def _read_member(self, header: TarHeader) -> None:
        if header.type not in tar.REGULAR:
            # POSIX: these have no data, whatever size they state.
            has_data = header.type not in {tar.HARD_LINK, tar.SYMBOLIC_LINK, tar.DIRECTORY, *b"346"}
            if has_data:
                self._data(header.size, 0)
            self._read_special(header)
            return
        if header.name.endswith("/") and header.type == 0:  # how directories were written before POSIX
            self._data(header.size, 0)
            self.listed.add(header.name, "dir")
            return
        whole = header.size <= KEEP_MEMBER and self._kept + header.size <= KEEP_TOTAL
        data = self._data(header.size, header.size if whole else min(header.size, KEEP_HEAD))
        name = self._add(header, data)
        if name is None:
            return
        self._kept += len(data)
        self._content[name] = data
        self._sizes[name] = header.size
        if header.mode & 0o6000:
            self._log.add("set-uid or set-gid", name)

    def _add(self, header: TarHeader, data: bytes) -> str | None:
        """List a file, unless the same content is listed by this name: some writers add a file twice."""
        known = header.name.removeprefix("./")
        if self._sizes.get(known) == header.size == len(data) and self._content.get(known) == data:
            return None
        return self.listed.add(header.name, "file")

    def _read_special(self, header: TarHeader) -> None:
        kind: Kind = "other"
        if header.type == tar.DIRECTORY:
            kind = "dir"
        elif header.type in {tar.HARD_LINK, tar.SYMBOLIC_LINK}:
            kind = "link"
        name = self.listed.add(header.name, kind)
        if name is None or kind != "link":
            return
        if header.type == tar.SYMBOLIC_LINK:
            self._targets[name] = header.link
        elif header.link.removeprefix("./") in self._sizes:
            self._log.add("a hard link to another member; its content is not read", name)
        else:
            self._log.add("a hard link to something that the archive does not hold", name, blocking=True)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
