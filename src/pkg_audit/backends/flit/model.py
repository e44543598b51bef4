"""Answer for flit what every model answers: everything in one module, and the files that a build needs."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from pkg_audit.backends.flit.metadata import metadata_of
from pkg_audit.backends.flit.module import Module, module_of, name_of
from pkg_audit.backends.globs import glob_dirs, glob_files
from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import known
from pkg_audit.backends.names import data_directory, data_directory_unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.scanned import TomlDocument

_SCM_KEYS = ("version_file", "write_to")
_COMPILED = ("**/__pycache__", "**.pyc")


class FlitModel:
    """The backends flit_core and flit_scm; `from_tags` tells them apart."""

    def __init__(self, *, from_tags: bool = False) -> None:
        self._from_tags = from_tags

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as flit would make them."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        found = module_of(project.index, *name_of(project))
        if not isinstance(found, Module):
            metadata = metadata_of(project, None, from_tags=self._from_tags)
            return Prediction(metadata, WheelFiles((), complete=False, failure=found), Sdist())
        metadata = metadata_of(project, found, from_tags=self._from_tags)
        made = _written(document, found, project.index) if self._from_tags else []
        data = Table(document, ("tool", "flit", "external-data"))
        external = join(data.text("directory") or "")
        wheel = _wheel(project, found, made, data, metadata)
        sdist = _sdist(project, document, found, made, external, metadata)
        return Prediction(metadata, wheel, Sdist(sdist, complete=wheel.complete and sdist is not None))


def _wheel(project: Project, module: Module, made: list[str], data: Table, metadata: CoreMetadata) -> WheelFiles:
    index = project.index
    skip = len(module.root) + 1 if module.root else 0
    why = f"everything in `{module.path}` is shipped" if module.is_package else f"the module `{module.name}`"
    files = [ShippedFile(path[skip:], path, why) for path in module.files(index)]
    files += [ShippedFile(path[skip:], "", "the version is written into it") for path in made]
    doubts = []
    external = join(data.text("directory") or "")
    directory = data_directory(metadata)
    if external and directory is None:
        doubts.append(data_directory_unknown(data.at("directory")))
    elif external:
        for path in _data_files(index, external):
            place = f"{directory}/data/{path[len(external) + 1 :]}"
            files.append(ShippedFile(place, path, f"external data in `{external}`"))
    doubts += [
        FieldUnknown("files", Unknown("needs-build", Place(link), "a symbolic link in the package"))
        for link in index.links
        if link == module.path or link.startswith(f"{module.path}/")
    ]
    return WheelFiles(tuple(files), complete=not doubts, unknown=tuple(doubts))


def _written(document: TomlDocument | None, module: Module, index: FileIndex) -> list[str]:
    """Return the file inside the module that flit_scm writes the version into, where the tree lacks it."""
    table = Table(document, ("tool", "setuptools_scm"))
    paths = [join(path) for key in _SCM_KEYS if (path := table.text(key))]
    return [path for path in paths if path.startswith(f"{module.path}/") and not index.is_file(path)][:1]


def _data_files(index: FileIndex, directory: str) -> list[str]:
    return [path for path in index.below(directory) if "__pycache__" not in path.split("/")[:-1]] if directory else []


def _sdist(
    project: Project,
    document: TomlDocument | None,
    module: Module,
    made: list[str],
    external: str,
    metadata: CoreMetadata,
) -> tuple[str, ...] | None:
    """Return the files of the sdist: module, data and metadata, minus excluded, plus included ones.

    None where one is left out that flit insists on: it then stops.
    """
    index, pyproject = project.index, project.scanned.pyproject
    declared = (pyproject.project or pyproject.flit) if pyproject else None
    needed = {"pyproject.toml", *metadata.license_files}
    readme = known(declared.readme) if declared else None
    if readme:
        needed.add(join(readme))
    files = {*module.files(index), *made, *_data_files(index, external), *needed}
    if not module.name.endswith("-stubs"):
        needed.add(module.file)
    table = Table(document, ("tool", "flit", "sdist"))
    exclude = _Patterns(index, [*_COMPILED, *(table.strings("exclude") or ())] if table.data else [])
    include = _Patterns(index, table.strings("include") or [])
    files |= include.files
    for directory in include.dirs:
        files.update(index.below(directory))
    kept = {path for path in files if not exclude.match(path) and (index.is_file(path) or path in made)}
    return tuple(sorted(kept)) if needed <= kept else None


class _Patterns:
    """Files and directories that patterns match; a directory stands for everything below it."""

    def __init__(self, index: FileIndex, patterns: list[str]) -> None:
        normal = [normpath(pattern) for pattern in patterns]
        self.files = {path for pattern in normal for path in glob_files(index, "", pattern)}
        self.dirs = {path for pattern in normal for path in glob_dirs(index, pattern, recursive=True)}

    def match(self, path: str) -> bool:
        """Tell whether a file, or a directory above it, is matched."""
        if path in self.files:
            return True
        parts = path.split("/")
        return any("/".join(parts[:count]) in self.dirs for count in range(1, len(parts)))
