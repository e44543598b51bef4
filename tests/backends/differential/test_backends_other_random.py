"""Random small projects: what hatchling, poetry-core, pdm-backend, flit_core and uv_build make of them."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from differential_builds import Layout, build, environment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkg_audit.backends import predict
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.real

EXAMPLES = int(os.environ.get("PKG_AUDIT_RANDOM_BUILDS", "12"))

directories = st.lists(st.sampled_from(["src", "acme", "b", "ns", "data", "tests", "acme-stubs", ".h"]), max_size=4)
names = st.sampled_from(
    ["__init__.py", "acme.py", "n.py", "d.json", "e.txt", "py.typed", "__init__.pyi", ".dot", "x.pyc", "LICENSE"]
)
paths = st.tuples(directories, names).map(lambda item: "/".join((*item[0], item[1])))
starts = st.sampled_from([[], ["acme/__init__.py"], ["acme/__init__.py"], ["src/acme/__init__.py"], ["acme.py"]])
trees = st.tuples(starts, st.lists(paths, max_size=12)).map(lambda item: sorted({*item[0], *item[1]}) or ["n.py"])
ignored = st.sampled_from(
    [
        "*.json",
        "/acme/d.json",
        "acme/b",
        "/b/",
        "data/*",
        "**/tests",
        "tests/**",
        "!d.json",
        "!/acme",
        "e.*",
        "src/*/n.py",
        "a?me",
        "[!a]*.txt",
        "*",
        "!*.py",
        "# no",
        "acme/**/e.txt",
        ".dot",
    ]
)
places = st.sampled_from(["acme", "src/acme", "b", "ns", "src", "./acme/", "acme/b", "acme-stubs", "data", "acme.py"])
files = st.sampled_from(["acme", "acme/__init__.py", "acme.py", "b", "src/acme", "pyproject.toml"])
globs = st.sampled_from(
    [
        "acme",
        "src",
        "**/*.json",
        "acme/**/*",
        "data/*",
        "*.txt",
        "b/**",
        "acme/b/*.py",
        "tests",
        "*",
        "src/acme",
        "ns/*/",
        ".h/*",
    ]
)


def some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most, unique_by=str)


hatch_target = {
    "include": some(ignored.filter(lambda text: text != "# no")),
    "exclude": some(ignored.filter(lambda text: text != "# no")),
    "packages": some(places),
    "only-include": some(places.map(lambda text: text.strip("./"))),
    "artifacts": some(ignored.filter(lambda text: text != "# no"), 2),
    "sources": some(st.sampled_from(["src", "acme", "ns/b"]), 2)
    | st.dictionaries(st.sampled_from(["src", "acme", "", "b/"]), st.sampled_from(["x", "acme", "."]), max_size=2),
    "force-include": st.dictionaries(files, st.sampled_from(["x", "acme/y.json", "/z"]), max_size=1),
    "only-packages": st.booleans(),
    "skip-excluded-dirs": st.booleans(),
    "ignore-vcs": st.booleans(),
}
hatch = st.fixed_dictionaries(
    {},
    optional={
        **hatch_target,
        "targets": st.fixed_dictionaries(
            {},
            optional={
                "wheel": st.fixed_dictionaries(
                    {}, optional={**hatch_target, "shared-data": st.dictionaries(files, st.just("s"), max_size=1)}
                ),
                "sdist": st.fixed_dictionaries({}, optional=hatch_target),
            },
        ),
    },
)
formats = st.sampled_from(["sdist", "wheel", ["sdist", "wheel"]])
poetry = st.fixed_dictionaries(
    {},
    optional={
        "packages": some(
            st.fixed_dictionaries(
                {"include": st.sampled_from(["acme", "b", "ns/acme", "**/*.py", "n.py", "acme/*", "acme-stubs"])},
                optional={"from": st.just("src"), "to": st.sampled_from(["x", "x/y"]), "format": formats},
            ),
            2,
        ),
        "include": some(globs | st.fixed_dictionaries({"path": globs}, optional={"format": formats})),
        "exclude": some(globs),
    },
)
pdm = st.fixed_dictionaries(
    {},
    optional={
        "package-dir": st.sampled_from(["src", "", "b"]),
        "includes": some(globs),
        "excludes": some(globs),
        "source-includes": some(globs, 2),
    },
)
flit = st.fixed_dictionaries(
    {},
    optional={
        "module": st.fixed_dictionaries({"name": st.sampled_from(["acme", "b", "ns.acme", "n"])}),
        "sdist": st.fixed_dictionaries(
            {},
            # Python 3.11 finds `b` for `b/**` where there is none, and flit then stops
            optional={"include": some(globs.filter(lambda text: text != "b/**")), "exclude": some(globs)},
        ),
    },
)
uv = st.fixed_dictionaries(
    {},
    optional={
        "module-root": st.sampled_from(["", "src", "./ns"]),
        "module-name": st.sampled_from(["acme", "b", "acme.b"]) | some(st.sampled_from(["acme", "b", "acme-stubs"]), 2),
        "namespace": st.booleans(),
        "default-excludes": st.booleans(),
        "source-include": some(globs),
        "source-exclude": some(globs | st.just("/acme/b")),
        "wheel-exclude": some(globs | st.just("/acme/d.json")),
    },
)


@dataclass(frozen=True)
class Kind:
    """One backend with its configuration: the table it reads and a strategy for it."""

    backend: str
    requires: tuple[str, ...]
    table: str
    options: st.SearchStrategy[dict[str, Any]]


KINDS = [
    Kind("hatchling.build", ("hatchling==1.33.0",), "tool.hatch.build", hatch),
    Kind("poetry.core.masonry.api", ("poetry-core==2.5.0",), "tool.poetry", poetry),
    Kind("pdm.backend", ("pdm-backend==2.5.0",), "tool.pdm.build", pdm),
    Kind("flit_core.buildapi", ("flit_core==4.2.0",), "tool.flit", flit),
    Kind("uv_build", ("uv_build==0.13.6",), "tool.uv.build-backend", uv),
]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def pyproject(kind: Kind, table: Mapping[str, Any]) -> str:
    lines = ["[build-system]", f"requires = {toml(list(kind.requires))}", f'build-backend = "{kind.backend}"']
    lines += ["[project]", 'name = "acme"', 'version = "1"', 'description = "x"', f"[{kind.table}]"]
    return "\n".join([*lines, *(f"{key} = {toml(value)}" for key, value in table.items())]) + "\n"


@pytest.mark.parametrize("backend", [kind.backend for kind in KINDS])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_projects(pytestconfig: pytest.Config, backend: str, data: st.DataObject) -> None:
    kind = next(kind for kind in KINDS if kind.backend == backend)
    python = environment(pytestconfig, kind.requires)
    if not python:
        pytest.skip("no cached build environment and no package index")
    tree = data.draw(trees)
    table = data.draw(kind.options)
    ignore = data.draw(st.lists(ignored, max_size=3)) if kind.backend == "hatchling.build" else []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        project.mkdir()
        for name in tree:
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (project / "pyproject.toml").write_text(pyproject(kind, table))
        if ignore:
            (project / ".gitignore").write_text("\n".join(ignore) + "\n")
        opened = open_tree(str(project))
        listed = {path for path in opened.files() if path != ".gitignore"}
        predicted = predict(opened, scan(opened))
        for name in {*tree} - listed:  # what the tree leaves out is not this test's matter
            (project / name).unlink()
        for root, _, _ in os.walk(project, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(root)
        layout = Layout("random", kind.backend, kind.requires, {}, None)
        built = build(python, layout, project, Path(folder, "out"))
    if "error" in built:
        refused = predicted.discovery_error is not None or not (predicted.wheel.complete and predicted.sdist.complete)
        assert refused, built["error"]
        return
    if not predicted.wheel.complete:
        return
    assert predicted.discovery_error is None
    assert sorted(file.path for file in predicted.wheel.files or ()) == [
        name for name in built["wheel"] if ".dist-info/" not in name
    ]
    assert sorted(predicted.sdist.files or ()) == sorted({*built["sdist"]} - {"PKG-INFO"})
