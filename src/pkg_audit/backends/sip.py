"""Model SIP's build system (observed: sip 6.17 and PyQt-builder 1.21, their documentation, 2026-11).

Without a project.py the files follow from `[tool.sip]`: compiled modules, what it generates, and `wheel-includes`.
With one, a program of the project decides, and nothing but the static metadata is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.dynamic import dynamic_doubts
from pkg_audit.backends.index import join
from pkg_audit.backends.licences import license_files
from pkg_audit.backends.metadata import FIELDS, core_metadata, known
from pkg_audit.backends.path_globs import path_glob
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.declared import Declared
from pkg_audit.facts.distribution import FieldUnknown, Sdist, ShippedFile
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.distribution import CoreMetadata

_SCRIPT = "project.py"
_OVERRIDABLE = ("dependencies", "entry_points")


class SipModel:
    """The backend sipbuild.api."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as sip would make them."""
        pyproject = project.scanned.pyproject
        document = pyproject.document if pyproject else None
        declared = (pyproject.project if pyproject else None) or Declared("project", WHOLE_PROJECT)
        own_script = project.index.is_file(_SCRIPT)
        metadata = _metadata(project, declared, own_script=own_script)
        if own_script:
            reason = Unknown("dynamic-expression", Place(_SCRIPT), f"{_SCRIPT} chooses what is built and shipped")
            return Prediction(metadata, WheelFiles(unknown=(FieldUnknown("files", reason),)), Sdist())
        return Prediction(metadata, _wheel(project, Table(document, ("tool", "sip", "project"))), Sdist())


def _metadata(project: Project, declared: Declared, *, own_script: bool) -> CoreMetadata:
    doubts = dynamic_doubts(declared, "sip gives it from its own settings")
    if own_script:
        told = {doubt.field for doubt in doubts}
        reason = Unknown("dynamic-expression", Place(_SCRIPT), f"{_SCRIPT} can add to it")
        fields = FIELDS if declared.name is None else _OVERRIDABLE
        doubts += [FieldUnknown(field, reason) for field in fields if field not in told]
    listed = known(declared.license_files)
    licences = license_files(project.index, [text.value for text in listed]) if listed is not None else ()
    return core_metadata(declared, tuple(sorted(licences)), doubts)


def _wheel(project: Project, options: Table) -> WheelFiles:
    package = (options.text("sip-module") or "").rpartition(".")[0].replace(".", "/")
    files: dict[str, ShippedFile] = {}
    doubts: list[FieldUnknown] = []
    if options.flag("dunder-init"):
        path = join(package, "__init__.py")
        files[path] = ShippedFile(path, "", "sip makes it")
    value = options.data.get("wheel-includes")
    for item in value if isinstance(value, list) else ():
        pattern, place = item if isinstance(item, list) and len(item) == 2 else (item, "")
        if not isinstance(pattern, str) or not isinstance(place, str):
            continue
        matches = path_glob(project.index, "", pattern)
        for source in sorted(matches.everything(project.index)):
            top = next((d for d in matches.dirs if source.startswith(f"{d}/")), source)
            target = join(place, source[len(top.rpartition("/")[0]) :].lstrip("/"))
            files[target] = ShippedFile(target, source, "`wheel-includes` matches it")
    at = options.at()
    reason = Unknown("needs-build", at, "stub files and bindings that sip generates are not followed")
    doubts.append(FieldUnknown("files", reason))
    return WheelFiles(tuple(files.values()), complete=False, unknown=tuple(doubts))
