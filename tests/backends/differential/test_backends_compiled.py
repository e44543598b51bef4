"""Compare predictions with what backends that compile really build: C, Cython, cffi, mypyc and Rust."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from compiled_builds import (
    CompiledLayout,
    extension_modules,
    findable,
    importable_roots,
    kind_of,
    load_compiled,
    shipped,
)
from differential_builds import build, environment, tag_agrees

from pkg_audit.backends import predict
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path

    from pkg_audit.facts.distribution import Distribution

pytestmark = pytest.mark.real

FIELDS = ("metadata", "kind", "tags", "extension-modules", "import-names", "wheel-files", "sdist-files")


@pytest.fixture(scope="session")
def results() -> dict[str, tuple[Distribution, dict[str, Any], str, Path]]:
    return {}


def runs(program: str) -> bool:
    """Tell whether a program is there and starts: a launcher of toolchains may have none to start."""
    if shutil.which(program) is None:
        return False
    return subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60).returncode == 0


@pytest.fixture
def outcome(
    request: pytest.FixtureRequest,
    layout: CompiledLayout,
    pytestconfig: pytest.Config,
    results: dict[str, tuple[Distribution, dict[str, Any], str, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Distribution, dict[str, Any], str, Path]:
    """Build a layout once, and predict it."""
    if layout.name not in results:
        for program in ("gcc", *layout.needs):
            if not runs(program):
                pytest.skip(f"{program} does not run here")
        python = environment(pytestconfig, layout.requires)
        if not python:
            pytest.skip(f"no cached build environment and no package index: {', '.join(layout.requires)}")
        folder = tmp_path_factory.mktemp("compiled")
        project = folder / "project"
        for name, content in layout.files.items():
            target = project / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        tree = open_tree(str(project))
        predicted = predict(tree, scan(tree))
        built = build(python, layout, project, folder / "out")
        results[layout.name] = predicted, built, python, folder / "out" / "site"
    found = results[layout.name]
    assert "error" not in found[1], found[1].get("error")
    assert found[0].discovery_error is None
    return found


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("layout", [pytest.param(layout, id=layout.name) for layout in load_compiled()])
def test_prediction_agrees_with_the_compiled_build(
    layout: CompiledLayout, field: str, outcome: tuple[Distribution, dict[str, Any], str, Path]
) -> None:
    predicted, built, python, site = outcome
    wheel = predicted.wheel
    if field == "kind":
        assert kind_of(built["wheel_name"]) == layout.kind
        assert wheel.kind == layout.kind
    elif field == "tags":
        assert tag_agrees(wheel.tags, built["wheel_name"]), (built["wheel_name"], wheel.tags)
    elif field == "extension-modules":
        names = [n for n in extension_modules(built["wheel"], site) if not n.endswith("__mypyc")]
        told = [n for n in wheel.extension_modules or () if not n.endswith("__mypyc")]
        assert sorted(told) == names
    elif field == "import-names":
        assert wheel.import_names is not None
        importable = tuple(n for n in wheel.import_names if not n.endswith("__mypyc"))
        assert {n.split(".")[0] for n in importable} == {
            n for n in importable_roots(built["wheel"]) if not n.endswith("__mypyc")
        }
        assert findable(python, site, importable) == list(importable)
    elif field == "wheel-files":
        assert wheel.complete
        assert sorted(file.path for file in wheel.files or ()) == sorted(set(shipped(built)) - set(layout.besides))
    elif field == "sdist-files":
        if not predicted.sdist.complete:
            pytest.skip("the sdist's files are not predicted")
        assert sorted(predicted.sdist.files or ()) == [
            name for name in built["sdist"] if name != "PKG-INFO" and ".egg-info/" not in name
        ]
    else:
        _compare_metadata(predicted, built)


def _compare_metadata(predicted: Distribution, built: dict[str, Any]) -> None:
    told, metadata = built["metadata"], predicted.metadata
    assert metadata.unknown == ()
    assert metadata.name is not None
    assert metadata.version is not None
    assert [metadata.name.value] == told["Name"]
    assert [metadata.version.value] == told["Version"]
    expression = metadata.license_expression
    assert ([expression.value] if expression else None) == told.get("License-Expression")
    assert sorted(text.value.replace(" ", "") for text in metadata.dependencies) == sorted(
        text.replace(" ", "") for text in told.get("Requires-Dist") or ()
    )
    names = [name.partition(".dist-info/")[2] for name in built["wheel"] if ".dist-info/" in name]
    licences = [name.removeprefix("licenses/") for name in names if "LICENSE" in name]
    assert sorted(metadata.license_files) == licences
    for entry_point in metadata.entry_points:
        assert f"{entry_point.name} = {entry_point.value}" in built["entry_points"]
