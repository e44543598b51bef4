"""Hold the tags of the wheels that would be built against what else the project says: limited API, Pythons, uploads."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pkg_audit.derive.native.uploads import linux_tags_uploaded
from pkg_audit.facts.tag_records import TagFault
from pkg_audit.scan.native import backend_of
from pkg_audit.scan.native.text import read_text
from pkg_audit.standards import NotStandard, admits, parse_specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.native import TagOption
    from pkg_audit.facts.place import Place, Text
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_MOST = 50
_FREE_THREADING = "Programming Language :: Python :: Free Threading"
_FREE_THREADED_STABLE_ABI = 15
"""The first Python 3.X whose free-threaded build has a stable ABI (PEP 803)."""


def tag_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[TagFault, ...]:
    """Return where the project contradicts the tags that its wheels would get; at most 50. A built wheel has none."""
    if scanned.source == "wheel" or distribution.backend is None:
        return ()
    found = chain(
        _older_than_limited_api(scanned, distribution),
        _newer_than_requires_python(scanned, distribution),
        _no_free_threaded_build(tree, scanned, distribution),
        linux_tags_uploaded(tree, scanned, distribution),
    )
    return tuple(dict.fromkeys(found))[:_MOST]


def _older_than_limited_api(scanned: Scanned, distribution: Distribution) -> Iterator[TagFault]:
    """Yield extensions that are compiled for the limited API of a later Python than the wheel's tag names."""
    floor, tags = distribution.wheel.abi3_floor, distribution.wheel.tags
    if floor is None or not tags:
        return
    native = scanned.native
    by_path = {source.at.path: source for source in native.sources if source.limited_floor}
    for extension in native.extensions:
        source = next((by_path[path] for path in extension.sources if path in by_path), None)
        api = extension.limited_api or (source.limited_floor if source is not None else "")
        at = extension.at if extension.limited_api or source is None else source.at
        if api and _minor(api) > _minor(floor.value):
            yield TagFault(floor.at, "older-than-limited-api", str(tags[0]), extension.name, api, (at,))


def _newer_than_requires_python(scanned: Scanned, distribution: Distribution) -> Iterator[TagFault]:
    """Yield the option whose Python is later than one that `requires-python` lets in: setuptools gives up on that."""
    option = _static_limit(scanned)
    floor, required = distribution.wheel.abi3_floor, distribution.metadata.requires_python
    if option is None or floor is None or required is None or scanned.native.tag_overrides:
        return
    if any(item.field == "requires_python" for item in distribution.metadata.unknown):
        return
    lowest = _lowest(required)
    if lowest is not None and lowest < _minor(floor.value):
        tag = str(distribution.wheel.tags[0]) if distribution.wheel.tags else ""
        yield TagFault(option.at, "newer-than-requires-python", tag, floor.value, f"3.{lowest}", (required.at,))


def _no_free_threaded_build(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[TagFault]:
    """Yield the classifier for free threading of a project whose abi3 build stops there, before Python 3.15."""
    if distribution.wheel.kind != "native-abi3" or not distribution.wheel.tags:
        return
    metadata = distribution.metadata
    promise = next((text for text in metadata.classifiers if text.value.startswith(_FREE_THREADING)), None)
    required = metadata.requires_python
    lowest = _lowest(required) if required is not None else 0
    if promise is None or lowest is None or lowest >= _FREE_THREADED_STABLE_ABI:
        return
    family = backend_of(scanned.pyproject)
    at: Place | None = None
    if family == "setuptools":
        option = _static_limit(scanned)
        script = read_text(tree, "setup.py", 1 << 20) or ""
        at = option.at if option is not None and "GIL_DISABLED" not in script else None
    elif family == "meson-python" and scanned.native.abi3_wheel:
        at = scanned.native.abi3_wheel[0]
    if at is not None:
        tag = str(distribution.wheel.tags[0])
        yield TagFault(promise.at, "no-free-threaded-build", tag, family, promise.value, (at,))


def _static_limit(scanned: Scanned) -> TagOption | None:
    """Return the option `py-limited-api` of a file that no condition can change; None where setup.py has a say."""
    given = [item for item in scanned.native.tag_options if item.name == "py-limited-api"]
    if len(given) != 1 or backend_of(scanned.pyproject) != "setuptools":
        return None
    return given[0] if given[0].at.path in {"setup.cfg", "pyproject.toml"} else None


def _lowest(required: Text) -> int | None:
    """Return the X of the lowest Python 3.X that is let in, None for none or where it is not valid."""
    try:
        allowed = parse_specifiers(required.value)
    except NotStandard:
        return None
    return next((minor for minor in range(60) if admits(allowed, f"3.{minor}.100")), None)


def _minor(version: str) -> int:
    text = version.partition(".")[2]
    return int(text) if text.isdigit() else 0
