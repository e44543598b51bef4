"""Select the files of wheel and sdist: packages, includes and excludes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.backends.index import join
from pkg_audit.backends.names import module_name
from pkg_audit.backends.path_globs import Matches, path_glob
from pkg_audit.facts.distribution import DiscoveryError, ShippedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.facts.place import Place

Format = Literal["wheel", "sdist"]
_FORMATS = ("sdist", "wheel")


@dataclass(frozen=True, slots=True)
class Package:
    """One entry of `packages`: a pattern below `source`, moved to `target` in the wheel."""

    include: str
    source: str = ""
    target: str = ""
    formats: tuple[str, ...] = _FORMATS
    why: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """One entry of `include`."""

    pattern: str
    formats: tuple[str, ...]


@dataclass(slots=True)
class Contents:
    """The files of one format by path in the tree; `failure`: the build stops. `roots` are the package directories."""

    files: dict[str, ShippedFile] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)
    failure: DiscoveryError | None = None


def select(index: FileIndex, table: Table, name: str, at: Place, wanted: Format, *, both: bool) -> Contents:
    """Return the files of a format. `both`: an include without formats counts for sdist and wheel (before 2.0)."""
    out = Contents()
    includes = [item for item in _includes(table, both=both) if wanted in item.formats]
    excluded = _excluded(index, table, includes)
    packages: list[Package] = [item for item in _packages(table) if wanted in item.formats]
    if not packages:
        found = _default(index, name, at)
        if isinstance(found, DiscoveryError):
            out.failure = found
            return out
        packages = [found]
    for package in packages:
        matches = path_glob(index, package.source, package.include)
        out.failure = out.failure or _refusal(index, package, matches, table)
        out.roots.update(matches.dirs)
        base = package.source if wanted == "wheel" else ""
        target = package.target if wanted == "wheel" else ""
        for path in sorted(matches.everything(index)):
            if path not in excluded and not _is_compiled(path):
                place = path[len(base) + 1 :] if base else path
                out.files.setdefault(path, ShippedFile(join(target, place), path, package.why))
    for include in includes:
        matches = path_glob(index, "", include.pattern)
        below = {path for path in matches.everything(index) - set(matches.files) if path not in excluded}
        for path in sorted(below | set(matches.files)):
            if "__pycache__" not in path.split("/") and (path in matches.files or not _is_compiled(path)):
                out.files.setdefault(path, ShippedFile(path, path, f"`include` has `{include.pattern}`"))
    return out


def _is_compiled(path: str) -> bool:
    return path.endswith(".pyc") or "__pycache__" in path.split("/")


def _excluded(index: FileIndex, table: Table, includes: list[Include]) -> set[str]:
    """Return the files that `exclude` names and no `include` of the same format gives back."""
    excluded: set[str] = set()
    for pattern in table.strings("exclude") or ():
        excluded |= path_glob(index, "", pattern).everything(index)
    for include in includes:
        excluded -= path_glob(index, "", include.pattern).everything(index)
    return excluded


def _items(table: Table, key: str, name: str) -> Iterator[Mapping[str, Any]]:
    value = table.data.get(key)
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield {name: item}
        elif isinstance(item, Mapping) and isinstance(item.get(name), str):
            yield item


def _formats(item: Mapping[str, Any], default: tuple[str, ...]) -> tuple[str, ...]:
    value = item.get("format", list(default))
    if isinstance(value, str):
        return (value,)
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list) else default


def _packages(table: Table) -> list[Package]:
    found = []
    for item in _items(table, "packages", "include"):
        source, target = item.get("from"), item.get("to")
        found.append(
            Package(
                item["include"],
                join(source) if isinstance(source, str) else "",
                target if isinstance(target, str) else "",
                _formats(item, _FORMATS),
                f"`packages` has `{item['include']}`",
            )
        )
    return found


def _includes(table: Table, *, both: bool) -> list[Include]:
    default = _FORMATS if both else ("sdist",)
    return [Include(item["path"], _formats(item, default)) for item in _items(table, "include", "path")]


def _default(index: FileIndex, name: str, at: Place) -> Package | DiscoveryError:
    """Return the package or module that is named like the project, at the root or in src."""
    module = module_name(name)
    for source in ("", "src"):
        directory = join(source, module)
        is_package, is_module = index.is_dir(directory), index.is_file(f"{directory}.py")
        if is_package and is_module:
            names = (directory, f"{directory}.py")
            return DiscoveryError(at, "multiple-packages", names, f"both {directory} and {directory}.py exist")
        if is_package or is_module:
            include = module if is_package else f"{module}.py"
            return Package(include, source, why=f"`{include}` is named like the project")
    message = f"no package or module is named {module}, like the project"
    return DiscoveryError(at, "package-missing", (module,), message)


def _refusal(index: FileIndex, package: Package, matches: Matches, table: Table) -> DiscoveryError | None:
    """Tell whether poetry refuses an entry of `packages`: nothing matches, or no Python file is in it."""
    at = table.at("packages")
    where = join(package.source, package.include)
    if not matches:
        return DiscoveryError(at, "package-missing", (where,), f"{where} does not exist")
    if len(matches.files) == 1 and not matches.dirs:
        return None
    paths = matches.files
    stubs = where.endswith("-stubs")
    if len(matches.dirs) == 1 and not matches.files:
        paths = tuple(index.below(matches.dirs[0]))
    if any(path.endswith(".py") for path in paths):
        return None
    if stubs and all(path.endswith((".pyi", "/py.typed")) for path in paths):
        return None
    return DiscoveryError(at, "package-missing", (where,), f"{where} holds no Python file, so that it is no package")
