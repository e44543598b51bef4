"""Judge how compiled code reaches its users: platform wheels, linked libraries, type stubs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.native.uploads import linux_tags_uploaded
from pkg_audit.facts.native_records import NativeFault
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_COMPILED = frozenset({"native", "native-abi3", "native+pure-fallback", "platform-no-abi"})
_CI = re.compile(r"^(?:\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml|azure-pipelines\.yml)$")
_BY_SETUPTOOLS = frozenset({"ext_modules", "cythonize", "tool.setuptools.ext-modules"})
_REPAIR = frozenset({"cibuildwheel", "auditwheel", "maturin"})

# Libraries of the C and C++ run time and of the system interfaces that every manylinux platform has.
_BASELINE = frozenset({
    "m", "dl", "pthread", "rt", "c", "util", "stdc++", "gcc", "gcc_s", "c++", "z", "nsl", "resolv", "crypt", "atomic",
    "kernel32", "user32", "ws2_32", "advapi32", "shell32", "ole32", "oleaut32", "psapi", "iphlpapi", "bcrypt",
    "userenv",
})  # fmt: skip


def platform_wheels_unconfigured(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield the CI of a compiled project that builds no wheels for other platforms; none where it uploads a bad one."""
    if distribution.wheel.kind not in _COMPILED or scanned.native.wheel_builders:
        return
    workflow = next((path for path in scanned.files if _CI.match(path)), None)
    if workflow is not None and not any(linux_tags_uploaded(tree, scanned, distribution)):
        yield NativeFault(Place(workflow, 1), "platform-wheels-unconfigured", workflow)


def system_library(scanned: Scanned) -> Iterator[NativeFault]:
    """Yield libraries that extensions link and that neither the tree holds nor a repair step copies."""
    native = scanned.native
    if any(builder.tool in _REPAIR for builder in native.wheel_builders):
        return
    seen: set[str] = set()
    for extension in native.extensions:
        if extension.by not in _BY_SETUPTOOLS:
            continue
        for library in extension.libraries:
            if library.lower() in _BASELINE or library in seen or _in_tree(library, scanned):
                continue
            seen.add(library)
            yield NativeFault(extension.at, "system-library", library, extension.name)


def _in_tree(library: str, scanned: Scanned) -> bool:
    """Tell whether a folder of the tree is named like the library: its sources are likely built along."""
    names = {library.lower(), f"lib{library.lower()}"}
    return any(not names.isdisjoint(path.lower().split("/")[:-1]) for path in scanned.files)


def stub_missing(scanned: Scanned, distribution: Distribution) -> Iterator[NativeFault]:
    """Yield extension modules of packages with py.typed that have neither a stub nor a Python source of their name.

    Where the package has an `__init__.pyi`, that says what users get of a private module, or of one that is named like
    the package: they do not import it themselves.
    """
    wheel = distribution.wheel
    if not wheel.extension_modules or wheel.files is None:
        return
    shipped = {file.path for file in wheel.files}
    typed = {path.rsplit("/", 1)[0] for path in shipped if path.endswith("/py.typed")}
    places = {extension.name: extension.at for extension in scanned.native.extensions}
    for name in wheel.extension_modules:
        base = name.replace(".", "/")
        covered = any(base.startswith(package + "/") for package in typed)
        package, _, last = base.rpartition("/")
        stubs = {f"{base}.pyi", f"{base}.py", f"{base}/__init__.pyi"}
        if last.startswith("_") or last == package.rpartition("/")[2]:
            stubs.add(f"{package}/__init__.pyi")
        known = stubs & shipped
        if covered and not known and name in places and not name.endswith("__mypyc"):
            yield NativeFault(places[name], "stub-missing", name)
