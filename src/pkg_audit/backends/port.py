"""Say what a model of a build backend answers, and what it is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.facts.distribution import CoreMetadata, DiscoveryError, FieldUnknown, Sdist, ShippedFile
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree


@dataclass(frozen=True, slots=True)
class Project:
    """One project root as every model sees it: its tree, what the probes found, and its files by directory."""

    tree: Tree
    scanned: Scanned
    index: FileIndex


@dataclass(frozen=True, slots=True)
class WheelFiles:
    """The files that a backend would put into the wheel, compiled ones and dist-info apart.

    `files` None: unknown. `complete` False: something could add or remove files; `unknown` says what. `namespaces`
    are the packages declared as namespaces in the configuration, dotted. `failure` is set where the backend would
    refuse to build; then `files` is what it found before it gave up.
    """

    files: tuple[ShippedFile, ...] | None = None
    complete: bool = False
    unknown: tuple[FieldUnknown, ...] = ()
    namespaces: tuple[str, ...] = ()
    failure: DiscoveryError | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one backend would make of one project."""

    metadata: CoreMetadata
    wheel: WheelFiles
    sdist: Sdist


class Model(Protocol):
    """Model one build backend from its documentation and sources, without running it.

    A model reads nothing but `Project`, never raises for what a project contains, and says unknown rather than guess.
    Wheel kind, extension modules and import names are not its business: they follow from its files.
    """

    def predict(self, project: Project) -> Prediction:
        """Return metadata, wheel files and sdist files as this backend would make them."""
        ...
