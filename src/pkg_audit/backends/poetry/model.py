"""Answer for poetry-core what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import known
from pkg_audit.backends.names import data_directory, data_directory_unknown, normalized
from pkg_audit.backends.poetry.contents import select
from pkg_audit.backends.poetry.metadata import metadata_of
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown
from pkg_audit.standards import NotStandard, parse_requirement

if TYPE_CHECKING:
    from pkg_audit.backends.poetry.contents import Contents
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata


class PoetryModel:
    """The backend poetry-core, under its name of today and its earlier ones."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as poetry-core would make them."""
        pyproject = project.scanned.pyproject
        tool = Table(pyproject.document if pyproject else None, ("tool",))
        poetry = tool.table("poetry")
        metadata = metadata_of(project, tool, self._backend)
        if poetry.flag("package-mode") is False:
            at = poetry.at("package-mode")
            reason = Unknown("conditional", at, "package-mode is off, so that poetry builds nothing")
            return Prediction(metadata, WheelFiles(unknown=(FieldUnknown("files", reason),)), Sdist())
        name = metadata.name.value if metadata.name else project.tree.name
        at = metadata.name.at if metadata.name else WHOLE_PROJECT
        both = _is_before_two(project)
        wheel = select(project.index, poetry, name, at, "wheel", both=both)
        sdist = select(project.index, poetry, name, at, "sdist", both=both)
        if wheel.failure is not None:
            return Prediction(metadata, WheelFiles((), failure=wheel.failure), Sdist())
        doubts = _doubts(project, poetry, wheel)
        scripts, failure = _scripts(project, poetry, metadata, doubts)
        files = (*wheel.files.values(), *scripts)
        shipped = WheelFiles(files, complete=not doubts and failure is None, unknown=tuple(doubts), failure=failure)
        return Prediction(metadata, shipped, _sdist(project, poetry, sdist, metadata, scripts, complete=not doubts))


def _is_before_two(project: Project) -> bool:
    """Tell whether the build requirements keep poetry-core below 2.0, where includes go into the wheel as well."""
    pyproject = project.scanned.pyproject
    requires = pyproject.build_system.requires if pyproject and pyproject.build_system else None
    for text in requires or ():
        try:
            requirement = parse_requirement(text.value)
        except NotStandard:
            continue
        if normalized(requirement.name) in {"poetry-core", "poetry"}:
            return not any(requirement.specifier.contains(version) for version in ("2.0.0", "2.2.0", "2.5.0", "3.0.0"))
    return False


def _build_script(poetry: Table) -> str | None:
    return poetry.text("build") or poetry.table("build").text("script")


def _doubts(project: Project, poetry: Table, wheel: Contents) -> list[FieldUnknown]:
    """Say what could add or remove files: a build script, links in the packages."""
    doubts = []
    script = _build_script(poetry)
    if script:
        reason = Unknown("needs-build", poetry.at("build"), f"build script {script} can add files")
        doubts.append(FieldUnknown("files", reason))
    doubts += [
        FieldUnknown("files", Unknown("needs-build", Place(link), "a symbolic link in a package"))
        for link in project.index.links
        if any(not root or link == root or link.startswith(f"{root}/") for root in wheel.roots)
    ]
    return doubts


def _scripts(
    project: Project, poetry: Table, metadata: CoreMetadata, doubts: list[FieldUnknown]
) -> tuple[list[ShippedFile], DiscoveryError | None]:
    """Return the scripts of type `file`. One that does not exist stops the build, unless a build script makes it."""
    table = poetry.table("scripts")
    directory = data_directory(metadata)
    files: list[ShippedFile] = []
    failure = None
    for name in table.data:
        script = table.table(name)
        source = script.text("reference")
        if script.text("type") != "file" or not source:
            continue
        path = join(source)
        if not project.index.is_file(path):
            if not _build_script(poetry):
                message = f"{source}, the file of script {name}, does not exist"
                failure = failure or DiscoveryError(table.at(name), "package-missing", (source,), message)
        elif directory is None:
            doubts.append(data_directory_unknown(table.at(name)))
        else:
            place = f"{directory}/scripts/{path.rpartition('/')[2]}"
            files.append(ShippedFile(place, path, f"script `{name}` is a file"))
    return files, failure


def _sdist(
    project: Project,
    poetry: Table,
    contents: Contents,
    metadata: CoreMetadata,
    scripts: list[ShippedFile],
    *,
    complete: bool,
) -> Sdist:
    """Return the sdist: what is selected for it, and the files that the build itself reads."""
    index, pyproject = project.index, project.scanned.pyproject
    if contents.failure is not None:
        return Sdist()
    wanted = {*contents.files, "pyproject.toml", *metadata.license_files, *(file.source for file in scripts)}
    script = _build_script(poetry)
    if script:
        wanted.add(join(script))
    for declared in (pyproject.project, pyproject.poetry) if pyproject else ():
        if declared and declared.readme_files:
            wanted.update(join(text.value) for text in declared.readme_files)
            break
        if declared and known(declared.readme_text):
            break
    if poetry.table("build").flag("generate-setup-file"):
        wanted.add("setup.py")
        return Sdist(tuple(sorted(path for path in wanted if index.is_file(path) or path == "setup.py")), complete)
    return Sdist(tuple(sorted(path for path in wanted if index.is_file(path))), complete)
