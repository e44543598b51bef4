"""Read the `[project]` table.

Follows the pyproject.toml specification (packaging.python.org, 2026), with PEP 639 licences, PEP 794 import names and
PEP 808 (a list or table field may be given and listed in `dynamic`: both are kept, the backend may append).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.declared import Declared, EntryPointDeclaration, Person
from pkg_audit.facts.place import Text, Value

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Texts
    from pkg_audit.scan.pyproject.reader import Key, TomlReader

PROJECT_KEYS = (
    "authors",
    "classifiers",
    "dependencies",
    "description",
    "dynamic",
    "entry-points",
    "gui-scripts",
    "import-names",
    "import-namespaces",
    "keywords",
    "license",
    "license-files",
    "maintainers",
    "name",
    "optional-dependencies",
    "readme",
    "requires-python",
    "scripts",
    "urls",
    "version",
)
"""Every key that the specification allows in `[project]`."""


def read_project(reader: TomlReader) -> Declared | None:
    """Read the `[project]` table, None where there is none."""
    table = reader.table("project")
    if table is None:
        return None
    readme, readme_text, content_type = _readme(reader)
    license_expression, license_text, license_file = _license(reader)
    dynamic = reader.texts("project", "dynamic")
    document = reader.document
    return Declared(
        source="project",
        at=document.at("project"),
        name=reader.string("project", "name"),
        version=reader.string("project", "version"),
        description=reader.string("project", "description"),
        requires_python=reader.string("project", "requires-python"),
        dependencies=reader.texts("project", "dependencies"),
        optional_dependencies=reader.text_lists("project", "optional-dependencies"),
        entry_points=_entry_points(reader),
        license_expression=license_expression,
        license_text=license_text,
        license_file=license_file,
        license_files=reader.texts("project", "license-files"),
        readme=readme,
        readme_content_type=content_type,
        classifiers=reader.texts("project", "classifiers"),
        keywords=reader.texts("project", "keywords"),
        urls=reader.text_table("project", "urls"),
        import_names=reader.texts("project", "import-names"),
        import_namespaces=reader.texts("project", "import-namespaces"),
        dynamic=dynamic.value or () if dynamic else (),
        readme_text=readme_text,
        readme_files=_as_texts(readme),
        people=(*_people(reader, "authors", "author"), *_people(reader, "maintainers", "maintainer")),
        other=MappingProxyType({key: document.key_at("project", key) for key in table if key not in PROJECT_KEYS}),
    )


def _as_texts(value: Value[str] | None) -> Texts:
    return (Text(value.value, value.at),) if value and value.value is not None else ()


def _readme(reader: TomlReader) -> tuple[Value[str] | None, Value[str] | None, Value[str] | None]:
    """Return file, text and content type of `readme`, a path or a table of `file` or `text` with `content-type`."""
    raw = reader.raw("project", "readme")
    if raw is None:
        return None, None, None
    if isinstance(raw, str):
        return reader.string("project", "readme"), None, None
    if not isinstance(raw, Mapping):
        reader.misfit(("project", "readme"), "a string or a table")
        return None, None, None
    return (
        reader.string("project", "readme", "file"),
        reader.string("project", "readme", "text"),
        reader.string("project", "readme", "content-type"),
    )


def _license(reader: TomlReader) -> tuple[Value[str] | None, Value[str] | None, Value[str] | None]:
    """Return expression, text and file of `license`: an SPDX expression, or a (deprecated) table of text or file."""
    raw = reader.raw("project", "license")
    if raw is None:
        return None, None, None
    if isinstance(raw, str):
        return reader.string("project", "license"), None, None
    if not isinstance(raw, Mapping):
        reader.misfit(("project", "license"), "a string or a table")
        return None, None, None
    return None, reader.string("project", "license", "text"), reader.string("project", "license", "file")


def _people(reader: TomlReader, key: str, role: Literal["author", "maintainer"]) -> tuple[Person, ...]:
    people = []
    for index in range(len(reader.array("project", key) or ())):
        if reader.table("project", key, index) is None:
            continue
        name = reader.text("project", key, index, "name")
        email = reader.text("project", key, index, "email")
        people.append(Person(role, reader.at("project", key, index), name, email))
    return tuple(people)


def _entry_points(reader: TomlReader) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    """Return scripts, gui-scripts and entry-points as one list, None where none of the three tables stands."""
    found: list[EntryPointDeclaration] = []
    first = None
    for key, group in (("scripts", "console_scripts"), ("gui-scripts", "gui_scripts")):
        if reader.table("project", key) is not None:
            first = first or reader.at("project", key)
            found += entry_point_table(reader, group, "project", key)
    groups = reader.table("project", "entry-points")
    if groups is not None:
        first = first or reader.at("project", "entry-points")
        for group in groups:
            found += entry_point_table(reader, group, "project", "entry-points", group)
    return Value(tuple(found), first) if first else None


def entry_point_table(reader: TomlReader, group: str, *path: Key) -> list[EntryPointDeclaration]:
    """Read one table of entry points, name to reference."""
    table: Mapping[str, object] = reader.table(*path) or {}
    found = []
    for name in table:
        text = reader.text(*path, name)
        if text is not None:
            found.append(EntryPointDeclaration(group, name, text.value, text.at, reader.document.key_at(*path, name)))
    return found
