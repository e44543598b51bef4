"""Join what the backend's model answers with what follows from it: import names, kind, single module."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends import built_wheel
from pkg_audit.backends.importable import importable
from pkg_audit.backends.in_tree import wrapped_backend
from pkg_audit.backends.index import FileIndex
from pkg_audit.backends.kind import KindVerdict, judge_kind
from pkg_audit.backends.metadata import static_metadata, with_built
from pkg_audit.backends.port import Prediction, Project, WheelFiles
from pkg_audit.backends.table import LEGACY, model_for
from pkg_audit.backends.tags import TagVerdict, judge_tags
from pkg_audit.facts.distribution import Distribution, FieldUnknown, Sdist, Wheel
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree


def predict_distribution(tree: Tree, scanned: Scanned) -> Distribution:
    """Return the predicted distribution. See `pkg_audit.backends.predict`."""
    project = Project(tree, scanned, FileIndex(scanned.files, scanned.links))
    if scanned.source == "wheel":
        return _built(project)
    backend, at = backend_of(scanned)
    prediction = _predict(project, backend, at)
    shipped = prediction.wheel.files
    paths = None if shipped is None else tuple(file.path for file in shipped)
    verdict = judge_kind(tree, scanned, scanned.native, paths)
    metadata = prediction.metadata
    if scanned.source == "sdist":
        metadata = with_built(metadata, scanned.built)
    return Distribution(
        backend=backend,
        backend_at=at,
        metadata=metadata,
        wheel=_tagged(
            _wheel(project, prediction.wheel, verdict),
            judge_tags(project.tree, scanned, verdict, backend, prediction.metadata),
        ),
        sdist=prediction.sdist,
        discovery_error=prediction.wheel.failure,
    )


def backend_of(scanned: Scanned) -> tuple[str | None, Place]:
    """Return the backend's dotted name and where it is named, as PEP 517 chooses it (fallback included).

    None: nothing says that this is a package, so no frontend would be asked to build it.
    """
    pyproject = scanned.pyproject
    if pyproject is not None and pyproject.build_system is not None:
        named = pyproject.build_system.backend
        if named is None or not named.value.strip():
            return LEGACY, pyproject.build_system.at
        return named.value.strip(), named.at
    if pyproject is not None and (pyproject.project or pyproject.poetry or pyproject.flit):
        return LEGACY, pyproject.at
    if scanned.setup_py is not None:
        return LEGACY, scanned.setup_py.at
    if scanned.setup_cfg is not None and {"metadata", "options"} & set(scanned.setup_cfg.sections):
        return LEGACY, scanned.setup_cfg.at
    return None, WHOLE_PROJECT


def _predict(project: Project, backend: str | None, at: Place) -> Prediction:
    pyproject = project.scanned.pyproject
    if pyproject is not None and pyproject.error is not None:
        reason, why = Unknown("not-parseable", pyproject.error.at, pyproject.error.message), "pyproject.toml is broken"
    elif (model := model_for(backend)) is not None:
        return model.predict(project)
    elif backend is not None and (model := model_for(wrapped_backend(project, backend))) is not None:
        return _wrapped(model.predict(project), backend, at)
    elif backend is None:
        reason = Unknown("file-missing", at, "no packaging metadata")
        why = reason.detail
    else:
        reason = Unknown("needs-build", at, f"the files that {backend} ships are not modelled")
        why = f"{backend} decides it"
    wheel = WheelFiles(unknown=(FieldUnknown("files", reason),))
    return Prediction(static_metadata(project.scanned, why), wheel, Sdist())


def _wrapped(prediction: Prediction, backend: str, at: Place) -> Prediction:
    """Take the completeness from a prediction: the project's own backend may add or remove files."""
    doubt = FieldUnknown("files", Unknown("needs-build", at, f"{backend} is the project's own backend"))
    wheel = replace(prediction.wheel, complete=False, unknown=(*prediction.wheel.unknown, doubt))
    return replace(prediction, wheel=wheel, sdist=replace(prediction.sdist, complete=False))


def _built(project: Project) -> Distribution:
    """Tell what a wheel holds that is already built."""
    tree = project.tree
    prediction = built_wheel.BuiltWheel().predict(project)
    kind, reasons = built_wheel.kind_of(tree)
    extensions = built_wheel.extension_modules_of(project.index.files)
    verdict = KindVerdict(kind, reasons, extensions, built_wheel.free_threaded_of(tree, kind))
    wheel = _tagged(_wheel(project, prediction.wheel, verdict), built_wheel.read_tags(tree))
    return Distribution(None, built_wheel.place_of_metadata(tree), prediction.metadata, wheel, prediction.sdist)


def _tagged(wheel: Wheel, found: TagVerdict) -> Wheel:
    return replace(wheel, tags=found.tags, abi3_floor=found.abi3_floor, unknown=(*wheel.unknown, *found.unknown))


def _wheel(project: Project, shipped: WheelFiles, verdict: KindVerdict) -> Wheel:
    """Put together the wheel from its files and its kind. Names are unknown where nothing tells the files."""
    wheel = Wheel(
        kind=verdict.kind,
        kind_reasons=verdict.reasons,
        free_threaded=verdict.free_threaded,
        extension_modules=verdict.extension_modules,
        unknown=(*shipped.unknown, *verdict.unknown),
    )
    if shipped.files is None:
        doubt = shipped.unknown[0].unknown if shipped.unknown else Unknown("needs-build")
        names = (FieldUnknown("import_names", doubt), FieldUnknown("single_module", doubt))
        return replace(wheel, unknown=(*wheel.unknown, *names))
    found = importable(project.tree, shipped.files, verdict.extension_modules or (), shipped.namespaces)
    missing = verdict.extension_modules is None or not shipped.complete
    if missing and not found.names and not found.stub_packages and shipped.failure is None:
        # What is missing may be all there is to import.
        doubt = next((d.unknown for d in (*shipped.unknown, *verdict.unknown)), Unknown("needs-build"))
        files = tuple(sorted(shipped.files, key=lambda file: file.path))
        names = (FieldUnknown("import_names", doubt), FieldUnknown("single_module", doubt))
        return replace(wheel, files=files, complete=shipped.complete, unknown=(*wheel.unknown, *names))
    return replace(
        wheel,
        files=tuple(sorted(shipped.files, key=lambda file: file.path)),
        complete=shipped.complete,
        import_names=found.names,
        import_namespaces=found.namespaces,
        stub_packages=found.stub_packages,
        single_module=found.single_module,
    )
