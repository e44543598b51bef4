"""Hold where a wheel given as input disagrees with its own tags; selected by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place, UnknownReason


@dataclass(frozen=True, slots=True)
class WheelFault:
    """A disagreement between a wheel's name, its WHEEL file and its binaries. `found` stands against `wanted`.

    purelib-with-extension: Root-Is-Purelib is true, and extension modules (`name` the first) lie where pure code goes.
    platlib-without-platform: it is false, for any platform, without a binary.
    tags-differ: the file name's tags and those of WHEEL. tag-refused: a platform tag (`name`) that PyPI does not take.
    suffix-outside-tags: no interpreter that the tags name looks for a module under its file name's suffix.
    extension-for-any: an extension module in a wheel for any platform. no-binary: a platform wheel without one.
    symbol-too-recent: a symbol version newer than the manylinux tag's systems have.
    architecture: code for another processor or system than the tag's. macos-too-new: the same of the oldest macOS.
    library-missing: a needed library is neither in the wheel nor on every system of the tag.
    library-elsewhere: such a library, where a dependency or a search path may bring it.
    outside-stable-abi: an abi3 module takes something that the stable ABI of its Python lacks.
    """

    at: Place
    kind: Literal[
        "purelib-with-extension",
        "platlib-without-platform",
        "tags-differ",
        "tag-refused",
        "suffix-outside-tags",
        "extension-for-any",
        "no-binary",
        "symbol-too-recent",
        "architecture",
        "macos-too-new",
        "library-missing",
        "library-elsewhere",
        "outside-stable-abi",
    ]
    name: str
    found: str = ""
    wanted: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadBinary:
    """A binary of a wheel whose needs are not known.

    `what` is not known: what it needs at all (`contents`), or whether that is in the stable ABI (`stable-abi`).
    """

    at: Place
    path: str
    what: Literal["contents", "stable-abi"]
    reason: UnknownReason
