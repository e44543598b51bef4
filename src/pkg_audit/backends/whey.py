"""Model whey (read: whey 0.1.1, 2024-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.metadata import core_metadata, dynamic_fields, known
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.requirements_txt import requirements_of
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import DiscoveryError, FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown, Value

if TYPE_CHECKING:
    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_SOURCES = (".py", ".pyi", ".pyx", "/py.typed")
_READMES = {"text/x-rst": "README.rst", "text/markdown": "README.md"}
_READMES_BY_NAME = {".rst": "README.rst", ".md": "README.md"}


class WheyModel:
    """The backend whey: the sources of one package, and additional files by commands as in MANIFEST.in."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as whey would make them."""
        pyproject = project.scanned.pyproject
        options = Table(pyproject.document if pyproject else None, ("tool", "whey"))
        declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
        metadata = _metadata(project, declared, options)
        root = join(options.text("source-dir") or "")
        name = options.text("package") or _default_package(known(declared.name) or project.tree.name)
        package = join(root, name)
        sources = [path for path in project.index.below(package) if _is_source(path)]
        if not sources:
            at = options.at("package") if "package" in options else declared.name.at if declared.name else WHOLE_PROJECT
            failure = DiscoveryError(at, "package-missing", (name,), f"no Python source is in {package}")
            return Prediction(metadata, WheelFiles((), failure=failure), Sdist())
        doubts = _doubts(project, options, package)
        wheel = _Copies(project.index, root)
        sdist = _Copies(project.index, "")
        for copies in (wheel, sdist):
            copies.add(sources, f"a source of package `{name}`")
            for command in options.strings("additional-files") or ():
                if not copies.run(command):
                    at = options.at("additional-files")
                    reason = Unknown("not-parseable", at, f"{command} is no command that whey knows, or is outside")
                    doubts.append(FieldUnknown("files", reason))
        files = WheelFiles(tuple(wheel.files.values()), complete=not doubts, unknown=tuple(doubts))
        extra = _beside_the_sources(project.index, declared)
        return Prediction(metadata, files, Sdist(tuple(sorted({*sdist.files, *extra})), complete=not doubts))


def _default_package(name: str) -> str:
    stem, stubs = name.partition(".")[0], ""
    if stem.endswith("-stubs"):
        stem, stubs = stem[: -len("-stubs")], "-stubs"
    return stem.replace("-", "_") + stubs


def _is_source(path: str) -> bool:
    return path.endswith(_SOURCES) and "__pycache__" not in path.split("/")


def _metadata(project: Project, declared: Declared, options: Table) -> CoreMetadata:
    dynamic = dynamic_fields(declared)
    doubts = []
    if "dependencies" in dynamic:
        declared = replace(declared, dependencies=requirements_of(project.tree, ["requirements.txt"], options))
    if "classifiers" in dynamic:
        reason = Unknown("generated", dynamic["classifiers"], "whey adds classifiers from its own table")
        doubts.append(FieldUnknown("classifiers", reason))
    if "requires-python" in dynamic:
        declared = replace(declared, requires_python=_oldest_python(options, dynamic["requires-python"]))
    return core_metadata(declared, (), doubts)


def _oldest_python(options: Table, at: Place) -> Value[str]:
    listed = options.data.get("python-versions")
    versions = [str(item) for item in listed if isinstance(item, (str, int, float))] if isinstance(listed, list) else []
    numbers = {tuple(map(int, text.split("."))): text for text in versions if text.replace(".", "").isdecimal()}
    if not numbers or len(numbers) != len(set(versions)):
        return Value(None, at, Unknown("dynamic-expression", at, "the oldest of python-versions is not known"))
    return Value(f">={numbers[min(numbers)]}", options.at("python-versions"))


def _doubts(project: Project, options: Table, package: str) -> list[FieldUnknown]:
    reasons = [
        Unknown("needs-build", Place(link), "a symbolic link in the package")
        for link in project.index.links
        if link.startswith(f"{package}/")
    ]
    if options.table("builders").data:
        reasons.append(Unknown("needs-build", options.at("builders"), "another builder can add or remove files"))
    return [FieldUnknown("files", reason) for reason in reasons]


class _Copies:
    """The files that whey copies, by path below `root`."""

    def __init__(self, index: FileIndex, root: str) -> None:
        self._index = index
        self._root = root
        self.files: dict[str, ShippedFile] = {}

    def add(self, paths: list[str], why: str) -> bool:
        """Copy files; False where one is outside of the root, which stops whey."""
        skip = len(self._root) + 1 if self._root else 0
        for path in paths:
            if self._root and not path.startswith(f"{self._root}/"):
                return False
            self.files[path[skip:]] = ShippedFile(path[skip:], path, why)
        return True

    def run(self, command: str) -> bool:
        """Run one command; False where it is not known or whey would stop."""
        action, *words = command.split(" ")
        recursive = action.startswith("recursive-")
        base, patterns = (words[0], [f"**/{word}" for word in words[1:]]) if recursive and words else ("", words)
        if not patterns:
            return False
        if action in {"include", "recursive-include"}:
            found = [path for pattern in patterns for path in path_glob(self._index, join(base), pattern).files]
            kept = [path for path in found if not recursive or "__pycache__" not in path.split("/")]
            return self.add(kept, f"`additional-files` has `{command}`")
        if action in {"exclude", "recursive-exclude"}:
            from pkg_audit.backends.index import FileIndex

            copied = FileIndex(self.files)
            for pattern in patterns:
                for path in path_glob(copied, join(base), pattern).files:
                    self.files.pop(path, None)
            return True
        return False


def _beside_the_sources(index: FileIndex, declared: Declared) -> list[str]:
    """Return what the sdist holds besides: README and LICENSE under fixed names, and the project's own files."""
    found = ["pyproject.toml"]
    if index.is_file("requirements.txt"):
        found.append("requirements.txt")
    if known(declared.license_file):
        found.append("LICENSE")
    readme, kind = known(declared.readme), known(declared.readme_content_type)
    if readme or known(declared.readme_text):
        suffix = (readme or "")[(readme or "").rfind(".") :].lower()
        found.append(_READMES.get(kind, "README") if kind else _READMES_BY_NAME.get(suffix, "README"))
    return found
