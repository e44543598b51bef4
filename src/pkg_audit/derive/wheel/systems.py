"""Compare what a wheel's binaries ask of a system with the systems that its platform tags name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.wheel.tags import macos_version, numbers
from pkg_audit.derive.wheel.view import is_for
from pkg_audit.facts.wheel_records import WheelFault
from pkg_audit.knowledge.wheel_policies import newest_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.derive.wheel.tags import Platform
    from pkg_audit.derive.wheel.view import WheelView
    from pkg_audit.facts.wheel_contents import Image, WheelBinary

_RUNTIMES = {"GLIBCXX": "libstdc++.so", "CXXABI": "libstdc++.so", "GCC": "libgcc_s.so"}
_SHOWN = 3


def lowest(platforms: Iterable[Platform], binary: WheelBinary, image: Image, system: str) -> Platform | None:
    """Return the oldest of the systems, of one kind, that an image is for; None where it is for none of them."""
    fitting = [p for p in platforms if p.system == system and image.architecture and is_for(p, binary, image)]
    return min(fitting, key=lambda platform: platform.floor) if fitting else None


def symbol_too_recent(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the binaries that need symbol versions which the oldest systems of a manylinux tag lack."""
    names = {path.rpartition("/")[2] for path in wheel.files}
    bundled = {prefix for prefix, library in _RUNTIMES.items() if any(name.startswith(library[:-3]) for name in names)}
    for binary in wheel.contents.binaries:
        for image in binary.images:
            platform = lowest(wheel.platforms, binary, image, "manylinux")
            if platform is None:
                continue
            newest = newest_versions(platform.floor, image.architecture)
            found: dict[str, tuple[int, ...]] = {}
            for version in image.versions:
                prefix, _, text = version.partition("_")
                value = numbers(text)
                limit = newest.get(prefix)
                if value and limit and value > limit and prefix not in bundled:
                    found[prefix] = max(value, found.get(prefix, ()))
            if found:
                shown = ", ".join(f"{prefix}_{_dotted(value)}" for prefix, value in sorted(found.items()))
                allowed = ", ".join(f"{prefix}_{_dotted(newest[prefix])}" for prefix in sorted(found))
                name = binary.at.path or ""
                yield WheelFault(binary.at, "symbol-too-recent", name, shown, f"{platform.text} ({allowed})")


def architecture(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield extension modules for another processor or system than the tags name.

    Other binaries may be data for other machines: they count only where not one binary is for the right one.
    """
    if not wheel.for_platforms or any(platform.system == "other" for platform in wheel.platforms):
        return
    wanted = ", ".join(platform.text for platform in wheel.platforms[:_SHOWN])
    judged = [module.binary for module in wheel.extensions] or [b for b in wheel.contents.binaries if b.images]
    groups = _by_file_name(judged)
    wrong = [
        binary
        for binary in judged
        if not any(_covers(groups[_file_name(binary)], platform) for platform in wheel.platforms)
    ]
    if not wheel.extensions:
        unread = any(binary.unknown for binary in wheel.contents.binaries) or wheel.contents.other_binaries
        wrong = wrong[:1] if len(wrong) == len(judged) and not unread else []
    for binary in wrong:
        found = " and ".join(image.architecture or "another" for image in binary.images)
        yield WheelFault(binary.at, "architecture", binary.at.path or "", f"{found} ({binary.format})", wanted)


def macos_too_new(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield binaries whose oldest macOS is newer than the tag's; macOS 11 is the oldest there is on arm64."""
    for binary in wheel.contents.binaries:
        for image in binary.images:
            platform = lowest(wheel.platforms, binary, image, "macos")
            found = macos_version(image.minimum_system)
            if platform is None or not found:
                continue
            floor = max(platform.floor, (11, 0)) if image.architecture == "arm64" else platform.floor
            if found > floor:
                name = binary.at.path or ""
                yield WheelFault(binary.at, "macos-too-new", name, f"{image.minimum_system}", platform.text)
                break


def _covers(binaries: list[WheelBinary], platform: Platform) -> bool:
    """Tell whether binaries of one file name hold code for every architecture of a platform, or may."""
    pairs = [(binary, image) for binary in binaries for image in binary.images]
    if any(not binary.images for binary in binaries) or any(not image.architecture for _, image in pairs):
        return True
    held = {image.architecture for binary, image in pairs if is_for(platform, binary, image)}
    return bool(held) and held.issuperset(platform.architectures)


def _by_file_name(binaries: list[WheelBinary]) -> dict[str, list[WheelBinary]]:
    """Group binaries by file name: a package may have a folder for each processor, and choose when it is imported."""
    groups: dict[str, list[WheelBinary]] = {}
    for binary in binaries:
        groups.setdefault(_file_name(binary), []).append(binary)
    return groups


def _file_name(binary: WheelBinary) -> str:
    return (binary.at.path or "").rpartition("/")[2]


def _dotted(value: tuple[int, ...]) -> str:
    return ".".join(map(str, value))
