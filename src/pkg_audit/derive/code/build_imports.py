"""Find what setup.py imports in any case and no build requirement provides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.code.requirements import canonical, requirement_name
from pkg_audit.facts.code_records import BuildImport
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.distributions import brought_by, requirements_known
from pkg_audit.knowledge.import_names import imports_of, providers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.derive.code.context import Code

WELL_KNOWN = 3000
_ALWAYS = frozenset(
    ("setuptools", "pkg_resources", "distutils", "_distutils_hack", "packaging", "more_itertools", "platformdirs",
     "tomli", "jaraco", "backports", "importlib_metadata", "typing_extensions", "wheel", "zipp")
)  # fmt: skip
"""What setuptools is, and the vendored copies that it puts on the path as soon as the backend imports it (since 71)."""


def build_imports(code: Code) -> tuple[BuildImport, ...]:
    """Return the imports of setup.py, outside of any condition and function, that fail in an isolated build.

    Without pyproject.toml front ends provide setuptools alone. Empty where setup.py is not run, where a backend of the
    project's own may ask for more, and where it is not known what the build requirements bring along.
    """
    scanned = code.scanned
    setup_py, pyproject = scanned.setup_py, scanned.pyproject
    if setup_py is None or scanned.source == "wheel" or not (code.distribution.backend or "").startswith("setuptools."):
        return ()
    if pyproject is not None and pyproject.error is not None:
        return ()
    build = pyproject.build_system if pyproject is not None else None
    if build is not None and build.backend_path:
        return ()
    required = {requirement_name(text.value) for text in (build.requires or ()) if build} if build else {"setuptools"}
    if scanned.native.extensions or scanned.native.opt_in:
        return ()  # the rules of compiled code judge these builds, with the tools that they know
    if not all(_is_settled(name) for name in required - {"setuptools", "wheel"}):
        return ()
    provided = _provided(required)
    roots = {path.partition("/")[0].removesuffix(".py") for path in scanned.files if path.endswith(".py")}
    found: dict[str, BuildImport] = {}
    for imported in setup_py.imports:
        top = imported.module.partition(".")[0]
        if imported.level or imported.context or top in _ALWAYS or top in provided or top in roots:
            continue
        if stdlib.is_stdlib(top) or code.own.owns(imported.module) or canonical(top) in required or top in found:
            continue
        same = [name for name, rank in providers(top) if rank <= WELL_KNOWN or name == canonical(top)]
        if same:
            found[top] = BuildImport(imported.at, imported.module, same[0], "setup.py")
    return tuple(found.values())


def _is_settled(name: str) -> bool:
    return imports_of(name) is not None and requirements_known(name)


def _provided(names: Iterable[str]) -> set[str]:
    tops: set[str] = set()
    for name in names:
        for imported in (*(imports_of(name) or ()), *brought_by(name), name.replace("-", "_")):
            tops.add(imported.partition(".")[0])
    return tops
