"""Tell the Python tag of a wheel that holds nothing compiled; some backends derive it from `requires-python`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.tags.words import UndecidedError, normal_platform, option, undecided
from pkg_audit.facts.distribution import KindReason, WheelTag
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown
from pkg_audit.scan.native.script.parsing import SIZE
from pkg_audit.scan.native.text import read_text
from pkg_audit.standards import admits, parse_specifiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree

_PYTHON_3 = frozenset({"uv", "whey", "sphinx-theme-builder", "meson-python"})
_FLIT_PYTHON_3 = re.compile(r"^\s*+(?:>=?|~=|===?)?\s*+[3-9]")
_TAG = re.compile(r"[a-z0-9_]{1,40}(?:\.[a-z0-9_]{1,40}){0,9}")


def tag(
    tree: Tree, scanned: Scanned, family: str, backend: str, metadata: CoreMetadata, reasons: tuple[KindReason, ...]
) -> WheelTag:
    """Return the tag of the pure wheel. Raises UndecidedError."""
    if family == "setuptools":
        return _setuptools(tree, scanned, reasons)
    if family in _PYTHON_3:
        return WheelTag("py3", "none", "any", reasons)
    if family in {"scikit-build-core", "py-build-cmake"}:
        return _cmake(scanned, family, reasons)
    hook = next((item for item in scanned.native.platform_tags if item.tag), None)
    if hook is not None:
        raise undecided(hook.at, hook.message)
    test = _TESTS.get("pdm.pep517" if backend.startswith("pdm.pep517") else family)
    if test is None:
        raise UndecidedError(Unknown("needs-build", WHOLE_PROJECT, "how this backend tags a pure wheel is not known"))
    return _by_requires_python(metadata, reasons, test)


def _setuptools(tree: Tree, scanned: Scanned, reasons: tuple[KindReason, ...]) -> WheelTag:
    native = scanned.native
    script = scanned.setup_py
    if script is not None and script.error is not None:
        raise UndecidedError(Unknown("not-parseable", script.error.at, "setup.py is no Python 3"))
    universal, python, platform = (option(scanned, name) for name in ("universal", "python-tag", "plat-name"))
    override = native.tag_overrides[0] if native.tag_overrides else None
    if override is not None:
        raise undecided(override.at, "`get_tag` is overridden")
    if universal is None and "--universal" in (read_text(tree, "setup.py", SIZE) or ""):
        raise undecided(Place("setup.py"), "setup.py has a command of its own that builds with `--universal`")
    tags, why = "py3", list(reasons)
    if universal is not None and universal.value == "yes":
        tags = "py2.py3"
        why.append(KindReason("`universal` tags the wheel for Python 2 and 3", universal.at))
    elif python is not None:
        tags = python.value or ""
        why.append(KindReason("`python-tag` is set", python.at))
    if _TAG.fullmatch(tags) is None:
        raise undecided(python.at if python is not None else WHOLE_PROJECT, "`python-tag` is no tag")
    where = "any" if platform is None else normal_platform(platform.value or "")
    return WheelTag(tags, "none", where, tuple(why))


def _cmake(scanned: Scanned, family: str, reasons: tuple[KindReason, ...]) -> WheelTag:
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    api: Any = document.get("tool", "scikit-build", "wheel", "py-api") if document is not None else None
    if family == "scikit-build-core" and document is not None and api:
        at = document.at("tool", "scikit-build", "wheel", "py-api")
        if not isinstance(api, str) or re.fullmatch(r"py\d{1,3}(?:\.py\d{1,3}){0,9}", api) is None:
            raise undecided(at, "`wheel.py-api` does not fit a pure wheel")
        return WheelTag(api, "none", "any", (*reasons, KindReason("`wheel.py-api` is set", at)))
    return WheelTag("py3", "none", "any", reasons)


def _by_requires_python(
    metadata: CoreMetadata, reasons: tuple[KindReason, ...], test: Callable[[str], bool]
) -> WheelTag:
    doubt = next((item.unknown for item in metadata.unknown if item.field == "requires_python"), None)
    if doubt is not None:
        raise UndecidedError(doubt)
    required = metadata.requires_python
    text = required.value if required is not None else ""
    try:
        two = test(text)
    except ValueError:
        at = required.at if required is not None else WHOLE_PROJECT
        raise undecided(at, "`requires-python` is not valid") from None
    if not two:
        return WheelTag("py3", "none", "any", reasons)
    if required is None:
        message, at = "without `requires-python` the backend takes Python 2 for supported", WHOLE_PROJECT
    else:
        message, at = "`requires-python` lets Python 2 in", required.at
    return WheelTag("py2.py3", "none", "any", (*reasons, KindReason(message, at)))


def _flit(text: str) -> bool:
    return not any(_FLIT_PYTHON_3.match(part) for part in text.split(","))


def _any_python_2(text: str) -> bool:
    """Tell whether any 2.x is let in; raises ValueError where Python 3 is not, since the tag is another then."""
    allowed = parse_specifiers(text)
    if not any(admits(allowed, f"3.{minor}.100") for minor in range(60)):
        raise ValueError(text)
    return any(admits(allowed, f"2.{minor}.100") for minor in range(100))


def _python_2_7(text: str) -> bool:
    return admits(parse_specifiers(text), "2.7")


def _python_2_7_named(text: str) -> bool:
    return bool(text) and _python_2_7(text)


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "flit": _flit,
    "hatchling": _any_python_2,
    "poetry": _any_python_2,
    "pdm": _python_2_7,
    "pdm.pep517": _python_2_7_named,
}
"""How each backend reads `requires-python`, empty where there is none: is Python 2 supported?"""
