"""Read what maturin would compile, and under which name.

Follows maturin 1.13 (project layout, bridge detection) and its `[tool.maturin]` reference, as of 2026-11.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import ExtensionDeclaration, RustCrate
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.cargo import BINDING_CRATES, bindings, read_crate, stable_abi, with_path_dependencies

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree


def read_maturin(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add the crate that maturin builds and the extension module that it makes."""
    options = document.get("tool", "maturin")
    options = options if isinstance(options, Mapping) else {}
    at = document.at("tool", "maturin") if options else document.at("build-system", "build-backend")
    packages = _strings(options.get("python-packages"))
    project_name = document.get("project", "name")
    project_name = project_name if isinstance(project_name, str) else ""
    manifest = _manifest(tree, options, project_name, packages)
    crate = read_crate(tree, manifest) if manifest else None
    if crate is None or manifest is None:
        out.unknown(Unknown("file-missing", at, "the Cargo.toml that maturin builds is not in the tree"))
        out.crate = RustCrate(at, manifest or "")
        return
    crates = with_path_dependencies(tree, crate)
    forced = options.get("bindings")
    kind = bindings(tree, crates, forced if isinstance(forced, str) else "")
    if kind == "cffi" and not isinstance(forced, str) and _registry_bindings(tree, manifest):
        kind = "pyo3"
    features = tuple(_strings(options.get("features")))
    defaults = options.get("no-default-features") is not True and options.get("all-features") is not True
    if options.get("all-features") is True:
        features = (*features, *crate.features())
    abi = stable_abi(crates, features, document.at("tool", "maturin", "features"), defaults)
    module, makes_package = _module_name(tree, options, project_name, crate.explicit_lib_name, crate.name)
    source = _python_source(tree, options, project_name, packages)
    out.crate = RustCrate(
        at=Place(manifest) if not options else at,
        manifest=manifest,
        package=crate.name,
        lib_name=crate.lib_name,
        crate_types=crate.crate_types,
        programs=crate.programs(tree),
        bindings=kind,
        module_name=module,
        python_source=source,
        makes_package=makes_package,
        abi3="unknown" if abi.enabled == "no" and abi.optional else abi.enabled,
        abi3_floor=abi.floor,
        abi3_at=abi.at,
        abi3t="no" if not abi.free_threaded else "also" if abi.classic else "only",
        embeds_python=kind == "bin" and any(c.dependency(name) for c in crates for name in BINDING_CRATES),
    )
    if kind == "pyo3":
        where = document.at("tool", "maturin", "module-name") if "module-name" in options else out.crate.at
        out.add(
            ExtensionDeclaration(where, module, "maturin", "rust", "no", out.crate.abi3, sources=(_root_of(manifest),))
        )


def _manifest(tree: Tree, options: Mapping[str, Any], project_name: str, packages: list[str]) -> str | None:
    declared = options.get("manifest-path")
    if isinstance(declared, str):
        path = posixpath.normpath(declared)
        return None if path.startswith(("..", "/")) or not tree.is_file(path) else path
    if tree.is_file("rust/Cargo.toml"):
        import_name = project_name.replace("-", "_")
        roots = [f"src/{name}/__init__.py" for name in (import_name, *packages) if name]
        if "python-source" in options or any(tree.is_file(path) for path in roots):
            return "rust/Cargo.toml"
    return "Cargo.toml" if tree.is_file("Cargo.toml") else None


def _python_source(tree: Tree, options: Mapping[str, Any], project_name: str, packages: list[str]) -> str:
    declared = options.get("python-source")
    if isinstance(declared, str):
        path = posixpath.normpath(declared)
        return "" if path == "." or path.startswith(("..", "/")) else path
    roots = [f"src/{name}/__init__.py" for name in (project_name.replace("-", "_"), *packages) if name]
    return "src" if tree.is_file("rust/Cargo.toml") and any(tree.is_file(path) for path in roots) else ""


def _module_name(
    tree: Tree, options: Mapping[str, Any], project_name: str, lib_name: str, package: str
) -> tuple[str, bool]:
    """Return the module's dotted name in the wheel, and whether maturin writes the package around it."""
    declared = options.get("module-name")
    name = declared if isinstance(declared, str) else lib_name or project_name or package
    packages = _strings(options.get("python-packages"))
    source = _python_source(tree, options, project_name, packages)
    parts = name.split(".")
    directory = posixpath.join(source, parts[0]) if source else parts[0]
    is_package = tree.is_dir(directory) and not (
        tree.is_file(f"{directory}/Cargo.toml") and not tree.is_file(f"{directory}/__init__.py")
    )
    if is_package:
        return (name if len(parts) > 1 else f"{name}.{name}"), False
    return f"{parts[-1]}.{parts[-1]}", True


def _registry_bindings(tree: Tree, manifest: str) -> bool:
    """Tell whether the lock file names pyo3, so that a dependency from a registry brings it along."""
    directory = posixpath.dirname(manifest)
    while True:
        path = f"{directory}/Cargo.lock" if directory else "Cargo.lock"
        if tree.is_file(path):
            from pkg_audit.scan.native.text import read_text

            text = read_text(tree, path, 4 << 20) or ""
            return '\nname = "pyo3"\n' in text
        if not directory:
            return False
        directory = posixpath.dirname(directory)


def _root_of(manifest: str) -> str:
    return posixpath.dirname(manifest) or "."


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
