"""Find packages and modules: the `find` searches and the automatic discovery, with its reserved names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.setuptools_options import FindPackages

ALWAYS_EXCLUDED = ("ez_setup", "*__pycache__")

# Names that automatic discovery never takes for what a flat layout ships (setuptools 84.2.1, `discovery`).
RESERVED_PACKAGES = (
    *("ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog"),
    *("test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts", "tools", "util", "utils"),
    *("python", "build", "dist", "venv", "env", "requirements", "tasks", "fabfile", "site_scons"),
    *("benchmark", "benchmarks", "exercise", "exercises", "htmlcov", "[._]*"),
)
RESERVED_MODULES = (
    *("setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile", "pavement", "dodo"),
    *("tasks", "fabfile", "[Ss][Cc]onstruct", "conanfile", "manage"),
    *("benchmark", "benchmarks", "exercise", "exercises", "[._]*"),
)


def find(index: FileIndex, search: FindPackages) -> list[str]:
    """Return the packages that one search finds, dotted, relative to its directories, in order and unique."""
    found: dict[str, None] = {}
    for where in search.where or (".",):
        found.update(dict.fromkeys(find_in(index, where, search.include, search.exclude, search.namespaces)))
    return list(found)


def find_in(
    index: FileIndex, where: str, include: Iterable[str] = ("*",), exclude: Iterable[str] = (), namespaces: bool = False
) -> list[str]:
    """Return the packages below one directory. Without `namespaces` a package needs an `__init__.py`."""

    def looks_like_package(path: str, _package: str) -> bool:
        return namespaces or index.is_file(f"{path}/__init__.py")

    return list(_walk(index, join(where), looks_like_package, tuple(include), (*ALWAYS_EXCLUDED, *exclude)))


def find_flat_packages(index: FileIndex) -> list[str]:
    """Return the packages that automatic discovery sees in a flat layout, reserved names left out."""

    def looks_like_package(_path: str, package: str) -> bool:
        first, *rest = package.split(".")
        return (first.isidentifier() or first.endswith("-stubs")) and all(map(str.isidentifier, rest))

    reserved = [pattern for name in RESERVED_PACKAGES for pattern in (name, f"{name}.*")]
    return list(_walk(index, "", looks_like_package, ("*",), (*ALWAYS_EXCLUDED, *reserved)))


def find_modules(index: FileIndex, where: str, reserved: Iterable[str] = ()) -> list[str]:
    """Return the modules directly in a directory that could be imported, reserved names left out."""
    names = (name[:-3] for name in index.names(where) if name.endswith(".py"))
    reserved = tuple(reserved)
    return [name for name in names if name.isidentifier() and not _any_match(name, reserved)]


def _walk(
    index: FileIndex,
    where: str,
    looks_like_package: Callable[[str, str], bool],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
) -> Iterator[str]:
    pending = [(where, "")]
    while pending:
        directory, prefix = pending.pop()
        inner = []
        for name in index.dirs(directory):
            path = f"{directory}/{name}" if directory else name
            package = prefix + name
            if "." in name or not looks_like_package(path, package):
                continue
            if _any_match(package, include) and not _any_match(package, exclude):
                yield package
            if f"{package}*" in exclude or f"{package}.*" in exclude:
                continue
            inner.append((path, f"{package}."))
        pending.extend(reversed(inner))


def _any_match(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def top_level(packages: Iterable[str]) -> list[str]:
    """Return the packages that lie in no other of the list, without stub packages."""
    names = {package for package in packages if not package.partition(".")[0].endswith("-stubs")}
    return sorted(name for name in names if not any(parent in names for parent in _parents(name)))


def outermost(packages: Iterable[str]) -> list[str]:
    """Return the packages that lie in no other of the list, stub packages included."""
    names = set(packages)
    return sorted(name for name in names if not any(parent in names for parent in _parents(name)))


def _parents(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    for length in range(1, len(parts)):
        yield ".".join(parts[:length])
