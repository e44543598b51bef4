"""Compare the predicted files with those of a wheel or an sdist, and explain each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pkg_audit.errors import TreeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.facts.distribution import Distribution, FieldUnknown
    from pkg_audit.tree import Tree


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that one side lacks, with the reason as far as the files tell it."""

    path: str
    side: Literal["only predicted", "only built"]
    because: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between what was predicted and one artifact. `known` False: nothing was predicted.

    `doubts` say what could add or remove files; they explain differences and do not excuse them.
    """

    artifact: str
    what: Literal["wheel", "sdist"]
    same: int
    differences: tuple[Difference, ...]
    known: bool
    doubts: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Tell whether the prediction is exactly what was built."""
        return self.known and not self.differences


def compare_wheel(distribution: Distribution, root: Tree, artifact: Tree) -> Comparison:
    """Compare with a wheel's installed files, dist-info and compiled files apart. Raises TreeError for no wheel."""
    from pkg_audit.backends import predict
    from pkg_audit.scan import scan

    if artifact.source != "wheel":
        raise TreeError(f"{artifact.name}: not a wheel")
    built = {file.path for file in predict(artifact, scan(artifact)).wheel.files or ()}
    predicted = {file.path: (file.source, file.why) for file in distribution.wheel.files or ()}
    return _compare(
        "wheel", artifact.name, predicted, built, root, distribution.wheel.files is not None, distribution.wheel.unknown
    )


def compare_sdist(distribution: Distribution, root: Tree, artifact: Tree) -> Comparison:
    """Compare with an sdist's files, apart from the metadata that every build writes. Raises TreeError for no sdist."""
    if artifact.source != "sdist":
        raise TreeError(f"{artifact.name}: not an sdist")
    built = {path for path in artifact.files() if path != "PKG-INFO" and ".egg-info/" not in path}
    predicted = {path: (path, "") for path in distribution.sdist.files or ()}
    known = distribution.sdist.files is not None
    return _compare("sdist", artifact.name, predicted, built, root, known, ())


def _compare(
    what: Literal["wheel", "sdist"],
    artifact: str,
    predicted: dict[str, tuple[str, str]],
    built: set[str],
    root: Tree,
    known: bool,
    unknown: Iterable[FieldUnknown],
) -> Comparison:
    differences = []
    tree = set(root.files())
    for path in sorted(predicted.keys() - built):
        source, why = predicted[path]
        because = f"{why}, from {source}" if why and source else why or (f"from {source}" if source else "")
        differences.append(Difference(path, "only predicted", because))
    differences += [Difference(path, "only built", _origin(path, tree)) for path in sorted(built - predicted.keys())]
    doubts = tuple(
        f"{item.unknown.detail or item.unknown.reason}" + (f" ({item.unknown.at.path})" if item.unknown.at.path else "")
        for item in unknown
        if item.field == "files"
    )
    return Comparison(artifact, what, len(built & predicted.keys()), tuple(differences), known, doubts)


def _origin(path: str, tree: set[str]) -> str:
    """Say where a file that was built but not predicted may come from."""
    if path in tree:
        return "it stands in the tree, and nothing that was read puts it in"
    name = f"/{path}"
    homes = sorted(source for source in tree if source.endswith(name))
    if homes:
        return f"{homes[0]} may be its source, and nothing that was read puts it in"
    return "no file of the tree has this path: the build wrote it, or it was left over from an earlier one"
