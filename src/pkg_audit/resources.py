"""Find the data that ships with the product: its rules, technologies and decision tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import RuleError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def rules_root() -> Traversable:
    """Return the folder of rules: inside the package when installed, beside `src` in a checkout.

    Read it through the returned object only: from a zipapp it is no path. Raises RuleError where it is missing.
    """
    from importlib.resources import files

    installed = files("pkg_audit") / "_rules"
    if installed.is_dir():
        return installed
    from pathlib import Path

    package = Path(__file__).parent
    checkout = package.parent.parent / "rules"
    if package.parent.name == "src" and checkout.is_dir():
        return checkout
    raise RuleError("the rules that ship with pkg-audit are missing; reinstall it")
