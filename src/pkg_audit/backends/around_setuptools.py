"""Model backends that call setuptools and add files of their own: scikit-build-core's plugin, jupyter-packaging."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pkg_audit.backends.cmake_files import installed_files
from pkg_audit.backends.names import data_directory
from pkg_audit.backends.setuptools.model import SetuptoolsModel
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import WHOLE_PROJECT, Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.port import Prediction, Project


class AroundSetuptoolsModel:
    """A backend around setuptools; its wheels hold at least what setuptools would ship, and are never complete."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def predict(self, project: Project) -> Prediction:
        """Return setuptools' prediction, with what CMake is seen to install."""
        prediction = SetuptoolsModel().predict(project)
        wheel = prediction.wheel
        system = project.scanned.pyproject.build_system if project.scanned.pyproject else None
        at = system.backend.at if system is not None and system.backend is not None else WHOLE_PROJECT
        doubt = FieldUnknown("files", Unknown("needs-build", at, f"{self._backend} adds files of its own"))
        files = {file.path: file for file in wheel.files or ()}
        if project.scanned.native.cmake is not None and wheel.files is not None:
            directory = data_directory(prediction.metadata)
            files |= installed_files(project.index, project.scanned.native.cmake, directory, chosen=False).files
        shipped = tuple(files.values()) if wheel.files is not None else None
        wheel = replace(wheel, files=shipped, complete=False, unknown=(*wheel.unknown, doubt))
        return replace(prediction, wheel=wheel, sdist=replace(prediction.sdist, complete=False))
