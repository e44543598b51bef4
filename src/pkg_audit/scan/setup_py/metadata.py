"""Turn the metadata keywords of `setup()` into what setup.py declares."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.declared import Declared, EntryPointDeclaration, Person, Texts
from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.scan.extras import fold_conditional_extras
from pkg_audit.scan.setup_py import convert, text
from pkg_audit.scan.setup_py.values import Const, Entry, place_of, text_of, why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.scan.setup_py.keywords import Keywords
    from pkg_audit.scan.setup_py.state import State

FIELDS = frozenset(
    {
        "name",
        "version",
        "description",
        "python_requires",
        "install_requires",
        "extras_require",
        "entry_points",
        "license",
        "license_file",
        "license_files",
        "license_expression",
        "classifiers",
        "keywords",
        "url",
        "project_urls",
        "download_url",
        "author",
        "author_email",
        "maintainer",
        "maintainer_email",
        "long_description",
        "long_description_content_type",
    }
)


def declared(keywords: Keywords) -> Declared:
    """Return the metadata of a call. A field is None where the call certainly does not give it."""

    def field(name: str, convert_one: Callable[[State, Entry, Place], Any]) -> Any:
        return keywords.field(name, convert_one)

    dependencies, optional = _requirements(keywords)
    readme, readme_text = _readme(keywords)
    readme_files = (Text(readme.value, readme.at),) if readme is not None and readme.value is not None else ()
    return Declared(
        source="setup.py",
        at=keywords.at,
        name=field("name", lambda _, entry, at: convert.string(entry, at)),
        version=_version(keywords),
        description=field("description", lambda _, entry, at: convert.string(entry, at)),
        requires_python=field("python_requires", lambda _, entry, at: convert.string(entry, at).strip()),
        dependencies=dependencies,
        optional_dependencies=optional,
        entry_points=field("entry_points", entry_points),
        license_expression=field("license_expression", lambda _, entry, at: convert.string(entry, at)),
        license_text=field("license", lambda _, entry, at: convert.string(entry, at)),
        license_file=field("license_file", lambda _, entry, at: convert.path(entry, at)),
        license_files=field("license_files", _license_files),
        readme=readme,
        readme_content_type=field("long_description_content_type", lambda _, entry, at: convert.string(entry, at)),
        classifiers=field("classifiers", convert.texts),
        keywords=field("keywords", _words),
        urls=_urls(keywords),
        readme_text=readme_text,
        readme_files=readme_files,
        people=_people(keywords),
        other=MappingProxyType({name: at for name, at in keywords.places().items() if name not in FIELDS}),
    )


def _version(keywords: Keywords) -> Value[str] | None:
    found: Value[str] | None = keywords.field("version", lambda _, entry, at: convert.label(entry, at).strip())
    if found is not None and found.unknown is None:
        return found
    for name in ("use_scm_version", "pbr", "vcversioner", "setuptools_git_versioning", "version_config"):
        entry = keywords.entry(name)
        if entry is not None and not (isinstance(entry, Const) and not entry.value):
            at = keywords.places()[name]
            return Value(None, at, Unknown("needs-build", at, name))
    return found


def _license_files(state: State, entry: Entry, at: Place) -> tuple[Text, ...]:
    if isinstance(entry, Const) and isinstance(entry.value, str):
        return (Text(convert.path(entry, at), place_of(entry, at)),)
    return tuple(Text(convert.path(item, at), place_of(item, at)) for item in convert.items(state, entry, at))


def _readme(keywords: Keywords) -> tuple[Value[str] | None, Value[str] | None]:
    """Return the file that the long description is read from, or else the text given in place."""
    entry = keywords.entry("long_description")
    if entry is None:
        return keywords.missing() if "long_description" not in keywords.entries else None, None
    at = keywords.places()["long_description"]
    if isinstance(entry, Const) and isinstance(entry.value, str):
        spot = entry.at
        if spot.path is None or spot.path == keywords.at.path:
            return None, Value(entry.value, place_of(entry, at))
        return Value(spot.path, at), None
    return Value(None, at, why(entry, at)), None


def _people(keywords: Keywords) -> tuple[Person, ...]:
    """Return author and maintainer, as far as they are known."""
    found: list[Person] = []
    roles: tuple[Literal["author", "maintainer"], ...] = ("author", "maintainer")
    for role in roles:
        name, email = keywords.entry(role), keywords.entry(f"{role}_email")
        known = [one for one in (name, email) if text_of(one)]
        if known:
            at = place_of(known[0], keywords.at)
            found.append(Person(role, at, _text(name, at), _text(email, at)))
    return tuple(found)


def _text(entry: Entry | None, at: Place) -> Text | None:
    value = text_of(entry)
    return Text(value, place_of(entry, at)) if value else None


def _words(state: State, entry: Entry, at: Place) -> tuple[Text, ...]:
    """Return keywords: a list, or a string separated by commas, as distutils reads them."""
    if isinstance(entry, Const) and isinstance(entry.value, str):
        return tuple(
            Text(str(word.value), place_of(word, at))
            for word in (text.strip(part, None) for part in text.split(entry, ","))
            if word.value
        )
    return convert.texts(state, entry, at)


def _urls(keywords: Keywords) -> Value[Mapping[str, Text]] | None:
    given = [name for name in ("url", "download_url", "project_urls") if keywords.entry(name) is not None]
    if not given:
        return keywords.missing()

    def collect() -> Mapping[str, Text]:
        found: dict[str, Text] = {}
        for name in given:
            entry, at = keywords.entry(name), keywords.places()[name]
            if entry is None or convert.is_none(entry):
                continue
            if name != "project_urls":
                title = "Homepage" if name == "url" else "Download"
                found[title] = Text(convert.string(entry, at), place_of(entry, at))
                continue
            for key, value in convert.pairs(keywords.state, entry, at).items():
                found[str(key)] = Text(convert.string(value, at), place_of(value, at))
        return MappingProxyType(found)

    return convert.value_of(collect, keywords.places()[given[0]])


def _raw_extras(state: State, entry: Entry, at: Place) -> Mapping[str, tuple[Text, ...]]:
    found: dict[str, tuple[Text, ...]] = {}
    for key, value in convert.pairs(state, entry, at).items():
        if not isinstance(key, str):
            raise convert.UncertainError(Unknown("dynamic-expression", at))
        found[key] = convert.lines(state, value, at)
    return found


def _requirements(keywords: Keywords) -> tuple[Value[Texts] | None, Value[Mapping[str, Texts]] | None]:
    """Return dependencies and extras, with what stands under `:marker` keys counted to the dependencies."""
    own: Value[Texts] | None = keywords.field("install_requires", convert.lines)
    raw: Value[Mapping[str, Texts]] | None = keywords.field("extras_require", _raw_extras)
    if raw is None or raw.value is None:
        cell = keywords.dict_cell("extras_require")
        if raw is not None and cell is not None and any(str(key).startswith(":") for key in cell.entries):
            own = Value(None, raw.at, raw.unknown)
        return own, raw
    required, extras = fold_conditional_extras(raw.value)
    if required and (own is None or own.value is not None):
        before = own.value if own is not None and own.value is not None else ()
        own = Value((*before, *required), own.at if own is not None else raw.at)
    return own, Value(extras, raw.at)


def entry_points(state: State, entry: Entry, at: Place) -> tuple[EntryPointDeclaration, ...]:
    """Return entry points: a dict of lists or texts, or one text in INI form."""
    if isinstance(entry, Const) and isinstance(entry.value, str):
        convert.string(entry, at)
        return _from_ini(entry, at)
    found: list[EntryPointDeclaration] = []
    for group, listed in convert.pairs(state, entry, at).items():
        if not isinstance(group, str):
            raise convert.UncertainError(Unknown("dynamic-expression", at))
        if convert.is_none(listed):
            continue
        one = text_of(listed)
        items = (listed,) if one is not None else convert.items(state, listed, at)
        for item in items:
            if not isinstance(item, Const):
                raise convert.UncertainError(why(item, at))
            convert.string(item, at)
            found.extend(_line(group, line, at) for line in text.requirement_lines(item))
    return tuple(found)


def _from_ini(whole: Const, at: Place) -> tuple[EntryPointDeclaration, ...]:
    found: list[EntryPointDeclaration] = []
    group = ""
    for raw in text.split_lines(whole):
        line = text.strip(raw, None)
        assert isinstance(line.value, str)
        if not line.value or line.value.startswith(("#", ";")):
            continue
        if line.value.startswith("[") and line.value.endswith("]"):
            group = line.value[1:-1].strip()
        elif group:
            found.append(_line(group, line, at))
    return tuple(found)


def _line(group: str, line: Const, at: Place) -> EntryPointDeclaration:
    assert isinstance(line.value, str)
    cut = line.value.find("=")
    if cut < 0:
        spot = place_of(line, at)
        return EntryPointDeclaration(group, line.value, "", spot, spot)
    name = text.strip(text.part(line, 0, cut), None)
    value = text.strip(text.part(line, cut + 1, len(line.value)), None)
    return EntryPointDeclaration(group, str(name.value), str(value.value), place_of(value, at), place_of(name, at))
