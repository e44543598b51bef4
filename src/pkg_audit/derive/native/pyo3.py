"""Judge whether the PyO3 of a Rust extension lets itself be compiled for the Pythons that the project admits.

Source: pyo3-ffi/build.rs (`ensure_python_version`) of PyO3 0.21 to 0.29; see `knowledge/pyo3.toml`, November 2026.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import tomli

from pkg_audit.facts.native_records import NativeFault
from pkg_audit.facts.place import Place
from pkg_audit.knowledge import stdlib
from pkg_audit.scan.native.cargo import read_crate
from pkg_audit.scan.native.text import read_text
from pkg_audit.scan.sources.versions import bit, from_specifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_LOCKED = re.compile(r'^name = "pyo3-ffi"\nversion = "(\d{1,3}\.\d{1,4})\.\d{1,4}"', re.MULTILINE)
_WANTED = re.compile(r"\s{0,9}[\^~=]?\s{0,9}(0\.\d{1,4})(?:\.\d{1,4})?\s{0,9}")
_OVERRIDE = re.compile(r"PYO3_USE_(?:ABI3|STABLE_ABI)_FORWARD_COMPATIBILITY|UNSAFE_PYO3_SKIP_VERSION_CHECK")
_CONFIGURATION = ("pyproject.toml", "setup.py", ".cargo/config.toml", ".cargo/config")


def pyo3_too_old(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield PyO3, with the admitted Pythons that it refuses; nothing where the stable ABI makes it accept them."""
    requires = distribution.metadata.requires_python
    mask = from_specifier(requires.value) if requires is not None and requires.value.strip() else None
    if requires is None or mask is None:
        return
    for manifest in _manifests(scanned):
        found = _version(tree, manifest)
        newest = _newest().get(found[0]) if found is not None else None
        if found is None or newest is None:
            continue
        refused = [f"3.{minor}" for minor in range(newest + 1, stdlib.NEWEST + 1) if mask & bit(minor)]
        if refused and not any(_OVERRIDE.search(read_text(tree, path, 1 << 20) or "") for path in _CONFIGURATION):
            yield NativeFault(found[1], "pyo3-too-old", f"PyO3 {found[0]}", ", ".join(refused), (requires.at,))
            return


def _manifests(scanned: Scanned) -> list[str]:
    """Return the manifests of the crates that the build compiles into extension modules for one Python each."""
    native = scanned.native
    crate = native.crate
    found = [crate.manifest] if crate is not None and crate.bindings == "pyo3" and crate.abi3 == "no" else []
    for extension in native.extensions:
        if extension.by == "rust_extensions" and extension.abi3 == "no" and extension.optional == "no":
            path = extension.sources[0] if extension.sources else "Cargo.toml"
            found.append(path if path.endswith(".toml") else posixpath.join(path, "Cargo.toml"))
    return list(dict.fromkeys(found))


def _version(tree: Tree, manifest: str) -> tuple[str, Place] | None:
    """Return the series of PyO3 that Cargo.lock names, or that the manifest asks for where there is no lock file."""
    directory = posixpath.dirname(manifest)
    for _ in range(20):
        path = posixpath.join(directory, "Cargo.lock")
        if tree.is_file(path):
            text = read_text(tree, path, 4 << 20) or ""
            locked = list(_LOCKED.finditer(text))
            if len({match[1] for match in locked}) != 1:
                return None
            return locked[0][1], Place(path, text.count("\n", 0, locked[0].start()) + 1)
        if not directory:
            break
        directory = posixpath.dirname(directory)
    crate = read_crate(tree, manifest) if tree.is_file(manifest) else None
    dependency = crate.dependency("pyo3") if crate is not None else None
    if dependency is None or not isinstance(dependency[0].get("version"), str):
        return None
    wanted = _WANTED.fullmatch(dependency[0]["version"][:100])
    return (wanted[1], dependency[1]) if wanted else None


@cache
def _newest() -> dict[str, int]:
    table = tomli.loads((files("pkg_audit.knowledge") / "pyo3.toml").read_text(encoding="utf-8"))
    newest: dict[str, int] = table["newest"]
    return newest
