"""Select files by `includes`, `excludes` and `source-includes`, and find packages where nothing is included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.backends.globs import glob_dirs, glob_files, has_magic
from pkg_audit.backends.index import join
from pkg_audit.facts.distribution import DiscoveryError, ShippedFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.toml_table import Table

_NO_PACKAGES = frozenset({"__pycache__", "__pypackages__"})


@dataclass(slots=True)
class Contents:
    """The files of one format by path in it; `roots` are the directories they come from.

    `undecided` are paths for which pdm itself decides by the order of a set, differently in every run.
    """

    files: dict[str, ShippedFile] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    failure: DiscoveryError | None = None


def package_dir_of(index: FileIndex, build: Table) -> str:
    """Return the directory that counts as site-packages: configured, or `src` where it is used."""
    configured = build.text("package-dir")
    if configured is not None:
        return join(configured)
    includes, excludes = build.strings("includes") or [], build.strings("excludes") or []
    if not includes:
        return "src" if index.is_dir("src") else ""
    used = any(path == "src" or path.startswith("src/") for path in includes)
    return "src" if used and not {"src", "src/"} & set(excludes) else ""


def select(index: FileIndex, build: Table, *, sdist: bool) -> Contents:
    """Return the files of the wheel or the sdist."""
    out = Contents()
    package_dir = package_dir_of(index, build)
    if package_dir and not index.is_dir(package_dir) and not build.strings("includes"):
        at = build.at("package-dir")
        out.failure = DiscoveryError(at, "package-missing", (package_dir,), f"{package_dir} does not exist")
        return out
    includes, why = _includes(index, build, package_dir)
    extra = build.strings("source-includes") or ["tests"]
    excludes = [*(build.strings("excludes") or ()), *(() if sdist else extra)]
    chosen, refused, out.undecided = _weigh(_expand(index, [*includes, *extra]), _expand(index, excludes))
    for root in sorted(chosen):
        why_root = why or f"`includes` has `{chosen[root]}`"
        if index.is_file(root):
            _add(out, root, package_dir, why_root, sdist=sdist)
            continue
        out.roots.append(root)
        for path in sorted(index.below(root)):
            if not path.endswith(".pyc") and not _is_below(path, refused):
                _add(out, path, package_dir, why_root, sdist=sdist)
    return out


def _add(out: Contents, path: str, package_dir: str, why: str, *, sdist: bool) -> None:
    inside = package_dir and path.startswith(f"{package_dir}/") and not sdist
    place = path[len(package_dir) + 1 :] if inside else path
    out.files[place] = ShippedFile(place, path, why)


def _includes(index: FileIndex, build: Table, package_dir: str) -> tuple[list[str], str]:
    configured = build.strings("includes")
    if configured:
        return configured, ""
    packages = [join(package_dir, name) for name in index.dirs(package_dir) if _is_package(index, package_dir, name)]
    if packages:
        return packages, f"a package in `{package_dir or '.'}`"
    return [join(package_dir, "*.py")], f"a module in `{package_dir or '.'}`, where no package is"


def _is_package(index: FileIndex, parent: str, name: str) -> bool:
    if name in _NO_PACKAGES:
        return False
    directory = join(parent, name)
    if index.is_file(f"{directory}/__init__.py"):
        return True
    return name.endswith("-stubs") and index.is_file(f"{directory}/__init__.pyi")


def _expand(index: FileIndex, patterns: Iterable[str]) -> dict[str, list[str]]:
    """Return the files and directories that patterns match, with those patterns."""
    found: dict[str, list[str]] = {}
    for pattern in dict.fromkeys(patterns):
        clean = join(pattern)
        files = [] if pattern.endswith("/") or not clean else glob_files(index, "", clean)
        for path in (*files, *(glob_dirs(index, clean, recursive=True) if clean else [""])):
            found.setdefault(path, []).append(pattern)
    return found


def _weigh(
    includes: dict[str, list[str]], excludes: dict[str, list[str]]
) -> tuple[dict[str, str], set[str], list[str]]:
    """Decide paths that are both included and excluded: the longer, then the plainer pattern wins, else the exclude.

    Returns what is included with its pattern, what is excluded, and what depends on which of several patterns counts.
    """
    chosen, refused = {}, set(excludes)
    undecided = []
    for path, patterns in includes.items():
        others = excludes.get(path)
        if others is not None:
            outcomes = {_weight(pattern) > _weight(other) for pattern in patterns for other in others}
            if len(outcomes) > 1:
                undecided.append(path)
            if False in outcomes:
                continue
            refused.discard(path)
        chosen[path] = max(patterns, key=_weight)
    return chosen, refused, undecided


def _weight(pattern: str) -> tuple[int, int]:
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    return len(parts), -sum(2 if part == "**" else has_magic(part) for part in parts)


def _is_below(path: str, roots: set[str]) -> bool:
    if "" in roots or path in roots:
        return True
    parts = path.split("/")
    return any("/".join(parts[:count]) in roots for count in range(1, len(parts)))
