"""Read build hooks and build scripts of hatchling, poetry-core and pdm-backend.

Sources: hatchling 1.33 (build hooks, `build_data`), hatch-mypyc 0.16, hatch-cython 0.6, poetry-core 2.2 (a build script
gives the wheel an interpreter's tag, whatever it makes), pdm-backend 2.4 (`run-setuptools`, `is-purelib`), 2026-11.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import ExtensionDeclaration, PlatformTag
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.facts.scanned import TomlDocument
from pkg_audit.scan.ignore_spec import IgnoreSpec
from pkg_audit.scan.native.script.outcome import builder_finish, hook_finish, run_all
from pkg_audit.scan.native.script.values import Unk
from pkg_audit.scan.native.setuptools import add_runs
from pkg_audit.scan.toml import read_toml

if TYPE_CHECKING:
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.tree import Tree

_COMPILING_HOOKS = ("mypyc", "cython", "scikit-build", "rust", "maturin", "cargo", "zig", "meson", "cmake", "pybind11")


def read_hatch(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add what hatchling's build hooks compile."""
    for current, prefix in _hatch_tables(tree, document):
        for path in ((*prefix, "hooks"), (*prefix, "targets", "wheel", "hooks")):
            hooks = current.get(*path)
            for name, options in hooks.items() if isinstance(hooks, Mapping) else ():
                table = options if isinstance(options, Mapping) else {}
                _hatch_hook(tree, current, (*path, name), name, table, document, out)


def hatch_scikit_build(tree: Tree, document: TomlDocument) -> Mapping[str, Any] | None:
    """Return the options of hatchling's scikit-build hook, None where it is not used."""
    for current, prefix in _hatch_tables(tree, document):
        for path in ((*prefix, "hooks"), (*prefix, "targets", "wheel", "hooks")):
            table = current.get(*path, "scikit-build")
            if isinstance(table, Mapping):
                return table
    return None


def _hatch_tables(tree: Tree, document: TomlDocument) -> list[tuple[TomlDocument, tuple[str, ...]]]:
    tables: list[tuple[TomlDocument, tuple[str, ...]]] = [(document, ("tool", "hatch", "build"))]
    if tree.is_file("hatch.toml"):
        other = read_toml(tree, "hatch.toml")
        if isinstance(other, TomlDocument):
            tables.append((other, ("build",)))
    return tables


def _hatch_hook(
    tree: Tree,
    current: TomlDocument,
    key: tuple[str, ...],
    name: str,
    table: Mapping[str, Any],
    document: TomlDocument,
    out: Builder,
) -> None:
    at = current.at(*key)
    opt_in = table.get("enable-by-default") is False
    if name == "custom":
        path = table.get("path", "hatch_build.py")
        if isinstance(path, str):
            _custom_hook(tree, posixpath.normpath(path), at, opt_in, out)
        return
    if not any(word in name.lower() for word in _COMPILING_HOOKS) or name == "scikit-build":
        return
    found: list[ExtensionDeclaration] = []
    if name == "mypyc":
        names = _mypyc_modules(tree, document, table)
        language = "c"
        found = [ExtensionDeclaration(at, n, "hatch-mypyc", "c") for n in names or ()]
    else:
        language = "cython" if "cython" in name else "rust" if "rust" in name or "cargo" in name else "other"
    if not found:
        found = [ExtensionDeclaration(at, "", f"hatch hook {name}", language)]  # type: ignore[arg-type]
    if opt_in:
        out.opt_in += found
    else:
        for extension in found:
            out.add(extension)


def _custom_hook(tree: Tree, path: str, at: Place, opt_in: bool, out: Builder) -> None:
    runs = run_all(tree, path, hook_finish) if tree.is_file(path) else None
    if runs is None or runs.default is None:
        out.unknown(Unknown("file-missing" if runs is None else "dynamic-expression", at, f"build hook {path}"))
        return
    data = runs.default.build_data
    tag = data.get("tag")
    where = runs.default.called or at
    if isinstance(tag, (str, Unk)) or "tag" in data:
        abi = "unknown"
        if isinstance(tag, str):
            if tag.endswith("-any"):
                return
            abi = "no" if "-none-" in tag else "yes"
        written = tag if isinstance(tag, str) else ""
        out.platform_tags.append(PlatformTag(where, "the build hook sets the wheel's tag", abi, tag=written))  # type: ignore[arg-type]
        return
    infer = data.get("infer_tag")
    if infer is True:
        found = ExtensionDeclaration(where, "", "hatch build hook", "other")
        if opt_in:
            out.opt_in.append(found)
        else:
            out.add(found)
            for other in (runs.switched_on, runs.switched_off):
                if other is not None and other.build_data.get("infer_tag") is False:
                    out.opt_out.append(where)
    elif isinstance(infer, Unk):
        out.unknown(Unknown("conditional", where, "the build hook decides on the tag by what it finds"))
    elif runs.switched_on is not None and runs.switched_on.build_data.get("infer_tag") is True:
        out.opt_in.append(ExtensionDeclaration(where, "", "hatch build hook", "other"))


def _mypyc_modules(tree: Tree, document: TomlDocument, table: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the modules that hatch-mypyc compiles: every Python file of the wheel that its patterns let through."""
    selected = _hatch_sources(tree, document)
    if selected is None:
        return None
    roots, strip = selected
    include, exclude = (_strings(table.get(key))[:200] for key in ("include", "exclude"))
    wheel = document.get("tool", "hatch", "build", "targets", "wheel")
    left_out = _strings(wheel.get("exclude")) if isinstance(wheel, Mapping) else []
    # The file that hatch-vcs writes is there only once the build has begun, and ignored by version control.
    written = document.get("tool", "hatch", "build", "hooks", "vcs", "version-file")
    left_out += [f"/{written}"] if isinstance(written, str) else []
    wanted = IgnoreSpec(include) if include else None
    unwanted = IgnoreSpec([*exclude, *left_out[:200]])
    names = []
    for path in tree.files():
        if not path.endswith(".py") or not any(path == r or path.startswith(r + "/") or not r for r in roots):
            continue
        if (wanted is not None and not wanted.match(path)) or unwanted.match(path):
            continue
        inside = path[len(strip) + 1 :] if strip and path.startswith(strip + "/") else path
        names.append(inside.removesuffix(".py").replace("/", "."))
    if unwanted.incomplete or (wanted is not None and wanted.incomplete):
        return None
    return tuple(names)


def _hatch_sources(tree: Tree, document: TomlDocument) -> tuple[list[str], str] | None:
    """Return the directories that hatchling puts into the wheel and the prefix it strips; None where not simple."""
    for path in (("tool", "hatch", "build", "targets", "wheel"), ("tool", "hatch", "build")):
        table = document.get(*path)
        if not isinstance(table, Mapping):
            continue
        packages = [p.strip("/") for p in _strings(table.get("packages"))]
        if packages:
            parents = {posixpath.dirname(p) for p in packages}
            return (packages, parents.pop()) if len(parents) == 1 else None
        only = [p.strip("/") for p in _strings(table.get("only-include"))]
        if only:
            sources = table.get("sources")
            stripped = [s.strip("/") for s in _strings(sources)]
            return (only, stripped[0] if stripped else "") if not isinstance(sources, Mapping) else None
        if any(table.get(key) for key in ("include", "sources", "force-include")):
            return None
    name = document.get("project", "name")
    if not isinstance(name, str):
        return None
    module = name.replace("-", "_").replace(".", "_").lower()
    for root in (module, f"src/{module}"):
        if tree.is_file(f"{root}/__init__.py"):
            return [root], posixpath.dirname(root)
    return None


def read_poetry(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add the build script of poetry-core. With one, the wheel carries the interpreter's tag, whatever it makes."""
    value = document.get("tool", "poetry", "build")
    script = value.get("script") if isinstance(value, Mapping) else value
    if not isinstance(script, str):
        return
    at = (
        document.at("tool", "poetry", "build", "script")
        if isinstance(value, Mapping)
        else document.at("tool", "poetry", "build")
    )
    out.platform_tags.append(PlatformTag(at, "poetry-core tags the wheel of a project with a build script", "yes"))
    path = posixpath.normpath(script)
    if not tree.is_file(path):
        out.unknown(Unknown("file-missing", at, "the build script is not in the tree"))
        return
    add_runs(tree, path, run_all(tree, path, builder_finish(("build",))), out)


def read_pdm(tree: Tree, document: TomlDocument, out: Builder) -> None:
    """Add what pdm-backend compiles: it calls setuptools, or a script says that the wheel is not pure."""
    table = document.get("tool", "pdm", "build")
    if not isinstance(table, Mapping):
        return
    at = document.at("tool", "pdm", "build")
    setuptools = table.get("run-setuptools") is True
    pure = table.get("is-purelib")
    if pure is False or (setuptools and pure is not True):
        out.platform_tags.append(PlatformTag(at, "pdm-backend is told that the wheel is not pure", "yes"))
    if setuptools:
        script = table.get("custom-hook", "pdm_build.py")
        for path in (script, "build.py"):
            if isinstance(path, str) and tree.is_file(path):
                finish = builder_finish(("pdm_build_update_setup_kwargs", "build"))
                add_runs(tree, path, run_all(tree, path, finish), out)
                return


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
