"""Derive what stands out in the layout: top-level names, packages left out, clashes, stray files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.compiled_folders import may_hold_extensions
from pkg_audit.derive.scope import role_of_folder
from pkg_audit.facts.layout_records import (
    DiscoveryFailure,
    Link,
    NameClash,
    ShippedModule,
    ShippedOddity,
    StrayInit,
    TopLevelName,
    TypedMarker,
    UnshippedPackage,
)
from pkg_audit.facts.place import Answer, Place
from pkg_audit.knowledge.layout_names import generic_names, odd_folders, oddities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    from pkg_audit.derive.code.context import Code
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

Role = Literal["runtime", "test", "docs", "example", "tooling"]


_HATCH_WHEEL = ("tool", "hatch", "build", "targets", "wheel")
_NO_MODULE = frozenset({"setup", "conftest", "noxfile", "tasks", "fabfile", "versioneer"})

# Core metadata specification, "Name" (read 2026-08).
_VALID_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE)


def top_level_names(distribution: Distribution) -> tuple[TopLevelName, ...]:
    """Return the names that the wheel would put into site-packages; empty where its files are not known.

    A release's wheel is built from its sdist, so that it lacks what that leaves out.
    """
    from stdlibs import stdlib_module_names

    files, sdist = distribution.wheel.files or (), distribution.sdist
    if sdist.files is not None and sdist.complete:
        released = set(sdist.files)
        files = tuple(file for file in files if not file.source or file.source in released)
    first: dict[str, str] = {}
    kinds: dict[str, Literal["package", "module", "namespace", "stub-package"]] = {}
    for file in files:
        head, slash, rest = file.path.partition("/")
        if not slash and not head.endswith(".py"):
            continue
        name = head if slash else head[:-3]
        if slash:
            if rest == "__init__.py":
                kinds[name] = "package"
                first[name] = file.source
            elif rest.endswith((".py", ".pyi")):
                kinds.setdefault(name, "stub-package" if name.endswith("-stubs") else "namespace")
                first.setdefault(name, file.source)
        else:
            kinds.setdefault(name, "module")
            first.setdefault(name, file.source)
    stdlib = stdlib_module_names()
    own = _normal(_name(distribution))
    records = []
    for name in sorted(kinds):
        role = role_of_folder(name)
        folder: Role = role if role in ("test", "docs", "example", "tooling") else "runtime"
        if _normal(name) == own:
            folder = "runtime"  # a project may well be called `tools`: the name is then its own
        records.append(
            TopLevelName(
                at=Place(first[name] or None),
                name=name,
                kind=kinds[name],
                role=folder,
                generic="yes" if name.lower() in generic_names() and _normal(name) != own else "no",
                shadows=name if name in stdlib and kinds[name] in ("package", "module") else "",
                others=", ".join(sorted(other for other in kinds if other != name)),
            )
        )
    return tuple(records)


def discovery_errors(scanned: Scanned, distribution: Distribution) -> tuple[DiscoveryFailure, ...]:
    """Return why the backend would refuse to choose what to ship, or ship no code; at most one.

    A package that is sought by a name that is missing or invalid is the name's fault, not the layout's.
    """
    error = distribution.discovery_error
    if error is None:
        return _nothing_found(scanned, distribution)
    if error.kind == "package-missing" and not _VALID_NAME.fullmatch(_name(distribution)):
        return ()
    backend = distribution.backend or ""
    return (DiscoveryFailure(error.at, error.kind, ", ".join(error.names), error.message, backend),)


def _nothing_found(scanned: Scanned, distribution: Distribution) -> tuple[DiscoveryFailure, ...]:
    """Return a failure where the wheel would hold no code, although packages lie in the tree.

    An empty list of packages is a decision: so are releases made that bring their dependencies and nothing else.
    """
    wheel = distribution.wheel
    if wheel.files != () or not wheel.complete or wheel.kind != "pure" or wheel.extension_modules:
        return ()
    at, listed = distribution.backend_at, False
    for source in (scanned.pyproject, scanned.setup_cfg, scanned.setup_py):
        options = source.setuptools if source is not None else None
        for value in (options.packages, options.py_modules) if options is not None else ():
            if value is not None and not value.value:
                return ()
            at = value.at if value is not None else at
            listed = listed or (options is not None and value is not None and value is options.py_modules)
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    for key in ("include", "only-include", "packages"):
        if document is not None and document.get(*_HATCH_WHEEL, key) and distribution.backend == "hatchling.build":
            at = document.at(*_HATCH_WHEEL, key)
    short = (path.removeprefix("src/") for path in scanned.sources)
    alone = sorted(path.removesuffix(".py") for path in short if "/" not in path)
    modules = [name for name in alone if listed and name not in _NO_MODULE]
    names = modules or sorted(
        folder.rpartition("/")[2]
        for folder, _, name in (path.rpartition("/") for path in scanned.sources)
        if name == "__init__.py"
        and folder.removeprefix("src/").count("/") == 0
        and role_of_folder(folder.rpartition("/")[2]) not in ("test", "docs", "example", "tooling", "build", "vendored")
    )
    if not names:
        return ()
    shown = ", ".join(names)
    kind = "modules" if modules else "packages"
    message = f"its configuration selects none of the {kind} that lie here ({shown[:200]})"
    return (DiscoveryFailure(at, "nothing-found", shown, message, distribution.backend or ""),)


def _name(distribution: Distribution) -> str:
    return distribution.metadata.name.value if distribution.metadata.name else ""


def typed_markers(scanned: Scanned, distribution: Distribution) -> tuple[TypedMarker, ...]:
    """Return the `py.typed` files of shipped packages and whether the wheel would hold them, and what lies beside them.

    A marker in a folder around the packages marks nothing. Of stubs only those are told that the wheel leaves out.
    """
    packages = _package_folders(distribution)
    markers = [path for path in scanned.files if path.rpartition("/")[2] == "py.typed"]
    found = [
        TypedMarker(Place(path), packages[path.rpartition("/")[0]], _shipped(path, distribution))
        for path in markers
        if path.rpartition("/")[0] in packages
    ]
    files = distribution.wheel.files or ()
    if not found and packages and not any(file.path.endswith("/py.typed") for file in files):
        around = {"", *(root.rpartition("/")[0] for root in packages)} - set(packages)
        found += [TypedMarker(Place(path), "", "no", "stray") for path in markers if path.rpartition("/")[0] in around]
    sources = {file.source for file in files}
    for path in scanned.files:
        folder = path.rpartition("/")[0]
        beside = path.endswith(".pyi") and folder in packages and path[:-1] in sources
        if beside and _shipped(path, distribution) == "no":
            found.append(TypedMarker(Place(path), packages[folder], "no", "stub"))
    return tuple(found)


def unshipped_packages(
    scanned: Scanned, distribution: Distribution, gathered: Callable[[], Code] | None = None
) -> tuple[UnshippedPackage, ...]:
    """Return the packages below a shipped package that the wheel leaves out; tests and the like don't count.

    `gathered` gives what is known of reachability: a module that nothing surely imports is no proof of a need.
    """
    if distribution.wheel.files is None or not distribution.wheel.complete:
        return ()
    packages = _package_folders(distribution)
    records = []
    listed = _lists_packages(scanned, distribution)
    code: Code | None = None
    for path in scanned.files:
        folder, _, name = path.rpartition("/")
        if name != "__init__.py" or folder in packages or path not in scanned.sources:
            continue
        parent, _, leaf = folder.rpartition("/")
        if parent not in packages or role_of_folder(leaf) in ("test", "docs", "example"):
            continue
        dotted = f"{packages[parent]}.{leaf}"
        code = code or (gathered() if gathered else None)
        conditional = code.reach.conditional if code else frozenset[str]()
        importer, imported = _importer(dotted, scanned, distribution, conditional)
        if imported == "yes" and may_hold_extensions(folder, dotted, scanned, distribution):
            if listed == "no":
                continue  # the build may install nothing but extension modules there, which needs no __init__.py
            imported = "unknown"
        records.append(
            UnshippedPackage(
                at=Place(path),
                name=dotted,
                parent=packages[parent],
                imported=imported,
                importer=(importer.path or "") if importer else "",
                listed=listed,
                related=(importer,) if importer else (),
            )
        )
    return tuple(records)


def _lists_packages(scanned: Scanned, distribution: Distribution) -> Answer:
    """Tell whether setuptools gets its packages by name, without any search; "no" for other backends."""
    if not (distribution.backend or "").startswith("setuptools."):
        return "no"
    for source in (scanned.pyproject, scanned.setup_cfg, scanned.setup_py):
        options = source.setuptools if source is not None else None
        if options is not None and options.packages is not None:
            names = options.packages.value or ()
            return "yes" if names and all(isinstance(name, str) for name in names) else "no"
    return "no"


def shipped_oddities(distribution: Distribution) -> tuple[ShippedOddity, ...]:
    """Return the files of the wheel that have no business in one."""
    records = []
    for file in distribution.wheel.files or ():
        *folders, name = file.path.split("/")
        kind = next((odd_folders()[f] for f in folders if f in odd_folders()), None)
        kind = kind or next((k for k, pattern in oddities() if pattern.fullmatch(name)), None)
        if kind is not None and file.source:
            records.append(ShippedOddity(Place(file.source), file.path, kind))  # type: ignore[arg-type]
    return tuple(records)


def name_clashes(distribution: Distribution) -> tuple[NameClash, ...]:
    """Return the modules of the wheel that a package of the same name hides."""
    files = {file.path: file.source for file in distribution.wheel.files or ()}
    return tuple(
        NameClash(
            Place(source or None), path[:-3].replace("/", "."), (Place(files[f"{path[:-3]}/__init__.py"] or None),)
        )
        for path, source in sorted(files.items())
        if path.endswith(".py") and f"{path[:-3]}/__init__.py" in files
    )


def stray_inits(scanned: Scanned, distribution: Distribution) -> tuple[StrayInit, ...]:
    """Return the `__init__.py` that stand where no package is."""
    records = []
    shipped = {file.source for file in distribution.wheel.files or ()}
    if "__init__.py" in scanned.files and "__init__.py" not in shipped and distribution.backend is not None:
        records.append(StrayInit(Place("__init__.py"), "project-root", ""))
    return tuple(records)


def links(scanned: Scanned, distribution: Distribution) -> tuple[Link, ...]:
    """Return the symbolic links of the tree, with whether they lie in a package that is shipped."""
    packages = _package_folders(distribution)
    return tuple(
        Link(Place(path), path, "yes" if path.rpartition("/")[0] in packages else "no") for path in scanned.links[:500]
    )


def extra_modules(distribution: Distribution) -> tuple[ShippedModule, ...]:
    """Return what makes the project more than one module: the packages and further modules that it ships."""
    names = distribution.wheel.import_names
    if names is None or distribution.wheel.single_module is not False:
        return ()
    by_name: dict[str, str] = {}
    for file in distribution.wheel.files or ():
        if file.path.endswith(".py"):
            dotted = file.path[:-3].removesuffix("/__init__").replace("/", ".")
            by_name.setdefault(dotted, file.source)
    return tuple(ShippedModule(Place(by_name.get(name) or None), name) for name in names[:20])


def _package_folders(distribution: Distribution) -> dict[str, str]:
    """Map the tree's folders that hold shipped modules to their dotted package names."""
    folders: dict[str, str] = {}
    for file in distribution.wheel.files or ():
        if file.source.endswith(".py") and "/" in file.path:
            folders[file.source.rpartition("/")[0]] = file.path.rpartition("/")[0].replace("/", ".")
    return folders


def _shipped(path: str, distribution: Distribution) -> Answer:
    files = distribution.wheel.files
    if files is None:
        return "unknown"
    if any(file.source == path for file in files):
        # a release's wheel is built from its sdist: what that lacks, the wheel lacks as well
        sdist = distribution.sdist
        return "no" if sdist.files is not None and sdist.complete and path not in sdist.files else "yes"
    return "no" if distribution.wheel.complete else "unknown"


# An import in one of these contexts is no need: its failure is handled, it never runs, or something was asked first.
_HARMLESS = frozenset(
    ("version-guard", "platform-guard", "condition", "type-checking", "never", "try-fallback", "try-reraise",
     "suppress", "except-handler")
)  # fmt: skip
_DOUBTFUL = frozenset(("function", "lazy", "main-guard"))


def _importer(
    dotted: str, scanned: Scanned, distribution: Distribution, conditional: AbstractSet[str]
) -> tuple[Place | None, Answer]:
    """Return where a shipped module imports `dotted` or something below it, and whether that import surely runs.

    "unknown" where it stands in a function, or in a module that only functions and conditions lead to.
    """
    doubtful: Place | None = None
    for file in distribution.wheel.files or ():
        facts = scanned.sources.get(file.source)
        if facts is None:
            continue
        package = _package_of(file.path)
        module = ".".join([*package, file.path.rpartition("/")[2].removesuffix(".py")]).removesuffix(".__init__")
        for imported in facts.imports:
            if not _HARMLESS.isdisjoint(imported.context):
                continue
            if any(
                name == dotted or name.startswith(f"{dotted}.")
                for name in _targets(imported.module, imported.level, imported.names, package)
            ):
                at = replace(imported.at, path=file.source)
                if module not in conditional and _DOUBTFUL.isdisjoint(imported.context):
                    return at, "yes"
                doubtful = doubtful or at
    return doubtful, "unknown" if doubtful else "no"


def _package_of(path: str) -> list[str]:
    return path.split("/")[:-1]


def _targets(module: str, level: int, names: Iterable[str], package: list[str]) -> list[str]:
    """Return the absolute dotted names that an import statement may load."""
    if level:
        base = package[: len(package) - level + 1] if level <= len(package) else []
        if not base:
            return []
        module = ".".join([*base, module] if module else base)
    return [module, *(f"{module}.{name}" for name in names if name != "*")]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()
