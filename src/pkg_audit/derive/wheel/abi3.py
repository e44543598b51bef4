"""Ask whether the modules of an abi3 wheel keep to the stable ABI of the Python that its tag names.

Sources: PEP 384, "C API Stability" (docs.python.org, read November 2026); the data is CPython's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.wheel.libraries import held_names, takes_from_strangers
from pkg_audit.derive.wheel.suffixes import parse_suffix
from pkg_audit.facts.wheel_records import UnreadBinary, WheelFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.derive.wheel.view import ExtensionModule, WheelView

_VERSIONED_DLL = re.compile(r"python3\d{1,3}t?\.dll", re.IGNORECASE)
_SHOWN = 4


def outside_stable_abi(wheel: WheelView) -> Iterator[WheelFault]:
    """Yield, for each abi3 module, what it takes from the interpreter and the stable ABI of its Python lacks.

    A name that another library may give counts for nothing: on Windows each name says its library, elsewhere none does.
    """
    floor = floor_of(wheel)
    if floor is None:
        return
    given = {name for binary in wheel.contents.binaries for image in binary.images for name in image.python_exports}
    names = held_names(wheel)
    for module in _abi3_modules(wheel):
        if _is_obscure(module, names):
            continue
        outside = set()
        for image in module.binary.images:
            outside |= {name.lower() for name in image.needed if _VERSIONED_DLL.fullmatch(name)}
            outside |= {name for name in image.python_symbols if name not in given and _is_outside(name, floor)}
        if outside:
            more = f" and {len(outside) - _SHOWN} more" if len(outside) > _SHOWN else ""
            shown = ", ".join(sorted(outside)[:_SHOWN]) + more
            yield WheelFault(module.binary.at, "outside-stable-abi", module.name, shown, f"{floor[0]}.{floor[1]}")


def unknown_abi(wheel: WheelView) -> Iterator[UnreadBinary]:
    """Yield the abi3 modules of which it is not known: the data is missing or too old, or libraries of others are."""
    floor = floor_of(wheel)
    modules = tuple(_abi3_modules(wheel)) if floor is not None else ()
    known = not modules or _has_data(floor)
    names = held_names(wheel)
    for module in modules:
        if not known:
            yield UnreadBinary(module.binary.at, module.path, "stable-abi", "not-installed")
        elif _is_obscure(module, names) and any(
            _is_outside(name, floor or ()) for image in module.binary.images for name in image.python_symbols
        ):
            yield UnreadBinary(module.binary.at, module.path, "stable-abi", "file-missing")


def floor_of(wheel: WheelView) -> tuple[int, ...] | None:
    """Return the oldest Python of a wheel whose every tag is abi3, None for any other wheel."""
    versions = [tag.version for tag in wheel.tags if tag.abi == "abi3" and len(tag.version) == 2]
    return min(versions) if versions and len(versions) == len(wheel.tags) else None


def _abi3_modules(wheel: WheelView) -> Iterator[ExtensionModule]:
    """Yield the modules that every later Python would load; one with a version in its name is told apart."""
    for module in wheel.extensions:
        suffix = parse_suffix(module.suffix)
        if suffix is not None and not suffix.version:
            yield module


def _is_obscure(module: ExtensionModule, names: frozenset[str]) -> bool:
    return module.binary.format != "pe" and takes_from_strangers(module.binary, names)


def _has_data(floor: tuple[int, ...] | None) -> bool:
    from pkg_audit.knowledge.stable_abi import stable_abi

    data = stable_abi()
    return data is not None and floor is not None and floor <= data.newest


def _is_outside(symbol: str, floor: tuple[int, ...]) -> bool:
    from pkg_audit.knowledge.stable_abi import stable_abi

    data = stable_abi()
    if data is None or floor > data.newest:
        return False
    added = data.added.get(symbol)
    return added is None or added > floor
