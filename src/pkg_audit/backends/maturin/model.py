"""Answer for maturin what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.left_behind import without_binaries
from pkg_audit.backends.maturin.layout import Layout, layout_of
from pkg_audit.backends.maturin.metadata import metadata_of
from pkg_audit.backends.maturin.patterns import Excludes, from_build, included, patterns_of
from pkg_audit.backends.metadata import known
from pkg_audit.backends.names import data_directory, data_directory_unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.cargo import read_crate

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_SCHEMES = frozenset({"data", "scripts", "headers", "purelib", "platlib"})
_NATIVE = (".so", ".pyd", ".dll", ".dylib", ".pdb", ".dwp")


class MaturinModel:
    """The backend maturin. What its sdist holds is cargo's answer and not modelled."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as maturin would make them."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        options = Table(document, ("tool", "maturin"))
        found = project.scanned.native.crate
        crate = read_crate(project.tree, found.manifest) if found is not None and found.manifest else None
        at = options.at() if options.data else Table(document, ("build-system",)).at("build-backend")
        metadata = metadata_of(project, crate, at)
        declared = pyproject.project if pyproject else None
        name = known(declared.name) if declared else None
        layout = layout_of(project.index, options, name, crate)
        bindings = found.bindings if found is not None else "unknown"
        wheel = without_binaries(
            _Wheel(project.index, options, layout, metadata, bindings).files(at), project.scanned.native.binaries
        )
        return Prediction(metadata, wheel, Sdist())


class _Wheel:
    """One wheel while it is put together."""

    def __init__(self, index: FileIndex, options: Table, layout: Layout, metadata: CoreMetadata, bindings: str) -> None:
        self._index = index
        self._options = options
        self._layout = layout
        self._metadata = metadata
        self._bindings = bindings
        self._excludes = Excludes(patterns_of(options, "exclude", "wheel"))
        self._files: dict[str, ShippedFile] = {}
        self._unknown: list[FieldUnknown] = []

    def files(self, at: Place) -> WheelFiles:
        """Return the wheel's files, compiled ones apart."""
        self._python_part()
        for path, place in included(self._index, self._layout.source, patterns_of(self._options, "include", "wheel")):
            self._add(place, path, "`include` matches it")
        if from_build(self._options):
            self._doubt("needs-build", self._options.at("include"), "files that a build script makes are included")
        self._generated(at)
        self._data()
        return WheelFiles(tuple(self._files.values()), complete=not self._unknown, unknown=tuple(self._unknown))

    def _python_part(self) -> None:
        layout = self._layout
        roots = [layout.package] if layout.package is not None else []
        roots += [join(layout.source, package) for package in layout.packages]
        skip = len(layout.source) + 1 if layout.source else 0
        for root in dict.fromkeys(roots):
            if root.startswith(".."):
                self._doubt("file-missing", self._options.at("python-source"), f"{root} is outside of the project")
                continue
            for path in (
                (root,) if self._index.is_file(root) else self._index.below(root) if self._index.is_dir(root) else ()
            ):
                if not self._is_own_build(path):
                    self._add(path[skip:], path, f"in package directory `{root}`")
            for link in self._index.links:
                if link == root or link.startswith(f"{root}/"):
                    self._doubt("needs-build", Place(link), "a symbolic link in the package")

    def _is_own_build(self, path: str) -> bool:
        """Tell whether a file is what an earlier development build left behind."""
        name = path.rpartition("/")[2]
        extension = self._layout.extension
        return name.endswith(_NATIVE) and name.startswith((extension, f"lib{extension}"))

    def _generated(self, at: Place) -> None:
        layout, bindings = self._layout, self._bindings
        if bindings in {"unknown", "none"}:
            self._doubt("needs-build", at, "how the crate is bound to Python is not known")
        if not layout.extension or bindings == "bin":
            return
        made = "maturin makes the package around the module"
        if bindings in {"cffi", "uniffi"}:
            directory = join(layout.module, layout.extension) if layout.package is not None else layout.module
            self._make(join(directory, "__init__.py"), made)
            if bindings == "cffi":
                self._make(join(directory, "ffi.py"), made)
            else:
                self._doubt("needs-build", at, "uniffi writes modules whose names stand in the compiled library")
        elif layout.package is None:
            self._make(join(layout.module, "__init__.py"), made)
        stub = f"{layout.extension}.pyi"
        if layout.package is None and self._index.is_file(stub):
            self._add(join(layout.module, "__init__.pyi"), stub, "the module's stub file")
            self._make(join(layout.module, "py.typed"), "made because there is a stub file")

    def _data(self) -> None:
        root = self._layout.data
        if not root or root.startswith(".."):
            return
        directory = data_directory(self._metadata)
        if directory is None:
            self._unknown.append(data_directory_unknown(self._options.at("data")))
            return
        for path in self._index.below(root) if self._index.is_dir(root) else ():
            inner = path[len(root) + 1 :]
            if inner.partition("/")[0] in _SCHEMES:
                self._add(join(directory, inner), path, f"in data directory `{root}`")

    def _add(self, place: str, source: str, why: str) -> None:
        if not (self._excludes.match(source) or self._excludes.match(place)):
            self._files.setdefault(place, ShippedFile(place, source, why))

    def _make(self, place: str, why: str) -> None:
        self._files[place] = ShippedFile(place, "", why)

    def _doubt(self, reason: str, at: Place, message: str) -> None:
        self._unknown.append(FieldUnknown("files", Unknown(reason, at, message)))  # type: ignore[arg-type]
