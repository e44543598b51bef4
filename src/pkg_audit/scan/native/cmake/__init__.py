"""Read what CMake would build for a wheel: extension modules, libraries and install rules, without running CMake.

Sources: CMake 4.2 (FindPython, install), pybind11 3.0 and nanobind 2.9 CMake functions, scikit-build-core 1.1
configuration, py-build-cmake 0.5 configuration, as of 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import ExtensionDeclaration
from pkg_audit.facts.place import Unknown
from pkg_audit.scan.native.cmake.run import Runner

if TYPE_CHECKING:
    from pkg_audit.facts.native import CMakeInstall, CMakeProject, CMakeTarget, Language
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.scanned import TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree

__all__ = ["read_cmake", "run_cmake"]


def read_cmake(tree: Tree, document: TomlDocument, backend: str, out: Builder) -> None:
    """Add the CMake project that scikit-build-core or py-build-cmake builds, and the extensions it installs."""
    if backend == "py-build-cmake":
        table = document.get("tool", "py-build-cmake", "cmake")
        options = table if isinstance(table, Mapping) else {}
        source = options.get("source_path", ".")
        module = document.get("tool", "py-build-cmake", "module", "name") or document.get("project", "name")
        extra = {"PY_BUILD_CMAKE_MODULE_NAME": module} if isinstance(module, str) else {}
        components = _strings(options.get("install_components"))
        install_dir = ""
    else:
        table = document.get("tool", "scikit-build")
        options = table if isinstance(table, Mapping) else {}
        cmake = options.get("cmake")
        source = cmake.get("source-dir", ".") if isinstance(cmake, Mapping) else "."
        extra = _defines(cmake)
        wheel = options.get("wheel")
        install_dir = wheel.get("install-dir", "") if isinstance(wheel, Mapping) else ""
        install = options.get("install")
        components = _strings(install.get("components")) if isinstance(install, Mapping) else []
    name = document.get("project", "name")
    run_cmake(
        tree,
        source if isinstance(source, str) else ".",
        {**({"SKBUILD_PROJECT_NAME": name} if isinstance(name, str) else {}), **extra},
        install_dir if isinstance(install_dir, str) else "",
        components,
        backend,
        out,
    )


def run_cmake(
    tree: Tree,
    source: str,
    variables: Mapping[str, str],
    install_dir: str,
    components: list[str],
    by: str,
    out: Builder,
) -> None:
    """Follow the CMake files from `source` and add what they install as extensions."""
    project = Runner(tree, variables, tuple(components)).run(source)
    if project is None:
        out.unknown(Unknown("file-missing", detail="the CMakeLists.txt that the backend builds is not in the tree"))
        return
    installs = tuple(
        replace(install, destination=_below(install_dir, install.destination))
        for install in project.installs
        if not components or install.component in components
    )
    # Where components are chosen, what other projects and scripts install belongs to none of them.
    opaque = () if components else project.opaque
    out.cmake = replace(project, installs=installs, opaque=opaque)
    for target in project.targets:
        if target.kind == "extension" and target.reachable != "no":
            for extension in _extensions(target, out.cmake, by):
                out.add(extension)


def _extensions(target: CMakeTarget, project: CMakeProject, by: str) -> list[ExtensionDeclaration]:
    """Return one declaration for each place that the target is installed to; one without a name where none is known."""
    found = []
    for install in project.installs:
        if install.kind == "targets" and target.name in install.items and install.reachable != "no":
            name = _dotted(install, target.output_name or target.name)
            condition = "" if target.reachable == install.reachable == "yes" else "cmake"
            found.append(_declare(target, name, by, condition))
    # An extension that no rule installs may be a test's; one whose rules are not readable is unknown.
    if not found and any(i.kind == "targets" and any("$" in item for item in i.items) for i in project.installs):
        found.append(_declare(target, "", by, "cmake"))
    return list(dict.fromkeys(found))


def _declare(target: CMakeTarget, name: str, by: str, condition: str) -> ExtensionDeclaration:
    language: Language = (
        "cuda" if any(s.endswith(".cu") for s in target.sources) else "c++" if "bind" in target.by else "other"
    )
    abi3: Answer = target.limited_api
    return ExtensionDeclaration(
        target.at,
        name,
        by,
        language,
        "no",
        abi3,
        condition,
        target.sources,
        target.libraries,
        target.limited_floor,
    )


def _dotted(install: CMakeInstall, name: str) -> str:
    destination = install.destination
    if destination is None or "$" in name or "$" in destination or destination.startswith(("..", "/")):
        return ""
    parts = [part for part in destination.split("/") if part not in {"", "."}]
    return ".".join([*parts, name])


def _below(install_dir: str, destination: str | None) -> str | None:
    if destination is None or not install_dir or destination.startswith("/"):
        return destination
    if (match := re.fullmatch(r"\$\{SKBUILD_([A-Z]+)_DIR\}(?:/(.*))?", install_dir)) is not None:
        install_dir = f"/{match.group(1).lower()}/{match.group(2) or ''}"
    if install_dir.startswith("/"):
        return None if not install_dir.startswith("/platlib") else install_dir[9:].strip("/") + "/" + destination
    return f"{install_dir.strip('/')}/{destination}"


def _defines(cmake: Any) -> dict[str, str]:
    table = cmake.get("define") if isinstance(cmake, Mapping) else None
    out: dict[str, str] = {}
    for key, value in table.items() if isinstance(table, Mapping) else ():
        if isinstance(value, Mapping):
            value = value.get("default")
        if isinstance(value, bool):
            out[key] = "ON" if value else "OFF"
        elif isinstance(value, (str, int)):
            out[key] = str(value)
    return out


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
