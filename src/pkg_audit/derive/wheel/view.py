"""See a wheel as its derivations do: tags taken apart, extension modules told from other binaries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.derive.wheel.tags import Platform, Tag, parse_tag
from pkg_audit.knowledge.layout_names import folder_roles

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.wheel_contents import Image, WheelBinary, WheelContents

_MODULE = re.compile(r"([^\W\d]\w*)((?:\.[\w-]+)?\.(?:so|pyd))")
_DATA = re.compile(r"\A[^/]+\.data/(purelib|platlib)/")
_FORMATS = {"linux": "elf", "manylinux": "elf", "musllinux": "elf", "macos": "mach-o", "windows": "pe"}


@dataclass(frozen=True, slots=True)
class ExtensionModule:
    """A file that the import system would load as a module, by its name and by the initialiser that it has.

    `suffix` is what follows the module's name: `.cpython-312-darwin.so`, `.abi3.so`, `.pyd`.
    """

    name: str
    suffix: str
    path: str
    binary: WheelBinary


@dataclass(frozen=True, slots=True)
class WheelView:
    """A wheel. `tags` are those of the file's name, by which installers go; else those of WHEEL."""

    contents: WheelContents
    files: tuple[str, ...]
    tags: tuple[Tag, ...]
    extensions: tuple[ExtensionModule, ...]
    has_dependencies: Answer

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Return the platforms of the tags, each once."""
        return tuple(dict.fromkeys(tag.platform for tag in self.tags))

    @property
    def for_any(self) -> bool:
        """Tell whether every tag is for any platform and asks for no ABI."""
        return bool(self.tags) and all(tag.platform.system == "any" and tag.abi == "none" for tag in self.tags)

    @property
    def for_platforms(self) -> bool:
        """Tell whether every tag names a platform."""
        return bool(self.tags) and all(tag.platform.system != "any" for tag in self.tags)

    @property
    def without_binaries(self) -> bool:
        """Tell whether there is surely no compiled code."""
        contents = self.contents
        return contents.looked_everywhere == "yes" and not contents.binaries and not contents.other_binaries


def view_of(scanned: Scanned, distribution: Distribution) -> WheelView | None:
    """Return the view of a wheel, None for anything else."""
    contents = scanned.wheel
    if contents is None:
        return None
    texts = contents.name_tags or tuple(tag for line in contents.tags for tag in expand(line.value))
    tags = tuple(tag for tag in map(parse_tag, texts) if tag is not None)
    metadata = distribution.metadata
    unknown = any(field.field == "dependencies" for field in metadata.unknown)
    dependent: Answer = "unknown" if unknown else ("yes" if metadata.dependencies else "no")
    return WheelView(contents, scanned.files, tags, _extensions(contents), dependent)


def expand(text: str) -> tuple[str, ...]:
    """Return the tags that a compressed tag stands for (`py2.py3-none-any`), in lower case; at most 1,000."""
    parts = [part.split(".") for part in text.lower().split("-")]
    if len(parts) != 3 or len(parts[0]) * len(parts[1]) * len(parts[2]) > 1_000:
        return (text.lower(),)
    return tuple(f"{a}-{b}-{c}" for a in parts[0] for b in parts[1] for c in parts[2])


def is_for(platform: Platform, binary: WheelBinary, image: Image) -> bool:
    """Tell whether an image could run on a platform: its format and architecture; True where that is not known."""
    if platform.system in ("any", "other"):
        return True
    if binary.format != _FORMATS[platform.system]:
        return False
    return not platform.architectures or not image.architecture or image.architecture in platform.architectures


def installed(path: str) -> str:
    """Return where a wheel's file is put below site-packages."""
    return _DATA.sub("", path)


def _extensions(contents: WheelContents) -> tuple[ExtensionModule, ...]:
    found = []
    for binary in contents.binaries:
        path = binary.at.path or ""
        *folders, file = installed(path).split("/")
        match = _MODULE.fullmatch(file)
        if match is None or not all(folder.isidentifier() for folder in folders) or ".data/" in installed(path):
            continue
        if any(folder_roles().get(folder.lower()) == "test" for folder in folders):
            continue  # what tests load may be broken on purpose
        if any(match[1] in image.modules for image in binary.images):
            found.append(ExtensionModule(".".join([*folders, match[1]]), match[2], path, binary))
    return tuple(found)
