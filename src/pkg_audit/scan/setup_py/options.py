"""Turn the packaging keywords of `setup()` into setuptools' options."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.facts.setuptools_options import FindPackages, SetuptoolsOptions
from pkg_audit.scan.setup_py import convert
from pkg_audit.scan.setup_py.declared_extensions import Extensions
from pkg_audit.scan.setup_py.paths import ROOT
from pkg_audit.scan.setup_py.values import Choice, Const, Entry, Found, ListCell, Maybe, Ref, Tuple, why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkg_audit.scan.setup_py.keywords import Keywords
    from pkg_audit.scan.setup_py.state import State


def options(keywords: Keywords, modules: Value[Extensions] | None) -> SetuptoolsOptions:
    """Return the packaging options of a call, with its extensions.

    An option is None where the call certainly does not give it.
    """

    def field(name: str, convert_one: Callable[[State, Entry, Place], Any]) -> Any:
        return keywords.field(name, convert_one)

    return SetuptoolsOptions(
        at=keywords.at,
        packages=field("packages", _packages),
        package_choices=field("packages", _package_choices),
        py_modules=field("py_modules", convert.strings),
        package_dir=field("package_dir", _package_dir),
        package_data=field("package_data", _data),
        exclude_package_data=field("exclude_package_data", _data),
        include_package_data=field("include_package_data", lambda _, entry, at: convert.boolean(entry, at)),
        namespace_packages=field("namespace_packages", convert.strings),
        data_files=field("data_files", _data_files),
        scripts=field("scripts", convert.paths),
        ext_modules=modules,
        cmdclass=field("cmdclass", _names),
        setup_requires=field(
            "setup_requires", lambda state, entry, at: tuple(one.value for one in convert.lines(state, entry, at))
        ),
        py_limited_api=_limited_api(keywords),
        setup_keywords=MappingProxyType(dict(keywords.places())),
    )


def _packages(state: State, entry: Entry, at: Place) -> tuple[str | FindPackages, ...]:
    if isinstance(entry, Const) and isinstance(entry.value, str):
        return (convert.string(entry, at),)
    return tuple(
        item.search if isinstance(item, Found) else convert.string(item, at) for item in convert.items(state, entry, at)
    )


def _package_choices(state: State, entry: Entry, at: Place) -> tuple[tuple[str | FindPackages, ...], ...]:
    """Return every value that `packages` may have, as far as conditions decide; what may be in a list is in and out."""
    found: dict[tuple[str | FindPackages, ...], None] = {}
    for option in [value for value, _ in entry.options] if isinstance(entry, Choice) else [entry]:
        cell = state.cells.get(option.cell) if isinstance(option, Ref) else None
        if isinstance(cell, ListCell) and any(isinstance(item, Maybe) for item in cell.items):
            certain = tuple(item for item in cell.items if not isinstance(item, Maybe))
            every = tuple(item.value if isinstance(item, Maybe) else item for item in cell.items)
            found |= dict.fromkeys(_packages(state, Tuple(items, at), at) for items in (certain, every))
        else:
            found[_packages(state, option, at)] = None
    return tuple(found)


def _package_dir(state: State, entry: Entry, at: Place) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for key, value in convert.pairs(state, entry, at).items():
        found[_key(key, at)] = convert.path(value, at)
    return MappingProxyType(found)


def _key(key: object, at: Place) -> str:
    if not isinstance(key, str) or ROOT in key:
        raise convert.UncertainError(Unknown("dynamic-expression", at))
    return key


def _data(state: State, entry: Entry, at: Place) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in convert.pairs(state, entry, at).items():
        found[_key(key, at)] = convert.paths(state, value, at)
    return MappingProxyType(found)


def _data_files(state: State, entry: Entry, at: Place) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for item in convert.items(state, entry, at):
        if isinstance(item, Const):
            found.append(("", (convert.path(item, at),)))
            continue
        pair = convert.items(state, item, at)
        if len(pair) != 2:
            raise convert.UncertainError(Unknown("dynamic-expression", at))
        found.append((convert.path(pair[0], at), convert.paths(state, pair[1], at)))
    return tuple(found)


def _names(state: State, entry: Entry, at: Place) -> tuple[str, ...]:
    from pkg_audit.scan.setup_py.values import DictCell

    cell = state.cells.get(entry.cell) if hasattr(entry, "cell") else None
    if not isinstance(cell, DictCell):
        raise convert.UncertainError(why(entry, at))
    if cell.rest is not None:
        raise convert.UncertainError(cell.rest)
    for value in cell.entries.values():
        # Which class it is matters to nobody; whether the command is replaced does.
        if isinstance(value, Maybe):
            raise convert.UncertainError(why(value, at))
    return tuple(_key(key, at) for key in cell.entries)


def _limited_api(keywords: Keywords) -> Value[str] | None:
    """Return `options["bdist_wheel"]["py_limited_api"]`."""
    entry = keywords.entry("options")
    if entry is None:
        return keywords.missing() if "options" not in keywords.entries else None
    at = keywords.places()["options"]
    try:
        commands = convert.pairs(keywords.state, entry, at)
        wheel = commands.get("bdist_wheel")
        value = None if wheel is None else convert.pairs(keywords.state, wheel, at).get("py_limited_api")
        if value is None or (isinstance(value, Const) and not value.value):
            return None
        return Value(convert.string(value, at), at)
    except convert.UncertainError as error:
        return Value(None, at, error.unknown)
