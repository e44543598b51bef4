"""Resolve a path that the sources build to what would stand there in site-packages."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pkg_audit.errors import ReadError
from pkg_audit.knowledge.layout_names import not_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pkg_audit.derive.runtime.site import Module, Site
    from pkg_audit.facts.path_uses import PathName, PathValue

Kind = Literal["file", "folder", "library", "program", "source", "modules", "nothing"]
"""What stands at a path. `folder` holds data, `modules` is a folder that holds Python modules only."""

_LIBRARIES = (".so", ".dll", ".dylib", ".pyd")
_PROGRAM_MAGIC = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_CODE = (".py", ".pyi", ".pyc", ".pyo", ".pyx", ".pxd", ".pyd", ".so")
_GLOB = frozenset("*?[")
_MAX_DEPTH = 6

Names = dict[tuple[str, str], list["PathName"]]


@dataclass(frozen=True, slots=True)
class Target:
    """What a path leads to. `path` is in site-packages; `package`: the folder is itself a package.

    `resource`: it was found through the resource API; `by` is then what made a file name of it, "" for nothing.
    `fallback`: a name that holds it holds a resource as well, in other cases.
    """

    path: str
    kind: Kind
    package: bool = False
    open: bool = False
    owner: str = ""
    data: tuple[str, ...] = ()
    resource: bool = False
    by: str = ""
    fallback: bool = False


@dataclass(slots=True)
class Resolver:
    """Resolve path values. `names` are the names that modules bind to paths."""

    site: Site
    names: Mapping[tuple[str, str], list[PathName]] = field(default_factory=dict)

    def resolve(self, module: Module, value: PathValue, depth: int = 0) -> list[Target]:
        """Return what a value may lead to inside of site-packages; empty where it leaves it or is not known."""
        if depth > _MAX_DEPTH:
            return []
        if value.start == "name":
            found = []
            for owner, name in self.bound(
                self.site.absolute(module, value.module) if value.module else module.name, value.name
            ):
                home = self.site.modules[owner]
                found += self.resolve(home, _compose(name.value, value), depth + 1)
            if any(target.resource for target in found):
                found = [target if target.resource else replace(target, fallback=True) for target in found]
            return found
        start = self._start(module, value)
        if start is None:
            return []
        parts = start.split("/")
        if value.up > len(parts) or (value.up == len(parts) and not value.parts):
            return []
        parts = parts[: len(parts) - value.up] + list(value.parts)
        if not parts:
            return []
        target = self._at("/".join(parts), value)
        return [replace(target, resource=True, by=value.by) if value.start == "resource" else target]

    def bound(self, module: str, name: str, depth: int = 0) -> list[tuple[str, PathName]]:
        """Return the paths that a module binds to a name, itself or by importing it from another."""
        own = self.names.get((module, name))
        if own:
            return [(module, item) for item in own]
        home = self.site.modules.get(module)
        if home is None or depth > 3:
            return []
        for imported in self.site.imports(home):
            if name in imported.names:
                base = self.site.absolute(home, "." * imported.level + imported.module)
                if base != module and (found := self.bound(base, name, depth + 1)):
                    return found
        return []

    def _start(self, module: Module, value: PathValue) -> str | None:
        home: Module | None = module
        if value.module:
            home = self.site.modules.get(self.site.absolute(module, value.module))
        if home is None:
            return None
        if value.start == "file":
            return home.path if home.kind == "python" else None
        if home.kind == "namespace":
            return home.path
        return home.path.rpartition("/")[0] or None

    def _at(self, path: str, value: PathValue) -> Target:
        site = self.site
        last = path.rpartition("/")[2]
        if _GLOB & set(last):
            folder = path.rpartition("/")[0]
            matching = [p for p in site.below(folder) if fnmatch.fnmatch(p.rpartition("/")[2], last)]
            return self._of_many(path, folder, matching, open=True)
        if path in site.files and not value.open:
            return Target(path, self._file_kind(path), owner=site.files[path][0].strip("="))
        if site.is_folder(path):
            below = list(site.below(path))
            if value.suffix:
                below = [p for p in below if p.endswith(value.suffix)]
            return self._of_many(path, path, below, open=value.open)
        if value.open and value.parts:
            # the last literal part may be the beginning of a name: `join(here, "data") + suffix`
            folder = path.rpartition("/")[0]
            matching = [p for p in site.below(folder) if p.startswith(path) and p.endswith(value.suffix)]
            if matching:
                return self._of_many(path, folder, matching, open=True)
        return Target(path, "nothing", open=value.open)

    def _of_many(self, path: str, folder: str, files: Iterable[str], *, open: bool) -> Target:  # noqa: A002
        files = list(files)
        suffixes, names = not_data()
        data = [
            p
            for p in files
            if not p.endswith(_CODE)
            and not p.endswith(suffixes)
            and p.rpartition("/")[2] not in names
            and ".dist-info/" not in p
        ]
        package = f"{folder}/__init__.py" in self.site.files
        owner = self.site.files[files[0]][0].strip("=") if files else ""
        if data:
            programs = all(self._file_kind(p) == "program" for p in data[:5])
            return Target(path, "program" if programs else "folder", package, open, owner, tuple(data[:50]))
        kind: Kind = "modules" if any(p.endswith(".py") for p in files) else "nothing"
        return Target(path, kind, package, open, owner)

    def _file_kind(self, path: str) -> Kind:
        name = path.rpartition("/")[2]
        if name.endswith((".py", ".pyw")):
            return "source"
        if name.endswith(_LIBRARIES) or ".so." in name:
            return "library"
        owner, source = self.site.files[path]
        tree = self.site.environment if owner else self.site.tree
        if tree is None or not source or ("." in name and not name.endswith((".exe", ".sh", ".bin"))):
            return "file"
        try:
            head = tree.head(source, 4)
        except ReadError:
            return "file"
        return "program" if head.startswith(_PROGRAM_MAGIC) else "file"


def _compose(base: PathValue, value: PathValue) -> PathValue:
    """Continue a named path with the steps that its user adds."""
    parts = base.parts[: len(base.parts) - value.up] if value.up < len(base.parts) else ()
    up = base.up + max(0, value.up - len(base.parts))
    if base.open:
        return replace(base, up=up, parts=parts, suffix=value.suffix or base.suffix)
    return replace(
        base, up=up, parts=(*parts, *value.parts), open=value.open, suffix=value.suffix, by=base.by or value.by
    )
