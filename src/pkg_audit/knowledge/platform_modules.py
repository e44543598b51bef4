"""Answer which systems have a module of the standard library, from `platform_modules.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import tomli


@cache
def systems_of() -> dict[str, str]:
    """Map top-level modules that only some systems have to the words for those systems."""
    text = (files("pkg_audit.knowledge") / "platform_modules.toml").read_text(encoding="utf-8")
    return {name: systems for systems, names in tomli.loads(text)["systems"].items() for name in names}
