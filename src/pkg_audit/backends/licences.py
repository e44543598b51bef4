"""Find the licence files that a backend would put into dist-info."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import glob_files
from pkg_audit.standards import NotStandard, parse_license

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.declared import Declared

DEFAULT_LICENSE_GLOBS = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
"""What setuptools, hatchling and others take where nothing is configured."""


def license_files(index: FileIndex, patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the files that the patterns match, in order of the patterns, without editors' backup files."""
    found: dict[str, None] = {}
    for pattern in patterns:
        found.update((path, None) for path in glob_files(index, "", pattern) if not path.endswith("~"))
    return tuple(found)


def with_canonical_license(declared: Declared) -> Declared:
    """Return the metadata with the licence expression in its canonical spelling; an invalid one stays as it is."""
    value = declared.license_expression
    if value is None or not value.value:
        return declared
    try:
        canonical = parse_license(value.value)
    except NotStandard:
        return declared
    return replace(declared, license_expression=replace(value, value=canonical))
