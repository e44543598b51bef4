"""Read [options] of setup.cfg: what setuptools is told to ship."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Value
from pkg_audit.facts.setuptools_options import FindPackages, SetuptoolsOptions
from pkg_audit.scan.ini import split_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.place import Text
    from pkg_audit.scan.setup_cfg.view import CfgView

_TRUE = {"1", "true", "yes"}


def read_options(view: CfgView) -> SetuptoolsOptions | None:
    """Read [options] and its sub-sections, None where none of them stands."""
    names = [name for name in view.ini.sections if name == "options" or name.startswith("options.")]
    if not names and view.section("bdist_wheel") is None:
        return None
    first = view.ini.sections[names[0] if names else "bdist_wheel"]
    options = view.section("options")
    return SetuptoolsOptions(
        at=first.at,
        packages=_packages(view),
        py_modules=view.strings("options", "py_modules"),
        package_dir=_plain(view.pairs("options", "package_dir")),
        package_data=_lists(view, "options.package_data"),
        exclude_package_data=_lists(view, "options.exclude_package_data"),
        include_package_data=_boolean(view, "include_package_data"),
        namespace_packages=view.strings("options", "namespace_packages"),
        data_files=_data_files(view),
        scripts=view.strings("options", "scripts"),
        cmdclass=_keys(view.pairs("options", "cmdclass")),
        setup_requires=view.strings("options", "setup_requires", ";"),
        py_limited_api=_py_limited_api(view),
        setup_keywords=MappingProxyType(
            {name: option.name_at for name, option in options.options.items()} if options else {}
        ),
    )


def package_dirs(options: SetuptoolsOptions | None) -> Mapping[str, str]:
    """Return the directories of packages as `attr:` sees them: `package_dir`, and a search's single `where`."""
    if options is None:
        return {}
    found = dict((options.package_dir.value if options.package_dir else None) or {})
    for item in (options.packages.value if options.packages else None) or ():
        if isinstance(item, FindPackages) and len(item.where) == 1 and item.where[0] not in {".", ""}:
            found.setdefault("", item.where[0])
    return found


def _plain(pairs: Value[Mapping[str, Text]] | None) -> Value[Mapping[str, str]] | None:
    if pairs is None:
        return None
    return Value(MappingProxyType({key: text.value for key, text in (pairs.value or {}).items()}), pairs.at)


def _keys(pairs: Value[Mapping[str, Text]] | None) -> Value[tuple[str, ...]] | None:
    return None if pairs is None else Value(tuple(pairs.value or ()), pairs.at)


def _lists(view: CfgView, name: str) -> Value[Mapping[str, tuple[str, ...]]] | None:
    section = view.section(name)
    if section is None:
        return None
    lists = {key: tuple(item.value for item in split_list(option)) for key, option in section.options.items()}
    return Value(MappingProxyType(lists), section.at)


def _boolean(view: CfgView, name: str) -> Value[bool] | None:
    option = view.option("options", name)
    return Value(option.text.value.lower() in _TRUE, option.at) if option else None


def _data_files(view: CfgView) -> Value[tuple[tuple[str, tuple[str, ...]], ...]] | None:
    lists = _lists(view, "options.data_files")
    return None if lists is None else Value(tuple((lists.value or {}).items()), lists.at)


def _packages(view: CfgView) -> Value[tuple[str | FindPackages, ...]] | None:
    option = view.option("options", "packages")
    if option is None:
        return None
    directive = option.text.value
    if directive not in {"find:", "find_namespace:"}:
        names = view.strings("options", "packages")
        return Value((names.value if names else None) or (), option.at)
    found = _lists(view, "options.packages.find")
    patterns = dict((found.value if found else None) or {})
    default = FindPackages()
    search = FindPackages(
        where=patterns.get("where", ())[:1] or default.where,
        include=patterns.get("include") or default.include,
        exclude=patterns.get("exclude") or default.exclude,
        namespaces=directive == "find_namespace:",
    )
    return Value((search,), option.at)


def _py_limited_api(view: CfgView) -> Value[str] | None:
    section = view.section("bdist_wheel")
    for name in ("py_limited_api", "py-limited-api"):
        option = section.options.get(name) if section else None
        if option and option.lines:
            return Value(option.text.value, option.at)
    return None
