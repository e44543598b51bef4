"""Read the legacy `[tool.flit.metadata]` table (flit_core 2 and 3; removed from flit_core 4)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.declared import Declared, EntryPointDeclaration, Person
from pkg_audit.facts.place import Text, Unknown, Value
from pkg_audit.scan.pyproject.project_table import entry_point_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.declared import Texts
    from pkg_audit.scan.pyproject.reader import TomlReader

ROOT = ("tool", "flit", "metadata")


def read_flit(reader: TomlReader) -> Declared | None:
    """Read `[tool.flit.metadata]`, None where there is none.

    Version and description come from the module itself (`__version__` and its docstring): unknown here.
    """
    if reader.table("tool", "flit") is None:
        return None
    table = reader.table(*ROOT)
    if table is None:
        return None
    module = reader.string(*ROOT, "module")
    readme = reader.string(*ROOT, "description-file")
    from_module = Unknown("generated", module.at if module else reader.at(*ROOT), "taken from the module")
    extras = reader.text_lists(*ROOT, "requires-extra")
    return Declared(
        source="flit",
        at=reader.at(*ROOT),
        name=reader.string(*ROOT, "dist-name") or module,
        version=Value(None, from_module.at, from_module),
        description=Value(None, from_module.at, from_module),
        requires_python=reader.string(*ROOT, "requires-python"),
        dependencies=reader.texts(*ROOT, "requires"),
        optional_dependencies=extras,
        entry_points=_entry_points(reader),
        license_text=reader.string(*ROOT, "license"),
        readme=readme,
        readme_files=(Text(readme.value, readme.at),) if readme and readme.value is not None else (),
        classifiers=reader.texts(*ROOT, "classifiers"),
        keywords=_keywords(reader),
        urls=_urls(reader),
        people=(*_people(reader, "author"), *_people(reader, "maintainer")),
        other=MappingProxyType({key: reader.document.key_at(*ROOT, key) for key in table}),
    )


def _keywords(reader: TomlReader) -> Value[Texts] | None:
    text = reader.text(*ROOT, "keywords")
    if text is None:
        return None
    words = tuple(Text(word.strip(), text.at) for word in text.value.split(",") if word.strip())
    return Value(words, text.at)


def _urls(reader: TomlReader) -> Value[Mapping[str, Text]] | None:
    urls: dict[str, Text] = {}
    if home := reader.text(*ROOT, "home-page"):
        urls["Homepage"] = home
    table = reader.text_table(*ROOT, "urls")
    if table:
        urls.update(table.value or {})
    if not urls and table is None:
        return None
    return Value(MappingProxyType(urls), home.at if home else reader.at(*ROOT, "urls"))


def _people(reader: TomlReader, role: Literal["author", "maintainer"]) -> tuple[Person, ...]:
    name = reader.text(*ROOT, role)
    email = reader.text(*ROOT, f"{role}-email")
    at = name.at if name else email.at if email else None
    return (Person(role, at, name, email),) if at else ()


def _entry_points(reader: TomlReader) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    found: list[EntryPointDeclaration] = []
    first = None
    if reader.table("tool", "flit", "scripts") is not None:
        first = reader.at("tool", "flit", "scripts")
        found += entry_point_table(reader, "console_scripts", "tool", "flit", "scripts")
    groups = reader.table("tool", "flit", "entrypoints")
    if groups is not None:
        first = first or reader.at("tool", "flit", "entrypoints")
        for group in groups:
            found += entry_point_table(reader, group, "tool", "flit", "entrypoints", group)
    return Value(tuple(found), first) if first else None
