"""Print what happens to installed distributions that are imported from an archive, for `knowledge/zip_imports.toml`.

    python tools/make_zip_imports.py FOLDER ...

Each FOLDER holds wheels unpacked by `pip install --target`. For each distribution there the modules that importing its
packages loads are read, as the audit reads them.
"""

from __future__ import annotations

import sys
from types import MappingProxyType

from pkg_audit.derive.runtime import settled
from pkg_audit.derive.runtime.data import find_uses
from pkg_audit.derive.runtime.program import Program
from pkg_audit.derive.runtime.reach import Entry, reach
from pkg_audit.derive.runtime.site import make_site
from pkg_audit.facts.distribution import CoreMetadata, Distribution, Wheel
from pkg_audit.facts.place import WHOLE_PROJECT
from pkg_audit.facts.scanned import Scanned
from pkg_audit.tree import DirectoryTree

NOTHING = Program(frozenset(), frozenset(), library=True)


def main() -> int:
    """Print both tables."""
    data: dict[str, str] = {}
    compiled: dict[str, bool] = {}
    for folder in sys.argv[1:]:
        tree = DirectoryTree(folder)
        nothing = Distribution(None, WHOLE_PROJECT, CoreMetadata(), Wheel(files=(), extension_modules=()))
        site = make_site(tree, Scanned("directory", (), sources=MappingProxyType({})), nothing, tree)
        tops: dict[str, list[str]] = {}
        for module in site.modules.values():
            if module.owner and "." not in module.name and module.kind == "python":
                tops.setdefault(module.owner, []).append(module.name)
        natives = {module.owner for module in site.modules.values() if module.kind == "native"}
        for owner, names in sorted(tops.items()):
            starts = tuple(Entry(name, "", WHOLE_PROJECT) for name in sorted(names) if not name.startswith("_"))
            reached = reach(site, starts)
            loaded = [site.modules[name] for name in reached.steps]
            if owner in natives:
                compiled[owner] = not any(module.kind == "native" for module in loaded)
            uses = find_uses(site, [m for m in loaded if m.owner == owner and m.kind == "python"], reached)
            for use in (settled(site, NOTHING, item) for item in uses.data):
                if use.sure == "yes" and use.kind in ("file", "folder") and use.use in ("read", "listed"):
                    data.setdefault(owner, use.place)
    print("[imports-without]", sorted(name for name, works in compiled.items() if works))
    print("[fails]", sorted(name for name, works in compiled.items() if not works))
    print("[reads-data-by-path]")
    for name, place in sorted(data.items()):
        print(f'"{name}" = "{place}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
