"""Answer for hatchling what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.hatchling.defaults import Defaults, defaults_of
from pkg_audit.backends.hatchling.hooks import effects_of
from pkg_audit.backends.hatchling.metadata import metadata_of
from pkg_audit.backends.hatchling.options import HATCH_FILE, configuration_of, target_of
from pkg_audit.backends.hatchling.patterns import IGNORE_FILES
from pkg_audit.backends.hatchling.selection import Selection
from pkg_audit.backends.metadata import known
from pkg_audit.backends.names import data_directory, data_directory_unknown
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.facts.distribution import Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT

if TYPE_CHECKING:
    from pkg_audit.backends.hatchling.options import Configuration, Target
    from pkg_audit.backends.hatchling.selection import Selected
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_ALWAYS_IN_SDIST = ("pyproject.toml", HATCH_FILE, "hatch_build.py", *IGNORE_FILES)


class HatchlingModel:
    """The hatchling backend."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as hatchling would make them."""
        configuration = configuration_of(project)
        metadata = metadata_of(project, configuration)
        return Prediction(metadata, _wheel(project, configuration, metadata), _sdist(project, configuration, metadata))


def _wheel(project: Project, configuration: Configuration, metadata: CoreMetadata) -> WheelFiles:
    target = target_of(configuration, "wheel")
    effects = effects_of(target)
    name = metadata.name.value if metadata.name else project.tree.name
    at = metadata.name.at if metadata.name else WHOLE_PROJECT
    forced = bool(target.pick("force-include").string_map("force-include") or effects.artifacts or effects.unknown)
    defaults = defaults_of(project.index, target, name, at, forced=forced)
    if defaults.failure is not None:
        return WheelFiles((), complete=False, failure=defaults.failure)
    selection = Selection(project.tree, project.index, target, defaults, effects, {})
    selected = selection.select()
    _add_shared(selection, selected, target, metadata)
    return WheelFiles(
        files=tuple(selected.files.values()),
        complete=not selected.unknown and selected.failure is None,
        unknown=tuple(selected.unknown),
        failure=selected.failure,
    )


def _add_shared(selection: Selection, selected: Selected, target: Target, metadata: CoreMetadata) -> None:
    """Add files that install outside of site-packages."""
    for key, scheme in (("shared-data", "data"), ("shared-scripts", "scripts")):
        wanted = target.own.string_map(key)
        directory = data_directory(metadata)
        if wanted and directory is None:
            selected.unknown.append(data_directory_unknown(target.own.at(key)))
        elif wanted:
            for source, place in selection.explicit(wanted):
                selected.add(ShippedFile(f"{directory}/{scheme}/{place}", source, f"listed in `{key}`"))


def _sdist(project: Project, configuration: Configuration, metadata: CoreMetadata) -> Sdist:
    target = target_of(configuration, "sdist")
    index = project.index
    pyproject = project.scanned.pyproject
    declared = pyproject.project if pyproject else None
    forced = {name: name for name in _ALWAYS_IN_SDIST if index.is_file(name)}
    readme = known(declared.readme) if declared else None
    if readme and index.is_file(readme):
        forced[readme] = readme
    forced.update({name: name for name in metadata.license_files})
    selected = Selection(project.tree, index, target, Defaults(), effects_of(target), forced).select()
    return Sdist(tuple(sorted(selected.files)), complete=not selected.unknown and selected.failure is None)
