"""Hold what a build backend would make of the tree: the names, metadata and files of its sdist and wheel."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.place import Place, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.declared import EntryPointDeclaration
    from pkg_audit.facts.native import WheelKind


@dataclass(frozen=True, slots=True)
class FieldUnknown:
    """A field of the distribution that static reading cannot know, with the reason."""

    field: str
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class CoreMetadata:
    """The metadata that sdist and wheel would carry (Core metadata 2.5).

    A field listed in `unknown` is not known; else None or empty means none. Dependencies are PEP 508 text as they
    would stand in Requires-Dist, extras apart.
    """

    name: Text | None = None
    version: Text | None = None
    requires_python: Text | None = None
    dependencies: tuple[Text, ...] = ()
    optional_dependencies: Mapping[str, tuple[Text, ...]] = field(default_factory=lambda: MappingProxyType({}))
    entry_points: tuple[EntryPointDeclaration, ...] = ()
    license_expression: Text | None = None
    license_files: tuple[str, ...] = ()
    classifiers: tuple[Text, ...] = ()
    unknown: tuple[FieldUnknown, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippedFile:
    """A file in the predicted wheel: `path` as in the wheel, `source` the path in the tree ("" = generated)."""

    path: str
    source: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class KindReason:
    """One piece of evidence for the wheel's kind."""

    message: str
    at: Place


@dataclass(frozen=True, slots=True)
class WheelTag:
    """The tag of a wheel that a build would give, as a pattern of the three parts of its file name (PEP 425).

    `cp3*` stands for the interpreter that builds: `cp312`, and in the ABI also `cp313t`; another implementation puts
    its own there. `<platform>` stands for the platform that it builds on.
    """

    python: str
    abi: str
    platform: str
    reasons: tuple[KindReason, ...] = ()

    def __str__(self) -> str:
        return f"{self.python}-{self.abi}-{self.platform}"


@dataclass(frozen=True, slots=True)
class Wheel:
    """The predicted wheel. `files` None: unknown. `complete` False: something dynamic could add or remove files.

    Files are without dist-info and compiled files, sorted by path. `import_names` in the sense of PEP 794: the
    packages and modules that the wheel makes importable, with namespace packages descended into; None: unknown.
    `tags` are those of the wheels that CPython builds by default, None: unknown. `abi3_floor` is the lowest Python that
    an abi3 wheel is for ("3.9"), None where there is no abi3 wheel or nothing names one.
    """

    kind: WheelKind = "unknown"
    kind_reasons: tuple[KindReason, ...] = ()
    free_threaded: Literal["yes", "no", "unknown", "n/a"] = "unknown"
    files: tuple[ShippedFile, ...] | None = None
    complete: bool = False
    import_names: tuple[str, ...] | None = None
    import_namespaces: tuple[str, ...] = ()
    stub_packages: tuple[str, ...] = ()
    single_module: bool | None = None
    extension_modules: tuple[str, ...] | None = None
    unknown: tuple[FieldUnknown, ...] = ()
    tags: tuple[WheelTag, ...] | None = None
    abi3_floor: Text | None = None


@dataclass(frozen=True, slots=True)
class DiscoveryError:
    """Why the backend would refuse to choose packages or modules; `names` are what it found in the way."""

    at: Place
    kind: Literal["multiple-packages", "multiple-modules", "package-missing"]
    names: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Sdist:
    """The predicted source distribution; `files` None: unknown.

    `sources_only`: it is not complete, but nothing else than sources of extension modules could be missing.
    """

    files: tuple[str, ...] | None = None
    complete: bool = False
    sources_only: bool = False


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the build backend would make of the tree. `backend` is the dotted name, with `:__legacy__` as in PEP 517's
    fallback; None where there is no packaging metadata at all. With `discovery_error` the build stops."""

    backend: str | None
    backend_at: Place
    metadata: CoreMetadata = field(default_factory=CoreMetadata)
    wheel: Wheel = field(default_factory=Wheel)
    sdist: Sdist = field(default_factory=Sdist)
    discovery_error: DiscoveryError | None = None
