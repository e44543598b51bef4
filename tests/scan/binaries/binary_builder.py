"""Assemble small binaries field by field, so that their parts can lie."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Fields = dict[str, int]


def elf(
    *,
    needed: tuple[str, ...] = ("libc.so.6",),
    versions: Mapping[str, tuple[tuple[str, int], ...]] | None = None,
    symbols: tuple[tuple[str, int, int], ...] = (("PyModuleDef_Init", 1, 0), ("PyInit__fast", 1, 7)),
    soname: str = "",
    runpath: str = "",
    wide: bool = True,
    little: bool = True,
    machine: int = 62,
    kind: int = 3,
    gnu_hash: bool = False,
    change: Fields | None = None,
) -> bytes:
    """Return an ELF library of one segment. `symbols` are (name, binding, section), `versions` (version, flags).

    `change` replaces values: `nchain`, `verneednum`, `phnum`, `strsz`, `dynamic-size`, `vn-next`.
    """
    order = "<" if little else ">"
    change = change or {}
    names = bytearray(b"\0")

    def name(text: str) -> int:
        at = len(names)
        names.extend(text.encode() + b"\0")
        return at

    entries: list[tuple[int, int]] = [(1, name(library)) for library in needed]
    if soname:
        entries.append((14, name(soname)))
    if runpath:
        entries.append((29, name(runpath)))
    table = bytearray(24 if wide else 16)
    for text, binding, section in symbols:
        at = name(text)
        if wide:
            table += struct.pack(order + "IBBHQQ", at, binding << 4 | 2, 0, section, 0, 0)
        else:
            table += struct.pack(order + "IIIBBH", at, 0, 0, binding << 4 | 2, 0, section)
    needs = bytearray()
    for library, items in (versions or {}).items():
        size = 16 + 16 * len(items)
        needs += struct.pack(order + "HHIII", 1, len(items), name(library), 16, change.get("vn-next", size))
        for index, (text, flags) in enumerate(items):
            ahead = 16 if index + 1 < len(items) else 0
            needs += struct.pack(order + "IHHII", 0, flags, 2, name(text), ahead)
    count = len(symbols) + 1
    if gnu_hash:
        first = next((i for i, s in enumerate(symbols, 1) if s[2]), count)
        chains = [0] * (count - first)
        if chains:
            chains[-1] = 1
        hashes = struct.pack(order + "IIII", 1, first, 1, 0) + bytes(8 if wide else 4)
        hashes += struct.pack(order + f"I{len(chains)}I", first if chains else 0, *chains)
    else:
        hashes = struct.pack(order + f"II{1 + count}I", 1, change.get("nchain", count), *([0] * (1 + count)))
    header = 64 if wide else 52
    places = {}
    at = header + 2 * (56 if wide else 32)
    for key, part in (("names", names), ("table", table), ("needs", needs), ("hashes", hashes)):
        places[key] = at
        at += len(part)
    entries += [(5, places["names"]), (10, change.get("strsz", len(names))), (6, places["table"])]
    entries.append((0x6FFFFEF5 if gnu_hash else 4, places["hashes"]))
    if versions:
        entries += [(0x6FFFFFFE, places["needs"]), (0x6FFFFFFF, change.get("verneednum", len(versions)))]
    entries.append((0, 0))
    word = "QQ" if wide else "II"
    dynamic = b"".join(struct.pack(order + word, *entry) for entry in entries)
    size = at + len(dynamic)
    segments = b""
    for code, offset, length in ((1, 0, size), (2, at, change.get("dynamic-size", len(dynamic)))):
        if wide:
            segments += struct.pack(order + "IIQQQQQQ", code, 5, offset, offset, offset, length, length, 8)
        else:
            segments += struct.pack(order + "IIIIIIII", code, offset, offset, offset, length, length, 5, 4)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if little else 2, 1]) + bytes(9)
    fields = (kind, machine, 1, 0, header, 0, 0, header, 56 if wide else 32, change.get("phnum", 2), 0, 0, 0)
    start = ident + struct.pack(order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"), *fields)
    return start + segments + bytes(names) + bytes(table) + bytes(needs) + hashes + dynamic


def mach_o(
    *,
    needed: tuple[str, ...] = ("/usr/lib/libSystem.B.dylib",),
    weak: tuple[str, ...] = (),
    name: str = "",
    rpaths: tuple[str, ...] = (),
    symbols: tuple[tuple[str, int, int], ...] = (("_PyModuleDef_Init", 0x01, 0), ("_PyInit__fast", 0x0F, 0)),
    minimum: tuple[int, int] | None = (11, 0),
    legacy: bool = False,
    processor: int = 0x0100000C,
    wide: bool = True,
    little: bool = True,
    change: Fields | None = None,
) -> bytes:
    """Return a thin Mach-O library. `symbols` are (name, n_type, n_desc). `change`: `ncmds`, `cmdsize`, `nsyms`."""
    order = "<" if little else ">"
    change = change or {}
    commands: list[bytes] = []

    def text(command: int, value: str, head: bytes) -> None:
        body = value.encode() + b"\0"
        body += bytes(-(8 + len(head) + len(body)) % 8)
        commands.append(struct.pack(order + "II", command, 8 + len(head) + len(body)) + head + body)

    library = struct.pack(order + "IIII", 24, 0, 0, 0)
    for code, values in ((0xC, needed), (0x80000018, weak), (0xD, (name,) if name else ())):
        for value in values:
            text(code, value, library)
    for value in rpaths:
        text(0x8000001C, value, struct.pack(order + "I", 12))
    if minimum is not None:
        packed = minimum[0] << 16 | minimum[1] << 8
        if legacy:
            commands.append(struct.pack(order + "IIII", 0x24, 16, packed, 0))
        else:
            commands.append(struct.pack(order + "IIIIII", 0x32, 24, 1, packed, packed, 0))
    names = bytearray(b"\0")
    table = bytearray()
    for value, kind, description in symbols:
        table += struct.pack(order + ("IBBHQ" if wide else "IBBHI"), len(names), kind, 1, description, 0)
        names.extend(value.encode() + b"\0")
    header = 32 if wide else 28
    room = sum(map(len, commands)) + 24
    at = header + room
    count = change.get("nsyms", len(symbols))
    commands.append(struct.pack(order + "IIIIII", 2, 24, at, count, at + len(table), len(names)))
    magic = struct.pack(order + "I", 0xFEEDFACF if wide else 0xFEEDFACE)
    number = change.get("ncmds", len(commands))
    start = magic + struct.pack(order + "IIIIII", processor, 0, 6, number, change.get("cmdsize", room), 0)
    return start + bytes(header - len(start)) + b"".join(commands) + bytes(table) + bytes(names)


def fat(*images: tuple[int, bytes], wide: bool = False, offsets: tuple[int, ...] = ()) -> bytes:
    """Return a universal Mach-O file of (processor, image). `offsets` replaces where the images are said to stand."""
    header = struct.pack(">II", 0xCAFEBABF if wide else 0xCAFEBABE, len(images))
    at = 8 + (32 if wide else 20) * len(images)
    body = b""
    for index, (processor, image) in enumerate(images):
        place = offsets[index] if offsets else at + len(body)
        if wide:
            header += struct.pack(">IIQQII", processor, 0, place, len(image), 0, 0)
        else:
            header += struct.pack(">IIIII", processor, 0, place, len(image), 0)
        body += image
    return header + body


def pe(
    *,
    imports: tuple[tuple[str, tuple[str, ...]], ...] = (("python3.dll", ("PyModuleDef_Init",)),),
    exports: tuple[str, ...] = ("PyInit__fast",),
    machine: int = 0x8664,
    wide: bool = True,
    change: Fields | None = None,
) -> bytes:
    """Return a PE library of one section at 0x1000. `change`: `sections`, `names`, `e_lfanew`, `ordinal`."""
    change = change or {}
    base, raw = 0x1000, 0x400
    body = bytearray(20 * (len(imports) + 1))
    step, layout, ordinal = (8, "<Q", 1 << 63) if wide else (4, "<I", 1 << 31)
    for index, (dll, names) in enumerate(imports):
        hints = []
        for text in names:
            hints.append(base + len(body))
            body += b"\0\0" + text.encode() + b"\0"
        if "ordinal" in change:
            hints.append(ordinal | change["ordinal"])
        lookup = len(body)
        body += b"".join(struct.pack(layout, hint) for hint in hints) + bytes(step)
        place = len(body)
        body += dll.encode() + b"\0"
        struct.pack_into("<IIIII", body, 20 * index, base + lookup, 0, 0, base + place, base + lookup)
    export = len(body)
    body += bytes(40)
    places = []
    for text in exports:
        places.append(base + len(body))
        body += text.encode() + b"\0"
    table = len(body)
    body += b"".join(struct.pack("<I", place) for place in places)
    functions = len(body)
    body += struct.pack("<I", base) * len(exports)
    ordinals = len(body)
    body += b"".join(struct.pack("<H", index) for index in range(len(exports)))
    count = change.get("names", len(exports))
    where = (base + functions, base + table, base + ordinals)
    struct.pack_into("<IIIIII", body, export + 16, 1, count, count, *where)
    optional = struct.pack("<H", 0x20B if wide else 0x10B) + bytes(58) + struct.pack("<I", raw)
    optional += bytes((108 if wide else 92) - len(optional)) + struct.pack("<I", 16)
    optional += struct.pack("<IIII", base + export, 40, base, 20 * len(imports) + 20) + bytes(14 * 8)
    header = b"PE\0\0" + struct.pack("<HHIIIHH", machine, change.get("sections", 1), 0, 0, 0, len(optional), 0x2022)
    section = b".data\0\0\0" + struct.pack("<IIIIIIHHI", len(body), base, len(body), raw, 0, 0, 0, 0, 0)
    start = b"MZ" + bytes(58) + struct.pack("<I", change.get("e_lfanew", 64)) + header + optional + section
    return start + bytes(raw - len(start)) + bytes(body)
