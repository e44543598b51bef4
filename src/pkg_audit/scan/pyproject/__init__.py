"""Read pyproject.toml: the standard tables, and the metadata tables of setuptools, poetry and flit."""

from __future__ import annotations

from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, Pyproject
from pkg_audit.scan.pyproject.build_system import read_build_system
from pkg_audit.scan.pyproject.flit import read_flit
from pkg_audit.scan.pyproject.groups import read_groups
from pkg_audit.scan.pyproject.poetry import read_poetry, read_poetry_groups
from pkg_audit.scan.pyproject.project_table import PROJECT_KEYS, read_project
from pkg_audit.scan.pyproject.reader import TomlReader
from pkg_audit.scan.pyproject.setuptools_table import read_setuptools
from pkg_audit.scan.toml import read_toml
from pkg_audit.tree import Tree

__all__ = ["PATH", "PROJECT_KEYS", "read_pyproject"]

PATH = "pyproject.toml"


def read_pyproject(tree: Tree) -> Pyproject | None:
    """Read the tree's pyproject.toml, None where there is none.

    With `error` set nothing of it is known. Values of wrong types are misfits and count as absent.
    """
    if not tree.is_file(PATH):
        return None
    document = read_toml(tree, PATH)
    if isinstance(document, FileError):
        return Pyproject(Place(PATH), error=document)
    reader = TomlReader(document)
    reader.table("tool")
    return Pyproject(
        at=Place(PATH),
        document=document,
        build_system=read_build_system(reader),
        project=read_project(reader),
        poetry=read_poetry(reader),
        flit=read_flit(reader),
        setuptools=read_setuptools(reader),
        dependency_groups=(*read_groups(reader), *read_poetry_groups(reader)),
        misfits=tuple(dict.fromkeys(reader.misfits)),
    )
