"""Select the files of one target: what is walked, what patterns keep, where it goes, and what is forced in."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import normpath
from typing import TYPE_CHECKING

from pkg_audit.backends.hatchling.patterns import PathPatterns
from pkg_audit.backends.index import FileIndex, join
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, ShippedFile
from pkg_audit.facts.place import Place, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pkg_audit.backends.hatchling.defaults import Defaults
    from pkg_audit.backends.hatchling.hooks import HookEffects
    from pkg_audit.backends.hatchling.options import Target
    from pkg_audit.tree.port import Tree

_EXCLUDED_DIRECTORIES = frozenset(
    {
        "__pycache__",
        ".venv",
        ".git",
        ".hg",
        ".hatch",
        ".tox",
        ".nox",
        ".ruff_cache",
        ".pytest_cache",
        ".mypy_cache",
        ".pixi",
    }
)
_EXCLUDED_FILES = frozenset({".DS_Store", ".git"})


@dataclass(slots=True)
class Selected:
    """What a target ships; `unknown` says what could change it, `failure` why the build stops."""

    files: dict[str, ShippedFile] = field(default_factory=dict)
    unknown: list[FieldUnknown] = field(default_factory=list)
    unique: bool = False
    failure: DiscoveryError | None = None

    def add(self, file: ShippedFile) -> None:
        """Add a file; a second one for the same path is what hatchling refuses in a wheel."""
        first = self.files.setdefault(file.path, file)
        if first is not file and (self.unique or first.source != file.source):
            reason = Unknown("conditional", Place(file.source or None), f"two files would become {file.path}")
            self.unknown.append(FieldUnknown("files", reason))


class Selection:
    """The rules of one target, ready to be applied to the tree. `forced` maps sources to targets beyond the options."""

    def __init__(
        self,
        tree: Tree,
        index: FileIndex,
        target: Target,
        defaults: Defaults,
        effects: HookEffects,
        forced: Mapping[str, str],
    ) -> None:
        self._written = frozenset(path for path in effects.written if not index.is_file(path))
        self._index = index = FileIndex((*index.files, *self._written), index.links) if self._written else index
        self._target = target
        self._defaults = defaults
        self._effects = effects
        self._packages = sorted(
            relative(path) for path in self._option("packages", defaults.packages) if _is_inside(path)
        )
        self._only = self._option("only-include", defaults.only_include) or self._packages
        self._sources = self._source_map()
        self._forced = {**target.pick("force-include").string_map("force-include"), **forced}
        self._reserved = {self.distribution_path(join(path)) for path in self._forced}
        self._patterns = PathPatterns(tree, index, target, self._packages, effects.artifacts)
        self._only_packages = target.flag("only-packages")

    def select(self) -> Selected:
        """Return the files of the target, each with the reason why it is in."""
        out = Selected(unknown=list(self._effects.unknown), unique=self._target.name == "wheel")
        for path, why in self._chosen():
            place = self.distribution_path(path)
            if place not in self._reserved:
                made = path in self._written
                out.add(ShippedFile(place, "" if made else path, "a build hook writes it" if made else why))
        self.force(self._forced, out)
        roots = [relative(path) for path in self._only]
        if len(roots) > len(set(roots)):
            at = self._target.at("only-include")
            reason = Unknown("conditional", at, "a path is listed twice, which hatchling refuses")
            out.unknown.append(FieldUnknown("files", reason))
        if self._patterns.incomplete:
            at = self._target.at("exclude")
            reason = Unknown("not-parseable", at, "a file pattern is not valid or too costly to match")
            out.unknown.append(FieldUnknown("files", reason))
        out.unknown.extend(
            FieldUnknown("files", Unknown("needs-build", Place(link), "a symbolic link, which hatchling follows"))
            for link in self._index.links
            if self._is_walked(link) and self._keeps(link, True)
        )
        return out

    def explicit(self, mapping: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield (source, target) of what a mapping of files and directories selects, excludes applied."""
        for source, wanted in mapping.items():
            path, place = join(source), relative(wanted)
            if self._index.is_file(path):
                yield path, self.distribution_path(place)
                continue
            for directory, name in self._walk(path):
                full = join(directory, name)
                inner = join(place, full[len(path) :].lstrip("/"))
                if self._keeps(inner, self._is_package(directory), explicit=True):
                    yield full, self.distribution_path(inner)

    def force(self, mapping: Mapping[str, str], out: Selected) -> None:
        """Add what is included by force; a missing source stops the build."""
        for source, wanted in mapping.items():
            path, place = join(source), relative(wanted)
            if source.startswith(("/", "~")) or path.startswith(".."):
                reason = Unknown(
                    "file-missing", self._target.at("force-include"), f"{source} is outside of the project"
                )
                out.unknown.append(FieldUnknown("files", reason))
            elif self._index.is_file(path):
                out.add(ShippedFile(self.distribution_path(place), path, "included by force"))
            elif self._index.is_dir(path):
                for directory, name in self._walk(path):
                    full = join(directory, name)
                    inner = self.distribution_path(join(place, full[len(path) :].lstrip("/")))
                    if inner not in self._reserved:
                        out.add(ShippedFile(inner, full, f"`force-include` has `{source}`"))
            else:
                self._missing(source, out)

    def distribution_path(self, path: str) -> str:
        """Return where a file goes: the first fitting prefix of `sources` is replaced."""
        for source, replacement in self._sources.items():
            if not source:
                return replacement + path
            if path.startswith(source):
                return replacement + path[len(source) :]
        return path

    def _missing(self, source: str, out: Selected) -> None:
        at = self._target.at("force-include")
        if self._effects.unknown:
            reason = Unknown("generated", at, f"{source} is not in the tree; a build hook may make it")
            out.unknown.append(FieldUnknown("files", reason))
        elif out.failure is None:
            message = f"{source}, which is included by force, does not exist"
            out.failure = DiscoveryError(at, "package-missing", (source,), message)

    def _option(self, key: str, default: tuple[str, ...]) -> list[str]:
        table = self._target.pick(key)
        return [item for item in table.strings(key) or () if item] if key in table else list(default)

    def _source_map(self) -> dict[str, str]:
        table = self._target.pick("sources")
        sources: dict[str, str] = {}
        listed = table.strings("sources")
        if listed is not None:
            sources = {f"{relative(source)}/": "" for source in listed if source}
        for source, replacement in table.string_map("sources").items():
            inner = relative(replacement)
            sources[f"{relative(source)}/" if source else ""] = "" if inner == "." else f"{inner}/"
        for package in self._packages:
            parent = package.rpartition("/")[0]
            if parent and f"{package}/" not in sources:
                sources[f"{parent}/"] = ""
        return dict(sorted(sources.items()))

    def _chosen(self) -> Iterator[tuple[str, str]]:
        if self._defaults.nothing and not self._only:
            yield from ((path, "made by a build hook") for path in self._all() if self._patterns.is_artifact(path))
            return
        if not self._only:
            for directory, name in self._walk("", prune=True):
                path = join(directory, name)
                if self._keeps(path, self._is_package(directory)):
                    yield path, self._why("")
            return
        for root in sorted(map(relative, self._only), key=lambda path: (path.count("/"), path)):
            if self._index.is_file(root):
                yield root, self._why(root)
                continue
            for directory, name in self._walk("" if root == "." else root):
                path = join(directory, name)
                if self._keeps(path, self._is_package(directory), explicit=True):
                    yield path, self._why(root)

    def _why(self, root: str) -> str:
        if self._defaults.why:
            return self._defaults.why
        if root in self._packages:
            return f"`packages` has `{root}`"
        if root:
            return f"`only-include` has `{root}`"
        return "`include` matches it" if self._patterns.selective else "not excluded"

    def _keeps(self, path: str, is_package: bool, *, explicit: bool = False) -> bool:
        patterns = self._patterns
        if patterns.is_artifact(path):
            return True
        if self._only_packages and not is_package:
            return False
        return not patterns.is_excluded(path) and (explicit or patterns.is_included(path))

    def _is_package(self, directory: str) -> bool:
        return self._index.is_file(join(directory, "__init__.py"))

    def _is_walked(self, path: str) -> bool:
        roots = [relative(root) for root in self._only] or [""]
        return any(root in {"", "."} or path == root or path.startswith(f"{root}/") for root in roots)

    def _all(self) -> Iterator[str]:
        return (join(directory, name) for directory, name in self._walk(""))

    def _walk(self, root: str, *, prune: bool = False) -> Iterator[tuple[str, str]]:
        """Yield (directory, name) of the files below a directory. `prune` skips excluded directories."""
        skip = prune and self._target.flag("skip-excluded-dirs")
        pending = [root]
        while pending:
            directory = pending.pop()
            for name in self._index.names(directory):
                if name not in _EXCLUDED_FILES:
                    yield directory, name
            for name in self._index.dirs(directory):
                path = f"{directory}/{name}" if directory else name
                if name in _EXCLUDED_DIRECTORIES or (prune and path in self._reserved):
                    continue
                if not (skip and self._patterns.is_excluded(f"{path}/")):
                    pending.append(path)


def relative(path: str) -> str:
    """Return a path as hatchling normalises relative ones; "." is the root."""
    return normpath(path).strip("/")


def _is_inside(path: str) -> bool:
    return not normpath(path).startswith("..")
