"""Tell by its name whom a module serves: users of another package, or developers."""

from __future__ import annotations

import re

_ASIDE = frozenset({"bench", "benchmark", "benchmarks", "demo", "demos", "example", "examples", "tools"})
_LONG = 6
"""A name of this length is no part of another word by chance."""


def serves_others(module: str, imported: str) -> bool:
    """Tell whether a module is for those who have the imported top-level package anyway, or for developers.

    `acme.exports.to_duckdb` adapts duckdb; `acme._tools.regenerate` and `acme._examples.x` are no part of what the
    package does. The name of the whole package says nothing: `django_acme` needs django.
    """
    _, *parts = module.lower().split(".")
    if any(part.strip("_") in _ASIDE for part in parts[:-1]):
        return True
    wanted = _plain(imported)
    return bool(wanted) and any(_names(part, wanted) for part in parts)


def _names(part: str, wanted: str) -> bool:
    """Tell whether the name of a module or of a package around it contains that of another package."""
    words = re.split(r"[^a-z0-9]+", part[:255])
    plain = "".join(words)
    return wanted in words or plain in {wanted, wanted.removeprefix("py")} or (len(wanted) >= _LONG and wanted in plain)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name[:255].lower())
