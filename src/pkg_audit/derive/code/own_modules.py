"""Index the project's own modules: what the wheel makes importable, and what else the tree has.

Source: "The import system" of the language reference (regular and namespace packages), read November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.scope import role_of_folder, runtime_sources
from pkg_audit.errors import ReadError
from pkg_audit.facts.sources import ModuleBindings
from pkg_audit.scan.projects import inside
from pkg_audit.scan.sources import scan_bindings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import UnknownReason
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

State = Literal["shipped", "in-tree", "missing", "unknown"]

# What may become an extension module of its stem's name.
_COMPILED = (".so", ".pyd", ".dylib", ".pyx", ".pyi", ".c", ".cc", ".cpp", ".cxx", ".f", ".f90", ".i", ".rs", ".mojo")
_GENERATED = re.compile(
    r"(?=\w*\Z)_(?:\w*_)?(?:version|build|generated|git|commit|revision|buildinfo)"
    r"|version\Z|.*_pb2(?:_grpc)?\Z|.*_rc\Z|ui_|.*_ui\Z"
)
_ELSEWHERE = frozenset({"test", "docs", "example", "vendored"})
_CONFIGURATION = ("pyproject.toml", "setup.py", "setup.cfg", "Makefile", "meson.build", "CMakeLists.txt")


@dataclass(slots=True)
class OwnModules:
    """Dotted names of the project's own modules.

    `shipped` maps what the wheel would hold to its file in the tree ("" for a generated one); where the wheel's files
    are not known (`known` False) it is a guess from the layout. `in_tree` maps whatever could be imported from the
    tree's roots. `runtime` are the source files that count as code to run, by path, with their dotted names.
    `namespaces` are packages that other distributions may share; `tops` are the top-level names of everything there is.
    """

    tree: Tree
    known: bool
    complete: bool
    shipped: dict[str, str] = field(default_factory=dict)
    in_tree: dict[str, str] = field(default_factory=dict)
    runtime: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    pure: bool = True
    namespaces: set[str] = field(default_factory=set)
    tops: set[str] = field(default_factory=set)
    shipped_tops: set[str] = field(default_factory=set)
    links: frozenset[str] = frozenset()
    configuration: str = ""
    _bindings: dict[str, ModuleBindings] = field(default_factory=dict)
    _states: dict[str, tuple[State, UnknownReason | Literal[""]]] = field(default_factory=dict)
    _rearranging: dict[str, bool] = field(default_factory=dict)

    def owns(self, module: str) -> bool:
        """Tell whether a dotted name can only be the project's own: a namespace may have parts of others."""
        top = module.partition(".")[0]
        if top not in self.tops:
            return False
        parts = module.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            if name not in self.namespaces:
                return name in self.shipped or name in self.in_tree or count == 1
        return False

    def path(self, module: str) -> str:
        """Return the file of a module, "" for a namespace and for what is generated or not there."""
        module = canonical_module(module)
        return self.shipped.get(module) or self.in_tree.get(module) or ""

    def bindings(self, module: str) -> ModuleBindings | None:
        """Return the names a module binds; None for a namespace, a generated file or one that cannot be read."""
        path = self.path(module)
        if not path:
            return None
        if path not in self._bindings:
            try:
                self._bindings[path] = scan_bindings(self.tree.read(path))
            except ReadError:
                return None
        return self._bindings[path]

    def state(self, module: str) -> tuple[State, UnknownReason | Literal[""]]:
        """Say where a module is; unknown, with a reason, where something could generate, compile or alias it."""
        module = canonical_module(module)
        if module in self.shipped or module in self.packages:
            return "shipped", ""
        if module in self.in_tree:
            return "in-tree", ""
        if module in self._states:
            return self._states[module]
        self._states[module] = self._absent(module)
        return self._states[module]

    def _absent(self, module: str) -> tuple[State, UnknownReason | Literal[""]]:
        last = module.rpartition(".")[2]
        if module in self.maybe or last in self.maybe:
            return "unknown", "needs-build"
        if _GENERATED.match(last) or re.search(rf"\b{re.escape(last)}\.py\b", self.configuration):
            return "unknown", "generated"
        if not self.pure:
            return "unknown", "needs-build"
        if last in self.links:
            return "unknown", "file-missing"
        parent = module.rpartition(".")[0]
        if parent in self.namespaces:
            return "unknown", "file-missing"
        while parent:
            if self._rearranges(parent):
                return "unknown", "dynamic-expression"
            parent = parent.rpartition(".")[0]
        return "missing", ""

    def _rearranges(self, package: str) -> bool:
        """Tell whether a package changes where its submodules come from, or puts modules into `sys.modules`."""
        if package not in self._rearranging:
            path = self.path(package)
            try:
                data = self.tree.read(path) if path else b""
            except ReadError:
                data = b"sys.modules"
            self._rearranging[package] = any(word in data for word in (b"__path__", b"sys.modules", b"meta_path"))
        return self._rearranging[package]


def own_modules(tree: Tree, scanned: Scanned, distribution: Distribution) -> OwnModules:
    """Return the index of one project root."""
    wheel = distribution.wheel
    result = OwnModules(tree, known=wheel.files is not None, complete=wheel.files is not None and wheel.complete)
    roots = {"", "src/"} if any(path.startswith("src/") for path in scanned.files) else {""}
    for file in wheel.files or ():
        if file.source and file.source.endswith(file.path):
            roots.add(file.source[: len(file.source) - len(file.path)])
    for path in scanned.files:
        if inside(path, scanned.nested_projects):
            continue
        if path.endswith((".py", ".pyw")):
            for root in roots:
                if path.startswith(root) and (name := dotted(path[len(root) :])):
                    result.in_tree.setdefault(name, path)
        elif path.endswith(_COMPILED):
            result.maybe.add(path.rpartition("/")[2].partition(".")[0])
    if wheel.files is not None:
        kept = _kept(scanned, distribution)
        for file in wheel.files:
            if file.path.endswith(".py") and kept(file.source) and (name := dotted(file.path)):
                result.shipped[name] = file.source
    if wheel.files is None:
        result.runtime = _guessed(scanned, distribution)
        result.shipped = {name: path for path, name in result.runtime.items()}
    else:
        by_source = {source: name for name, source in result.shipped.items() if source}
        result.runtime = {path: by_source[path] for path in runtime_sources(scanned, distribution) if path in by_source}
    _native(result, scanned, distribution)
    for name in [*result.shipped]:
        parent = name.rpartition(".")[0]
        while parent:
            result.packages.add(parent)
            parent = parent.rpartition(".")[0]
    regular = {name for name, path in result.shipped.items() if path.endswith("__init__.py") or not path}
    result.namespaces = (result.packages - regular - set(result.shipped)) | set(wheel.import_namespaces)
    result.packages |= regular
    result.tops = {name.partition(".")[0] for name in (*result.shipped, *result.in_tree)}
    result.shipped_tops = {name.partition(".")[0] for name in result.shipped}
    result.links = frozenset(link.rpartition("/")[2].partition(".")[0] for link in scanned.links)
    result.configuration = _configuration(tree)
    return result


def _kept(scanned: Scanned, distribution: Distribution) -> Callable[[str], bool]:
    """Return what tells whether a release's wheel, which is built from the sdist, can hold a file of the tree."""
    sdist = distribution.sdist
    if scanned.source != "directory" or sdist.files is None or not sdist.complete:
        return lambda _: True
    held = {"", *sdist.files}
    return lambda source: source in held


def canonical_module(module: str) -> str:
    """Return the package for its `__init__` module, which can be imported by that name too."""
    return module.removesuffix(".__init__")


def dotted(path: str) -> str:
    """Return the dotted name of a module's path below its root, "" where it cannot be imported by name."""
    parts = path.rpartition(".")[0].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else ""


def _guessed(scanned: Scanned, distribution: Distribution) -> dict[str, str]:
    """Return the sources of the package that carries the project's name, with their dotted names.

    That is all that can be said where the wheel's files are not known: whatever else lies around may not be shipped.
    """
    if distribution.metadata.name is None:
        return {}
    expected = re.sub(r"[-.]", "_", distribution.metadata.name.value).lower()
    found = [
        path
        for path in scanned.sources
        if path.count("/") <= 3
        and ("/" + path.lower()).endswith((f"/{expected}/__init__.py", f"/{expected}.py"))
        and not any(role_of_folder(part) in _ELSEWHERE for part in path.split("/")[:-2])
    ]
    if not found:
        return {}
    chosen = min(found, key=lambda path: (path.count("/") - path.endswith("__init__.py"), path))
    root = chosen[: chosen.lower().rindex(expected)]
    if not chosen.endswith("__init__.py"):
        return {chosen: dotted(chosen[len(root) :])}
    package = chosen.removesuffix("__init__.py")
    return {
        path: dotted(path[len(root) :])
        for path in scanned.sources
        if path.startswith(package)
        and dotted(path[len(root) :])
        and not any(role_of_folder(part) == "test" for part in path[len(package) :].split("/")[:-1])
    }


def _native(result: OwnModules, scanned: Scanned, distribution: Distribution) -> None:
    wheel, native = distribution.wheel, scanned.native
    result.maybe |= set(wheel.extension_modules or ())
    result.maybe |= {extension.name for extension in (*native.extensions, *native.opt_in) if extension.name}
    result.maybe |= {source.init_symbol for source in native.sources if source.init_symbol}
    if native.crate is not None and native.crate.module_name:
        result.maybe.add(native.crate.module_name)
    # Where every extension module is known by name nothing else is compiled; CMake and Meson may still write modules.
    result.pure = (
        wheel.kind == "pure"
        or (wheel.extension_modules is not None and native.cmake is None and native.meson is None)
        or (wheel.kind == "unknown" and not native.extensions and not native.sources)
    )


def _configuration(tree: Tree) -> str:
    texts = []
    for path in _CONFIGURATION:
        if tree.is_file(path):
            try:
                texts.append(tree.read(path).decode("utf-8", "replace"))
            except ReadError:
                continue
    return "\n".join(texts)
