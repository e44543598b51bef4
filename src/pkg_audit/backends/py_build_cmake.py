"""Model py-build-cmake (observed: py-build-cmake 0.5, its documentation and sources, 2026-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.cmake_files import installed_files
from pkg_audit.backends.dynamic import dynamic_doubts
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files, with_canonical_license
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.module_values import literal_assignment, read_module, unknown
from pkg_audit.backends.names import data_directory
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_TOOL = ("tool", "py-build-cmake")


@dataclass(frozen=True, slots=True)
class _Module:
    """The package or module that is shipped; `files` are empty where CMake makes it."""

    path: str
    root: str
    files: tuple[str, ...]
    init: str = ""


class PyBuildCmakeModel:
    """The backend py_build_cmake."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as py-build-cmake would make them."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
        options = Table(document, _TOOL)
        module = _find(project.index, options.table("module"), known(declared.name) or "", declared)
        found = module if isinstance(module, _Module) else None
        metadata = _metadata(project, declared, found, options.table("module").at())
        if found is None:
            failure = module if isinstance(module, DiscoveryError) else None
            return Prediction(metadata, WheelFiles((), failure=failure), Sdist())
        wheel = _wheel(project, options, found, metadata)
        return Prediction(metadata, wheel, _sdist(project, options, declared, metadata, found))


def _find(index: FileIndex, options: Table, project: str, declared: Declared) -> _Module | DiscoveryError:
    name = options.text("name") or project
    base = join(options.text("directory") or ".")
    at = options.at() if options.data else declared.at
    if options.text("generated"):
        return _Module(join(base, name), base, ())
    packages = [path for path in (join(base, name), join(base, "src", name)) if index.is_dir(path)]
    modules = [path for path in (join(base, f"{name}.py"), join(base, "src", f"{name}.py")) if index.is_file(path)]
    namespace = options.flag("namespace") is True
    found = packages if namespace else [*packages, *modules]
    if len(found) != 1 or not name or found[0].startswith(".."):
        kind, message = ("multiple-packages", "is ambiguous") if len(found) > 1 else ("package-missing", "is not there")
        return DiscoveryError(at, kind, tuple(found) or (name,), f"the module {name} {message}")  # type: ignore[arg-type]
    path = found[0]
    if path not in packages:
        return _Module(path, path.rpartition("/")[0], (path,), path)
    init = f"{path}/__init__.py"
    if index.is_file(init) is namespace:
        message = f"{init} {'must not exist in a namespace' if namespace else 'does not exist'}"
        return DiscoveryError(at, "package-missing", (name,), message)
    files = tuple(p for p in index.below(path) if not p.endswith(".pyc") and "__pycache__" not in p.split("/"))
    return _Module(path, path.rpartition("/")[0], files, "" if namespace else init)


def _metadata(project: Project, declared: Declared, module: _Module | None, at: Place) -> CoreMetadata:
    dynamic = dynamic_fields(declared)
    if "version" in dynamic and declared.version is None:
        source = read_module(project.tree, module.init) if module is not None and module.init else None
        found = literal_assignment(source, "__version__", module.init) if source is not None and module else None
        missing = unknown("dynamic-expression", at, "the module would be imported for its __version__")
        declared = replace(declared, version=found or missing)
    doubts = dynamic_doubts(declared, "py-build-cmake gives only the version and the description", {"version"})
    listed = known(declared.license_files)
    named = known(declared.license_file)
    if listed is not None:
        licences = tuple(sorted(license_files(project.index, [text.value for text in listed])))
    else:
        licences = (join(named),) if named and project.index.is_file(join(named)) else ()
    return core_metadata(with_canonical_license(declared), licences, doubts)


def _wheel(project: Project, options: Table, module: _Module, metadata: CoreMetadata) -> WheelFiles:
    skip = len(module.root) + 1 if module.root else 0
    why = f"everything in `{module.path}` is shipped"
    files = {path[skip:]: ShippedFile(path[skip:], path, why) for path in module.files}
    doubts: list[FieldUnknown] = [
        FieldUnknown("files", Unknown("needs-build", Place(link), "a symbolic link in the package"))
        for link in project.index.links
        if link.startswith(f"{module.path}/")
    ]
    if "cmake" in options:
        table: Any = options.data.get("cmake")
        chosen = isinstance(table, Mapping) and any(isinstance(c, str) and c for c in _listed(table))
        cmake = project.scanned.native.cmake
        installed = installed_files(project.index, cmake, data_directory(metadata), chosen=chosen)
        doubts += installed.unknown
        files.update(installed.files)
    for key in ("stubgen", "linux"):
        if key in options:
            message = "stub files are generated" if key == "stubgen" else "the settings differ on Linux"
            doubts.append(FieldUnknown("files", Unknown("needs-build", options.at(key), message)))
    return WheelFiles(tuple(files.values()), complete=not doubts, unknown=tuple(doubts))


def _listed(table: Mapping[str, Any]) -> list[Any]:
    value = table.get("install_components")
    return value if isinstance(value, list) else []


def _sdist(project: Project, options: Table, declared: Declared, metadata: CoreMetadata, module: _Module) -> Sdist:
    index = project.index
    table = options.table("sdist")
    exclude = [path_glob(index, "", pattern) for pattern in _patterns(table, "exclude")]
    dropped = {path for matches in exclude for path in matches.everything(index)}
    files = {*module.files, "pyproject.toml", *metadata.license_files}
    readme = known(declared.readme)
    if readme and index.is_file(join(readme)):
        files.add(join(readme))
    for pattern in _patterns(table, "include"):
        files |= path_glob(index, "", pattern).everything(index)
    return Sdist(tuple(sorted(files - dropped)), complete=True)


def _patterns(table: Table, key: str) -> list[str]:
    return [*(table.strings(key) or ()), *(table.strings(f"{key}_patterns") or ())]
