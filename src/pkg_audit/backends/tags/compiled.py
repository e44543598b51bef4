"""Tell the tags of compiled wheels: one for each interpreter, for the stable ABI, or for a platform only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.tags.words import (
    INTERPRETER,
    PLATFORM,
    UndecidedError,
    floor_of,
    normal_platform,
    option,
    undecided,
)
from pkg_audit.facts.distribution import KindReason, WheelTag
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Text, Unknown
from pkg_audit.scan.native.text import read_text
from pkg_audit.standards import NotStandard, admits, parse_specifiers

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree

_FREE_THREADED_FLOOR = 15
_HOOK_TAG = re.compile(r"([a-z0-9_.]{1,60})-([a-z0-9_.]{1,60})-([a-z0-9_.]{1,100})")


@dataclass(frozen=True, slots=True)
class Stable:
    """The tags of abi3 wheels; `floor` None where the interpreter that builds decides, or nothing names one."""

    tags: tuple[WheelTag, ...]
    floor: Text | None = None


def per_interpreter(scanned: Scanned, family: str, reasons: tuple[KindReason, ...]) -> WheelTag:
    """Return the tag of a wheel for the interpreter that builds it. Raises UndecidedError."""
    if family == "setuptools":
        return _overridden(scanned, INTERPRETER, INTERPRETER, reasons)
    return _hook(scanned) or WheelTag(INTERPRETER, INTERPRETER, PLATFORM, reasons)


def without_abi(scanned: Scanned, family: str, reasons: tuple[KindReason, ...]) -> WheelTag:
    """Return the tag of a wheel that depends on the platform only. Raises UndecidedError."""
    if family == "setuptools":
        if scanned.native.tag_overrides:
            return _overridden(scanned, INTERPRETER, INTERPRETER, reasons)
        platform = option(scanned, "plat-name")
        python = option(scanned, "python-tag")
        universal = option(scanned, "universal")
        tags = "py2.py3" if universal and universal.value == "yes" else python.value or "" if python else "py3"
        where = normal_platform(platform.value or "") if platform is not None else PLATFORM
        return WheelTag(tags, "none", where, reasons)
    if family in {"scikit-build-core", "hatchling"}:
        found = _hook(scanned) or _by_py_api(scanned, reasons)
        if found is None:
            raise UndecidedError(
                Unknown("needs-build", reasons[0].at if reasons else WHOLE_PROJECT, "the tag is computed")
            )
        return found
    if family == "py-build-cmake":
        return _py_build_cmake(scanned, "none", reasons)
    return WheelTag("py3", "none", PLATFORM, reasons)


def stable_abi(tree: Tree, scanned: Scanned, family: str, metadata: CoreMetadata) -> Stable:
    """Return the tags of abi3 wheels with their floor. Raises UndecidedError."""
    if family == "setuptools":
        return _setuptools(scanned)
    if family == "maturin":
        return _maturin(scanned)
    if family in {"scikit-build-core", "hatchling"}:
        return _scikit_build_core(scanned)
    if family == "py-build-cmake":
        tag = _py_build_cmake(scanned, "abi3", ())
        floor = floor_of(tag.python)
        return Stable((tag,), Text(floor, tag.reasons[-1].at) if floor else None)
    if family == "meson-python":
        at = scanned.native.abi3_wheel[0] if scanned.native.abi3_wheel else WHOLE_PROJECT
        why = KindReason("`limited-api` makes an abi3 wheel for the Python that builds it and later ones", at)
        return Stable((WheelTag(INTERPRETER, "abi3", PLATFORM, (why,)),))
    if family == "sip":
        return _sip(tree, scanned, metadata)
    raise UndecidedError(Unknown("needs-build", WHOLE_PROJECT, "which Python an abi3 wheel starts from is not known"))


def _overridden(scanned: Scanned, python: str, abi: str, reasons: tuple[KindReason, ...]) -> WheelTag:
    """Return setuptools' tag with what the project's own `get_tag` puts in its place."""
    platform = option(scanned, "plat-name")
    parts = [python, abi, normal_platform(platform.value or "") if platform is not None else PLATFORM]
    overrides = scanned.native.tag_overrides
    if not overrides:
        return WheelTag(python, abi, parts[2], reasons)
    override = overrides[0]
    if len({(o.python, o.abi, o.platform) for o in overrides}) > 1 or override.python is None or override.abi is None:
        raise undecided(override.at, "`get_tag` computes the tag")
    # A platform that is computed from the machine or a variable is still one.
    given = (override.python, override.abi, PLATFORM if override.platform is None else override.platform)
    spelled = [value or parts[index] for index, value in enumerate(given)]
    return WheelTag(spelled[0], spelled[1], spelled[2], (*reasons, KindReason("`get_tag` sets the tag", override.at)))


def _setuptools(scanned: Scanned) -> Stable:
    native = scanned.native
    if native.tag_overrides:
        tag = _overridden(scanned, INTERPRETER, INTERPRETER, ())
        if "abi3" not in tag.abi.split("."):
            raise undecided(native.tag_overrides[0].at, "`get_tag` gives no abi3 tag that can be read")
        return _with_floor(tag)
    given = [item for item in native.tag_options if item.name == "py-limited-api"]
    if not given:
        at = (*native.abi3_wheel, *native.abi3_opt_in, WHOLE_PROJECT)[0]
        why = KindReason("an option of the build asks for the stable ABI", at)
        return Stable((WheelTag(INTERPRETER, "abi3", PLATFORM, (why,)),))
    limited = option(scanned, "py-limited-api")
    if limited is None or not re.match(r"cp3\d", limited.value or ""):
        raise undecided(given[0].at, "`py-limited-api` names no CPython")
    platform = option(scanned, "plat-name")
    where = normal_platform(platform.value or "") if platform is not None else PLATFORM
    why = KindReason(f"`py-limited-api` is `{limited.value}`", limited.at)
    stable = _with_floor(WheelTag(limited.value or "", "abi3", where, (why,)))
    if native.abi3_wheel:
        return stable
    switch = KindReason("without the variable that asks for the stable ABI", native.abi3_opt_in[0])
    return Stable((*stable.tags, WheelTag(INTERPRETER, INTERPRETER, where, (switch,))), stable.floor)


def _with_floor(tag: WheelTag) -> Stable:
    floor = floor_of(tag.python)
    return Stable((tag,), Text(floor, tag.reasons[-1].at) if floor and tag.reasons else None)


def _maturin(scanned: Scanned) -> Stable:
    crate = scanned.native.crate
    if crate is None:
        raise UndecidedError(Unknown("needs-build", detail="the crate is not known"))
    at = crate.abi3_at
    minor = int(crate.abi3_floor.partition(".")[2] or 0) if crate.abi3t == "no" or crate.abi3_floor else 0
    tags = []
    if crate.abi3t != "no":
        start = max(minor if crate.abi3t == "only" else 0, _FREE_THREADED_FLOOR)
        why = KindReason("a feature of PyO3 asks for the stable ABI of free-threaded Pythons", at)
        tags.append(WheelTag(f"cp3{start}", "abi3.abi3t", PLATFORM, (why,)))
    if crate.abi3t == "only":
        return Stable((*tags, WheelTag(INTERPRETER, INTERPRETER, PLATFORM, tags[0].reasons)))
    message = f"PyO3's stable ABI from Python {crate.abi3_floor} on" if crate.abi3_floor else "PyO3's stable ABI is on"
    python = f"cp3{minor}" if crate.abi3_floor else INTERPRETER
    tags.insert(0, WheelTag(python, "abi3", PLATFORM, (KindReason(message, at),)))
    return Stable(tuple(tags), Text(crate.abi3_floor, at) if crate.abi3_floor else None)


def _py_apis(scanned: Scanned) -> list[Text]:
    """Return what `wheel.py-api` says: in scikit-build's table, in a hatch hook's, or under an override."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    if document is None:
        return []
    prefixes: list[tuple[str, ...]] = [
        ("tool", "scikit-build"),
        ("tool", "hatch", "build", "hooks", "scikit-build"),
        ("tool", "hatch", "build", "targets", "wheel", "hooks", "scikit-build"),
    ]
    found = [(document.get(*p, "wheel", "py-api"), document.at(*p, "wheel", "py-api")) for p in prefixes]
    tables = document.get("tool", "scikit-build", "overrides")
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        wheel = table.get("wheel") if isinstance(table, Mapping) else None
        if isinstance(wheel, Mapping):
            found.append((wheel.get("py-api"), document.at("tool", "scikit-build", "overrides", index)))
    return [Text(value, at) for value, at in found if isinstance(value, str) and value]


def _by_py_api(scanned: Scanned, reasons: tuple[KindReason, ...]) -> WheelTag | None:
    for api in _py_apis(scanned):
        if re.fullmatch(r"py\d{1,3}(?:\.py\d{1,3}){0,9}", api.value):
            return WheelTag(api.value, "none", PLATFORM, reasons)
    return None


def _scikit_build_core(scanned: Scanned) -> Stable:
    for api in _py_apis(scanned):
        parts = api.value.split(".")
        if not all(re.fullmatch(r"cp3\d{1,3}t?", part) for part in parts):
            continue
        why = (KindReason(f"`wheel.py-api` is `{api.value}`", api.at),)
        classic = next((part for part in parts if not part.endswith("t")), None)
        if classic is not None:
            return _with_floor(WheelTag(classic, "abi3", PLATFORM, why))
        # Only a free-threaded Python takes this; any other builds for itself.
        tag = WheelTag(parts[0].removesuffix("t"), "abi3t", PLATFORM, why)
        return Stable((WheelTag(INTERPRETER, INTERPRETER, PLATFORM, why), tag))
    at = scanned.native.abi3_wheel[0] if scanned.native.abi3_wheel else WHOLE_PROJECT
    return Stable((WheelTag(INTERPRETER, "abi3", PLATFORM, (KindReason("the build asks for the stable ABI", at),)),))


def _py_build_cmake(scanned: Scanned, abi: str, reasons: tuple[KindReason, ...]) -> WheelTag:
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    table: Any = document.get("tool", "py-build-cmake") if document is not None else None
    if document is None or not isinstance(table, Mapping):
        raise UndecidedError(Unknown("needs-build", detail="no configuration"))
    systems = [name for name in ("linux", "windows", "mac", "pyodide", "cross") if name in table]
    wheel = table.get("wheel")
    options: Mapping[str, Any] = wheel if isinstance(wheel, Mapping) else {}
    at = document.at("tool", "py-build-cmake", "wheel")
    if {"abi_tag", "platform_tag"} & set(options) or any(
        isinstance(table[name], Mapping) and "wheel" in table[name] for name in systems
    ):
        raise undecided(at, "options that depend on the system shape the tag")
    python, minimum = options.get("python_tag", "auto"), options.get("abi3_minimum_cpython_version", 32)
    tags = [python] if isinstance(python, str) else python
    if not isinstance(tags, list) or not all(isinstance(item, str) for item in tags) or not isinstance(minimum, int):
        raise undecided(at, "options of the wheel are not valid")
    by_default = f"cp{minimum}" if abi == "abi3" else INTERPRETER
    spelled = ".".join(dict.fromkeys(by_default if item == "auto" else item for item in tags))
    why = KindReason(f"`python_abi` is `{abi}`", at)
    return WheelTag(spelled, abi, PLATFORM, (*reasons, why))


def _sip(tree: Tree, scanned: Scanned, metadata: CoreMetadata) -> Stable:
    """Follow sip: the oldest Python that `requires-python` lets in is the floor."""
    script = read_text(tree, "project.py", 1 << 20) if "project.py" in scanned.files else ""
    if script is None or "limited_abi_version" in script or "abi_version" in script:
        why = Unknown(
            "dynamic-expression", Place("project.py"), "project.py may choose the Python that abi3 starts from"
        )
        raise UndecidedError(why)
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    version = document.get("tool", "sip", "project", "abi-version") if document is not None else None
    if document is not None and version is not None and not re.match(r"1[23](?:\.|$)", str(version)):
        raise undecided(document.at("tool", "sip", "project", "abi-version"), "this ABI of sip may need a later Python")
    required = metadata.requires_python
    if required is None or any(item.field == "requires_python" for item in metadata.unknown):
        raise UndecidedError(
            Unknown("needs-build", WHOLE_PROJECT, "without `requires-python` sip decides on the oldest Python")
        )
    try:
        allowed = parse_specifiers(required.value)
    except NotStandard:
        raise undecided(required.at, "`requires-python` is not valid") from None
    minor = next((minor for minor in range(100) if admits(allowed, f"3.{minor}")), None)
    if minor is None:
        raise undecided(required.at, "`requires-python` lets no Python 3.X in")
    because = KindReason("sip takes the oldest Python of `requires-python`", required.at)
    return _with_floor(WheelTag(f"cp3{minor}", "abi3", PLATFORM, (because,)))


def _hook(scanned: Scanned) -> WheelTag | None:
    """Return the tag that a build hook of hatchling sets, None where none does."""
    for found in scanned.native.platform_tags:
        match = _HOOK_TAG.fullmatch(found.tag)
        if match:
            return WheelTag(match[1], match[2], match[3], (KindReason(found.message, found.at),))
    return None
