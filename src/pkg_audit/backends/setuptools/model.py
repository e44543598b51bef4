"""Answer for setuptools what every model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.backends.metadata import static_metadata
from pkg_audit.backends.port import Prediction, WheelFiles
from pkg_audit.facts.distribution import FieldUnknown, Sdist
from pkg_audit.facts.place import Unknown

if TYPE_CHECKING:
    from pkg_audit.backends.port import Project


class SetuptoolsModel:
    """The setuptools backend, also as PEP 517's legacy fallback."""

    def predict(self, project: Project) -> Prediction:
        """Return metadata and files as setuptools would make them."""
        files = WheelFiles(unknown=(FieldUnknown("files", Unknown("needs-build")),))
        return Prediction(static_metadata(project.scanned, "setuptools decides it"), files, Sdist())
