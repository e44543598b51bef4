"""List the files of the wheel: modules, package data, namespace rules, data schemes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import filter_paths, glob_files
from pkg_audit.backends.index import join
from pkg_audit.facts.distribution import DiscoveryError, ShippedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.setuptools.layout import Layout
    from pkg_audit.facts.place import Place

    Patterns = Mapping[str, Sequence[str]]

ALWAYS_DATA = ("*.pyi", "py.typed")
"""Data that every package ships without being asked (setuptools >= 69)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The files that modules and packages bring. `failure`: a package whose directory does not exist."""

    files: tuple[ShippedFile, ...]
    failure: DiscoveryError | None = None


def modules(index: FileIndex, layout: Layout, at: Place) -> Contents:
    """Return the Python modules of the packages and the single modules."""
    files: list[ShippedFile] = []
    missing: list[str] = []
    for module in layout.py_modules:
        package, _, name = module.rpartition(".")
        directory, prefix = layout.directory(package), package.replace(".", "/") + "/" if package else ""
        if package and not index.is_dir(directory) and not index.is_linked(directory):
            missing.append(package)
        if package and index.is_file(join(directory, "__init__.py")):
            why = f"the package of module `{module}`"
            files.append(ShippedFile(f"{prefix}__init__.py", join(directory, "__init__.py"), why))
        source = join(directory, f"{name}.py")
        if index.is_file(source):
            why = f"discovered module `{module}`" if layout.discovered else f"`{module}` is listed in `py_modules`"
            files.append(ShippedFile(f"{prefix}{name}.py", source, why))
    for package in layout.packages:
        directory = layout.directory(package)
        if not index.is_dir(directory):
            if not index.is_linked(directory):
                missing.append(package)
            continue
        prefix = package.replace(".", "/")
        for name in index.names(directory):
            source = f"{directory}/{name}" if directory else name
            if name.endswith(".py") and not name.startswith(".") and source != "setup.py":
                files.append(ShippedFile(f"{prefix}/{name}", source, f"module of package `{package}`, {layout.why}"))
    failure = None
    root = layout.package_dir.get("")
    if root and not index.is_dir(join(root)) and not index.is_linked(join(root)):
        failure = DiscoveryError(at, "package-missing", (), f"the root of the packages, {root}, does not exist")
    elif missing:
        message = f"the directory of package {', '.join(dict.fromkeys(missing))} does not exist"
        failure = DiscoveryError(at, "package-missing", tuple(dict.fromkeys(missing)), message)
    return Contents(tuple(files), failure)


def package_data(
    index: FileIndex, layout: Layout, include: Patterns, exclude: Patterns, manifest: Mapping[str, Sequence[str]]
) -> list[ShippedFile]:
    """Return the data files of the packages.

    `manifest` maps a package to the files that `include_package_data` gives it, as `manifest_data` returns them.
    """
    files: list[ShippedFile] = []
    for package in layout.packages:
        directory = layout.directory(package)
        chosen: dict[str, str] = {}
        patterns = [(pattern, f"`{pattern}` always ships with a package") for pattern in ALWAYS_DATA]
        for key in ("", package):
            patterns += [(pattern, f"`package_data` has `{pattern}`") for pattern in include.get(key, ())]
        for pattern, why in patterns:
            for path in glob_files(index, directory, pattern):
                chosen.setdefault(path, why)
        for path in manifest.get(package, ()):
            chosen.setdefault(path, "`include_package_data`: it is in the sdist")
        for pattern in (*exclude.get("", ()), *exclude.get(package, ())):
            for path in filter_paths(list(chosen), f"{directory}/{pattern}" if directory else pattern):
                del chosen[path]
        prefix = package.replace(".", "/")
        for path, why in chosen.items():
            files.append(ShippedFile(join(prefix, _relative(path, directory)), path, f"{why} (package `{package}`)"))
    return files


def _relative(path: str, directory: str) -> str:
    if not directory:
        return path
    if path.startswith(f"{directory}/"):
        return path[len(directory) + 1 :]
    return "/".join([".."] * (directory.count("/") + 1)) + f"/{path}"


def manifest_data(layout: Layout, entries: Iterable[str]) -> dict[str, list[str]]:
    """Return, by package, the sdist's files that lie in package directories, modules of those packages apart.

    A file belongs to the nearest package above it; Python files in directories that are no package are data.
    """
    packages = {layout.raw_directory(package): package for package in layout.packages}
    data: dict[str, list[str]] = {}
    for entry in entries:
        directory, _, name = entry.rpartition("/")
        home = directory
        while home and home not in packages:
            home = home.rpartition("/")[0]
        package = packages.get(home)
        if package is None:
            continue
        if home == directory and name.endswith(".py") and name[:-3].isidentifier():
            continue
        data.setdefault(package, []).append(join(entry))
    return data


def without_namespace_inits(files: Iterable[ShippedFile], namespaces: Iterable[str]) -> list[ShippedFile]:
    """Drop the `__init__.py` of declared namespace packages and their parents, as installing to a wheel does."""
    dropped = set[str]()
    for namespace in namespaces:
        parts = namespace.split(".")
        dropped.update("/".join((*parts[: i + 1], "__init__.py")) for i in range(len(parts)))
    return [file for file in files if file.path not in dropped]
