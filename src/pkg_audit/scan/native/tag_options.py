"""Read one option of setuptools' `bdist_wheel` that shapes the wheel's tag (setuptools 84, 2026-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import TagOption

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place

_TRUE = frozenset({"1", "true", "yes", "y", "t", "on"})
_OPTIONS = frozenset({"python-tag", "plat-name", "py-limited-api"})
_FALSE = frozenset({"0", "false", "no", "n", "f", "off"})


def tag_option(name: str, value: Any, at: Place) -> TagOption | None:
    """Return the option, None where it leaves the tag alone. What is no text and no answer counts as not evaluable."""
    if name == "universal":
        return TagOption(at, name, _answer(value))
    if name not in _OPTIONS or value in (None, False, ""):
        return None
    text = value.strip() if isinstance(value, str) else None
    return TagOption(at, name, text)


def _answer(value: Any) -> str | None:
    if value is None or isinstance(value, (bool, int)):
        return "yes" if value else "no"
    text = value.strip().lower() if isinstance(value, str) else ""
    return "yes" if text in _TRUE else "no" if text in _FALSE else None
