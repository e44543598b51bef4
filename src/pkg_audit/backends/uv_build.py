"""Model uv_build (observed: uv_build 0.13, its documentation and settings, 2026-11)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import path_matcher
from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.names import data_directory, data_directory_unknown, module_name, normalized
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown
from pkg_audit.standards import NotStandard, parse_requirement, parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_STUBS = "-stubs"
_DEFAULT_EXCLUDES = ("__pycache__", "*.pyc", "*.pyo")
_SCHEMES = ("purelib", "platlib", "headers", "scripts", "data")
_WITH_ORIGINAL = ("0.12.0", "0.13.0", "0.14.0", "1.0.0")
"""Versions whose sdists hold the original pyproject.toml beside the rewritten one (since 0.12)."""
_INVALID = re.compile(r"[^\w\-./*?\[\]\\ !^$()+,;=@%&#'~:]")


class UvBuildModel:
    """The backend of uv."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as uv_build would make them."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        settings = Table(document, ("tool", "uv", "build-backend"))
        declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
        metadata = _metadata(project.index, declared)
        module_root = settings.text("module-root")
        root = join("src" if module_root is None else module_root)
        modules, failure = _modules(project.index, settings, root, declared)
        if failure is not None:
            return Prediction(metadata, WheelFiles((), failure=failure), Sdist())
        wheel = _wheel(project, settings, root, modules, metadata)
        return Prediction(metadata, wheel, _sdist(project, settings, modules, declared, wheel))


def _metadata(index: FileIndex, declared: Declared) -> CoreMetadata:
    """Return the metadata: all of it is static, and a licence file is one that is asked for."""
    doubts = [
        FieldUnknown(key.replace("-", "_"), Unknown("conditional", at, "uv_build has no dynamic fields and stops"))
        for key, at in dynamic_fields(declared).items()
        if key in {"version", "dependencies", "optional-dependencies", "classifiers", "requires-python"}
    ]
    patterns = [text.value for text in known(declared.license_files) or ()]
    return core_metadata(declared, tuple(sorted(_matching(index.files, patterns))), doubts)


def _matching(paths: Iterable[str], patterns: Iterable[str]) -> set[str]:
    matchers = [path_matcher(pattern) for pattern in patterns]
    return {path for path in paths if any(matches(path) for matches in matchers)}


def _modules(
    index: FileIndex, settings: Table, root: str, declared: Declared
) -> tuple[list[str], DiscoveryError | None]:
    """Return the directories of the modules, or why uv stops: no `__init__`, or one in a namespace around it."""
    at = (
        settings.at("module-name")
        if "module-name" in settings
        else declared.name.at
        if declared.name
        else WHOLE_PROJECT
    )
    names = settings.one_or_more("module-name")
    if names is None:
        name = known(declared.name) or ""
        stem = normalized(name).removesuffix(_STUBS)
        names = [module_name(stem) + (_STUBS if normalized(name).endswith(_STUBS) else "")]
    found = []
    for name in names:
        path = join(root, name.replace(".", "/"))
        if path.startswith(".."):
            return [], DiscoveryError(at, "package-missing", (name,), f"{path} is outside of the project")
        if settings.flag("namespace"):
            if not index.is_dir(path):
                return [], DiscoveryError(at, "package-missing", (name,), f"{path} does not exist")
        elif failure := _refusal(index, root, name, at, named="module-name" in settings):
            return [], failure
        found.append(path)
    return found, None


def _refusal(index: FileIndex, root: str, name: str, at: Place, *, named: bool) -> DiscoveryError | None:
    parts = name.split(".")
    init = "__init__.pyi" if parts[0].endswith(_STUBS) else "__init__.py"
    path = join(root, *parts)
    if not index.is_file(f"{path}/{init}"):
        return DiscoveryError(at, "package-missing", (name,), f"{path}/{init} does not exist")
    for count in range(len(parts) if named else 0):
        parent = join(root, *parts[:count])
        if index.is_file(join(parent, "__init__.py")) or index.is_file(join(parent, "__init__.pyi")):
            message = f"{parent or '.'} is around `{name}` but has an `__init__` of its own, so that it is no namespace"
            return DiscoveryError(at, "package-missing", (name,), message)
    return None


def _data(settings: Table) -> list[tuple[str, str]]:
    return [(scheme, path) for scheme, path in settings.string_map("data").items() if scheme in _SCHEMES]


class _Excludes:
    """Exclude patterns: matched at any depth unless they start with a slash."""

    def __init__(self, settings: Table, patterns: Iterable[str]) -> None:
        defaults = () if settings.flag("default-excludes") is False else _DEFAULT_EXCLUDES
        self._loose: list[Callable[[str], bool]] = []
        self._anchored: list[Callable[[str], bool]] = []
        for pattern in (*defaults, *patterns):
            if pattern.startswith("/"):
                self._anchored.append(path_matcher(pattern[1:]))
            else:
                self._loose.append(path_matcher(f"**/{pattern}"))

    def match(self, path: str, root: str, *, prune_anchored: bool) -> bool:
        """Tell whether a file is excluded, by itself or with a directory above it, `root` being the topmost one.

        In a module of the wheel an anchored pattern takes single files only (`prune_anchored` off): uv compares it
        with absolute paths when it walks.
        """
        parts = path.split("/")
        for count in range(max(root.count("/") + 1, 1), len(parts) + 1):
            above = "/".join(parts[:count])
            if any(matches(above) for matches in self._loose):
                return True
            if (prune_anchored or count == len(parts)) and any(matches(above) for matches in self._anchored):
                return True
        return False


def _wheel(project: Project, settings: Table, root: str, modules: Sequence[str], metadata: CoreMetadata) -> WheelFiles:
    index = project.index
    patterns = [*(settings.strings("wheel-exclude") or ()), *(settings.strings("source-exclude") or ())]
    excludes = _Excludes(settings, patterns)
    skip = len(root) + 1 if root else 0
    files: dict[str, ShippedFile] = {}
    for module in modules:
        for path in sorted(index.below(module)):
            if not excludes.match(path, module, prune_anchored=False):
                files[path[skip:]] = ShippedFile(path[skip:], path, f"in module directory `{module}`")
    doubts = _doubts(project, settings, modules)
    for scheme, source in _data(settings):
        directory = data_directory(metadata)
        base = join(source)
        if directory is None:
            doubts.append(data_directory_unknown(settings.at("data")))
            continue
        for path in sorted(index.below(base)) if base else ():
            if not excludes.match(path, base, prune_anchored=True):
                place = f"{directory}/{scheme}/{path[len(base) + 1 :]}"
                files[place] = ShippedFile(place, path, f"`data` has `{source}` as {scheme}")
    return WheelFiles(tuple(files.values()), complete=not doubts, unknown=tuple(doubts))


def _doubts(project: Project, settings: Table, modules: Sequence[str]) -> list[FieldUnknown]:
    reasons = [
        Unknown("needs-build", Place(link), "a symbolic link in the module, which uv_build refuses")
        for link in project.index.links
        if any(link.startswith(f"{module}/") for module in modules)
    ]
    reasons += [
        Unknown("not-parseable", settings.at(key), f"a pattern of {key} is not valid")
        for key in ("source-include", "source-exclude", "wheel-exclude")
        if any(_INVALID.search(pattern) for pattern in settings.strings(key) or ())
    ]
    return [FieldUnknown("files", reason) for reason in reasons]


def _sdist(project: Project, settings: Table, modules: Sequence[str], declared: Declared, wheel: WheelFiles) -> Sdist:
    excludes = _Excludes(settings, settings.strings("source-exclude") or ())
    if excludes.match("pyproject.toml", "", prune_anchored=True):
        return Sdist()  # uv_build stops
    include = [path_matcher(pattern) for pattern in settings.strings("source-include") or ()]
    exact = {join(path) for path in (known(declared.readme), known(declared.license_file)) if path}
    exact |= set(_matching(project.index.files, [text.value for text in known(declared.license_files) or ()]))
    directories = [*modules, *(join(path) for _, path in _data(settings))]
    files = {"pyproject.toml"}
    for path in project.index.files:
        wanted = path in exact or any(path.startswith(f"{directory}/") for directory in directories)
        if (wanted or any(matches(path) for matches in include)) and not excludes.match(path, "", prune_anchored=True):
            files.add(path)
    files.discard("pyproject.toml.orig")
    if _adds_original(project):
        files.add("pyproject.toml.orig")
    return Sdist(tuple(sorted(files)), wheel.complete)


def _is_new(version: str) -> bool:
    try:
        return parse_version(version) >= parse_version(_WITH_ORIGINAL[0])
    except NotStandard:
        return False


def _adds_original(project: Project) -> bool:
    """Tell whether the newest uv_build that the build requirements allow adds the original pyproject.toml."""
    pyproject = project.scanned.pyproject
    requires = pyproject.build_system.requires if pyproject and pyproject.build_system else None
    for text in requires or ():
        try:
            requirement = parse_requirement(text.value)
        except NotStandard:
            continue
        if normalized(requirement.name) == "uv-build" and requirement.specifier:
            named = [item.version for item in requirement.specifier if _is_new(item.version)]
            return any(requirement.specifier.contains(version) for version in (*named, *_WITH_ORIGINAL))
    return True
