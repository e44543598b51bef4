"""Read the metadata of `[tool.poetry]` as poetry-core 2.5 (2026) would write it into core metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.declared import Declared, DependencyGroup, EntryPointDeclaration, Person
from pkg_audit.facts.place import Text, Value
from pkg_audit.scan.pyproject.groups import normalize_group
from pkg_audit.scan.pyproject.poetry_constraints import requires_python
from pkg_audit.scan.pyproject.poetry_dependency import Dependency, read_dependencies

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Texts
    from pkg_audit.scan.pyproject.reader import Key, TomlReader

ROOT = ("tool", "poetry")

_PERSON = re.compile(r"([^<>]*)<([^<>]*)>\s*")
_URLS = (("homepage", "Homepage"), ("repository", "Repository"), ("documentation", "Documentation"))


def read_poetry(reader: TomlReader) -> Declared | None:
    """Read `[tool.poetry]` as declared metadata, None where there is no such table."""
    table = reader.table(*ROOT)
    if table is None:
        return None
    readmes = _readmes(reader)
    dependencies, extras = _dependencies(reader)
    return Declared(
        source="poetry",
        at=reader.at(*ROOT),
        name=reader.string(*ROOT, "name"),
        version=reader.string(*ROOT, "version"),
        description=reader.string(*ROOT, "description"),
        requires_python=_python(reader),
        dependencies=dependencies,
        optional_dependencies=extras,
        entry_points=_entry_points(reader),
        license_text=reader.string(*ROOT, "license"),
        readme=Value(readmes[0].value, readmes[0].at) if readmes else None,
        readme_files=readmes,
        classifiers=reader.texts(*ROOT, "classifiers"),
        keywords=reader.texts(*ROOT, "keywords"),
        urls=_urls(reader),
        people=(*_people(reader, "authors", "author"), *_people(reader, "maintainers", "maintainer")),
        other=MappingProxyType({key: reader.document.key_at(*ROOT, key) for key in table}),
    )


def read_poetry_groups(reader: TomlReader) -> tuple[DependencyGroup, ...]:
    """Read Poetry's own dependency groups, translated to PEP 508."""
    if not isinstance(reader.raw(*ROOT), Mapping):
        return ()
    groups: list[tuple[str, tuple[Key, ...]]] = [
        (name, (*ROOT, "group", name, "dependencies"))
        for name in reader.table(*ROOT, "group") or {}
        if reader.table(*ROOT, "group", name) is not None
    ]
    if reader.raw(*ROOT, "dev-dependencies") is not None:
        groups.append(("dev", (*ROOT, "dev-dependencies")))
    return tuple(
        DependencyGroup(
            name,
            reader.at(*path),
            tuple(item.requirement for item in read_dependencies(reader, *path)),
            source="poetry",
        )
        for name, path in groups
    )


def _python(reader: TomlReader) -> Value[str] | None:
    """Translate the `python` dependency to Requires-Python; None where none is given or any will do."""
    for key in reader.table(*ROOT, "dependencies") or {}:
        if key.lower() == "python":
            raw = reader.raw(*ROOT, "dependencies", key)
            if not isinstance(raw, str):
                return None
            at = reader.at(*ROOT, "dependencies", key)
            translated = requires_python(raw)
            if translated is None:
                return Value(raw, at)
            return Value(translated, at) if translated else None
    return None


def _dependencies(reader: TomlReader) -> tuple[Value[Texts] | None, Value[Mapping[str, Texts]] | None]:
    """Return run-time requirements and those of the extras. A dependency that any extra names belongs to extras only;
    an optional one that none names is not written at all."""
    items = read_dependencies(reader, *ROOT, "dependencies")
    extras: dict[str, list[Text]] = {}
    named: set[str] = set()
    for extra in reader.table(*ROOT, "extras") or {}:
        texts = reader.texts(*ROOT, "extras", extra)
        wanted = {normalize_group(text.value) for text in (texts.value if texts else None) or ()}
        named |= wanted
        members = [item.requirement for item in items if normalize_group(item.name) in wanted]
        extras.setdefault(extra, []).extend(members)
    required: list[Dependency] = [
        item for item in items if not item.optional and normalize_group(item.name) not in named
    ]
    dependencies: Value[Texts] | None = None
    if reader.raw(*ROOT, "dependencies") is not None:
        dependencies = Value(tuple(item.requirement for item in required), reader.at(*ROOT, "dependencies"))
    if reader.raw(*ROOT, "extras") is None:
        return dependencies, None
    optional = MappingProxyType({extra: tuple(members) for extra, members in extras.items()})
    return dependencies, Value(optional, reader.at(*ROOT, "extras"))


def _readmes(reader: TomlReader) -> Texts:
    if isinstance(reader.raw(*ROOT, "readme"), list):
        texts = reader.texts(*ROOT, "readme")
        return texts.value or () if texts else ()
    text = reader.text(*ROOT, "readme")
    return (text,) if text else ()


def _urls(reader: TomlReader) -> Value[Mapping[str, Text]] | None:
    urls: dict[str, Text] = {}
    first = None
    for key, label in _URLS:
        if text := reader.text(*ROOT, key):
            urls[label] = text
            first = first or text.at
    table = reader.text_table(*ROOT, "urls")
    if table:
        urls.update(table.value or {})
        first = first or table.at
    return Value(MappingProxyType(urls), first) if first else None


def _people(reader: TomlReader, key: str, role: Literal["author", "maintainer"]) -> tuple[Person, ...]:
    texts = reader.texts(*ROOT, key)
    people = []
    for text in (texts.value if texts else None) or ():
        match = _PERSON.fullmatch(text.value) if len(text.value) < 1_000 else None
        name = Text((match[1] if match else text.value).strip(), text.at)
        email = Text(match[2].strip(), text.at) if match else None
        people.append(Person(role, text.at, name, email))
    return tuple(people)


def _entry_points(reader: TomlReader) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    """Return console scripts and plugins; scripts of type `file` are files, not entry points."""
    found: list[EntryPointDeclaration] = []
    first = None
    for name, specification in (reader.table(*ROOT, "scripts") or {}).items():
        first = first or reader.at(*ROOT, "scripts")
        path: tuple[Key, ...] = (*ROOT, "scripts", name)
        if isinstance(specification, Mapping):
            if specification.get("type", "console") != "console":
                continue
            path = (*path, "reference" if "reference" in specification else "callable")
        _add(reader, found, "console_scripts", name, path)
    for group in reader.table(*ROOT, "plugins") or {}:
        first = first or reader.at(*ROOT, "plugins")
        for name in reader.table(*ROOT, "plugins", group) or {}:
            _add(reader, found, group, name, (*ROOT, "plugins", group, name))
    return Value(tuple(found), first) if first else None


def _add(reader: TomlReader, found: list[EntryPointDeclaration], group: str, name: str, path: tuple[Key, ...]) -> None:
    if text := reader.text(*path):
        name_at = reader.document.key_at(*(path if path[-1] == name else path[:-1]))
        found.append(EntryPointDeclaration(group, name, text.value, text.at, name_at))
