"""Find dynamic fields whose configured source is not there: a file that is missing, a module without the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.derive.metadata.common import normalize
from pkg_audit.errors import ReadError
from pkg_audit.facts.metadata_records import FieldFault
from pkg_audit.scan.attr import find_module
from pkg_audit.scan.sources import scan_bindings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned, TomlDocument
    from pkg_audit.tree import Tree

_NO_FILE = "there is no such file"
_NO_NAME = "the module binds no such name"
_SETUPTOOLS = ("tool", "setuptools", "dynamic")
_PLAIN_REQUIREMENTS = frozenset({"setuptools", "wheel"})


def dynamic_source_faults(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[FieldFault, ...]:
    """Return the fields that the backend is told to take from what the tree does not have.

    Only sources that the backend itself reads count: what a plugin of the build makes may come later.
    """
    backend = distribution.backend or ""
    pyproject = scanned.pyproject
    document = pyproject.document if pyproject else None
    listed = {text.value for text in pyproject.project.dynamic} if pyproject and pyproject.project else set()
    if backend.startswith("setuptools."):
        return (*_of_setuptools(tree, scanned, document, listed), *_of_setup_cfg(tree, scanned))
    if document is None or "version" not in listed:
        return ()
    if backend.startswith("hatchling."):
        return tuple(_of_hatch(tree, document, distribution))
    if backend.startswith("pdm."):
        return tuple(_of_pdm(tree, document))
    if backend.startswith("flit_core."):
        return tuple(_of_flit(tree, scanned, distribution))
    return ()


def _of_setuptools(
    tree: Tree, scanned: Scanned, document: TomlDocument | None, listed: set[str]
) -> Iterator[FieldFault]:
    table = document.get(*_SETUPTOOLS) if document else None
    if document is None or not isinstance(table, Mapping):
        return
    for field, directive in table.items():
        if field not in listed or not isinstance(directive, Mapping):
            continue
        if field == "optional-dependencies":
            for extra, inner in directive.items():
                if isinstance(inner, Mapping):
                    yield from _files(tree, field, inner.get("file"), document.at(*_SETUPTOOLS, field, extra))
            continue
        at = document.at(*_SETUPTOOLS, field)
        if isinstance(directive.get("attr"), str):
            yield from _attribute(tree, scanned, field, directive["attr"], at)
        else:
            yield from _files(tree, field, directive.get("file"), at)


def _of_setup_cfg(tree: Tree, scanned: Scanned) -> Iterator[FieldFault]:
    pyproject = scanned.pyproject
    if pyproject is not None and pyproject.project is not None:
        return  # then setuptools takes the version from there alone
    text = scanned.setup_cfg.sections.get("metadata", {}).get("version") if scanned.setup_cfg else None
    if text is None:
        return
    if text.value.startswith("attr:"):
        yield from _attribute(tree, scanned, "version", text.value.removeprefix("attr:").strip(), text.at)
    elif text.value.startswith("file:"):
        yield from _files(tree, "version", text.value.removeprefix("file:").strip(), text.at)


def _files(tree: Tree, field: str, value: Any, at: Place) -> Iterator[FieldFault]:
    """Yield a fault for every file that is missing: setuptools warns and leaves the field without its lines."""
    for name in [value] if isinstance(value, str) else value if isinstance(value, list) else ():
        if isinstance(name, str) and name and not any(char in name for char in "*?[{$") and not tree.is_file(name):
            yield FieldFault(at, "dynamic-source-missing", field, name, detail=_NO_FILE)


def _attribute(tree: Tree, scanned: Scanned, field: str, reference: str, at: Place) -> Iterator[FieldFault]:
    module, _, name = reference.strip().rpartition(".")
    if not module or len(reference) > 300:
        return
    folders: dict[str, str] = {}
    for source in (scanned.pyproject, scanned.setup_cfg, scanned.setup_py):
        options = source.setuptools if source is not None else None
        if options is not None and options.package_dir is not None:
            folders.update(options.package_dir.value or {})
    path = find_module(tree, module, folders)
    if path is None:
        package = module.rpartition(".")[0]
        if package and find_module(tree, package, folders) and not _has_plugins(scanned):
            yield FieldFault(at, "dynamic-source-missing", field, reference, detail=f"there is no module `{module}`")
    elif _surely_lacks(tree, path, name):
        yield FieldFault(at, "dynamic-source-missing", field, reference, detail=_NO_NAME)


def _has_plugins(scanned: Scanned) -> bool:
    """Tell whether the build asks for more than setuptools, which may write modules."""
    build = scanned.pyproject.build_system if scanned.pyproject else None
    names = {normalize(_bare(text.value)) for text in (build.requires if build and build.requires else ())}
    return bool(names - _PLAIN_REQUIREMENTS) or scanned.setup_py is not None


def _bare(requirement: str) -> str:
    end = next((index for index, char in enumerate(requirement) if not (char.isalnum() or char in "._-")), None)
    return requirement[:end]


def _surely_lacks(tree: Tree, path: str, name: str) -> bool:
    try:
        bindings = scan_bindings(tree.read(path))
    except ReadError:
        return False
    if not bindings.parsed or bindings.dynamic:
        return False
    names = {binding.name for binding in bindings.bindings}
    return name not in names and "*" not in names


def _of_hatch(tree: Tree, document: TomlDocument, distribution: Distribution) -> Iterator[FieldFault]:
    table = document.get("tool", "hatch", "version")
    if not isinstance(table, Mapping) or table.get("source", "regex") not in ("regex", "code"):
        return
    path = table.get("path")
    if not isinstance(path, str) or not path or path.startswith(("/", "..")):
        return
    at = document.at("tool", "hatch", "version", "path")
    if not tree.is_file(path):
        yield FieldFault(at, "dynamic-source-missing", "version", path, detail=_NO_FILE)
    elif table.get("source", "regex") == "regex" and "pattern" not in table and distribution.metadata.version is None:
        reason = next((item.unknown for item in distribution.metadata.unknown if item.field == "version"), None)
        if reason is not None and reason.at.path == path and reason.reason == "dynamic-expression":
            detail = "no line there assigns `__version__` or `VERSION` a string"
            yield FieldFault(at, "dynamic-source-missing", "version", path, detail=detail)


def _of_pdm(tree: Tree, document: TomlDocument) -> Iterator[FieldFault]:
    table = document.get("tool", "pdm", "version")
    path = table.get("path") if isinstance(table, Mapping) and table.get("source") == "file" else None
    if isinstance(path, str) and path and not path.startswith(("/", "..")) and not tree.is_file(path):
        at = document.at("tool", "pdm", "version", "path")
        yield FieldFault(at, "dynamic-source-missing", "version", path, detail=_NO_FILE)


def _of_flit(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[FieldFault]:
    """Yield a fault where none of the files in which flit looks for `__version__` binds it."""
    project = scanned.pyproject.project if scanned.pyproject else None
    files = [
        file.source
        for file in distribution.wheel.files or ()
        if file.path.count("/") <= 1
        and file.path.rpartition("/")[2] in ("__init__.py", "__version__.py", "_version.py", "version.py")
    ]
    if distribution.wheel.single_module:
        files = [file.source for file in distribution.wheel.files or () if file.path.endswith(".py")]
    at = next((text.at for text in project.dynamic if text.value == "version"), None) if project else None
    if at is not None and files and all(_surely_lacks(tree, path, "__version__") for path in files):
        module = files[-1] if len(files) == 1 else f"{files[0].rpartition('/')[0]}/__init__.py"
        detail = f"`{module}` binds no `__version__`"
        yield FieldFault(at, "dynamic-source-missing", "version", "__version__", detail=detail)
