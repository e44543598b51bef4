"""Answer for pdm-backend and pdm-pep517 what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import known
from pkg_audit.backends.names import data_directory, data_directory_unknown, normalized
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.pdm.contents import Contents, package_dir_of, select
from pkg_audit.backends.pdm.metadata import metadata_of
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_HOOK = "pdm_build.py"


class PdmModel:
    """The backends pdm-backend and, with `legacy`, pdm-pep517."""

    def __init__(self, *, legacy: bool = False) -> None:
        self._legacy = legacy

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as pdm would make them."""
        pyproject = project.scanned.pyproject
        options = Table(pyproject.document if pyproject else None, ("tool", "pdm"))
        build = options.table("build")
        if self._legacy and not build.data:
            build = options  # before 1.0 the options stood one level higher
        hook = _hook(project, build, legacy=self._legacy)
        metadata = metadata_of(project, options, hook)
        contents = select(project.index, build, sdist=False)
        if contents.failure is not None:
            return Prediction(metadata, WheelFiles((), failure=contents.failure), Sdist())
        doubts = _doubts(project, build, hook, contents)
        made = _written(project, options, package_dir_of(project.index, build))
        files = [*contents.files.values(), *_schemes(project, build, metadata, doubts)]
        files += [ShippedFile(path, "", "the version is written into it") for path in made]
        wheel = WheelFiles(tuple(files), complete=not doubts, unknown=tuple(doubts))
        return Prediction(metadata, wheel, _sdist(project, build, metadata, made, hook, complete=not doubts))


def _hook(project: Project, build: Table, *, legacy: bool) -> str:
    """Return the project's own build hook, "" for none."""
    if legacy:
        return build.text("build") or build.text("setup-script") or ""
    path = build.text("custom-hook") or _HOOK
    return path if project.index.is_file(join(path)) else ""


def _doubts(project: Project, build: Table, hook: str, contents: Contents) -> list[FieldUnknown]:
    """Say what could add or remove files: hooks, plugins, setuptools, links."""
    reasons = []
    if hook:
        reasons.append(Unknown("needs-build", Place(join(hook)), f"the build hook {hook} can add or remove files"))
    if build.flag("run-setuptools"):
        reasons.append(Unknown("needs-build", build.at("run-setuptools"), "setuptools adds what it builds"))
    pyproject = project.scanned.pyproject
    requires = pyproject.build_system.requires if pyproject and pyproject.build_system else None
    reasons += [
        Unknown("needs-build", text.at, f"{text.value} may be a plugin that adds or removes files")
        for text in requires or ()
        if normalized(text.value).startswith("pdm-build")
    ]
    reasons += [
        Unknown("conditional", build.at(), f"includes and excludes contradict each other about {path}")
        for path in contents.undecided[:1]
    ]
    reasons += [
        Unknown("needs-build", Place(link), "a symbolic link in a package")
        for link in project.index.links
        if any(not root or link.startswith(f"{root}/") for root in contents.roots)
    ]
    return [FieldUnknown("files", reason) for reason in reasons]


def _written(project: Project, options: Table, package_dir: str) -> Mapping[str, str]:
    """Return the version file that pdm writes, by path in the wheel, with its path in the sdist, for a tree without."""
    path = options.table("version").text("write_to")
    if not path or project.index.is_file(join(package_dir, path)):
        return {}
    return {join(path): join(package_dir, path)}


def _schemes(project: Project, build: Table, metadata: CoreMetadata, doubts: list[FieldUnknown]) -> list[ShippedFile]:
    """Return the files that install outside of site-packages."""
    table = build.table("wheel-data")
    directory = data_directory(metadata)
    files: list[ShippedFile] = []
    for scheme, items in table.data.items():
        for item in items if isinstance(items, list) else ():
            pattern = item if isinstance(item, str) else item.get("path") if isinstance(item, dict) else None
            base = item.get("relative-to") if isinstance(item, dict) else None
            if not isinstance(pattern, str):
                continue
            if pattern.startswith("$"):
                reason = Unknown("generated", table.at(scheme), f"{pattern} is made by the build")
                doubts.append(FieldUnknown("files", reason))
            elif directory is None:
                doubts.append(data_directory_unknown(table.at(scheme)))
            else:
                for path in path_glob(project.index, "", pattern).files:
                    inner = path.rpartition("/")[2]
                    if isinstance(base, str) and path.startswith(f"{join(base)}/"):
                        inner = path[len(join(base)) + 1 :]
                    files.append(ShippedFile(f"{directory}/{scheme}/{inner}", path, "listed in `wheel-data`"))
    return files


def _sdist(
    project: Project, build: Table, metadata: CoreMetadata, made: Mapping[str, str], hook: str, *, complete: bool
) -> Sdist:
    pyproject = project.scanned.pyproject
    contents = select(project.index, build, sdist=True)
    wanted = {*contents.files, *metadata.license_files}
    readme = known(pyproject.project.readme) if pyproject and pyproject.project else None
    if readme:
        wanted.add(join(readme))
    if hook:
        wanted.add(join(hook))
    present = {path for path in wanted if project.index.is_file(path)}
    return Sdist(tuple(sorted({*present, *made.values(), "pyproject.toml"})), complete and not contents.undecided)
