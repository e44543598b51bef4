"""Find out where maturin takes Python files from and where the compiled module goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.scan.native.cargo import Crate


@dataclass(frozen=True, slots=True)
class Layout:
    """The directories of a project.

    `package` is the directory of the Python package around the module, None where there is none and maturin makes
    one. `module` is the directory in the wheel that the module goes to, `extension` its last name. `data` is the
    directory of files for the wheel's data directory, "" for none.
    """

    source: str
    package: str | None
    packages: tuple[str, ...]
    module: str
    extension: str
    data: str


def layout_of(index: FileIndex, options: Table, project_name: str | None, crate: Crate | None) -> Layout:
    """Return the layout that maturin would see."""
    packages = tuple(options.strings("python-packages") or ())
    source = _source(index, options, project_name, packages)
    name = options.text("module-name") or (crate.explicit_lib_name if crate else "") or project_name or ""
    name = name or (crate.name if crate else "")
    *parents, extension = name.split(".") if name else [""]
    around = join(source, parents[0] if parents else extension) if name else ""
    crate_of_that_name = index.is_file(f"{around}/Cargo.toml") and not index.is_file(f"{around}/__init__.py")
    mixed = bool(around) and index.is_dir(around) and not crate_of_that_name
    data = options.text("data")
    default = f"{name}.data"
    return Layout(
        source=source,
        package=around if mixed else None,
        packages=packages,
        module=join(*(parents or [extension])) if mixed else extension,
        extension=extension,
        data=join(data) if data else default if index.is_dir(default) else "",
    )


def _source(index: FileIndex, options: Table, project_name: str | None, packages: tuple[str, ...]) -> str:
    declared = options.text("python-source")
    if declared is not None:
        return join(declared)
    if project_name is None or not index.is_file("rust/Cargo.toml"):
        return ""
    names = (project_name.replace("-", "_"), *packages)
    return "src" if any(index.is_file(join("src", name, "__init__.py")) for name in names) else ""
