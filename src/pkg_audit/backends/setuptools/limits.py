"""Refuse configurations whose evaluation would take long: what no real project writes, a hostile one may."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Unknown
from pkg_audit.facts.setuptools_options import FindPackages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.setuptools.options import Options
    from pkg_audit.facts.scanned import Scanned

MAX_NAME = 500
"""Characters of a dotted name; longer ones cannot be directories."""
MAX_WORK = 10_000_000
"""Patterns times files: some seconds at most."""


def too_large(scanned: Scanned, index: FileIndex, options: Options) -> Unknown | None:
    """Return why the files cannot be worked out in reasonable time, None where they can."""
    merged = options.merged
    patterns = sum(len(command.arguments) + 1 for command in scanned.manifest_in or ())
    names: list[str] = []
    choices = (merged.package_choices.value if merged.package_choices else None) or ()
    for item in (*((merged.packages.value if merged.packages else None) or ()), *chain.from_iterable(choices)):
        if isinstance(item, FindPackages):
            patterns += len(item.where) * (len(item.include) + len(item.exclude) + 1)
        else:
            names.append(item)
    for data in (merged.package_data, merged.exclude_package_data):
        for key, values in ((data.value if data else None) or {}).items():
            names.append(key)
            patterns += len(values)
    for _, values in (merged.data_files.value if merged.data_files else None) or ():
        patterns += len(values)
    for listed in (merged.py_modules, merged.namespace_packages):
        names += (listed.value if listed else None) or ()
    for mapping in options.package_dirs.values():
        names += (mapping.value if mapping else None) or ()
    if patterns * (len(index.files) + 1) > MAX_WORK:
        return Unknown("too-large", merged.at, f"{patterns} patterns on {len(index.files)} files")
    return _long_name(names, merged.at)


def _long_name(names: Iterable[str], at: Place) -> Unknown | None:
    for name in names:
        if len(name) > MAX_NAME:
            return Unknown("too-large", at, f"a name of {len(name)} characters")
    return None
