"""Answer for scikit-build-core what every model answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.backends.cmake_files import installed_files
from pkg_audit.backends.index import FileIndex, join
from pkg_audit.backends.names import data_directory, data_directory_unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.scikit_build_core.metadata import metadata_of
from pkg_audit.backends.scikit_build_core.selection import Selection
from pkg_audit.backends.scikit_build_core.settings import Settings, project_name
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.ignore_spec import IgnoreSpec

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_TREE = re.compile(r"\$\{SKBUILD_([A-Z]+)_DIR\}(?:/(.*))?")
_SCHEMES = frozenset({"data", "headers", "scripts"})


class ScikitBuildCoreModel:
    """The backend of scikit-build-core, not its plugins for other backends."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as scikit-build-core would make them."""
        pyproject = project.scanned.pyproject
        settings = Settings(pyproject.document if pyproject else None)
        metadata = metadata_of(project, settings)
        written = _written(project, settings)
        index = FileIndex((*project.index.files, *written), project.index.links) if written else project.index
        selection = Selection(project.tree, index, settings, _generated_sources(settings))
        wheel = _Wheel(project, index, settings, metadata, selection, frozenset(written)).files()
        return Prediction(metadata, wheel, _sdist(settings, selection, wheel, project))


def _written(project: Project, settings: Settings) -> list[str]:
    """Return files that the build writes into the source tree where the tree lacks them."""
    pyproject = project.scanned.pyproject
    document = pyproject.document if pyproject else None
    found = _generated_sources(settings)
    if _uses_scm(settings, document):
        table = Table(document, ("tool", "setuptools_scm"))
        found += [join(path) for key in ("version_file", "write_to") if (path := table.text(key))]
    return [path for path in dict.fromkeys(found) if not path.startswith("..") and not project.index.is_file(path)]


def _generated_sources(settings: Settings) -> list[str]:
    return [path for path, location in settings.generated() if location == "source"]


def _uses_scm(settings: Settings, document: object) -> bool:
    provider = settings.root.table("metadata", "version").text("provider") or ""
    entries = document.get("tool", "dynamic-metadata") if hasattr(document, "get") else None
    names = [provider, *(str(entry.get("provider")) for entry in entries or () if isinstance(entry, dict))]
    return any(name.rpartition(".")[2] == "setuptools_scm" for name in names)


class _Wheel:
    """One wheel while it is put together: packages, what CMake installs, what is generated or forced in."""

    def __init__(
        self,
        project: Project,
        index: FileIndex,
        settings: Settings,
        metadata: CoreMetadata,
        selection: Selection,
        written: frozenset[str],
    ) -> None:
        self._project = project
        self._index = index
        self._settings = settings
        self._data = data_directory(metadata)
        self._selection = selection
        self._written = written
        self._exclude = IgnoreSpec(settings.wheel.strings("exclude") or ())
        self._unknown = [doubt for doubt in settings.doubts() if doubt.field == "files"]
        self._failure: DiscoveryError | None = None

    def files(self) -> WheelFiles:
        """Return the wheel's files; what CMake installs wins over a package's file of the same name."""
        found = self._packages()
        if self._settings.runs_cmake():
            components = self._settings.components()
            cmake = self._project.scanned.native.cmake
            installed = installed_files(self._index, cmake, self._data, chosen=components)
            self._unknown += installed.unknown
            found.update(installed.files)
        for path, location in self._settings.generated():
            if location == "install":
                found[path] = ShippedFile(path, "", "listed in `generate`")
        kept = {path: file for path, file in found.items() if not self._dropped(path)}
        self._force(kept)
        if self._exclude.incomplete or self._selection.incomplete:
            at = self._settings.wheel.at("exclude")
            self._doubt(Unknown("not-parseable", at, "a file pattern is not valid or too costly to match"))
        return WheelFiles(
            files=tuple(kept.values()),
            complete=not self._unknown and self._failure is None,
            unknown=tuple(self._unknown),
            failure=self._failure,
        )

    def _packages(self) -> dict[str, ShippedFile]:
        found: dict[str, ShippedFile] = {}
        links = self._index.links
        for target, source in self._settings.packages(self._index, project_name(self._project)).items():
            why = f"in package directory `{source or '.'}`"
            if self._index.is_file(source):
                found[target] = ShippedFile(target, source, f"`wheel.packages` has `{source}`")
                continue
            skip = len(source) + 1 if source else 0
            for path in self._selection.below(source) if self._index.is_dir(source) else ():
                inner = path[skip:]
                if not self._exclude.match(inner):
                    place = join(target, inner)
                    made = path in self._written
                    found[place] = ShippedFile(place, "" if made else path, "the build writes it" if made else why)
            for link in links:
                if link == source or link.startswith(f"{source}/"):
                    self._doubt(Unknown("needs-build", Place(link), "a symbolic link in the package"))
        return found

    def _dropped(self, path: str) -> bool:
        parts = path.split("/")
        return (
            self._exclude.match(path) or path.endswith((".pyc", ".pyo")) or any(p.endswith(".dist-info") for p in parts)
        )

    def _force(self, found: dict[str, ShippedFile]) -> None:
        for source, wanted in self._settings.wheel.string_map("force-include").items():
            place = self._place(wanted)
            path = join(source)
            if place is None:
                continue
            if self._index.is_file(path):
                found[place] = ShippedFile(place, path, "included by force")
            elif self._index.is_dir(path) and not path.startswith(".."):
                for inner in self._index.below(path):
                    target = join(place, inner[len(path) :].lstrip("/"))
                    if not self._dropped(target):
                        found[target] = ShippedFile(target, inner, "included by force")
            else:
                at = self._settings.wheel.at("force-include")
                self._doubt(Unknown("file-missing", at, f"{source}, which is included by force, is not in the tree"))

    def _place(self, wanted: str) -> str | None:
        """Return where a forced file goes, None for dist-info and what is thrown away."""
        match = _TREE.fullmatch(wanted)
        tree, _, rest = (match[1].lower(), "", match[2] or "") if match else wanted[1:].partition("/")
        if not match and not wanted.startswith("/"):
            return join(wanted)
        if tree in {"platlib", "purelib"}:
            return join(rest)
        if tree in _SCHEMES and self._data is None:
            self._unknown.append(data_directory_unknown(self._settings.wheel.at("force-include")))
            return None
        return join(self._data or "", tree, rest) if tree in _SCHEMES else None

    def _doubt(self, why: Unknown) -> None:
        self._unknown.append(FieldUnknown("files", why))


def _sdist(settings: Settings, selection: Selection, wheel: WheelFiles, project: Project) -> Sdist:
    files = set(selection.below(""))
    for source, wanted in settings.sdist.string_map("force-include").items():
        path = join(source)
        if project.index.is_file(path):
            files.add(join(wanted))
        elif project.index.is_dir(path) and not path.startswith(".."):
            files.update(join(wanted, inner[len(path) :].lstrip("/")) for inner in project.index.below(path))
    files.discard("PKG-INFO")
    complete = not any(doubt.unknown.reason == "not-parseable" for doubt in wheel.unknown)
    return Sdist(tuple(sorted(files)), complete and settings.sdist.flag("cmake") is not True)
