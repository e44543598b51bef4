"""Test what contradicts the tags of the wheels: limited API, Pythons, free threading, and uploads of `linux_*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.metadata.legacy import legacy_faults
from pkg_audit.derive.native.tags import tag_faults
from pkg_audit.scan import scan
from pkg_audit.scan.native.limited_api import floor_of_macro, floor_of_macros, floor_of_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.tag_records import TagFault
    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str]], Tree]

SYSTEM = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.10"\n'
EXTENSION = '[[tool.setuptools.ext-modules]]\nname = "acme._x"\nsources = ["x.c"]\n'
MODULE = "PyMODINIT_FUNC PyInit__x(void) {}\n"
PUBLISH = """  publish:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


def faults(make_tree: MakeTree, files: dict[str, str]) -> list[TagFault]:
    tree = make_tree({"acme/__init__.py": "", "x.c": MODULE, "pyproject.toml": SYSTEM + PROJECT + EXTENSION, **files})
    scanned = scan(tree)
    return list(tag_faults(tree, scanned, predict(tree, scanned)))


def job(*steps: str, runner: str = "ubuntu-latest", more: str = "") -> str:
    lines = "".join(f"      - run: {step}\n" for step in steps)
    return f"on: push\njobs:\n  build:\n    runs-on: {runner}\n{more}    steps:\n{lines}"


@pytest.mark.parametrize(
    ("value", "floor"),
    [
        ("0x03090000", "3.9"),
        ("0x030b0000", "3.11"),
        (0x030C0000, "3.12"),
        ('"0x030A0000"', "3.10"),
        ("0x03070000L", "3.7"),
        (None, "3.2"),
        ("1", "3.2"),
        (3, "3.2"),
        ("PY_VERSION_HEX", ""),
        ("0x02070000", ""),
        ("0x03", ""),
    ],
)
def test_a_macro_names_a_python(value: str | int | None, floor: str) -> None:
    assert floor_of_macro(value) == floor


def test_macros_and_flags_are_read_and_contradictions_are_not() -> None:
    assert floor_of_macros([("OTHER", "1"), ("Py_LIMITED_API", "0x03090000")]) == "3.9"
    assert floor_of_macros([["Py_LIMITED_API", None]]) == "3.2"
    assert floor_of_macros([], ["-O2", "-DPy_LIMITED_API=0x030B0000"]) == "3.11"
    assert floor_of_macros([("Py_LIMITED_API", "0x03090000"), ("Py_LIMITED_API", "0x030A0000")]) == ""
    assert floor_of_macros(None, 5) == ""
    assert floor_of_source("#ifndef X\n# define Py_LIMITED_API (0x03080000)\n#endif\n") == "3.8"
    assert floor_of_source("#define Py_LIMITED_API 0x03080000\n#define Py_LIMITED_API 0x03090000\n") == ""


@pytest.mark.parametrize(("macro", "found"), [("0x030A0000", 0), ("0x03090000", 0), ("0x030B0000", 1)])
def test_code_for_a_later_python_than_the_tag_is_found(make_tree: MakeTree, macro: str, found: int) -> None:
    table = f'py-limited-api = true\ndefine-macros = [["Py_LIMITED_API", "{macro}"]]\n'
    options = '[tool.distutils.bdist_wheel]\npy-limited-api = "cp310"\n'
    hits = faults(make_tree, {"pyproject.toml": SYSTEM + PROJECT + EXTENSION + table + options})
    assert [(hit.kind, hit.detail, hit.at.line) for hit in hits] == [("older-than-limited-api", "3.11", 14)][:found]


def test_a_macro_made_of_the_interpreter_s_version_says_nothing(make_tree: MakeTree) -> None:
    script = (
        "import sys\nfrom setuptools import Extension, setup\n"
        "macro = '0x030' + 'ABCDEF'[sys.version_info[1] - 10] + '0000'\n"
        "setup(name='acme', version='1', options={'bdist_wheel': {'py_limited_api': 'cp38'}},\n"
        "      ext_modules=[Extension('acme._x', ['x.c'], py_limited_api=True,\n"
        "                             define_macros=[('Py_LIMITED_API', macro)])])\n"
    )
    assert faults(make_tree, {"setup.py": script, "pyproject.toml": SYSTEM}) == []


def test_cmake_s_version_is_held_against_py_api(make_tree: MakeTree) -> None:
    pyproject = (
        '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
        + PROJECT
        + '[tool.scikit-build]\nwheel.py-api = "cp310"\n'
    )
    cmake = (
        "project(acme)\nfind_package(Python COMPONENTS Development.SABIModule)\n"
        "Python_add_library(_x MODULE USE_SABI 3.11 x.c)\ninstall(TARGETS _x DESTINATION acme)\n"
    )
    hits = faults(make_tree, {"pyproject.toml": pyproject, "CMakeLists.txt": cmake})
    assert [(hit.kind, hit.detail) for hit in hits] == [("older-than-limited-api", "3.11")]


@pytest.mark.parametrize(
    ("limit", "found"), [("cp310", []), ("cp39", []), ("cp312", [("newer-than-requires-python", "3.10")])]
)
def test_a_python_that_setuptools_would_stop_on_is_found(
    make_tree: MakeTree, limit: str, found: list[tuple[str, str]]
) -> None:
    text = SYSTEM + PROJECT + EXTENSION + "py-limited-api = true\n"
    text += f'[tool.distutils.bdist_wheel]\npy-limited-api = "{limit}"\n'
    assert [(hit.kind, hit.detail) for hit in faults(make_tree, {"pyproject.toml": text})] == found


def test_a_promise_of_free_threading_meets_the_limited_api_of_meson(make_tree: MakeTree) -> None:
    system = '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n'
    classifiers = 'classifiers = ["Programming Language :: Python :: Free Threading :: 2 - Beta"]\n'
    meson = (
        "project('acme', 'c')\npy = import('python').find_installation(pure: false)\n"
        "py.extension_module('_x', 'x.c', install: true, subdir: 'acme', limited_api: '3.10')\n"
    )
    limited = "[tool.meson-python]\nlimited-api = true\n"
    hits = faults(make_tree, {"pyproject.toml": system + PROJECT + classifiers + limited, "meson.build": meson})
    assert [(hit.kind, hit.name) for hit in hits] == [("no-free-threaded-build", "meson-python")]
    later = PROJECT.replace(">=3.10", ">=3.15")
    assert faults(make_tree, {"pyproject.toml": system + later + classifiers + limited, "meson.build": meson}) == []


@pytest.mark.parametrize(
    "command",
    [
        "python -m build",
        "pip install build && python3 -m build --wheel",
        "uv build",
        "pip wheel . -w dist",
        "python setup.py sdist bdist_wheel",
        "pipx run build",
    ],
)
def test_a_plain_build_that_is_uploaded_is_found(make_tree: MakeTree, command: str) -> None:
    hits = faults(make_tree, {".github/workflows/release.yml": job(command) + PUBLISH})
    assert [(hit.kind, hit.at.line) for hit in hits] == [("linux-tag-uploaded", 6)]
    assert hits[0].related[0].line == 12


@pytest.mark.parametrize(
    "workflow",
    [
        job("python -m build --sdist") + PUBLISH,
        job("python -m build -s") + PUBLISH,
        job("uv build --sdist") + PUBLISH,
        job("python -m build"),
        job("python -m build", "rm dist/*.whl") + PUBLISH,
        job("python -m build", "auditwheel repair dist/*.whl") + PUBLISH,
        job("python -m build", runner="macos-latest") + PUBLISH,
        job("python -m build", more="    container: quay.io/pypa/manylinux_2_28_x86_64\n") + PUBLISH,
        job("python -m build", more="    container: ${{ matrix.image }}\n") + PUBLISH,
        job("docker run image python -m build") + PUBLISH,
        job("python -m build", "find dist -name '*.whl' -delete") + PUBLISH,
        job("python -m build --outdir check") + PUBLISH,
        job("python -m build") + PUBLISH + "        with:\n          packages-dir: wheelhouse\n",
        job("python -m build") + PUBLISH + "        with:\n          repository-url: https://index.example/\n",
        job("pipx run cibuildwheel", "python -m build") + PUBLISH,
        job("# python -m build") + PUBLISH,
        job("python -m build") + "  upload:\n    runs-on: ubuntu-latest\n    steps:\n      - run: twine upload out/*\n",
        job("python -m build")
        + "  upload:\n    runs-on: ubuntu-latest\n    steps:\n      - run: twine upload dist/*.tar.gz\n",
        job("python -m build", more="    if: matrix.os != 'x'\n") + PUBLISH,
        "on: push\njobs: [broken\n",
    ],
)
def test_look_alikes_are_left_alone(make_tree: MakeTree, workflow: str) -> None:
    assert faults(make_tree, {".github/workflows/release.yml": workflow}) == []


def test_a_pure_project_may_upload_what_it_builds(make_tree: MakeTree) -> None:
    files = {"pyproject.toml": SYSTEM + PROJECT, ".github/workflows/release.yml": job("python -m build") + PUBLISH}
    assert faults(make_tree, files) == []


def test_a_backend_that_writes_a_manylinux_tag_is_left_alone(make_tree: MakeTree) -> None:
    system = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    tool = '[tool.poetry.build]\nscript = "build.py"\n'
    files = {
        "pyproject.toml": system + PROJECT + tool,
        "build.py": "print('x')\n",
        ".github/workflows/release.yml": job("python -m build") + PUBLISH,
    }
    assert faults(make_tree, files) == []


def test_a_workflow_elsewhere_that_repairs_ends_the_search(make_tree: MakeTree) -> None:
    files = {
        ".github/workflows/release.yml": job("python -m build") + PUBLISH,
        ".github/workflows/wheels.yml": job("pipx run cibuildwheel"),
    }
    assert faults(make_tree, files) == []


def test_cibuildwheel_that_repairs_nothing_is_found(make_tree: MakeTree) -> None:
    workflow = {".github/workflows/release.yml": job("pipx run cibuildwheel --output-dir dist") + PUBLISH}
    text = SYSTEM + PROJECT + EXTENSION + '[tool.cibuildwheel.linux]\nrepair-wheel-command = ""\n'
    hits = faults(make_tree, {"pyproject.toml": text, **workflow})
    assert [(hit.kind, hit.at.path, hit.at.line) for hit in hits] == [("linux-tag-uploaded", "pyproject.toml", 12)]
    other = text.replace("linux", "macos")
    assert faults(make_tree, {"pyproject.toml": other, **workflow}) == []
    repaired = text + '[tool.cibuildwheel]\nrepair-wheel-command = "auditwheel repair {wheel}"\n'
    assert (
        faults(make_tree, {"pyproject.toml": repaired.replace('= ""', '= "auditwheel repair {wheel}"'), **workflow})
        == []
    )


def test_a_fixed_linux_platform_is_found_without_a_workflow(make_tree: MakeTree) -> None:
    for platform, found in (("linux_x86_64", 1), ("linux-x86_64", 1), ("manylinux2014_x86_64", 0), ("win32", 0)):
        hits = faults(make_tree, {"setup.cfg": f"[bdist_wheel]\nplat_name = {platform}\n"})
        assert [(hit.kind, hit.at.path, hit.at.line) for hit in hits] == [("linux-tag-uploaded", "setup.cfg", 2)][
            :found
        ]


def test_the_universal_option_counts_in_every_file(make_tree: MakeTree) -> None:
    for files in (
        {"pyproject.toml": SYSTEM + PROJECT + "[tool.distutils.bdist_wheel]\nuniversal = true\n"},
        {"setup.py": "from setuptools import setup\nsetup(options={'bdist_wheel': {'universal': '1'}})\n"},
    ):
        scanned = scan(make_tree({"pyproject.toml": SYSTEM + PROJECT, **files}))
        assert [fault.file for fault in legacy_faults(scanned)] == list(files)
