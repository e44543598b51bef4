"""Compare predictions with what the real backends build."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING, Any

import pytest
from differential_builds import Layout, build, environment, load_layouts, tag_agrees
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from pkg_audit.backends import predict
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pkg_audit.facts.distribution import Distribution

pytestmark = pytest.mark.real

GENERATED = ("PKG-INFO",)


@pytest.fixture(scope="session")
def environments() -> dict[tuple[str, ...], str]:
    return {}


@pytest.mark.parametrize("layout", [pytest.param(layout, id=layout.name) for layout in load_layouts()])
def test_prediction_agrees_with_the_backend(
    layout: Layout, environments: dict[tuple[str, ...], str], pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    if layout.requires not in environments:
        environments[layout.requires] = environment(pytestconfig, layout.requires)
    python = environments[layout.requires]
    if not python:
        pytest.skip(f"no cached build environment and no package index: {', '.join(layout.requires)}")
    project = tmp_path / "project"
    for name, content in layout.files.items():
        target = project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    built = build(python, layout, project, tmp_path / "out")
    tree = open_tree(str(project))
    predicted = predict(tree, scan(tree))
    if layout.fails:
        assert "error" in built
        assert predicted.discovery_error is not None
        assert predicted.discovery_error.kind == layout.fails
        return
    assert "error" not in built, built["error"]
    assert predicted.discovery_error is None
    assert predicted.wheel.complete is not layout.incomplete
    wheel = predicted.wheel
    assert (wheel.tags is None) is (wheel.kind == "unknown")
    assert wheel.tags is None or tag_agrees(wheel.tags, built["wheel_name"]), (built["wheel_name"], wheel.tags)
    _compare_files(predicted, built)
    assert tuple(doubt.field for doubt in predicted.metadata.unknown) == layout.unknown
    _compare_metadata(predicted, built, layout.unknown)
    if layout.import_names is not None:
        assert predicted.wheel.import_names == tuple(sorted(layout.import_names))


def _compare_files(predicted: Distribution, built: dict[str, Any]) -> None:
    assert predicted.wheel.files is not None
    assert predicted.sdist.files is not None
    shipped = [file.path for file in predicted.wheel.files]
    assert sorted(shipped) == [
        name
        for name in built["wheel"]
        if ".dist-info/" not in name and not name.endswith((".so", ".pyd", "-nspkg.pth"))
    ]
    assert sorted(predicted.sdist.files) == [
        name for name in built["sdist"] if name not in GENERATED and ".egg-info/" not in name
    ]


def _compare_metadata(predicted: Distribution, built: dict[str, Any], unknown: tuple[str, ...]) -> None:
    told, metadata = built["metadata"], predicted.metadata

    def one(key: str) -> str | None:
        values: list[str] = told.get(key) or []
        return values[0] if values else None

    assert (metadata.name.value if metadata.name else None) == one("Name")
    if "version" not in unknown:
        assert (metadata.version.value if metadata.version else None) == one("Version")
    python = metadata.requires_python
    assert SpecifierSet(python.value if python else "") == SpecifierSet(one("Requires-Python") or "")
    assert (metadata.license_expression.value if metadata.license_expression else None) == one("License-Expression")
    assert sorted(metadata.license_files) == sorted(told.get("License-File") or ())
    assert {text.value for text in metadata.classifiers} == set(told.get("Classifier") or ())
    extras = metadata.optional_dependencies
    assert {canonicalize_name(name) for name in extras} == set(told.get("Provides-Extra") or ())
    wanted = [text.value for text in metadata.dependencies]
    for extra, texts in extras.items():
        # what names its extras itself is one line, in whichever of them it stands
        wanted += [text.value for text in texts if "extra ==" in text.value and text.value not in wanted]
        wanted += [_with_extra(text.value, extra) for text in texts if "extra ==" not in text.value]
    assert _canonical(wanted) == _canonical(told.get("Requires-Dist") or ())
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(built["entry_points"])
    assert {(e.group, e.name, e.value.replace(" ", "")) for e in metadata.entry_points} == {
        (group, name, value.replace(" ", "")) for group in parser.sections() for name, value in parser[group].items()
    }


def _with_extra(text: str, extra: str) -> str:
    body, _, marker = text.partition(";")
    condition = f'extra == "{canonicalize_name(extra)}"'
    return f"{body}; ({marker.strip()}) and {condition}" if marker.strip() else f"{body}; {condition}"


def _canonical(texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        head, _, marker = str(Requirement(text)).replace("(", "").replace(")", "").partition("; ")
        found.append("; ".join([head, *sorted(marker.split(" and "))]))
    return sorted(found)
