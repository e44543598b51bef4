"""Read the extensions that setuptools would build: setup.py, setup.cfg and pyproject.toml.

Sources: setuptools 82 (Extension, `[tool.setuptools] ext-modules`, `bdist_wheel`), setuptools-rust 1.12, cffi 2.0
(`cffi_modules`), mypyc and Cython manuals, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.native import ExtensionDeclaration, PlatformTag, TagOption
from pkg_audit.facts.place import Place, Unknown
from pkg_audit.scan.native.cargo import read_crate, stable_abi, with_path_dependencies
from pkg_audit.scan.native.limited_api import floor_of_macros, floors_in
from pkg_audit.scan.native.overrides import read_overrides
from pkg_audit.scan.native.script.outcome import cffi_module, mentions_native, run_all, unreadable
from pkg_audit.scan.native.script.parsing import SIZE
from pkg_audit.scan.native.script.values import relative
from pkg_audit.scan.native.sources import LANGUAGES
from pkg_audit.scan.native.tag_options import tag_option
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from pkg_audit.facts.native import Language
    from pkg_audit.facts.place import Answer
    from pkg_audit.facts.scanned import SetupCfg, SetupPy, TomlDocument
    from pkg_audit.scan.native.findings import Builder
    from pkg_audit.scan.native.script.outcome import Outcome, Runs
    from pkg_audit.scan.native.script.values import Ext
    from pkg_audit.tree import Tree


def read_setuptools(
    tree: Tree, document: TomlDocument | None, setup_cfg: SetupCfg | None, setup_py: SetupPy | None, out: Builder
) -> None:
    """Add what setuptools would compile and which options of `bdist_wheel` shape the wheel's tag."""
    if document is not None:
        _pyproject(tree, document, out)
    if setup_cfg is not None:
        _setup_cfg(setup_cfg, out)
    if tree.is_file("setup.py"):
        read_script(tree, "setup.py", setup_py, out)


def read_script(tree: Tree, path: str, setup_py: SetupPy | None, out: Builder) -> None:
    """Add what one setup script declares."""
    if not mentions_native(tree, path):
        return
    runs = run_all(tree, path)
    add_runs(tree, path, runs, out)
    if runs.default is None or runs.default.called is None:
        _fall_back(path, setup_py, out)
    read_overrides(tree, path, out, runs.default is not None and runs.default.plain_distribution)


def add_runs(tree: Tree, path: str, runs: Runs, out: Builder) -> None:
    """Add the extensions of every scenario, and what differs between them."""
    default = runs.default
    if default is None:
        out.unknown(unreadable(path))
        return
    before = len(out.extensions)
    for ext in default.extensions:
        out.add(declaration(tree, ext))
    _cffi(tree, path, default, out)
    if not default.complete:
        where = default.called or Place(path)
        out.unknown(Unknown("dynamic-expression", where, "the list of extensions is computed"))
    built = len(out.extensions) > before
    on, off = runs.switched_on, runs.switched_off
    for other in (on, off):
        if other is None or other.called is None:
            continue
        if not built and other.extensions:
            out.opt_in += [declaration(tree, ext) for ext in other.extensions]
        if built and not other.extensions and not other.cffi and other.complete:
            out.opt_out.append(other.called)
        if other.limited_wheel and not default.limited_wheel:
            out.abi3_opt_in.append(other.limited_wheel)
        elif any(e.abi3 == "yes" for e in other.extensions) and not any(e.abi3 == "yes" for e in default.extensions):
            out.abi3_opt_in.append(next(e.at for e in other.extensions if e.abi3 == "yes"))
        if other.plat_name and not default.plat_name:
            out.platform_tags.append(PlatformTag(other.plat_name, "options name the platform", "no"))
        if not default.tag_options:
            for option in _written(tree, path, other.tag_options):
                if option.name == "py-limited-api":
                    out.tag_options.append(option)
                elif option.name != "plat-name":
                    out.tag_options.append(replace(option, value=None))
    if (
        runs.pypy is not None
        and runs.pypy.called is not None
        and built
        and not runs.pypy.extensions
        and runs.pypy.complete
    ):
        out.pure_on.append("PyPy")
    out.tag_options += _written(tree, path, default.tag_options)
    if default.limited_wheel:
        out.abi3_wheel.append(default.limited_wheel)
    if default.limited_unsure:
        out.abi3_unsure.append(default.limited_unsure)
    if default.plat_name:
        out.platform_tags.append(PlatformTag(default.plat_name, "options of bdist_wheel name the platform", "no"))


def _written(tree: Tree, path: str, options: list[TagOption]) -> list[TagOption]:
    """Return the options; a value that the script does not spell out was made from the interpreter's version."""
    text = read_text(tree, path, SIZE) or ""
    return [
        option if option.name == "universal" or (option.value or "") in text else replace(option, value=None)
        for option in options
    ]


def declaration(tree: Tree, ext: Ext) -> ExtensionDeclaration:
    """Turn an evaluated extension object into a fact."""
    sources = tuple(relative(s) for s in ext.sources if isinstance(s, str))
    abi3: Answer = ext.abi3
    if ext.by == "rust_extensions":
        manifest = sources[0] if sources else "Cargo.toml"
        abi3 = _rust_abi3(tree, manifest, ext.abi3)
    name = "" if ext.program else ext.name
    by = "rust program" if ext.program else ext.by
    libraries = tuple(dict.fromkeys(ext.libraries))
    limited = floor_of_macros(ext.attributes.get("define_macros"), ext.attributes.get("extra_compile_args"))
    if limited and ext.at.path and "Py_LIMITED_API" in (text := read_text(tree, ext.at.path, SIZE) or ""):
        # A version that the script does not spell out is that of the interpreter it is evaluated for.
        limited = limited if limited in floors_in(text) else ""
    language = _language(ext, sources)
    return ExtensionDeclaration(ext.at, name, by, language, ext.optional, abi3, "", sources, libraries, limited)


def _language(ext: Ext, sources: tuple[str, ...]) -> Language:
    if ext.by == "rust_extensions":
        return "rust"
    languages = {LANGUAGES.get(s.rsplit(".", 1)[-1].lower()) for s in sources}
    for language in ("cython", "cuda", "swig", "fortran", "c++"):
        if language in languages:
            return language
    if ext.by == "cythonize":
        return "cython"
    if ext.language == "c++":
        return "c++"
    return "c" if "c" in languages or ext.by in {"mypycify", "cffi_modules"} else "other"


def _rust_abi3(tree: Tree, manifest: str, declared: Answer) -> Answer:
    if declared == "no":
        return "no"
    crate = read_crate(tree, manifest)
    if crate is None:
        return declared
    return stable_abi(with_path_dependencies(tree, crate), (), Place(manifest)).enabled


def _cffi(tree: Tree, path: str, default: Outcome, out: Builder) -> None:
    for script in default.cffi:
        found = cffi_module(tree, script)
        if found is None:
            out.add(ExtensionDeclaration(default.called or Place(path), "", "cffi_modules", "c"))
        elif found[1]:
            out.add(ExtensionDeclaration(found[2], found[0], "cffi_modules", "c"))
    if default.cffi_unknown:
        out.unknown(
            Unknown("dynamic-expression", default.called or Place(path), "the list of cffi modules is computed")
        )


def _fall_back(path: str, setup_py: SetupPy | None, out: Builder) -> None:
    """Use what the reader of setup.py found where the script could not be followed as far as `setup()`."""
    if setup_py is None or setup_py.setuptools is None:
        return
    value = setup_py.setuptools.ext_modules
    if value is None:
        return
    if value.value is None:
        out.unknown(value.unknown or unreadable(path))
    for extension in value.value or ():
        out.add(extension)


def _pyproject(tree: Tree, document: TomlDocument, out: Builder) -> None:
    modules = document.get("tool", "setuptools", "ext-modules")
    for index, table in enumerate(modules if isinstance(modules, list) else ()):
        if isinstance(table, Mapping):
            out.add(
                _table(table, document.at("tool", "setuptools", "ext-modules", index), "tool.setuptools.ext-modules")
            )
    for kind in ("ext-modules", "bins"):
        tables = document.get("tool", "setuptools-rust", kind)
        for index, table in enumerate(tables if isinstance(tables, list) else ()):
            if isinstance(table, Mapping):
                _rust_table(tree, table, document.at("tool", "setuptools-rust", kind, index), kind, out)
    for section in ("bdist_wheel", "bdist-wheel"):
        wheel = document.get("tool", "distutils", section)
        if isinstance(wheel, Mapping):
            options = {key: (value, document.at("tool", "distutils", section, key)) for key, value in wheel.items()}
            _wheel_options(options, out)


def _table(table: Mapping[str, Any], at: Place, by: str) -> ExtensionDeclaration:
    name = table.get("name")
    sources, libraries = (_strings(table.get(key)) for key in ("sources", "libraries"))
    optional: Answer = "yes" if table.get("optional") is True else "no"
    abi3: Answer = "yes" if table.get("py-limited-api") is True else "no"
    languages = [LANGUAGES.get(s.rsplit(".", 1)[-1].lower(), "other") for s in sources]
    language: Language = next((k for k in ("cython", "c++", "c", "fortran") if k in languages), "other")
    macros, flags = table.get("define-macros"), table.get("extra-compile-args")
    limited = floor_of_macros(macros, flags)
    name = name if isinstance(name, str) else ""
    return ExtensionDeclaration(at, name, by, language, optional, abi3, "", sources, libraries, limited)


def _rust_table(tree: Tree, table: Mapping[str, Any], at: Place, kind: str, out: Builder) -> None:
    target, path = table.get("target"), table.get("path")
    manifest = path if isinstance(path, str) else "Cargo.toml"
    program = kind == "bins" or table.get("binding") == "Exec"
    limited = table.get("py-limited-api", "auto")
    declared: Answer = "yes" if limited is True else "no" if limited is False else "unknown"
    entry = ExtensionDeclaration(
        at=at,
        name=target if isinstance(target, str) and not program else "",
        by="rust program" if program else "rust_extensions",
        language="rust",
        optional="yes" if table.get("optional") is True else "no",
        sources=(manifest,),
    )
    out.add(entry if program else replace(entry, abi3=_rust_abi3(tree, manifest, declared)))


def _setup_cfg(setup_cfg: SetupCfg, out: Builder) -> None:
    old = {key: text for key, text in setup_cfg.sections.get("wheel", {}).items() if key == "universal"}
    for section in (old, setup_cfg.sections.get("bdist_wheel", {})):
        _wheel_options({key: (text.value, text.at) for key, text in section.items()}, out)


def _wheel_options(options: Mapping[str, tuple[Any, Place]], out: Builder) -> None:
    """Add what options of bdist_wheel, each with its place, say about the tag."""
    for key, (value, at) in options.items():
        name = key.replace("_", "-")
        option = tag_option(name, value, at)
        if option is None:
            continue
        out.tag_options.append(option)
        if option.name == "py-limited-api":
            out.abi3_wheel.append(at)
        elif option.name == "plat-name" and option.value != "any":
            message = "the configuration of bdist_wheel names the platform"
            out.platform_tags.append(PlatformTag(at, message, "no"))


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
