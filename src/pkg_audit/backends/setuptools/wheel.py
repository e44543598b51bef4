"""Put the wheel's and the sdist's files together, and say what could add or remove some."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.globs import glob_files
from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import known
from pkg_audit.backends.port import WheelFiles
from pkg_audit.backends.setuptools import contents
from pkg_audit.backends.setuptools.dynamic import referenced_files
from pkg_audit.backends.setuptools.manifest import FileList, default_files
from pkg_audit.backends.setuptools.version import FILE_FINDERS, build_requirements
from pkg_audit.errors import ReadError
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import Place, Unknown, Value

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.backends.setuptools.layout import Layout
    from pkg_audit.backends.setuptools.options import Options
    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.distribution import CoreMetadata
    from pkg_audit.facts.native import ExtensionDeclaration

_COMMANDS_OF_WHEELS = frozenset({"build", "build_py", "install", "install_lib", "install_data", "build_scripts"})
_LISTED_EXTENSIONS = frozenset({"ext_modules", "cythonize", "tool.setuptools.ext-modules"})
_COMMANDS_OF_SDISTS = frozenset({"sdist", "egg_info", "manifest_maker"})


@dataclass(frozen=True, slots=True)
class Files:
    """What the wheel and the sdist would hold."""

    wheel: WheelFiles
    sdist: Sdist


def files_of(project: Project, options: Options, layout: Layout, declared: Declared, metadata: CoreMetadata) -> Files:
    """Return the files of wheel and sdist; unknown where packages or modules are."""
    if layout.unknown is not None:
        return Files(WheelFiles(unknown=(layout.unknown,)), Sdist())
    index, merged = project.index, options.merged
    found = contents.modules(index, layout, merged.at)
    include, exclude = known(merged.package_data) or {}, known(merged.exclude_package_data) or {}
    plain = contents.package_data(index, layout, include, exclude, {})
    listing = _listing(project, options, declared, metadata, [file.source for file in (*found.files, *plain)])
    entries = listing.entries()
    data = plain
    if _includes_package_data(options):
        data = contents.package_data(index, layout, include, exclude, contents.manifest_data(layout, entries))
    namespaces = known(merged.namespace_packages) or ()
    written = _written(project, options)
    unique: dict[str, ShippedFile] = {}
    for file in (*found.files, *data, *_generated(layout, written)):
        unique.setdefault(file.path, file)
    shipped = contents.without_namespace_inits(unique.values(), namespaces)
    schemes, scheme_doubts = _schemes(project, options, metadata)
    doubts = [*_doubts(project, options, layout), *scheme_doubts]
    # A command of the project's own may make the directory before anything looks for it.
    failure = layout.failure or (None if _overridden(options, _COMMANDS_OF_WHEELS) else found.failure)
    wheel = WheelFiles(
        files=(*shipped, *schemes),
        complete=not doubts and failure is None,
        unknown=tuple(doubts),
        namespaces=namespaces,
        failure=failure,
    )
    certain = not doubts and not _overridden(options, _COMMANDS_OF_SDISTS)
    compiles = merged.ext_modules is not None
    listed = {join(entry) for entry in entries} | {"setup.cfg", *written}
    sdist = Sdist(tuple(sorted(listed)), certain and not compiles, sources_only=certain and compiles)
    return Files(wheel, sdist)


def _includes_package_data(options: Options) -> bool:
    value = options.merged.include_package_data
    return options.configured_in_pyproject if value is None else bool(value.value)


def _listing(
    project: Project, options: Options, declared: Declared, metadata: CoreMetadata, sources: list[str]
) -> FileList:
    """Return the sdist's file list, in the order in which setuptools lets its sources speak."""
    index, scanned, merged = project.index, project.scanned, options.merged
    listing = FileList(index)
    listing.extend(default_files(index))
    listing.extend(sources)
    listing.extend(path for _, names in known(merged.data_files) or () for path in _expand(project, options, names))
    for extension in _extensions(project):
        listing.extend(_extension_sources(extension))
    listing.extend(known(merged.scripts) or ())
    if scanned.source == "sdist" or build_requirements(scanned, options) & FILE_FINDERS:
        listing.extend(index.files)
    listing.extend(_left_over(project))
    for command in scanned.manifest_in or ():
        listing.run(command)
    listing.extend(metadata.license_files)
    listing.extend(_referenced(project, declared))
    version = metadata.version.value if metadata.version else ""
    listing.prune("build", f"{metadata.name.value}-{version}" if metadata.name else "")
    return listing


def _left_over(project: Project) -> list[str]:
    """Return the files of an earlier build's list that lies in the tree, as in every unpacked sdist."""
    for path in project.index.files:
        if path.endswith(".egg-info/SOURCES.txt") and path.count("/") <= 2:
            try:
                return project.tree.read(path).decode("utf-8", "replace").splitlines()
            except ReadError:
                return []
    return []


def _extensions(project: Project) -> list[ExtensionDeclaration]:
    """Return the declared extensions whose sources setuptools itself knows of."""
    return [extension for extension in project.scanned.native.extensions if extension.by in _LISTED_EXTENSIONS]


def _extension_sources(extension: ExtensionDeclaration) -> list[str]:
    """Return an extension's sources, and the C files that Cython made of them where they lie in the tree.

    `cythonize` leaves an extension with nothing but the C files, so that its `.pyx` files are no sources any more.
    """
    made = [path[:-4] + suffix for path in extension.sources if path.endswith(".pyx") for suffix in (".c", ".cpp")]
    kept = [path for path in extension.sources if extension.by != "cythonize" or not path.endswith(".pyx")]
    return [*kept, *made]


def _referenced(project: Project, declared: Declared) -> list[str]:
    scanned = project.scanned
    names = referenced_files(project)
    for section in ("metadata", "options", "options.extras_require"):
        for text in (scanned.setup_cfg.sections.get(section, {}) if scanned.setup_cfg else {}).values():
            if text.value.startswith("file:"):
                names += (name.strip() for name in text.value[len("file:") :].split(","))
    table = scanned.pyproject.project if scanned.pyproject else None
    for value in (declared.readme, table.license_file if table else None):
        if value is not None and value.value:
            names.append(value.value)
    return names


def _expand(project: Project, options: Options, names: tuple[str, ...]) -> list[str]:
    """Expand the patterns that the declarative files allow in `data_files`; setup.py's are plain paths."""
    if options.origins.get("data_files") == "setup.py":
        return list(names)
    return [path for name in names for path in glob_files(project.index, "", join(name))]


def _written(project: Project, options: Options) -> list[str]:
    """Return the modules that setuptools-scm writes at build time and the tree lacks; the sdist holds them too."""
    document = project.scanned.pyproject.document if project.scanned.pyproject else None
    if document is None or "setuptools-scm" not in build_requirements(project.scanned, options):
        return []
    paths = [document.get("tool", "setuptools_scm", key) for key in ("version_file", "write_to")]
    return [join(path) for path in paths if isinstance(path, str) and not project.index.is_file(join(path))]


def _generated(layout: Layout, written: list[str]) -> list[ShippedFile]:
    """Return those of the written modules that lie in a package."""
    homes = {layout.directory(package): package for package in layout.packages}
    found = [(homes.get(path.rpartition("/")[0]), path.rpartition("/")[2]) for path in written]
    return [
        ShippedFile(f"{package.replace('.', '/')}/{name}", "", "setuptools-scm writes it")
        for package, name in found
        if package is not None and name.endswith(".py")
    ]


def _schemes(
    project: Project, options: Options, metadata: CoreMetadata
) -> tuple[list[ShippedFile], list[FieldUnknown]]:
    """Return the files that install outside of site-packages: `data_files` and `scripts`."""
    merged = options.merged
    data, scripts = known(merged.data_files) or (), known(merged.scripts) or ()
    if not data and not scripts:
        return [], []
    if metadata.name is None or metadata.version is None:
        reason = Unknown("generated", merged.at, "the folder of data_files and scripts carries name and version")
        return [], [FieldUnknown("files", reason)]
    name = re.sub(r"[-_.]+", "_", metadata.name.value).lower()
    root = f"{name}-{metadata.version.value.replace('-', '_')}.data"
    placed = [
        (target.lstrip("/") if target.startswith("/") else f"{root}/data/{target}", path, "listed in `data_files`")
        for target, names in data
        for path in _expand(project, options, names)
    ]
    placed += [(f"{root}/scripts", path, "listed in `scripts`") for path in scripts]
    files = [
        ShippedFile(join(base, path.rpartition("/")[2]), join(path), why)
        for base, path, why in placed
        if project.index.is_file(join(path))
    ]
    return files, []


def _doubts(project: Project, options: Options, layout: Layout) -> list[FieldUnknown]:
    """Say what could add or remove files of the wheel beyond what was read."""
    merged = options.merged
    values: dict[str, Value[Any] | None] = {
        "package_data": merged.package_data,
        "exclude_package_data": merged.exclude_package_data,
        "include_package_data": merged.include_package_data,
        "namespace_packages": merged.namespace_packages,
        "data_files": merged.data_files,
        "scripts": merged.scripts,
        "cmdclass": merged.cmdclass,
    }
    doubts = [FieldUnknown("files", value.unknown) for value in values.values() if value is not None and value.unknown]
    if layout.doubt is not None:
        doubts.insert(0, layout.doubt)
    if (value := merged.cmdclass) is not None and _overridden(options, _COMMANDS_OF_WHEELS):
        what = ", ".join(sorted(_COMMANDS_OF_WHEELS & set(value.value or ())))
        doubts.append(FieldUnknown("files", Unknown("dynamic-expression", value.at, f"own command {what}")))
    directories = [layout.directory(package) for package in layout.packages]
    doubts += [
        FieldUnknown("files", Unknown("needs-build", Place(link), "a symbolic link in a package"))
        for link in project.index.links
        if any(_below(f"{link}/", directory) or _below(directory, link) for directory in directories)
    ]
    if layout.packages and _includes_package_data(options) and (at := _unlisted_sources(project, options)) is not None:
        reason = "the sources of an extension module, which count as data, are not known"
        doubts.append(FieldUnknown("files", Unknown("dynamic-expression", at, reason)))
    return doubts


def _unlisted_sources(project: Project, options: Options) -> Place | None:
    """Return where an extension module is declared whose sources are not known."""
    value = options.merged.ext_modules
    if value is not None and value.unknown is not None:
        return value.unknown.at
    return next((extension.at for extension in _extensions(project) if not extension.sources), None)


def _below(path: str, directory: str) -> bool:
    return path.startswith(f"{directory}/") if directory else True


def _overridden(options: Options, commands: frozenset[str]) -> bool:
    value = options.merged.cmdclass
    return value is not None and (value.unknown is not None or not commands.isdisjoint(value.value or ()))
