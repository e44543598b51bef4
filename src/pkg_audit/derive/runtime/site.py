"""Index what would lie in site-packages: the project's own shipped files, and those of an environment if one is given.

Paths are those of site-packages; no `Place` is made of an environment's file, because findings speak of the
project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pkg_audit.errors import ReadError
from pkg_audit.scan.paths import is_of_interest, scan_runtime
from pkg_audit.scan.paths.imports import read_imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.path_uses import RuntimeFacts
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.sources import Import
    from pkg_audit.tree import Tree

NATIVE = re.compile(r"(?<![^./])(?P<name>[^./]+)(?:\.(?:cpython-|cp|abi3|pypy|graalpy)[^/]*)?\.(?:so|pyd)\Z")
_TEST_FOLDERS = frozenset({"tests", "test", "testing", "testsuite", "_tests"})
_MAX_SOURCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Module:
    """A module of site-packages: `path` there, `source` in its tree ("" where it is not to be read)."""

    name: str
    path: str
    source: str
    owner: str
    kind: Literal["python", "native", "namespace"]
    package: bool


@dataclass(slots=True)
class Site:
    """Files and modules by site-packages path and dotted name. `owner` "" is the project itself."""

    tree: Tree
    environment: Tree | None
    scanned: Scanned
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    folders: dict[str, set[str]] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    own_names: frozenset[str] = frozenset()
    distributions: dict[str, str] = field(default_factory=dict)
    data_scheme: dict[str, str] = field(default_factory=dict)
    complete: bool = True
    python: tuple[int, int] = (3, 12)
    _imports: dict[str, tuple[Import, ...]] = field(default_factory=dict)
    _runtime: dict[tuple[str, frozenset[str]], RuntimeFacts | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return a file's bytes, empty where it cannot be read."""
        owner, source = self.files.get(path, ("", ""))
        tree = self.tree if not owner else self.environment
        if tree is None or not source:
            return b""
        try:
            return tree.read(source, _MAX_SOURCE)
        except ReadError:
            return b""

    def imports(self, module: Module) -> tuple[Import, ...]:
        """Return the imports of a module, read once."""
        if module.kind != "python":
            return ()
        if not module.owner:
            facts = self.scanned.sources.get(module.source)
            return facts.imports if facts is not None else ()
        if module.name not in self._imports:
            self._imports[module.name] = read_imports(self.read(module.path), module.path)
        return self._imports[module.name]

    def runtime(self, module: Module, wanted: frozenset[str] = frozenset()) -> RuntimeFacts | None:
        """Return what a module does with paths and the like; None where it holds no word of interest."""
        key = (module.name, wanted)
        if key not in self._runtime:
            data = self.read(module.path)
            place = module.source if not module.owner else module.path
            dull = not wanted and not is_of_interest(data)
            self._runtime[key] = None if dull else scan_runtime(data, place, wanted)
        return self._runtime[key]

    def absolute(self, module: Module, dotted: str) -> str:
        """Resolve a name as imported in a module, with leading dots for levels, to an absolute one."""
        if not dotted.startswith("."):
            return dotted
        level = len(dotted) - len(dotted.lstrip("."))
        parts = module.name.split(".")
        base = parts if module.package else parts[:-1]
        base = base[: len(base) - level + 1] if level > 1 else base
        rest = dotted[level:].lstrip(".")
        return ".".join([*base, rest] if rest else base)

    def own(self) -> Iterator[Module]:
        """Yield the project's own Python modules by name."""
        for name in sorted(self.modules):
            module = self.modules[name]
            if not module.owner and module.kind == "python":
                yield module

    def is_folder(self, path: str) -> bool:
        """Tell whether something lies below a path."""
        return path in self.folders

    def below(self, path: str, limit: int = 5000) -> Iterator[str]:
        """Yield the files below a folder, at most `limit`."""
        pending = [path]
        count = 0
        while pending:
            folder = pending.pop()
            for name in sorted(self.folders.get(folder, ())):
                inner = f"{folder}/{name}" if folder else name
                if inner in self.files:
                    count += 1
                    if count > limit:
                        return
                    yield inner
                if inner in self.folders:
                    pending.append(inner)


def make_site(tree: Tree, scanned: Scanned, distribution: Distribution, environment: Tree | None) -> Site:
    """Index the project's files, and the environment's."""
    site = Site(tree, environment, scanned)
    shipped = list(_own_files(scanned, distribution, site))
    for path, source in shipped:
        site.files[path] = ("", source)
    own_tops = {path.partition("/")[0] for path, _ in shipped}
    if environment is not None:
        _add_environment(site, environment, distribution, own_tops)
    for path in site.files:
        _add_parents(site.folders, path)
    for path, (owner, source) in sorted(site.files.items()):
        _add_module(site, path, source, owner)
    for name in distribution.wheel.extension_modules or ():
        known = site.modules.get(name)
        if known is None:  # a Python twin of the same name is what an archive would import
            site.modules[name] = Module(name, name.replace(".", "/") + ".so", "", "", "native", package=False)
    for name in list(site.modules):
        while "." in name:
            name = name.rpartition(".")[0]
            if name not in site.modules:
                site.modules[name] = Module(name, name.replace(".", "/"), "", "", "namespace", package=True)
    site.own_names = frozenset(module.name.partition(".")[0] for module in site.modules.values() if not module.owner)
    return site


def _own_files(scanned: Scanned, distribution: Distribution, site: Site) -> Iterator[tuple[str, str]]:
    files = distribution.wheel.files
    if files is not None:
        for file in files:
            path = file.path
            first, slash, rest = path.partition("/")
            if first.endswith(".data") and slash:
                scheme, _, inner = rest.partition("/")
                if scheme == "data":
                    site.data_scheme[inner] = file.source
                    continue
                if scheme not in ("purelib", "platlib"):
                    continue
                path = inner
            yield path, file.source
        return
    from pkg_audit.derive.scope import runtime_sources

    site.complete = False
    roots = set()
    for source in runtime_sources(scanned, distribution):
        prefix = next((p for p in ("src/", "lib/") if source.startswith(p)), "")
        path = source[len(prefix) :]
        if path in ("setup.py", "conftest.py", "noxfile.py"):
            continue
        yield path, source
        if "/" in path:
            roots.add(prefix + path.partition("/")[0] + "/")
    for source in scanned.files:
        if not source.endswith(".py") and any(source.startswith(root) for root in roots):
            yield source.removeprefix("src/").removeprefix("lib/"), source


def _add_environment(site: Site, environment: Tree, distribution: Distribution, own_tops: set[str]) -> None:
    from packaging.utils import canonicalize_name

    name = distribution.metadata.name
    own = canonicalize_name(name.value) if name is not None else ""
    prefix = site_packages(environment)
    paths = [path[len(prefix) :] for path in environment.files() if path.startswith(prefix)]
    version = re.search(r"python(\d)\.(\d+)/", prefix)
    tagged = next((m for path in paths for m in [re.search(r"\.(?:cpython-|cp)(\d)(\d+)-", path)] if m), None)
    match = version or tagged
    if match:
        site.python = (int(match.group(1)), int(match.group(2)))
    owners: dict[str, str] = {}
    for path in paths:
        folder, _slash, file = path.partition("/")
        if folder.endswith(".dist-info") and file == "RECORD":
            distribution_name = canonicalize_name(folder.removesuffix(".dist-info").rpartition("-")[0])
            site.distributions[distribution_name] = folder
            for item in _recorded(environment, prefix + path):
                owners[item] = distribution_name
    for path in paths:
        if path.partition("/")[0].endswith((".dist-info", ".libs", ".data")):
            continue
        owner = owners.get(path) or _guess_owner(path, owners)
        if owner == own and own:
            # the sources say what is shipped; the installed copy adds what a build makes
            if path in site.files or not NATIVE.search(path.rpartition("/")[2]):
                if path not in site.files and not path.endswith((".py", ".pyc")):
                    site.files.setdefault(path, ("=", prefix + path))
                continue
            site.files[path] = ("=", prefix + path)
        elif path not in site.files and path.partition("/")[0] not in own_tops:
            site.files[path] = (owner or path.partition("/")[0].removesuffix(".py"), prefix + path)
        elif path not in site.files:
            site.files[path] = (owner or "?", prefix + path)


def _recorded(environment: Tree, record: str) -> Iterator[str]:
    try:
        text = environment.read(record, 32 << 20).decode("utf-8", "replace")
    except ReadError:
        return
    for line in text.splitlines():
        if line.startswith('"'):
            yield line[1:].partition('"')[0]
        else:
            yield line.partition(",")[0]


def _guess_owner(path: str, owners: dict[str, str]) -> str:
    return owners.get(path.partition("/")[0] + "/__init__.py", "")


def site_packages(environment: Tree) -> str:
    """Return the folder below which the environment's packages lie, "" for the root itself (`pip --target`)."""
    for path in environment.files():
        match = re.match(r"(?:lib/python\d\.\d+|Lib)/site-packages/", path)
        if match:
            return match.group(0)
    return ""


def _add_parents(folders: dict[str, set[str]], path: str) -> None:
    while True:
        parent, _, name = path.rpartition("/")
        names = folders.setdefault(parent, set())
        if name in names:
            return
        names.add(name)
        if not parent:
            return
        path = parent


def _add_module(site: Site, path: str, source: str, owner: str) -> None:
    folder, _, name = path.rpartition("/")
    if not all(part.isidentifier() for part in folder.split("/") if part):
        return
    prefix = folder.replace("/", ".") + "." if folder else ""
    if name.endswith(".py"):
        stem = name[:-3]
        if not stem.isidentifier():
            return
        package = stem == "__init__"
        dotted = prefix[:-1] if package else prefix + stem
        known = site.modules.get(dotted)
        if dotted and (package or known is None or known.kind != "python"):
            site.modules[dotted] = Module(dotted, path, source, owner.strip("="), "python", package)
        return
    match = NATIVE.fullmatch(name)
    if match:
        stem = match.group("name")
        dotted = prefix[:-1] if stem == "__init__" else prefix + stem
        known = site.modules.get(dotted)
        if dotted and stem.isidentifier() and (known is None or known.kind == "namespace"):
            site.modules[dotted] = Module(dotted, path, "", owner.strip("="), "native", package=False)


def in_tests(path: str) -> bool:
    """Tell whether a path lies in a package of tests."""
    return any(part in _TEST_FOLDERS for part in path.split("/")[:-1])


def tops(names: Iterable[str]) -> set[str]:
    """Return the first parts of dotted names."""
    return {name.partition(".")[0] for name in names}
