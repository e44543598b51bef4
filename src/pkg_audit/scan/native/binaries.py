"""Find binary files by their first bytes, whatever they are called.

Sources: System V ABI gABI 4.1 (ELF), Apple mach-o/loader.h, Microsoft PE/COFF specification, WebAssembly core 2.0,
JVM specification 4.1, as of 2026-11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pkg_audit.errors import ReadError
from pkg_audit.facts.native import Binary
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer
    from pkg_audit.tree import Tree

Format = Literal["elf", "mach-o", "pe", "ar", "wasm", "java-class", "pyc"]

# Text by convention: opening each of them only to see that it is text would double the cost of a scan.
_TEXT = frozenset({
    "py", "pyi", "pyx", "pxd", "pxi", "md", "rst", "txt", "toml", "cfg", "ini", "json", "yaml", "yml", "xml",
    "html", "htm", "css", "js", "ts", "jsx", "tsx", "mjs", "svg", "csv", "tsv", "po", "pot", "c", "h", "cc", "cpp",
    "cxx", "hpp", "hh", "hxx", "rs", "go", "f", "f90", "cu", "cuh", "m", "mm", "java", "kt", "swift", "rb", "pl",
    "sh", "bash", "zsh", "ps1", "bat", "cmake", "in", "am", "ac", "m4", "build", "ipynb", "lock", "sql", "tex",
    "bib", "proto", "sip", "i", "tmpl", "j2", "jinja", "jinja2", "mako", "scss", "less", "map", "typed", "license",
    "png", "jpg", "jpeg", "gif", "webp", "ico", "ttf", "otf", "woff", "woff2", "pdf", "gz", "bz2", "xz", "zip",
    "whl",
})  # fmt: skip
_EXTENSION = re.compile(
    r"^([A-Za-z_]\w*)(\.cpython-[\w-]+|\.pypy[\w-]+|\.graalpy[\w-]+|\.abi3t?|\.cp\d+t?-[\w-]+)?\.(?:so|pyd)$"
)
_ELF_MACHINES = {3: "x86", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 62: "x86_64", 183: "aarch64"}
_ELF_MACHINES |= {243: "riscv", 258: "loongarch"}
_MACH_CPUS = {7: "x86", 0x01000007: "x86_64", 12: "arm", 0x0100000C: "arm64", 18: "ppc", 0x01000012: "ppc64"}
_PE_MACHINES = {0x14C: "x86", 0x8664: "x86_64", 0x1C0: "arm", 0x1C4: "arm", 0xAA64: "arm64"}
_SEARCH_LIMIT = 16 << 20
_FILES = 20_000


def find_binaries(tree: Tree, files: tuple[str, ...]) -> tuple[Binary, ...]:
    """Return the binaries among `files`; files with a text suffix are not opened."""
    found = []
    opened = 0
    for path in files:
        name = path.rsplit("/", 1)[-1]
        suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if suffix in _TEXT:
            continue
        opened += 1
        if opened > _FILES:
            break
        try:
            head = tree.head(path, 512)
        except ReadError:
            continue
        known = _identify(head)
        if known is None:
            continue
        kind, architecture = known
        found.append(Binary(Place(path), kind, architecture, _is_extension(tree, path, name, kind)))
    return tuple(found)


def _identify(head: bytes) -> tuple[Format, str] | None:
    if head.startswith(b"\x7fELF"):
        return ("elf", _elf(head)) if len(head) >= 20 else None
    if head[:4] in {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}:
        order: Literal["little", "big"] = "big" if head[0] == 0xFE else "little"
        return "mach-o", _MACH_CPUS.get(int.from_bytes(head[4:8], order), "")
    if head.startswith(b"\xca\xfe\xba\xbe") and len(head) >= 8:
        # A fat Mach-O counts its architectures where a Java class has its version, which began at 45.
        return ("mach-o", "universal") if int.from_bytes(head[4:8], "big") < 45 else ("java-class", "")
    if head.startswith(b"MZ"):
        return _pe(head)
    if head.startswith(b"!<arch>\n"):
        return "ar", ""
    if head.startswith(b"\0asm"):
        return "wasm", ""
    if len(head) >= 4 and head[2:4] == b"\r\n" and head[1] in range(0x0C, 0x10) and b"\0" in head[4:16]:
        return "pyc", ""
    return None


def _elf(head: bytes) -> str:
    order: Literal["little", "big"] = "big" if head[5] == 2 else "little"
    return _ELF_MACHINES.get(int.from_bytes(head[18:20], order), "")


def _pe(head: bytes) -> tuple[Format, str] | None:
    offset = int.from_bytes(head[60:64], "little")
    if head[offset : offset + 4] != b"PE\0\0":
        return None
    return "pe", _PE_MACHINES.get(int.from_bytes(head[offset + 4 : offset + 6], "little"), "")


def _is_extension(tree: Tree, path: str, name: str, kind: Format) -> Answer:
    match = _EXTENSION.match(name)
    if match is None or kind not in {"elf", "mach-o", "pe"}:
        return "no"
    if match.group(2) or name.endswith(".pyd"):
        return "yes"
    try:
        data = tree.read(path, _SEARCH_LIMIT)
    except ReadError:
        return "unknown"
    symbol = match.group(1).encode()
    return "yes" if b"PyInit_" + symbol in data or b"PyModExport_" + symbol in data else "no"
