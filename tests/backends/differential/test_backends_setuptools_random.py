"""Random small projects: setuptools' own build against the prediction."""

from __future__ import annotations

import json
import os
import tempfile
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

REQUIRES = ("setuptools==84.2.1",)
EXAMPLES = int(os.environ.get("PKG_AUDIT_RANDOM_BUILDS", "12"))

directories = st.lists(st.sampled_from(["src", "a", "b", "ns", "data", "tests", "docs", "x-y", ".h"]), max_size=4)
names = st.sampled_from(
    [
        "__init__.py",
        "m.py",
        "n.py",
        "setup.py",
        "d.json",
        "e.txt",
        "py.typed",
        "s.pyi",
        ".dot",
        "x.c",
        "LICENSE",
        "test_t.py",
    ]
)
paths = st.tuples(directories, names).map(lambda item: "/".join((*item[0], item[1])))
trees = st.lists(paths, min_size=1, max_size=14, unique=True)
globs = st.sampled_from(
    [
        "*",
        "*.json",
        "**/*.txt",
        "**",
        "data/*",
        "data/**/*",
        "*.[jt]*",
        "[!a]*",
        "d?json",
        "../*.txt",
        "./e.txt",
        ".dot",
    ]
)
packages = st.sampled_from(["*", "a", "a*", "a.*", "b", "ns.*", "src*", "*.data", "*tests*", "nope", "**"])
commands = st.one_of(
    st.tuples(
        st.sampled_from(["include", "exclude", "global-include", "global-exclude"]),
        st.sampled_from(
            ["*.json", "a/*", "**/*.txt", "src/a/*", "*.py", "*/*", "e.txt", "[a-e]*", "?/*.json", "a", "**"]
        ),
    ),
    st.tuples(
        st.sampled_from(["recursive-include", "recursive-exclude"]),
        st.sampled_from(["a *", "src *.json", "src/a **", "* *.txt", ". *.json", "a data/*", "src/ */*", "docs/./ *"]),
    ),
    st.tuples(
        st.sampled_from(["graft", "prune"]), st.sampled_from(["a", "src", "src/*", "*", "docs/", "data", ".", ".h"])
    ),
).map(" ".join)

options = st.fixed_dictionaries(
    {},
    optional={
        "include-package-data": st.booleans(),
        "package-data": st.dictionaries(st.sampled_from(["*", "a", "a.data", "ns", "b"]), st.lists(globs, max_size=3)),
        "exclude-package-data": st.dictionaries(st.sampled_from(["*", "a", "b"]), st.lists(globs, max_size=2)),
        "package-dir": st.dictionaries(
            st.sampled_from(["", "a", "b", "ns"]), st.sampled_from(["src", "a", "b/", "./ns", "src/a"]), max_size=2
        ),
        "py-modules": st.lists(st.sampled_from(["m", "n", "a.m", "setup"]), max_size=2),
        "packages": st.one_of(
            st.lists(st.sampled_from(["a", "b", "ns", "ns.a", "a.data"]), max_size=3, unique=True),
            st.fixed_dictionaries(
                {
                    "find": st.fixed_dictionaries(
                        {},
                        optional={
                            "where": st.lists(st.sampled_from(["src", ".", "a", "ns"]), min_size=1, max_size=2),
                            "include": st.lists(packages, min_size=1, max_size=2),
                            "exclude": st.lists(packages, max_size=2),
                            "namespaces": st.booleans(),
                        },
                    )
                }
            ),
        ),
    },
)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def pyproject(table: Mapping[str, Any]) -> str:
    lines = ["[project]", 'name = "acme"', 'version = "1"', "[tool.setuptools]"]
    return "\n".join([*lines, *(f"{key} = {toml(value)}" for key, value in table.items())]) + "\n"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, table=options, manifest=st.none() | st.lists(commands, max_size=6))
def test_random_projects(
    pytestconfig: pytest.Config, tree: list[str], table: dict[str, Any], manifest: list[str] | None
) -> None:
    python = environment(pytestconfig, REQUIRES)
    if not python:
        pytest.skip("no cached build environment and no package index")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        project.mkdir()
        for name in (name for name in tree if name != "setup.py"):
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (project / "pyproject.toml").write_text(pyproject(table))
        if manifest is not None:
            (project / "MANIFEST.in").write_text("\n".join(manifest) + "\n")
        opened = open_tree(str(project))
        predicted = predict(opened, scan(opened))
        layout = Layout("random", "setuptools.build_meta", REQUIRES, {}, None)
        built = build(python, layout, project, Path(folder, "out"))
    if "error" in built:
        assert predicted.discovery_error is not None, built["error"]
        return
    assert predicted.discovery_error is None
    assert sorted(predicted.sdist.files or ()) == [
        name for name in built["sdist"] if name != "PKG-INFO" and ".egg-info/" not in name
    ]
    assert sorted(file.path for file in predicted.wheel.files or ()) == [
        name for name in built["wheel"] if ".dist-info/" not in name and ".egg-info/" not in name
    ]
