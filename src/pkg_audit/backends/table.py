"""Choose the model of a build backend by its dotted name. Models load when they are asked for, never before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkg_audit.backends.port import Model

SETUPTOOLS = "setuptools.build_meta"
LEGACY = "setuptools.build_meta:__legacy__"


def model_for(backend: str | None) -> Model | None:
    """Return the model of a backend, None where there is none for it.

    A new model is one more case here and one module beside this one.
    """
    match backend:
        case "setuptools.build_meta" | "setuptools.build_meta:__legacy__" | "pbr.build":
            from pkg_audit.backends.setuptools.model import SetuptoolsModel

            return SetuptoolsModel()
        case "hatchling.build":
            from pkg_audit.backends.hatchling.model import HatchlingModel

            return HatchlingModel()
        case "flit_core.buildapi" | "flit.buildapi" | "flit_scm:buildapi":
            from pkg_audit.backends.flit.model import FlitModel

            return FlitModel(from_tags=backend.startswith("flit_scm"))
        case "poetry.core.masonry.api" | "poetry.masonry.api" | "poetry_dynamic_versioning.backend":
            from pkg_audit.backends.poetry.model import PoetryModel

            return PoetryModel(backend)
        case "pdm.backend" | "pdm.pep517.api":
            from pkg_audit.backends.pdm.model import PdmModel

            return PdmModel(legacy=backend == "pdm.pep517.api")
        case "uv_build":
            from pkg_audit.backends.uv_build import UvBuildModel

            return UvBuildModel()
        case "whey":
            from pkg_audit.backends.whey import WheyModel

            return WheyModel()
        case "scikit_build_core.build":
            from pkg_audit.backends.scikit_build_core.model import ScikitBuildCoreModel

            return ScikitBuildCoreModel()
        case "scikit_build_core.setuptools.build_meta" | "jupyter_packaging.build_api":
            from pkg_audit.backends.around_setuptools import AroundSetuptoolsModel

            return AroundSetuptoolsModel(backend)
        case "maturin":
            from pkg_audit.backends.maturin.model import MaturinModel

            return MaturinModel()
        case "mesonpy":
            from pkg_audit.backends.meson_python.model import MesonPythonModel

            return MesonPythonModel()
        case "py_build_cmake.build":
            from pkg_audit.backends.py_build_cmake import PyBuildCmakeModel

            return PyBuildCmakeModel()
        case "sipbuild.api":
            from pkg_audit.backends.sip import SipModel

            return SipModel()
        case "sphinx_theme_builder":
            from pkg_audit.backends.sphinx_theme_builder import SphinxThemeBuilderModel

            return SphinxThemeBuilderModel()
        case _:
            return None
