"""Read `[tool.setuptools]`: what setuptools is told to ship (setuptools 84, 2026)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.facts.native import ExtensionDeclaration
from pkg_audit.facts.place import Text, Unknown, Value
from pkg_audit.facts.setuptools_options import FindPackages, SetuptoolsOptions

if TYPE_CHECKING:
    from typing import Any

    from pkg_audit.facts.native import Language
    from pkg_audit.scan.pyproject.reader import TomlReader

ROOT = ("tool", "setuptools")

Packages = Value[tuple[str | FindPackages, ...]]

_LANGUAGES: dict[str, Language] = {
    ".c": "c",
    ".cc": "c++",
    ".cpp": "c++",
    ".cxx": "c++",
    ".pyx": "cython",
    ".i": "swig",
    ".cu": "cuda",
    ".f90": "fortran",
    ".f": "fortran",
}


def read_setuptools(reader: TomlReader) -> SetuptoolsOptions | None:
    """Read `[tool.setuptools]`, None where there is none. `[tool.setuptools.dynamic]` stays in the document."""
    table = reader.table(*ROOT)
    if table is None:
        return None
    return SetuptoolsOptions(
        at=reader.at(*ROOT),
        packages=_packages(reader),
        py_modules=reader.strings(*ROOT, "py-modules"),
        package_dir=_plain(reader.text_table(*ROOT, "package-dir")),
        package_data=reader.string_lists(*ROOT, "package-data"),
        exclude_package_data=reader.string_lists(*ROOT, "exclude-package-data"),
        include_package_data=reader.boolean(*ROOT, "include-package-data"),
        namespace_packages=reader.strings(*ROOT, "namespace-packages"),
        data_files=_data_files(reader),
        scripts=reader.strings(*ROOT, "script-files"),
        ext_modules=_ext_modules(reader),
        cmdclass=_cmdclass(reader),
        py_limited_api=_py_limited_api(reader),
        setup_keywords=MappingProxyType({key: reader.document.key_at(*ROOT, key) for key in table}),
    )


def _plain(table: Value[Mapping[str, Text]] | None) -> Value[Mapping[str, str]] | None:
    if table is None:
        return None
    return Value(MappingProxyType({key: text.value for key, text in (table.value or {}).items()}), table.at)


def _packages(reader: TomlReader) -> Packages | None:
    """Read `packages`: an array of names, or a table with `find`, whose namespaces default to true."""
    raw = reader.raw(*ROOT, "packages")
    if raw is None:
        return None
    if isinstance(raw, list):
        names = reader.strings(*ROOT, "packages")
        return Value(names.value if names else (), reader.at(*ROOT, "packages"))
    find = reader.table(*ROOT, "packages", "find") if isinstance(raw, Mapping) else None
    if find is None:
        reader.misfit((*ROOT, "packages"), "an array of names or a table with find")
        return None
    defaults = FindPackages(namespaces=True)
    namespaces = reader.boolean(*ROOT, "packages", "find", "namespaces")

    def patterns(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        found = reader.strings(*ROOT, "packages", "find", key)
        return default if found is None or found.value is None else found.value

    search = FindPackages(
        where=patterns("where", defaults.where),
        include=patterns("include", defaults.include),
        exclude=patterns("exclude", defaults.exclude),
        namespaces=defaults.namespaces if namespaces is None else bool(namespaces.value),
    )
    return Value((search,), reader.at(*ROOT, "packages", "find"))


def _data_files(reader: TomlReader) -> Value[tuple[tuple[str, tuple[str, ...]], ...]] | None:
    lists = reader.string_lists(*ROOT, "data-files")
    return None if lists is None else Value(tuple((lists.value or {}).items()), lists.at)


def _cmdclass(reader: TomlReader) -> Value[tuple[str, ...]] | None:
    table = reader.text_table(*ROOT, "cmdclass")
    return None if table is None else Value(tuple(table.value or ()), table.at)


def _ext_modules(reader: TomlReader) -> Value[tuple[ExtensionDeclaration, ...]] | None:
    items = reader.array(*ROOT, "ext-modules")
    if items is None:
        return None
    found = []
    for index in range(len(items)):
        path = (*ROOT, "ext-modules", index)
        if reader.table(*path) is None:
            continue
        name = reader.text(*path, "name")
        sources = reader.strings(*path, "sources")
        optional = reader.boolean(*path, "optional")
        libraries = reader.strings(*path, "libraries")
        limited = reader.boolean(*path, "py-limited-api")
        files = (sources.value if sources else None) or ()
        found.append(
            ExtensionDeclaration(
                at=name.at if name else reader.at(*path),
                name=name.value if name else "",
                by="tool.setuptools.ext-modules",
                language=_language(files),
                optional="yes" if optional and optional.value else "no",
                abi3="yes" if limited and limited.value else "no",
                sources=files,
                libraries=(libraries.value if libraries else None) or (),
            )
        )
    return Value(tuple(found), reader.at(*ROOT, "ext-modules"))


def _language(sources: tuple[str, ...]) -> Language:
    """Name the language of an extension: that of the first source which is more than plain C."""
    found: list[Language] = [
        language for source in sources for suffix, language in _LANGUAGES.items() if source.lower().endswith(suffix)
    ]
    return next((language for language in found if language != "c"), found[0] if found else "other")


def _py_limited_api(reader: TomlReader) -> Value[str] | None:
    """Read `[tool.distutils.bdist_wheel] py-limited-api`, which names the lowest CPython of an abi3 wheel."""
    for section in ("bdist_wheel", "bdist-wheel"):
        for key in ("py-limited-api", "py_limited_api"):
            path = ("tool", "distutils", section, key)
            raw: Any = reader.raw(*path)
            if isinstance(raw, str):
                return Value(raw, reader.at(*path))
            if raw is not None and raw is not False:
                return Value(None, reader.at(*path), Unknown("dynamic-expression", reader.at(*path)))
    return None
