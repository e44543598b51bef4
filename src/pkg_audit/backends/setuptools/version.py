"""Decide the version: declared, from a file or module, with its build tag, or made by a plugin at build time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.setuptools.computed import attribute_text
from pkg_audit.facts.place import Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.backends.port import Project
    from pkg_audit.backends.setuptools.options import Options
    from pkg_audit.facts.declared import Declared
    from pkg_audit.facts.scanned import Scanned

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HARMLESS = frozenset(
    {"setuptools", "wheel", "cython", "numpy", "cffi", "pybind11", "pytest-runner", "packaging", "pip"}
)
_VERSION_KEYWORDS = frozenset({"use_scm_version", "pbr", "setuptools_git_versioning", "version_config", "vcversioner"})
FILE_FINDERS = frozenset({"setuptools-scm", "setuptools-git", "setuptools-svn", "setuptools-hg", "pbr"})
"""Distributions whose plugins put every file under version control into the sdist."""


def build_requirements(scanned: Scanned, options: Options) -> frozenset[str]:
    """Return the normalised names of what the build environment is asked to hold."""
    lines: list[str] = []
    if scanned.pyproject is not None and scanned.pyproject.build_system is not None:
        lines += [text.value for text in scanned.pyproject.build_system.requires or ()]
    setup_requires = options.merged.setup_requires
    if setup_requires is not None:
        lines += setup_requires.value or ()
    return frozenset(_names(lines))


def _names(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        found = _NAME.match(line.strip())
        if found:
            yield re.sub(r"[-_.]+", "-", found.group()).lower()


def version_of(project: Project, declared: Declared, options: Options) -> Value[str]:
    """Return the version that setuptools would write; unknown where a plugin or code makes it at build time."""
    value = declared.version
    at = declared.at
    if value is not None and value.value:
        return _tagged(project.scanned, value)
    if value is not None and value.unknown is not None:
        again = _attribute_of_setup_cfg(project, value)
        return _tagged(project.scanned, again) if again is not None and again.value else value
    requires = build_requirements(project.scanned, options)
    if requires - _HARMLESS or options.keywords & _VERSION_KEYWORDS:
        return Value(None, at, Unknown("generated", at, "a plugin of the build makes the version"))
    return _tagged(project.scanned, Value("0.0.0", at))


def _attribute_of_setup_cfg(project: Project, value: Value[str]) -> Value[str] | None:
    """Evaluate an `attr:` of setup.cfg that is no literal, where that is what is not known."""
    cfg = project.scanned.setup_cfg
    text = cfg.sections.get("metadata", {}).get("version") if cfg else None
    if text is None or text.at.path != value.at.path or not text.value.startswith("attr:"):
        return None
    options = cfg.setuptools.package_dir if cfg and cfg.setuptools else None
    reference = text.value.removeprefix("attr:")
    return attribute_text(project.tree, reference, (options.value if options else None) or {}, text.at)


def _tagged(scanned: Scanned, value: Value[str]) -> Value[str]:
    """Add the tag that setup.cfg's `[egg_info]` asks for."""
    section = scanned.setup_cfg.sections.get("egg_info", {}) if scanned.setup_cfg else {}
    date = section.get("tag_date") or section.get("tag-date")
    if date is not None and date.value.strip().lower() in {"1", "true", "yes", "y", "on"}:
        return Value(None, value.at, Unknown("generated", date.at, "the date is added to the version"))
    tag = section.get("tag_build") or section.get("tag-build")
    if tag is None or not tag.value.strip() or value.value is None:
        return value
    return replace(value, value=value.value + tag.value.strip())
