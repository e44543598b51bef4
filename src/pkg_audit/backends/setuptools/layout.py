"""Decide which packages and modules setuptools ships and from which directories."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from pkg_audit.backends.index import join
from pkg_audit.backends.setuptools import discovery
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown
from pkg_audit.facts.setuptools_options import FindPackages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.setuptools.options import Options, Origin


@dataclass(frozen=True, slots=True)
class Layout:
    """The packages and modules to ship; `unknown` says why they are not known, then both are empty.

    `doubt` says why further packages may be shipped, below the same names.

    `package_dir` maps packages ("" = root) to directories as written. `why` says in words what chose the packages.
    `discovered`: automatic discovery chose them.
    """

    packages: tuple[str, ...] = ()
    py_modules: tuple[str, ...] = ()
    package_dir: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    discovered: bool = False
    failure: DiscoveryError | None = None
    unknown: FieldUnknown | None = None
    doubt: FieldUnknown | None = None

    def raw_directory(self, package: str) -> str:
        """Return the directory of a package as setuptools writes it: joined, not normalised."""
        parts = package.split(".") if package else []
        tail: list[str] = []
        while parts:
            mapped = self.package_dir.get(".".join(parts))
            if mapped is not None:
                return _join_raw(mapped, *tail)
            tail.insert(0, parts.pop())
        return _join_raw(self.package_dir.get("", ""), *tail)

    def directory(self, package: str) -> str:
        """Return the directory of a package relative to the project's root, normalised."""
        return join(self.raw_directory(package))


def _join_raw(first: str, *rest: str) -> str:
    converted = str(PurePosixPath(first)) if first else ""
    return "/".join(part for part in (converted, *rest) if part)


def layout_of(index: FileIndex, options: Options) -> Layout:
    """Return what setuptools would ship, explicitly configured or discovered."""
    merged = options.merged
    agreed = _agreed(index, options)
    for name, value in (("packages", merged.packages), ("py_modules", merged.py_modules)):
        if value is not None and value.unknown is not None and not (name == "packages" and agreed):
            return Layout(unknown=FieldUnknown("files", value.unknown), why=f"{name} in {options.origins[name]}")
    for mapping in options.package_dirs.values():
        if mapping is not None and mapping.unknown is not None:
            return Layout(unknown=FieldUnknown("files", mapping.unknown), why="package_dir")
    items = None if merged.packages is None else merged.packages.value
    doubt = None
    if agreed and merged.packages is not None and merged.packages.unknown is not None:
        items, doubt = agreed, FieldUnknown("files", merged.packages.unknown)
    package_dir = _package_dir(index, items or (), options)
    modules = None if merged.py_modules is None else merged.py_modules.value
    if items is None and modules is None and not _suppressed(options):
        return _discover(index, package_dir, options)
    packages: list[str] = []
    for item in items or ():
        packages.extend(discovery.find(index, item) if isinstance(item, FindPackages) else [item])
    searched = any(isinstance(item, FindPackages) for item in items or ())
    why = f"{'found by' if searched else 'listed in'} `packages` in {options.origins.get('packages', '')}"
    chosen = tuple(dict.fromkeys(packages))
    return Layout(chosen, tuple(modules or ()), package_dir, why if items else "", doubt=doubt)


def _agreed(index: FileIndex, options: Options) -> tuple[str, ...]:
    """Return the packages that every possible value of an undecided `packages` has; none where top-level names differ.

    What a condition adds below the same top-level names changes files, and no name to import.
    """
    packages, choices = options.merged.packages, options.merged.package_choices
    if packages is None or packages.unknown is None or choices is None or not choices.value:
        return ()
    if options.origins.get("packages") != options.origins.get("package_choices"):
        return ()
    found: list[dict[str, None]] = []
    for choice in choices.value:
        names = [n for item in choice for n in (discovery.find(index, item) if not isinstance(item, str) else [item])]
        found.append(dict.fromkeys(names))
    common = tuple(name for name in found[0] if all(name in names for names in found[1:]))
    tops = {name.partition(".")[0] for name in common}
    return common if all({name.partition(".")[0] for name in names} == tops for names in found) else ()


def _suppressed(options: Options) -> bool:
    """Tell whether declared extension modules switch automatic discovery off."""
    given = options.merged.ext_modules is not None or "cffi_modules" in options.keywords
    return given and not options.configured_in_pyproject


def _package_dir(index: FileIndex, items: tuple[str | FindPackages, ...], options: Options) -> dict[str, str]:
    """Return where packages lie: setup.py's mapping or else setup.cfg's, over pyproject.toml's.

    The declarative files also learn it from where their own search looked; setup.py does not.
    """
    legacy: dict[str, str] = {}
    legacy_files: tuple[Origin, ...] = ("setup.py", "setup.cfg")
    for origin in legacy_files:
        value = options.package_dirs[origin]
        if value is not None and value.value and not legacy:
            legacy = dict(value.value)
    modern = options.package_dirs["pyproject.toml"]
    package_dir = dict(modern.value) if modern is not None and modern.value else {}
    origin_of_packages = options.origins.get("packages")
    target = package_dir if origin_of_packages == "pyproject.toml" else None
    if origin_of_packages == "setup.cfg" and not legacy:
        target = legacy
    for item in items:
        if isinstance(item, FindPackages) and target is not None:
            _fill(index, item, target)
    return {**package_dir, **legacy}


def _fill(index: FileIndex, search: FindPackages, package_dir: dict[str, str]) -> None:
    """Record where a declarative search found its packages, so that `package_dir` need not say it again."""
    where = list(dict.fromkeys(search.where or (".",)))
    if len(where) == 1 and join(where[0]):
        package_dir.setdefault("", where[0])
    for directory in where:
        if package_dir.get("") == directory or not join(directory):
            continue
        found = discovery.find_in(index, directory, search.include, search.exclude, search.namespaces)
        for package in discovery.outermost(found):
            package_dir[package] = f"{directory.rstrip('/')}/{package.replace('.', '/')}"


def _discover(index: FileIndex, package_dir: dict[str, str], options: Options) -> Layout:
    explicit = {package: directory for package, directory in package_dir.items() if package}
    if explicit:
        packages = [
            name
            for package, directory in explicit.items()
            for name in (package, *(f"{package}.{n}" for n in discovery.find_in(index, directory, namespaces=True)))
        ]
        return Layout(tuple(packages), (), package_dir, "discovered below `package_dir`", discovered=True)
    source = join(package_dir.get("", "src"))
    if index.is_dir(source):
        package_dir.setdefault("", "src")
        packages = discovery.find_in(index, source, namespaces=True)
        modules = discovery.find_modules(index, source)
        return Layout(tuple(packages), tuple(modules), package_dir, f"discovered in {source}/", discovered=True)
    return _discover_flat(index, package_dir, options)


def _discover_flat(index: FileIndex, package_dir: dict[str, str], options: Options) -> Layout:
    why = "discovered in the project's root"
    packages = tuple(discovery.find_flat_packages(index))
    top = discovery.top_level(packages)
    failure = _accidental(top, "multiple-packages", options)
    if top:
        return Layout(packages, (), package_dir, why, discovered=True, failure=failure)
    modules = tuple(discovery.find_modules(index, "", discovery.RESERVED_MODULES))
    failure = _accidental(list(modules), "multiple-modules", options)
    return Layout(packages, modules, package_dir, why, discovered=True, failure=failure)


def _accidental(
    names: list[str], kind: Literal["multiple-packages", "multiple-modules"], options: Options
) -> DiscoveryError | None:
    if len(names) < 2:
        return None
    things = kind.partition("-")[2]
    message = f"setuptools refuses to guess between several top-level {things} in a flat layout: {', '.join(names)}"
    return DiscoveryError(options.merged.at, kind, tuple(names), message)
