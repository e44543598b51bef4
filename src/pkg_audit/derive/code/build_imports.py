"""Find what setup.py imports in any case and no build requirement provides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.derive.code.requirements import canonical, requirement_name
from pkg_audit.errors import ReadError
from pkg_audit.facts.code_records import BuildImport
from pkg_audit.facts.place import Place
from pkg_audit.knowledge import stdlib
from pkg_audit.knowledge.distributions import brought_by, requirements_known
from pkg_audit.knowledge.import_names import imports_of, providers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.derive.code.context import Code
    from pkg_audit.facts.sources import Import

WELL_KNOWN = 3000
MOST_MODULES = 200
_ALWAYS = frozenset(
    ("setuptools", "pkg_resources", "distutils", "_distutils_hack", "packaging", "more_itertools", "platformdirs",
     "tomli", "jaraco", "backports", "importlib_metadata", "typing_extensions", "wheel", "zipp")
)  # fmt: skip
"""What setuptools is, and the vendored copies that it puts on the path as soon as the backend imports it (since 71)."""


def build_imports(code: Code) -> tuple[BuildImport, ...]:
    """Return the imports of setup.py, outside of any condition and function, that fail in an isolated build.

    Without pyproject.toml front ends provide setuptools alone. Empty where setup.py is not run, where a backend of the
    project's own may ask for more, and where it is not known what the build requirements bring along. Modules of the
    project that setup.py imports count with what they import in turn.
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
    if not all(_is_settled(name) for name in required - {"setuptools", "wheel"}):
        return ()
    provided = _provided(required)
    on_path = code.distribution.backend != "setuptools.build_meta" or _changes_path(code)
    found: dict[str, BuildImport] = {}
    for imported, own, through in _executed(code, follow=on_path):
        top = imported.module.partition(".")[0]
        if top in _ALWAYS or top in provided or stdlib.is_stdlib(top) or canonical(top) in required or top in found:
            continue
        if own:
            if not on_path and not through:
                found[top] = BuildImport(imported.at, imported.module, "", "setup.py", "off-path")
            continue
        if code.own.owns(imported.module) or scanned.native.extensions or scanned.native.opt_in:
            continue  # the rules of compiled code judge these builds, with the tools that they know
        same = [name for name, rank in providers(top) if rank <= WELL_KNOWN or name == canonical(top)]
        if same:
            by = f"{through.path}, which setup.py imports," if through else "setup.py"
            found[top] = BuildImport(imported.at, imported.module, same[0], by, related=(through,) if through else ())
    return tuple(found.values())


def _executed(code: Code, *, follow: bool) -> Iterator[tuple[Import, bool, Place | None]]:
    """Yield the unconditional imports of setup.py, and of the project's modules that it leads to, with three facts:
    the import, whether it finds the project's own files, and the module that has it, None for setup.py itself."""
    files = set(code.scanned.files)
    roots = {path.partition("/")[0].removesuffix(".py") for path in code.scanned.files if path.endswith(".py")}
    setup_py = code.scanned.setup_py
    pending: list[tuple[Import, str]] = [(item, "") for item in setup_py.imports] if setup_py is not None else []
    seen: set[str] = set()
    while pending:
        imported, path = pending.pop(0)
        if imported.context:
            continue
        module = imported.module
        if imported.level:
            folders = path.split("/")[:-1]
            if not path or imported.level > len(folders):
                continue
            module = ".".join([*folders[: len(folders) - imported.level + 1], *([module] if module else [])])
        targets = _files_of(module, imported.names, files) if module else []
        own = bool(imported.level) or bool(targets) or module.partition(".")[0] in roots
        if not imported.level:
            yield imported, own, Place(path) if path else None
        for target in targets if follow else ():
            facts = code.scanned.sources.get(target)
            if target not in seen and facts is not None and len(seen) < MOST_MODULES:
                seen.add(target)
                pending += [(item, target) for item in facts.imports]


def _files_of(module: str, names: Iterable[str], files: set[str]) -> list[str]:
    """Return the files below the project's root that importing a module runs, its packages first."""
    parts = module.split(".")
    wanted = [parts[: count + 1] for count in range(len(parts))] + [[*parts, name] for name in names]
    paths = []
    for item in wanted:
        base = "/".join(item)
        paths += [path for path in (f"{base}/__init__.py", f"{base}.py") if path in files][:1]
    return paths


def _changes_path(code: Code) -> bool:
    """Tell whether setup.py may look for modules elsewhere; it may where it cannot be read."""
    try:
        text = code.tree.read("setup.py")
    except ReadError:
        return True
    return any(word in text for word in (b"sys.path", b"from sys import", b"addsitedir", b"importlib", b"chdir"))


def _is_settled(name: str) -> bool:
    return imports_of(name) is not None and requirements_known(name)


def _provided(names: Iterable[str]) -> set[str]:
    tops: set[str] = set()
    for name in names:
        for imported in (*(imports_of(name) or ()), *brought_by(name), name.replace("-", "_")):
            tops.add(imported.partition(".")[0])
    return tops
