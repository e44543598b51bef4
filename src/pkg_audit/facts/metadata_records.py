"""Hold what is wrong with declared metadata and build configuration: one short list a subject, selected by rules.

`near` is the nearest valid word or the replacement, "" where there is none. `detail` says more in words. Values are the
project's own text, cut where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place


@dataclass(frozen=True, slots=True)
class ConfigurationFault:
    """A configuration file that does not parse, or a key of pyproject.toml that no specification knows or allows."""

    at: Place
    kind: Literal[
        "invalid-file", "unknown-table", "tools-table", "wrong-type", "unknown-project-key", "unknown-setuptools-key"
    ]
    file: str
    key: str
    message: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class BuildFault:
    """What is wrong with how the project says it is built. `value` is the backend, the path or the file, `by` the
    build requirement that happens to bring the backend, or the option that lists the file. For patterns `value` is the
    pattern or package as written, `near` the file or package that it may have meant."""

    at: Place
    kind: Literal[
        "build-system-missing",
        "requires-missing",
        "backend-missing",
        "backend-invalid",
        "backend-not-required",
        "backend-brought-along",
        "backend-path-missing",
        "backend-retired",
        "setup-py-only",
        "setup-py-not-parseable",
        "setup-cfg-only",
        "listed-file-missing",
        "backend-too-old",
        "pattern-unmatched",
        "sdist-pattern-unmatched",
        "data-package-missing",
    ]
    value: str
    near: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a single field: name, version, requires-python, description, or how `dynamic` treats it."""

    at: Place
    kind: Literal[
        "name-missing",
        "name-invalid",
        "version-missing",
        "version-invalid",
        "version-local",
        "requires-python-missing",
        "requires-python-invalid",
        "requires-python-outdated",
        "requires-python-capped",
        "description-not-one-line",
        "static-and-dynamic",
        "dynamic-unknown",
        "dynamic-not-provided",
        "dynamic-source-missing",
        "outside-project",
        "requires-python-differs",
    ]
    field: str
    value: str = ""
    near: str = ""
    detail: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenseFault:
    """What is wrong with how the licence is declared (PEP 639)."""

    at: Place
    kind: Literal[
        "table",
        "expression-invalid",
        "classifier-with-expression",
        "classifier-refused",
        "file-missing",
        "pattern-unmatched",
        "pattern-invalid",
        "files-with-table",
    ]
    value: str
    detail: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadmeFault:
    """What is wrong with the declared description file."""

    at: Place
    kind: Literal["file-missing", "content-type-unknown", "content-type-differs"]
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AddressFault:
    """A URL, its label, or an e-mail address that is not valid."""

    at: Place
    kind: Literal["url-invalid", "label-too-long", "email-invalid"]
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ClassifierFault:
    """A classifier that the index refuses, or that contradicts the rest. `detail` names what it contradicts."""

    at: Place
    kind: Literal["unknown", "deprecated", "duplicate", "outside-requires-python"]
    value: str
    near: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RequirementFault:
    """A requirement that is not valid, or does not belong where it stands. `where` is the list in words."""

    at: Place
    kind: Literal[
        "invalid",
        "direct-url",
        "duplicate",
        "itself",
        "standard-library",
        "own-extra-unknown",
        "marker-misspelt",
        "marker-past",
    ]
    table: Literal["dependencies", "extra", "build-system", "group"]
    where: str
    value: str
    name: str = ""
    detail: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtraFault:
    """An extra whose name is not valid, or equals another's once both are normalised."""

    at: Place
    kind: Literal["name-invalid", "collision"]
    name: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class GroupFault:
    """A dependency group that cannot be resolved."""

    at: Place
    kind: Literal["cycle", "unknown-group", "duplicate-name", "invalid-item"]
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class LegacyFault:
    """A setting of setuptools or flit that is deprecated or gone; `near` is what replaces it."""

    at: Place
    kind: Literal["setup-requires", "removed-option", "setup-cfg-key", "universal-wheel", "flit-metadata-table"]
    file: str
    key: str
    near: str


@dataclass(frozen=True, slots=True)
class EntryPointGroupFault:
    """A group under `[project.entry-points]` that has a table of its own, named by `near`."""

    at: Place
    group: str
    near: str
