"""Compare what a wheel says about itself: its file name, WHEEL, and whether there is compiled code in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.wheel.view import expand
from pkg_audit.facts.wheel_records import WheelFault
from pkg_audit.knowledge.wheel_policies import is_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.derive.wheel.view import WheelView

_SHOWN = 4


def purelib(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the two ways in which Root-Is-Purelib may contradict the rest. A wheel for any platform is told apart."""
    root = wheel.contents.root_is_purelib
    if root is None:
        return
    pure = root.value.lower() == "true"
    misplaced = [
        module
        for module in wheel.extensions
        if (pure and ".data/" not in module.path) or ".data/purelib/" in module.path
    ]
    if pure and misplaced and wheel.for_platforms:
        places = tuple(module.binary.at for module in misplaced[1 : 1 + _SHOWN])
        yield WheelFault(root.at, "purelib-with-extension", misplaced[0].path, str(len(misplaced)), related=places)
    if root.value.lower() == "false" and wheel.for_any and wheel.without_binaries:
        yield WheelFault(root.at, "platlib-without-platform", wheel.tags[0].text)


def tags_differ(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the disagreements between the file name's tags and build tag and those of WHEEL, if both have some."""
    contents = wheel.contents
    if contents.build is not None and contents.name_build not in ("", contents.build.value):
        built = (f"build {contents.build.value}", f"build {contents.name_build}")
        yield WheelFault(contents.build.at, "tags-differ", "Build", *built)
    named = {tag.lower() for tag in contents.name_tags}
    listed = {tag for line in contents.tags for tag in expand(line.value)}
    if named and listed and named != listed:
        at = contents.tags[0].at
        yield WheelFault(at, "tags-differ", "Tag", _shown(listed - named or listed), _shown(named - listed or named))


def tag_refused(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the platform tags that PyPI does not take."""
    for platform in wheel.platforms:
        minor = platform.floor[1:2] if platform.system == "macos" and platform.floor[:1] >= (11,) else ()
        if is_refused(platform.text) or minor > (0,):
            yield WheelFault(wheel.contents.at, "tag-refused", platform.text)


def without_binary(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield a wheel for platforms that holds nothing compiled."""
    if wheel.for_platforms and wheel.without_binaries:
        yield WheelFault(wheel.contents.at, "no-binary", _shown(tag.text for tag in wheel.tags))


def extension_for_any(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield the extension modules of a wheel that is tagged for any platform."""
    if wheel.for_any:
        for module in wheel.extensions:
            image = next((i for i in module.binary.images if i.architecture), None)
            code = f"{module.binary.format}, {image.architecture}" if image else str(module.binary.format)
            yield WheelFault(module.binary.at, "extension-for-any", module.name, code, wheel.tags[0].text)


def _shown(tags: Iterable[str]) -> str:
    ordered = sorted(tags)
    return ", ".join(ordered[:_SHOWN]) + (f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else "")
