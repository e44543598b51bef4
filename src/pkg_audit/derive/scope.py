"""Tell what each Python source is for: what the backend ships is runtime, the rest goes by its folder and name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.knowledge.layout_names import file_roles, folder_roles
from pkg_audit.scan.projects import inside

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.document import Scope
    from pkg_audit.facts.scanned import Scanned

_TEST_FILE = re.compile(r"(?:test_.*|.*_tests?|tests?|conftest)\.pyw?")


def role_of_folder(name: str) -> Scope | None:
    """Return what a folder of this name usually holds, None where the name says nothing."""
    return folder_roles().get(name.lower())  # type: ignore[return-value]


def scopes(scanned: Scanned, distribution: Distribution) -> dict[str, Scope]:
    """Return the scope of every Python source that was read.

    Where the wheel's files are not known, a source outside of folders with a telling name counts as runtime if it lies
    in a package or is a module at the root or in `src`.
    """
    files = distribution.wheel.files
    shipped = {file.source for file in files if file.source} if files is not None else None
    found: dict[str, Scope] = {}
    for path in scanned.sources:
        if shipped is not None:
            found[path] = "runtime" if path in shipped and not _is_shipped_test(path) else _by_name(path)
        else:
            guess = _by_name(path)
            found[path] = "runtime" if guess == "tooling" and _looks_importable(path, scanned) else guess
    return found


def runtime_sources(scanned: Scanned, distribution: Distribution) -> tuple[str, ...]:
    """Return the sources that the wheel ships as code to run, sorted; tests inside of packages are left out."""
    return tuple(sorted(path for path, scope in scopes(scanned, distribution).items() if scope == "runtime"))


def _is_shipped_test(path: str) -> bool:
    """Tell whether a shipped file is a test that travels inside the package: nobody imports it at run time."""
    *folders, name = path.split("/")
    return any(role_of_folder(f) == "test" for f in folders if f != "testing") or bool(
        re.fullmatch(r"test_.*\.pyw?|conftest\.py", name)
    )


def _by_name(path: str) -> Scope:
    *folders, name = path.split("/")
    roles = [role for folder in folders if (role := role_of_folder(folder)) is not None]
    if roles:
        return "test" if "test" in roles else roles[0]
    if _TEST_FILE.fullmatch(name):
        return "test"
    return "build" if file_roles().get(name) == "build" else "tooling"


def _looks_importable(path: str, scanned: Scanned) -> bool:
    *folders, name = path.split("/")
    if name in file_roles() or inside(path, scanned.nested_projects):
        return False
    if folders[:1] == ["src"]:
        return True
    return not folders or f"{folders[0]}/__init__.py" in scanned.sources
