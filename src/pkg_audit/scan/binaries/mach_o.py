"""Read what a Mach-O file needs and gives, for each architecture in it.

Sources: Apple's mach-o/loader.h, mach-o/fat.h and mach-o/nlist.h as of the macOS 15 SDK, read November 2026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.facts.wheel_contents import Image
from pkg_audit.scan.binaries.names import is_python_symbol, modules_of, unique
from pkg_audit.scan.binaries.window import BrokenBinaryError, LargeBinaryError, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
THIN = {
    b"\xfe\xed\xfa\xce": (">", False),
    b"\xfe\xed\xfa\xcf": (">", True),
    b"\xce\xfa\xed\xfe": ("<", False),
    b"\xcf\xfa\xed\xfe": ("<", True),
}
MAX_IMAGES = 20
MAX_COMMANDS = 10_000
MAX_SYMBOLS = 400_000

_ARCHITECTURES = {7: "i386", 0x01000007: "x86_64", 0x0100000C: "arm64", 18: "ppc", 0x01000012: "ppc64"}
_EXECUTABLE, _DYLIB, _BUNDLE = 2, 6, 8
_SYMTAB, _LOAD_DYLIB, _ID_DYLIB, _REEXPORT_DYLIB, _UPWARD_DYLIB = 0x2, 0xC, 0xD, 0x8000001F, 0x80000023
_RPATH, _VERSION_MIN_MACOS, _BUILD_VERSION, _MACOS = 0x8000001C, 0x24, 0x32, 1
_STAB, _TYPE, _EXTERNAL, _WEAK_REFERENCE = 0xE0, 0x0E, 0x01, 0x40


def read_mach_o(whole: Window) -> tuple[Image, ...]:
    """Return the images of a thin or universal Mach-O program, bundle or library. Raises BrokenBinaryError.

    An image inside a universal file is a thin one: a universal file inside it is damage, so nothing nests.
    """
    if not whole.starts_with(FAT, 0):
        return (_read_image(whole),)
    images = tuple(_read_image(part) for part in _parts(whole.ordered(">")))
    if not images:
        raise BrokenBinaryError("it holds no architecture that is known")
    return images


def _parts(whole: Window) -> Iterator[Window]:
    wide = whole.starts_with(FAT[1], 0)
    (count,) = whole.unpack("I", 4)
    if not 0 < count <= MAX_IMAGES:
        raise BrokenBinaryError("its list of architectures is malformed")
    seen = set()
    for index in range(count):
        if wide:
            processor, _, offset, size = whole.unpack("IIQQ", 8 + 32 * index)
        else:
            processor, _, offset, size = whole.unpack("IIII", 8 + 20 * index)
        if offset in seen:
            raise BrokenBinaryError("two architectures share one image")
        seen.add(offset)
        if processor in _ARCHITECTURES:  # others cannot run a Python that wheels are made for
            yield whole.part(offset, size)


def _read_image(whole: Window) -> Image:
    magic = THIN.get(whole.bytes_at(0, 4))
    if magic is None:
        raise BrokenBinaryError("not a Mach-O file")
    order, wide = magic
    image = whole.ordered(order)
    processor, _, kind, count, room = image.unpack("IIIII", 4)
    if kind not in (_EXECUTABLE, _DYLIB, _BUNDLE):
        raise BrokenBinaryError("neither a program nor a shared library")
    needed: list[str] = []
    paths: list[str] = []
    name = minimum = ""
    symbols: tuple[list[str], list[str]] = ([], [])
    for command, body in _commands(image.part(32 if wide else 28, room), count):
        if command in (_LOAD_DYLIB, _REEXPORT_DYLIB, _UPWARD_DYLIB):
            needed.append(_text(body))
        elif command == _ID_DYLIB:
            name = _text(body)
        elif command == _RPATH:
            paths.append(_text(body))
        elif command == _SYMTAB:
            symbols = _read_symbols(image, body, wide)
        elif command == _VERSION_MIN_MACOS:
            minimum = _version(*body.unpack("I", 8))
        elif command == _BUILD_VERSION and body.unpack("I", 8) == (_MACOS,):
            minimum = _version(*body.unpack("I", 12))
    taken, given = symbols
    return Image(
        _ARCHITECTURES.get(processor, ""),
        needed=tuple(needed),
        python_symbols=unique(taken),
        python_exports=unique(given),
        modules=modules_of(given),
        search_paths=tuple(paths),
        name=name,
        minimum_system=minimum,
    )


def _commands(table: Window, count: int) -> Iterator[tuple[int, Window]]:
    if count > MAX_COMMANDS:
        raise LargeBinaryError("more load commands than are read")
    at = 0
    for _ in range(count):
        command, size = table.unpack("II", at)
        if size < 8:
            raise BrokenBinaryError("a load command is malformed")
        yield command, table.part(at, size)
        at += size


def _text(body: Window) -> str:
    """Return the text at the offset that is a command's first field."""
    (offset,) = body.unpack("I", 8)
    return body.name(offset)


def _read_symbols(image: Window, body: Window, wide: bool) -> tuple[list[str], list[str]]:
    """Return the names of the C API that an image takes, and those like them that it gives, without the underscore."""
    table, count, text, size = body.unpack("IIII", 8)
    if count > MAX_SYMBOLS:
        raise LargeBinaryError("more symbols than are read")
    names = image.part(text, size)
    taken: list[str] = []
    given: list[str] = []
    for name, kind, _, description, _ in image.records("IBBHQ" if wide else "IBBHI", table, count):
        if kind & _STAB or not kind & _EXTERNAL or not names.starts_with((b"_Py", b"__Py"), name):
            continue
        symbol = names.name(name)[1:]
        if not is_python_symbol(symbol):
            continue
        if kind & _TYPE:
            given.append(symbol)
        elif not description & _WEAK_REFERENCE:
            taken.append(symbol)
    return taken, given


def _version(packed: int) -> str:
    return f"{packed >> 16}.{packed >> 8 & 0xFF}"
