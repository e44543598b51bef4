"""Evaluate the scripts on standard input, {name: text}, in each kind of build script; a line of JSON for each."""

from __future__ import annotations

import json
import sys
import textwrap
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

from targets import check_problems, tree_of

from pkg_audit.scan import scan

PROJECT = '[project]\nname = "demo"\nversion = "1"\n'
HATCH = '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n[tool.hatch.build.hooks.custom]\n'
POETRY = (
    '[build-system]\nrequires = []\nbuild-backend = "poetry.core.masonry.api"\n[tool.poetry]\nname = "demo"\n'
    'version = "1"\n[tool.poetry.build]\nscript = "build.py"\n'
)
HOOK = (
    "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
    "class H(BuildHookInterface):\n    def initialize(self, version, build_data):\n"
)


def trees(text: str) -> tuple[dict[str, str], ...]:
    """Return a project for each kind of script that holds the text."""
    body = textwrap.indent(text.replace("setup(", "build_data.update("), "        ") + "\n"
    end = "        build_data['infer_tag'] = bool(x) if 'x' in locals() else True\n"
    extension = "\nsetup(ext_modules=[Extension(str(x), x)])\n"
    return (
        {"pyproject.toml": PROJECT + HATCH, "hatch_build.py": HOOK + body + end},
        {"pyproject.toml": POETRY, "build.py": "def build(build_data):\n" + body + text},
        {"setup.py": "from setuptools import setup, Extension\n" + text + extension},
    )


if sys.platform != "win32":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
for name, script in json.load(sys.stdin).items():
    start = time.process_time()
    fault = ""
    for files in trees(script):
        content = {path: data.encode() for path, data in files.items()}
        try:
            check_problems(scan(tree_of({**content, "demo/__init__.py": b""})).problems)
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs in the answer
            fault = f"{type(error).__name__}: {str(error)[:300]}"
    print(json.dumps([name, time.process_time() - start, fault]), flush=True)
