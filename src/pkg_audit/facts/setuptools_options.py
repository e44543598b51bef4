"""Hold the packaging options of setuptools, whichever of its three files declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.native import ExtensionDeclaration
    from pkg_audit.facts.place import Place, Value

Strings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindPackages:
    """A call of `find_packages` / `find_namespace_packages`, or a `packages.find` table, not yet run on the tree."""

    where: Strings = (".",)
    include: Strings = ("*",)
    exclude: Strings = ()
    namespaces: bool = False


@dataclass(frozen=True, slots=True)
class SetuptoolsOptions:
    """What one file tells setuptools to ship. None: not declared there; `Value.unknown`: declared, not evaluable.

    `packages` mixes literal names and searches. `package_dir` maps import package ("" = root) to directory.
    `package_choices` are what `packages` may be where only a condition is not known. `cmdclass` and `setup_keywords`
    hold names only. `setup_keywords` lists every keyword of `setup()` with its place.
    """

    at: Place
    packages: Value[tuple[str | FindPackages, ...]] | None = None
    package_choices: Value[tuple[tuple[str | FindPackages, ...], ...]] | None = None
    py_modules: Value[Strings] | None = None
    package_dir: Value[Mapping[str, str]] | None = None
    package_data: Value[Mapping[str, Strings]] | None = None
    exclude_package_data: Value[Mapping[str, Strings]] | None = None
    include_package_data: Value[bool] | None = None
    namespace_packages: Value[Strings] | None = None
    data_files: Value[tuple[tuple[str, Strings], ...]] | None = None
    scripts: Value[Strings] | None = None
    ext_modules: Value[tuple[ExtensionDeclaration, ...]] | None = None
    cmdclass: Value[Strings] | None = None
    setup_requires: Value[Strings] | None = None
    py_limited_api: Value[str] | None = None
    setup_keywords: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
