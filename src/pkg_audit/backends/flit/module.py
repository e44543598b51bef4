"""Find the one module or package that a project of flit is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.metadata import known
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import DiscoveryError
from pkg_audit.facts.place import WHOLE_PROJECT

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.place import Place

_STUBS = "-stubs"
_VERSION_FILES = ("__version__.py", "_version.py", "version.py")


@dataclass(frozen=True, slots=True)
class Module:
    """The module to ship: `path` is its directory or file, `root` the directory that counts as site-packages."""

    name: str
    path: str
    root: str
    is_package: bool

    @property
    def file(self) -> str:
        """Return the file that is run when the module is imported."""
        return f"{self.path}/__init__.py" if self.is_package else self.path

    def version_files(self, index: FileIndex) -> list[str]:
        """Return the files in which a version is looked for; a later one counts more."""
        if not self.is_package:
            return [self.path]
        found = [path for name in _VERSION_FILES if index.is_file(path := f"{self.path}/{name}")]
        return [*found, self.file]

    def files(self, index: FileIndex) -> list[str]:
        """Return what is shipped: everything in the package but compiled Python."""
        if not self.is_package:
            return [self.path]
        found = []
        for path in index.below(self.path):
            inner = path[len(self.path) + 1 :].split("/")
            if "__pycache__" not in inner and not any(part.endswith(".pyc") for part in inner):
                found.append(path)
        return found


def name_of(project: Project) -> tuple[str, Place]:
    """Return the import name that is configured, or follows from the project's name, and its place."""
    pyproject = project.scanned.pyproject
    document = pyproject.document if pyproject else None
    for path, key in ((("tool", "flit", "module"), "name"), (("tool", "flit", "metadata"), "module")):
        table = Table(document, path)
        if name := table.text(key):
            return name, table.at(key)
    declared = pyproject.project if pyproject else None
    name = known(declared.name) if declared else None
    if not name or declared is None or declared.name is None:
        return project.tree.name, pyproject.at if pyproject else WHOLE_PROJECT
    stem, stubs = (name[: -len(_STUBS)], _STUBS) if name.endswith(_STUBS) else (name, "")
    return stem.replace("-", "_") + stubs, declared.name.at


def module_of(index: FileIndex, name: str, at: Place) -> Module | DiscoveryError:
    """Return the module of a name, at the root or in src; where there is none, or more than one, flit stops."""
    inner = name.replace(".", "/")
    found: list[Module] = []
    for root in ("", "src"):
        path = f"{root}/{inner}" if root else inner
        if index.is_dir(path):
            found.append(Module(name, path, root, is_package=True))
        if index.is_file(f"{path}.py"):
            found.append(Module(name, f"{path}.py", root, is_package=False))
    if len(found) == 1:
        return found[0]
    if not found:
        return DiscoveryError(at, "package-missing", (name,), f"there is no module or package named {name}")
    paths = tuple(module.path for module in found)
    message = f"{name} could be any of {', '.join(paths)}"
    return DiscoveryError(at, "multiple-packages", paths, message)
