"""Read Cargo manifests: the crate, its Python bindings and its stable ABI features.

Sources: the Cargo book (manifest, features, workspaces), PyO3 0.28 guide (features `abi3*`, `gil_used`), as of 2026-11.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import TomlDocument
from pkg_audit.scan.toml import read_toml

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer
    from pkg_audit.tree import Tree

BINDING_CRATES = ("pyo3", "pyo3-ffi")
_ABI3 = re.compile(r"^abi3t?(?:-py(\d)(\d{1,3}))?$")
_CRATES = 40


@dataclass(slots=True)
class Crate:
    """One Cargo manifest, with its workspace's shared dependencies at hand."""

    document: TomlDocument
    directory: str
    workspace: Mapping[str, Any] = field(default_factory=dict)
    workspace_document: TomlDocument | None = None
    workspace_directory: str = ""

    @property
    def name(self) -> str:
        value = self.document.get("package", "name")
        return value if isinstance(value, str) else ""

    @property
    def lib_name(self) -> str:
        """Name of the library target: `[lib] name`, else the package's with underscores; "" without a library."""
        value = self.document.get("lib", "name")
        return value if isinstance(value, str) else self.name.replace("-", "_")

    @property
    def explicit_lib_name(self) -> str:
        value = self.document.get("lib", "name")
        return value if isinstance(value, str) else ""

    @property
    def crate_types(self) -> tuple[str, ...]:
        for key in ("crate-type", "crate_type"):
            value = self.document.get("lib", key)
            if isinstance(value, list):
                return tuple(item for item in value if isinstance(item, str))
        return ()

    def package_text(self, key: str) -> tuple[str, Place, str] | None:
        """Return a string of `[package]` or of its workspace's, its place and its directory; None where not given."""
        value = self.document.get("package", key)
        if isinstance(value, str):
            return value, self.document.at("package", key), self.directory
        if isinstance(value, Mapping) and value.get("workspace") is True and self.workspace_document is not None:
            shared = self.workspace_document.get("workspace", "package", key)
            if isinstance(shared, str):
                at = self.workspace_document.at("workspace", "package", key)
                return shared, at, self.workspace_directory
        return None

    def programs(self, tree: Tree) -> tuple[str, ...]:
        """Return names of binary targets, those that Cargo finds by convention included."""
        names = []
        declared = self.document.get("bin")
        if isinstance(declared, list):
            names += [b["name"] for b in declared if isinstance(b, Mapping) and isinstance(b.get("name"), str)]
        if self.document.get("package", "autobins") is not False:
            if tree.is_file(_join(self.directory, "src/main.rs")):
                names.append(self.name)
            prefix = _join(self.directory, "src/bin/")
            names += [
                path[len(prefix) :].split("/")[0].removesuffix(".rs")
                for path in tree.files()
                if path.startswith(prefix)
            ]
        return tuple(dict.fromkeys(name for name in names if name))

    def dependency(self, name: str) -> tuple[Mapping[str, Any], Place] | None:
        """Return a dependency's table (a bare version as `{version = ...}`) and its place, None where there is none."""
        tables = [("dependencies",)]
        targets = self.document.get("target")
        if isinstance(targets, Mapping):
            tables += [("target", key, "dependencies") for key in targets]  # type: ignore[misc]
        for path in tables:
            table = self.document.get(*path)
            if not isinstance(table, Mapping):
                continue
            for key, value in table.items():
                actual = value.get("package", key) if isinstance(value, Mapping) else key
                if actual == name:
                    return self.resolved(key, value), self.document.at(*path, key)
        return None

    def resolved(self, key: str, value: Any) -> Mapping[str, Any]:
        """Return a dependency's table with what its workspace says about it."""
        if isinstance(value, str):
            return {"version": value}
        if not isinstance(value, Mapping):
            return {}
        if value.get("workspace") is True:
            shared = self.workspace.get(key)
            base = (
                {"version": shared} if isinstance(shared, str) else dict(shared) if isinstance(shared, Mapping) else {}
            )
            features = [*_strings(base.get("features")), *_strings(value.get("features"))]
            return {**base, **{k: v for k, v in value.items() if k != "workspace"}, "features": features}
        return value

    def features(self) -> dict[str, tuple[str, ...]]:
        table = self.document.get("features")
        if not isinstance(table, Mapping):
            return {}
        return {key: tuple(_strings(value)) for key, value in table.items()}


def read_crate(tree: Tree, manifest: str) -> Crate | None:
    """Read one Cargo.toml and the workspace above it; None where it is missing or not valid."""
    document = read_toml(tree, manifest)
    if not isinstance(document, TomlDocument):
        return None
    crate = Crate(document, posixpath.dirname(manifest))
    directory = crate.directory
    for _ in range(20):
        path = _join(directory, "Cargo.toml")
        above = document if path == manifest else read_toml(tree, path) if tree.is_file(path) else None
        if isinstance(above, TomlDocument):
            shared = above.get("workspace", "dependencies")
            if above.get("workspace") is not None:
                crate.workspace = shared if isinstance(shared, Mapping) else {}
                crate.workspace_document, crate.workspace_directory = above, directory
                break
        if not directory:
            break
        directory = posixpath.dirname(directory)
    return crate


def with_path_dependencies(tree: Tree, crate: Crate) -> list[Crate]:
    """Return the crate and the crates of this tree that it depends on by path, each once, at most 40."""
    found = {crate.directory: crate}
    queue = [crate]
    while queue and len(found) < _CRATES:
        current = queue.pop()
        table = current.document.get("dependencies")
        for key, value in table.items() if isinstance(table, Mapping) else ():
            table_of = current.resolved(key, value)
            path = table_of.get("path")
            if not isinstance(path, str):
                continue
            directory = posixpath.normpath(_join(current.directory, path))
            manifest = _join("" if directory == "." else directory, "Cargo.toml")
            if directory.startswith("..") or directory in found or not tree.is_file(manifest):
                continue
            other = read_crate(tree, manifest)
            if other is not None:
                found[directory] = other
                queue.append(other)
    return list(found.values())


@dataclass(slots=True)
class StableAbi:
    """Whether the build turns on PyO3's stable ABI. `optional`: a feature would, but nothing enables it.

    `classic` and `free_threaded` tell abi3 from abi3t; `enabled` means either.
    """

    enabled: Answer = "no"
    floor: str = ""
    at: Place = field(default_factory=Place)
    optional: bool = False
    classic: bool = False
    free_threaded: bool = False


def stable_abi(
    crates: list[Crate], enabled: tuple[str, ...], enabled_at: Place, default_features: bool = True
) -> StableAbi:
    """Tell whether abi3 is on, given the features that the build enables on the first crate.

    Features are followed through the first crate's `[features]` and read off the binding dependency of every crate.
    """
    result = StableAbi()
    main = crates[0]
    table = main.features()
    active: dict[str, Place] = dict.fromkeys(enabled, enabled_at)
    if default_features:
        active.setdefault("default", main.document.at("features", "default"))
    queue = list(active)
    while queue:
        name = queue.pop()
        for item in table.get(name, ()):
            if item not in active and len(active) < 500:
                active[item] = main.document.at("features", name)
                queue.append(item)
    for name, at in active.items():
        dependency, _, feature = name.replace("?/", "/").rpartition("/")
        if dependency in BINDING_CRATES:
            _note(result, feature, at)
    for crate in crates:
        for name in BINDING_CRATES:
            found = crate.dependency(name)
            if found is not None:
                for feature in _strings(found[0].get("features")):
                    _note(result, feature, found[1])
    if result.enabled == "no":
        result.optional = any(
            _ABI3.match(item.replace("?/", "/").rpartition("/")[2]) for items in table.values() for item in items
        )
    return result


def bindings(
    tree: Tree, crates: list[Crate], forced: str
) -> Literal["pyo3", "cffi", "uniffi", "bin", "none", "unknown"]:
    """Tell how Python would reach the code, by maturin's order: pyo3, uniffi, a cdylib, a program."""
    if forced in {"pyo3", "pyo3-ffi", "rust-cpython"}:
        return "pyo3"
    if forced in {"cffi", "uniffi", "bin"}:
        return forced  # type: ignore[return-value]
    main = crates[0]
    cdylib = "cdylib" in main.crate_types
    programs = bool(main.programs(tree))
    if any(crate.dependency(name) for crate in crates for name in BINDING_CRATES):
        return "bin" if not cdylib and programs and not main.document.get("lib") else "pyo3"
    if any(crate.dependency("uniffi") for crate in crates):
        return "uniffi"
    if cdylib:
        # A dependency from a registry may bring pyo3 along; only a build knows.
        return "cffi" if not forced else "unknown"
    return "bin" if programs else "unknown"


def free_threaded_by_default(crates: list[Crate]) -> Answer:
    """Tell whether the binding crate declares modules free-threaded unless told otherwise: PyO3 since 0.28."""
    for crate in crates:
        found = crate.dependency("pyo3")
        if found is not None:
            match = re.search(r"(?<!\d)(\d{1,9})\.(\d{1,9})", str(found[0].get("version", "")))
            if match is None:
                return "unknown"
            return "yes" if (int(match.group(1)), int(match.group(2))) >= (0, 28) else "no"
    return "unknown"


def _note(result: StableAbi, feature: str, at: Place) -> None:
    match = _ABI3.match(feature)
    if match is None:
        return
    if result.enabled != "yes" or (not result.floor and match.group(1)):
        result.at = at
    result.enabled = "yes"
    if feature.startswith("abi3t"):
        result.free_threaded = True
    else:
        result.classic = True
    if match.group(1) and not feature.startswith("abi3t"):
        floor = f"{match.group(1)}.{match.group(2)}"
        result.floor = min((result.floor, floor), key=_version) if result.floor else floor


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
