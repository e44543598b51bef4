"""Hold what stands in the way between the sources and a release: README, build inputs, locks, workflows, scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place


@dataclass(frozen=True, slots=True)
class RelativeLink:
    """A link or image of the README that leads nowhere once the text stands on an index's page."""

    at: Place
    kind: Literal["image", "link"]
    target: str


@dataclass(frozen=True, slots=True)
class OutsideInstall:
    """A data file that is installed to an absolute path, which wheels cannot do."""

    at: Place
    target: str


@dataclass(frozen=True, slots=True)
class MissingBuildInput:
    """A file of the project that the build reads and the sdist would not hold."""

    at: Place
    path: str
    reader: str


@dataclass(frozen=True, slots=True)
class SdistGap:
    """A module that a wheel built in the checkout would hold and the sdist, and a wheel built from it, would not."""

    at: Place
    path: str


@dataclass(frozen=True, slots=True)
class LockGap:
    """A declared requirement that a lock file does not know."""

    at: Place
    lock: str
    name: str
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A step of a release workflow that uploads with a stored password or token instead of trusted publishing."""

    at: Place
    workflow: str
    step: str


@dataclass(frozen=True, slots=True)
class ScriptBlockFault:
    """An inline metadata block (PEP 723) that tools would refuse."""

    at: Place
    path: str
    message: str
