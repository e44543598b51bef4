"""Merge what setup.py, setup.cfg and pyproject.toml tell setuptools, in its order of precedence."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.place import Place, Unknown, Value
from pkg_audit.facts.setuptools_options import SetuptoolsOptions

if TYPE_CHECKING:
    from pkg_audit.facts.scanned import Scanned, SetupPy

Origin = Literal["setup.py", "setup.cfg", "pyproject.toml"]

_KEPT_APART = frozenset({"at", "package_dir", "setup_keywords"})
OPTION_NAMES = tuple(f.name for f in fields(SetuptoolsOptions) if f.name not in _KEPT_APART)


@dataclass(frozen=True, slots=True)
class Options:
    """The option values that win. `origins` names the file of each value that is set.

    `configured_in_pyproject`: pyproject.toml has a `[project]` or `[tool.setuptools]` table, which switches defaults:
    automatic discovery ignores extension modules, and `include_package_data` is true unless somebody says otherwise.
    `package_dirs` holds each file's own `package_dir`, as it joins with what `find` adds.
    """

    merged: SetuptoolsOptions
    origins: dict[str, Origin]
    package_dirs: dict[Origin, Value[Any] | None]
    configured_in_pyproject: bool
    keywords: frozenset[str]


def merge(scanned: Scanned) -> Options:
    """Return the merged options. A file that exists and cannot be read makes its options unknown, not absent."""
    sources: dict[Origin, SetuptoolsOptions | None] = {
        "setup.py": setup_py_options(scanned.setup_py),
        "setup.cfg": scanned.setup_cfg.setuptools if scanned.setup_cfg else None,
        "pyproject.toml": scanned.pyproject.setuptools if scanned.pyproject else None,
    }
    if scanned.setup_cfg is not None and scanned.setup_cfg.error is not None:
        error = scanned.setup_cfg.error
        sources["setup.cfg"] = all_unknown(error.at, Unknown("not-parseable", error.at, error.message))
    pyproject = scanned.pyproject
    configured = pyproject is not None and (pyproject.project is not None or pyproject.setuptools is not None)
    at = next((options.at for options in reversed(sources.values()) if options is not None), Place())
    winners: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for name in OPTION_NAMES:
        for origin, options in sources.items():
            value: Value[Any] | None = getattr(options, name, None)
            if value is None:
                continue
            if origin in {"setup.cfg", "pyproject.toml"} and name in {"package_data", "exclude_package_data"}:
                value = _canonical_package_data(value)
            if name not in winners or origin == "pyproject.toml" or not _inhabited(winners[name]):
                winners[name], origins[name] = value, origin
    setup_py = sources["setup.py"]
    return Options(
        merged=replace(SetuptoolsOptions(at), **winners),
        origins=origins,
        package_dirs={origin: options.package_dir if options else None for origin, options in sources.items()},
        configured_in_pyproject=configured,
        keywords=frozenset(setup_py.setup_keywords) if setup_py else frozenset(),
    )


def setup_py_options(setup_py: SetupPy | None) -> SetuptoolsOptions | None:
    """Return what setup.py passes to `setup()`; everything unknown where the call cannot be read."""
    if setup_py is None:
        return None
    if setup_py.error is not None:
        error = setup_py.error
        return all_unknown(error.at, Unknown("not-parseable", error.at, error.message))
    if setup_py.setuptools is None:
        return all_unknown(setup_py.at, Unknown("dynamic-expression", setup_py.at, "no call of setup() was found"))
    return setup_py.setuptools


def all_unknown(at: Place, unknown: Unknown) -> SetuptoolsOptions:
    """Return options of which none is known."""
    values: dict[str, Any] = dict.fromkeys((*OPTION_NAMES, "package_dir"), Value(None, at, unknown))
    return replace(SetuptoolsOptions(at), **values)


def _inhabited(value: Value[Any]) -> bool:
    """Tell whether setup.cfg must leave a value alone: setuptools fills in what is empty, even if it was given."""
    return value.unknown is not None or bool(value.value)


def _canonical_package_data(value: Value[Any]) -> Value[Any]:
    if value.value is None or "*" not in value.value:
        return value
    data = dict(value.value)
    data[""] = data.pop("*")
    return replace(value, value=MappingProxyType(data))
