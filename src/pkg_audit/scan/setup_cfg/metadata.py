"""Read the metadata that setup.cfg declares, in [metadata], [options] and their sub-sections."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.declared import Declared, EntryPointDeclaration, Person
from pkg_audit.facts.place import Text, Unknown, Value
from pkg_audit.scan.attr import resolve_attr
from pkg_audit.scan.entry_points_text import entry_point_lines, parse_entry_points
from pkg_audit.scan.ini import split_list
from pkg_audit.scan.setup_cfg.options import package_dirs
from pkg_audit.scan.setup_cfg.view import known, plain_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.setuptools_options import SetuptoolsOptions
    from pkg_audit.scan.setup_cfg.view import CfgView


def read_declared(view: CfgView, options: SetuptoolsOptions | None) -> Declared | None:
    """Read the metadata, None where setup.cfg has neither [metadata] nor [options]."""
    metadata, settings = view.section("metadata"), view.section("options")
    first = metadata or settings
    if first is None:
        return None
    dependencies, extras = _dependencies(view)
    readme_text, readme_files = _readme(view)
    return Declared(
        source="setup.cfg",
        at=first.at,
        name=view.string("metadata", "name"),
        version=_version(view, options),
        description=_description(view),
        requires_python=view.string("options", "python_requires"),
        dependencies=dependencies,
        optional_dependencies=extras,
        entry_points=_entry_points(view),
        license_expression=view.string("metadata", "license_expression"),
        license_text=view.string("metadata", "license"),
        license_file=view.string("metadata", "license_file"),
        license_files=view.items("metadata", "license_files"),
        readme=Value(readme_files[0].value, readme_files[0].at) if readme_files else None,
        readme_content_type=view.string("metadata", "long_description_content_type"),
        classifiers=_classifiers(view),
        keywords=view.items("metadata", "keywords"),
        urls=_urls(view),
        readme_text=readme_text,
        readme_files=readme_files,
        people=(*_people(view, "author"), *_people(view, "maintainer")),
        other=MappingProxyType(
            {
                f"{section.name}.{name}": option.name_at
                for section in (metadata, settings)
                if section
                for name, option in section.options.items()
            }
        ),
    )


def _version(view: CfgView, options: SetuptoolsOptions | None) -> Value[str] | None:
    option = view.option("metadata", "version")
    if option is None:
        return None
    text = option.text
    if text.value.startswith("attr:"):
        reference = text.value.removeprefix("attr:").strip()
        found = resolve_attr(view.tree, reference, package_dirs(options), text.at)
        return Value(found.value, text.at, found.unknown)
    if view.file_names(option) is not None:
        content = view.file_text(option)
        return Value(content.value.strip() if content.value is not None else None, text.at, content.unknown)
    return known(text)


def _description(view: CfgView) -> Value[str] | None:
    option = view.option("metadata", "description")
    if option is None:
        return None
    return known(option.text) if view.file_names(option) is None else view.file_text(option)


def _readme(view: CfgView) -> tuple[Value[str] | None, Texts]:
    option = view.option("metadata", "long_description")
    if option is None:
        return None, ()
    files = view.file_names(option)
    return (known(option.text), ()) if files is None else (None, files)


def _classifiers(view: CfgView) -> Value[Texts] | None:
    option = view.option("metadata", "classifiers")
    if option is None:
        return None
    if view.file_names(option) is None:
        return Value(split_list(option), option.at)
    text = view.file_text(option)
    if text.value is None:
        return Value(None, option.at, text.unknown)
    return Value(plain_lines(text.value, option.at), option.at)


def _urls(view: CfgView) -> Value[Mapping[str, Text]] | None:
    urls: dict[str, Text] = {}
    first = None
    for name, label in (("url", "Homepage"), ("download_url", "Download")):
        if option := view.option("metadata", name):
            urls[label] = option.text
            first = first or option.at
    pairs = view.pairs("metadata", "project_urls")
    if pairs:
        urls.update(pairs.value or {})
        first = first or pairs.at
    return Value(MappingProxyType(urls), first) if first else None


def _people(view: CfgView, role: Literal["author", "maintainer"]) -> tuple[Person, ...]:
    name, email = view.option("metadata", role), view.option("metadata", f"{role}_email")
    first = name or email
    if first is None:
        return ()
    return (Person(role, first.at, name.text if name else None, email.text if email else None),)


def _dependencies(view: CfgView) -> tuple[Value[Texts] | None, Value[Mapping[str, Texts]] | None]:
    """Return run-time requirements and extras. Conditional extras (`extra:marker`) do not exist here: the colon ends
    the option's name."""
    option = view.option("options", "install_requires")
    dependencies = view.requirements(option) if option else None
    section = view.section("options.extras_require")
    if section is None:
        return dependencies, None
    lists: dict[str, Texts] = {}
    unknown: Unknown | None = None
    for key, extra in section.options.items():
        requirements = view.requirements(extra)
        unknown = unknown or requirements.unknown
        lists[key] = requirements.value or ()
    return dependencies, Value(None if unknown else MappingProxyType(lists), section.at, unknown)


def _entry_points(view: CfgView) -> Value[tuple[EntryPointDeclaration, ...]] | None:
    """Return entry points from [options.entry_points], or from the text that `[options] entry_points` gives."""
    section = view.section("options.entry_points")
    if section is not None:
        found: list[EntryPointDeclaration] = []
        for group, lines in section.options.items():
            found += entry_point_lines(group, split_list(lines))
        return Value(tuple(found), section.at)
    option = view.option("options", "entry_points")
    if option is None:
        return None
    files = view.file_names(option)
    if files is None:
        line = option.lines[0].at.line or 1
        text = "\n".join(_on_their_lines(option.lines, line))
        return Value(parse_entry_points(text, option.at.path or "", line), option.at)
    content = view.file_text(option)
    if content.value is None:
        return Value(None, option.at, content.unknown)
    return Value(parse_entry_points(content.value, files[0].value), option.at)


def _on_their_lines(lines: list[Text], first: int) -> list[str]:
    """Put lines back at their distance and column, so that places inside the block are those of the file."""
    placed: list[str] = []
    for line in lines:
        number = (line.at.line or first) - first
        placed += [""] * (number - len(placed))
        indent = "" if line.value.startswith("[") or "=" in line.value else " "
        placed.append(indent + line.value)
    return placed
