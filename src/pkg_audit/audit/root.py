"""Choose the project root that an audit of a named root judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.errors import TreeError
from pkg_audit.scan.projects import declares_project, inside, members, nested_projects
from pkg_audit.tree.display import display

if TYPE_CHECKING:
    from pkg_audit.tree import Tree

_SHOWN = 12


def project_root(tree: Tree) -> tuple[Tree, str]:
    """Return the tree of the project to audit and its folder below the named root ("" for the root itself).

    Raises TreeError where there is no Python file at all, and for a root that holds nothing but the members of a
    workspace, which it lists: one report is one project.
    """
    if tree.source == "wheel" or declares_project(tree, ""):
        return tree, ""
    python = [path for path in tree.files() if path.endswith((".py", ".pyw", ".pyi"))]
    found = members(tree)
    nested = nested_projects(tree)
    own = [path for path in python if not inside(path, nested)]
    if len(found) == 1 and not _is_application(own):
        return tree.sub(found[0]), found[0]
    if found and not _is_application(own):
        shown = ", ".join(display(folder) for folder in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise TreeError(f"a workspace of {len(found)} projects, audit one of them: {shown}{more}")
    if not python and not tree.is_file("pyproject.toml") and not tree.is_file("setup.cfg"):
        raise TreeError("not a Python project: no Python file and no packaging metadata below it")
    return tree, ""


def _is_application(own: list[str]) -> bool:
    """Tell whether a root without metadata has code of its own, apart from helper scripts beside its members."""
    return any(
        "/" not in path and path.rpartition("/")[2] not in {"noxfile.py", "conftest.py", "tasks.py"} for path in own
    )
