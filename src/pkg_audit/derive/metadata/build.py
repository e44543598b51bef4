"""Find what is wrong with how a project says it is built (PEP 517, PEP 518; 2026)."""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from pkg_audit.derive.metadata.common import is_linked, normalize
from pkg_audit.derive.metadata.old_backends import too_old
from pkg_audit.errors import ReadError
from pkg_audit.facts.metadata_records import BuildFault
from pkg_audit.facts.place import Place
from pkg_audit.knowledge.build_backends import brings_along, current_name, distributions_of
from pkg_audit.scan.submodules import absent_submodules

if TYPE_CHECKING:
    from pkg_audit.facts.declared import BuildSystem
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?::[A-Za-z_][A-Za-z0-9_.]*)?")
_MOST_FILES = 1_000
_MAKES = re.compile(
    r"\b(?:subprocess|shutil|symlink|os\.(?:system|popen|link)|write_text|write_bytes|writelines|urlretrieve|spawn)\b|\.write\("
)
_WRITTEN = re.compile(r"version|config|generated|git|[@\\*{]", re.IGNORECASE)
_NAME = re.compile(r" *([A-Za-z0-9][A-Za-z0-9._-]*)")


def build_faults(tree: Tree, scanned: Scanned) -> tuple[BuildFault, ...]:
    """Return the faults of `[build-system]` or of its absence, and of setup.py. A wheel is built already: none."""
    if scanned.source == "wheel" or (scanned.pyproject is not None and scanned.pyproject.error is not None):
        return ()
    return (
        *_unparseable(scanned),
        *_declaration_faults(tree, scanned),
        *_missing_files(tree, scanned),
        *_missing_in_meson(tree, scanned),
        *too_old(scanned),
    )


def _unparseable(scanned: Scanned) -> tuple[BuildFault, ...]:
    """Return the setup.py that no Python 3 can run, where setuptools would run it."""
    source = scanned.sources.get("setup.py")
    if source is None or source.problem is None or source.problem.kind not in ("python-2", "error", "encoding"):
        return ()
    build = scanned.pyproject.build_system if scanned.pyproject is not None else None
    backend = build.backend.value if build is not None and build.backend is not None else "setuptools.build_meta"
    if not backend.startswith("setuptools."):
        return ()
    at = Place("setup.py", source.problem.line, source.problem.column)
    return (BuildFault(at, "setup-py-not-parseable", "setup.py", source.problem.message),)


def _missing_files(tree: Tree, scanned: Scanned) -> tuple[BuildFault, ...]:
    """Return the scripts and data files that setup.py lists and the tree lacks; own commands may make them."""
    options = scanned.setup_py.setuptools if scanned.setup_py is not None else None
    if options is None or options.cmdclass is not None or _makes_files(tree):
        return ()
    absent = tuple(f"{folder}/" for folder in absent_submodules(tree))
    found = [(path, options.scripts.at, "scripts") for path in (options.scripts.value or ())] if options.scripts else []
    if options.data_files is not None:
        for _, paths in options.data_files.value or ():
            found += [(path, options.data_files.at, "data_files") for path in paths]
    return tuple(
        BuildFault(at, "listed-file-missing", path, by=by)
        for path, at, by in found[:_MOST_FILES]
        if path and not path.startswith(("/", "~", *absent)) and not tree.is_file(normpath(path)) and "\\" not in path
    )


def _missing_in_meson(tree: Tree, scanned: Scanned) -> tuple[BuildFault, ...]:
    """Return the files that meson.build installs in any case and the tree lacks; meson stops at the first of them.

    Files that are named after a version may be written before meson looks.
    """
    meson, pyproject = scanned.native.meson, scanned.pyproject
    build = pyproject.build_system if pyproject is not None else None
    if meson is None or build is None or build.backend is None or build.backend.value != "mesonpy":
        return ()
    absent = tuple(f"{folder}/" for folder in absent_submodules(tree))
    return tuple(
        BuildFault(install.at, "listed-file-missing", path, by="meson.build")
        for install in meson.installs
        if install.kind == "files" and install.reachable == "yes"
        for path in install.sources[:_MOST_FILES]
        if path
        and not path.startswith(("/", "..", *absent))
        and not _WRITTEN.search(path)
        and not tree.is_file(path)
        and not is_linked(path, scanned)
    )


def _makes_files(tree: Tree) -> bool:
    """Tell whether setup.py runs programs or writes files: what it lists may be there by the time it is asked for."""
    try:
        text = tree.read("setup.py").decode("utf-8", "replace")
    except ReadError:
        return False
    return _MAKES.search(text) is not None


def _declaration_faults(tree: Tree, scanned: Scanned) -> tuple[BuildFault, ...]:
    pyproject, setup_py, cfg = scanned.pyproject, scanned.setup_py, scanned.setup_cfg
    if pyproject is None:
        if setup_py is not None:
            return (BuildFault(setup_py.calls_setup or setup_py.at, "setup-py-only", "setup.py"),)
        if cfg is not None and cfg.declared is not None:
            return (BuildFault(cfg.declared.at, "setup-cfg-only", "setup.cfg"),)
        return ()
    wrong = {misfit.key for misfit in pyproject.misfits}  # a value of the wrong type is there, and its own fault
    if pyproject.build_system is not None:
        return tuple(_table_faults(tree, pyproject.build_system, wrong))
    if "build-system" in wrong:
        return ()
    legacy = setup_py is not None or (cfg is not None and cfg.declared is not None)
    if pyproject.project is not None or pyproject.poetry is not None or legacy:
        at = pyproject.project.at if pyproject.project else pyproject.at
        return (BuildFault(at, "build-system-missing", "pyproject.toml"),)
    return ()


def _table_faults(tree: Tree, build: BuildSystem, wrong: set[str]) -> list[BuildFault]:
    faults = []
    if build.requires is None and "build-system.requires" not in wrong:
        faults.append(BuildFault(build.at, "requires-missing", "requires"))
    if build.backend is None:
        if "build-system.build-backend" not in wrong:
            faults.append(BuildFault(build.at, "backend-missing", "build-backend"))
    else:
        backend = build.backend
        if len(backend.value) > 256 or not _REFERENCE.fullmatch(backend.value):
            faults.append(BuildFault(backend.at, "backend-invalid", backend.value))
        elif near := current_name(backend.value):
            faults.append(BuildFault(backend.at, "backend-retired", backend.value, near))
        elif not build.backend_path and (fault := _not_required(build)):
            faults.append(fault)
    for path in build.backend_path:
        target = normpath(path.value) if path.value else ""
        inside = not target.startswith(("..", "/")) and "\\" not in target
        if not inside or not tree.is_dir(target):
            faults.append(BuildFault(path.at, "backend-path-missing", path.value))
    return faults


def _not_required(build: BuildSystem) -> BuildFault | None:
    """Return a fault where no build requirement names the backend's distribution, None otherwise."""
    if build.backend is None or build.requires is None:
        return None
    backend = build.backend
    holders = distributions_of(backend.value)
    names = [normalize(match[1]) for text in build.requires if (match := _NAME.match(text.value))]
    if not holders or any(name in holders for name in names):
        return None
    by = next((name for name in names if brings_along(name, backend.value)), "")
    return BuildFault(
        backend.at, "backend-brought-along" if by else "backend-not-required", backend.value, holders[0], by
    )
