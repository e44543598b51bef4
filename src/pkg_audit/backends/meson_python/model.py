"""Answer for meson-python what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.globs import name_matcher
from pkg_audit.backends.index import join
from pkg_audit.backends.left_behind import without_binaries
from pkg_audit.backends.meson_python.metadata import metadata_of
from pkg_audit.backends.names import data_directory, data_directory_unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.native import MesonInstall, MesonProject
    from pkg_audit.facts.place import UnknownReason

_ANCHORS = {"data": "{datadir}", "headers": "{includedir}", "scripts": "{bindir}"}


class MesonPythonModel:
    """The backend mesonpy. Its sdist holds what version control knows, which is never complete here."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as meson-python would make them."""
        metadata = metadata_of(project)
        meson = project.scanned.native.meson
        sdist = Sdist(project.index.files, complete=False)
        if meson is None:
            reason = Unknown("not-parseable", Place("meson.build"), "meson.build is missing or could not be read")
            return Prediction(metadata, WheelFiles(unknown=(FieldUnknown("files", reason),)), sdist)
        wheel = without_binaries(_Wheel(project, meson, metadata).files(), project.scanned.native.binaries)
        return Prediction(metadata, wheel, sdist)


class _Wheel:
    """One wheel while it is put together from what meson installs."""

    def __init__(self, project: Project, meson: MesonProject, metadata: CoreMetadata) -> None:
        pyproject = project.scanned.pyproject
        options = Table(pyproject.document if pyproject else None, ("tool", "meson-python"))
        self._index = project.index
        self._meson = meson
        self._data = data_directory(metadata)
        self._excluded = [name_matcher(join(p)) for p in options.table("wheel").strings("exclude") or ()]
        self._included = [name_matcher(join(p)) for p in options.table("wheel").strings("include") or ()]
        self._pure = meson.pure == "yes" and not meson.libraries and not meson.programs
        self._files: dict[str, ShippedFile] = {}
        self._unknown: list[FieldUnknown] = []

    def files(self) -> WheelFiles:
        """Return the wheel's files, compiled ones apart."""
        meson = self._meson
        for install in meson.installs:
            if install.reachable == "unknown":
                self._doubt("conditional", install.at, "whether meson installs this depends on the build")
                continue
            self._one(install)
        if not meson.complete:
            self._doubt("dynamic-expression", meson.at, "a part of the meson files could not be followed")
        for place in meson.opaque[:5]:
            self._doubt("needs-build", place, "meson may install files here that static reading does not see")
        for place in meson.switched[:5]:
            self._doubt("conditional", place, "an option that is off by default would install more")
        return WheelFiles(tuple(self._files.values()), complete=not self._unknown, unknown=tuple(self._unknown))

    def _one(self, install: MesonInstall) -> None:
        place = self._place(install)
        if place is None:
            return
        why = f"meson installs it ({install.at.path}:{install.at.line})"
        for number, source in enumerate(install.sources):
            if install.kind == "directory":
                if not self._is_excluded(install, install.destination):
                    for path, inner in self._below(source, install.exclude):
                        self._files[join(place, inner)] = ShippedFile(join(place, inner), path, why)
                continue
            name = install.names[number] if number < len(install.names) else source.rpartition("/")[2]
            if self._is_excluded(install, join(install.destination, name)):
                continue
            target = join(place, name)
            if install.kind == "generated":
                self._files[target] = ShippedFile(target, "", "the build makes it")
            elif self._index.is_file(source):
                self._files[target] = ShippedFile(target, source, why)
            else:
                self._doubt("file-missing", install.at, f"{source}, which meson installs, is not in the tree")

    def _place(self, install: MesonInstall) -> str | None:
        """Return the directory in the wheel: files for the other of the two libraries lie in the data directory."""
        scheme = install.scheme
        if not scheme and install.pure == "yes" and not self._pure:
            scheme = "purelib"  # type: ignore[assignment]
        if not scheme:
            return install.destination
        if self._data is None:
            self._unknown.append(data_directory_unknown(install.at))
            return None
        return join(self._data, scheme, install.destination)

    def _below(self, source: str, exclude: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        dropped = {join(path) for path in exclude}
        skip = len(source) + 1 if source not in {"", "."} else 0
        for path in self._index.below("" if source == "." else source) if self._index.is_dir(source) else ():
            inner = path[skip:]
            parts = inner.split("/")
            if not any("/".join(parts[:count]) in dropped for count in range(1, len(parts) + 1)):
                yield path, inner

    def _is_excluded(self, install: MesonInstall, destination: str) -> bool:
        if not self._excluded:
            return False
        anchor = _ANCHORS.get(install.scheme) or ("{py_purelib}" if install.pure == "yes" else "{py_platlib}")
        path = join(anchor, destination)
        return _any(self._excluded, path) and not _any(self._included, path)

    def _doubt(self, reason: UnknownReason, at: Place, message: str) -> None:
        self._unknown.append(FieldUnknown("files", Unknown(reason, at, message)))


def _any(matchers: list[Callable[[str], bool]], path: str) -> bool:
    return any(matches(path) for matches in matchers)
