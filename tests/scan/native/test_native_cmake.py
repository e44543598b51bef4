from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan.native.cmake.lexing import split_commands
from pkg_audit.scan.native.cmake.run import Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native import NativeFindings
    from pkg_audit.tree import Tree

    Native = Callable[[dict[str, str | bytes]], NativeFindings]

PYPROJECT = """
[build-system]
requires = ["scikit-build-core"]
build-backend = "scikit_build_core.build"
[project]
name = "demo"
version = "1"
{more}
"""


def names(findings: NativeFindings) -> list[str]:
    return sorted(e.name for e in findings.extensions)


def built(native: Native, text: str, more: str = "", **files: str) -> NativeFindings:
    tree: dict[str, str | bytes] = {"pyproject.toml": PYPROJECT.format(more=more), "CMakeLists.txt": text}
    tree |= {name.replace("__", "/"): content for name, content in files.items()}
    return native(tree)


def test_commands_with_every_kind_of_argument() -> None:
    text = 'set(A "x;y" b) # comment\n#[[ block\n]]\nadd(${A} [[raw ${B}]] (a b) "q\\"uote")\n'
    first, second = split_commands(text)
    assert [a.text for a in first.arguments] == ["A", "x;y", "b"]
    assert [a.text for a in second.arguments] == ["${A}", "raw ${B}", "(", "a", "b", ")", 'q"uote']
    assert second.line == 4


@pytest.mark.parametrize(
    ("define", "limited", "free"),
    [
        ("pybind11_add_module(_core MODULE a.cpp)", "no", "no"),
        ("nanobind_add_module(_core STABLE_ABI FREE_THREADED a.cpp)", "yes", "yes"),
        ("Python_add_library(_core MODULE WITH_SOABI a.c)", "no", "no"),
        ("python_add_library(_core MODULE USE_SABI 3.9 a.c)", "yes", "no"),
        ("add_library(_core MODULE a.c)\npython_extension_module(_core)", "no", "no"),
        ("add_library(_core MODULE a.c)\ntarget_link_libraries(_core PRIVATE Python::Module)", "no", "no"),
    ],
)
def test_extension_modules(native: Native, define: str, limited: str, free: str) -> None:
    findings = built(native, f"project(demo)\n{define}\ninstall(TARGETS _core LIBRARY DESTINATION demo/sub)\n")
    assert names(findings) == ["demo.sub._core"]
    assert findings.cmake is not None
    (target,) = findings.cmake.targets
    assert (target.limited_api, target.free_threaded) == (limited, free)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ("set(N _x)\npybind11_add_module(${N} a.cpp)\ninstall(TARGETS ${N} DESTINATION ${SKBUILD_PROJECT_NAME})"),
            ["demo._x"],
        ),
        (
            ("foreach(n a b)\npybind11_add_module(_${n} ${n}.cpp)\ninstall(TARGETS _${n} DESTINATION p)\nendforeach()"),
            ["p._a", "p._b"],
        ),
        (
            (
                "function(ext n)\npybind11_add_module(${n} ${ARGN})\n"
                "install(TARGETS ${n} DESTINATION p)\nendfunction()\next(_x a.cpp)"
            ),
            ["p._x"],
        ),
        ("if(WIN32)\npybind11_add_module(_w w.cpp)\ninstall(TARGETS _w DESTINATION p)\nendif()", []),
        (
            (
                "if(SKBUILD)\npybind11_add_module(_s s.cpp)\ninstall(TARGETS _s DESTINATION p)\n"
                "else()\npybind11_add_module(_t t.cpp)\ninstall(TARGETS _t DESTINATION p)\nendif()"
            ),
            ["p._s"],
        ),
        (
            (
                'option(TESTS "" OFF)\nif(TESTS)\npybind11_add_module(_t t.cpp)\n'
                "install(TARGETS _t DESTINATION p)\nendif()"
            ),
            [],
        ),
        (
            (
                "pybind11_add_module(_x x.cpp)\n"
                "set_target_properties(_x PROPERTIES OUTPUT_NAME core)\n"
                "install(TARGETS _x DESTINATION .)"
            ),
            ["core"],
        ),
        ("pybind11_add_module(_x x.cpp)\ninstall(TARGETS _x DESTINATION ${SKBUILD_PLATLIB_DIR}/p)", ["p._x"]),
        ("pybind11_add_module(_tested x.cpp)", []),
        ("add_library(core SHARED x.c)\ninstall(TARGETS core DESTINATION p)", []),
    ],
)
def test_names_in_the_wheel(native: Native, text: str, expected: list[str]) -> None:
    assert names(built(native, text)) == expected


def test_subdirectories_and_includes(native: Native) -> None:
    findings = built(
        native,
        "add_subdirectory(src)\ninclude(cmake/more.cmake)\n",
        src__CMakeLists_txt="",
        **{
            "src/CMakeLists.txt": "pybind11_add_module(_a a.cpp)\ninstall(TARGETS _a DESTINATION p)\n",
            "cmake/more.cmake": "pybind11_add_module(_b b.cpp)\ninstall(TARGETS _b DESTINATION p)\n",
        },
    )
    assert names(findings) == ["p._a", "p._b"]
    assert findings.extensions[0].at.path == "src/CMakeLists.txt"
    assert findings.extensions[0].at.line == 1


def test_an_unknown_destination_gives_no_name(native: Native) -> None:
    text = "find_package(X)\npybind11_add_module(_x x.cpp)\ninstall(TARGETS _x DESTINATION ${X_DIR})\n"
    assert names(built(native, text)) == [""]


def test_an_undecided_branch_is_marked(native: Native) -> None:
    text = "if(CUDA_FOUND)\npybind11_add_module(_x x.cpp)\ninstall(TARGETS _x DESTINATION p)\nendif()\n"
    (extension,) = built(native, text).extensions
    assert extension.condition


def test_components_and_install_dir(native: Native) -> None:
    more = '[tool.scikit-build]\ninstall.components = ["py"]\nwheel.install-dir = "demo"\n'
    text = (
        "pybind11_add_module(_a a.cpp)\npybind11_add_module(_b b.cpp)\n"
        "install(TARGETS _a DESTINATION . COMPONENT py)\ninstall(TARGETS _b DESTINATION . COMPONENT dev)\n"
    )
    assert names(built(native, text, more)) == ["demo._a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "((((",
        'set(A "unclosed',
        "set(A ${A})\nset(A ${A}${A})",
        "foreach(x ${X})\nforeach(y 1 2)\nforeach",
        "function(f)\nf()\nendfunction()\nf()",
        "add_subdirectory(.)",
        "add_subdirectory(../..)",
        "include(CMakeLists.txt)",
        "if(" + "(" * 500 + ")",
        'if(A MATCHES "(a+)+$")\nendif()\nelse()\nendif()',
        "set(A a)\n" + "set(A ${A}${A})\n" * 60,
        "install()\ninstall(TARGETS)\npybind11_add_module()\nset_target_properties(PROPERTIES)\nlist(APPEND A)",
        "string(REPLACE)\nstring(TOLOWER)\nfile(GLOB)\nget_filename_component()",
    ],
)
def test_hostile_files_end_soon_and_raise_nothing(
    make_tree: Callable[[dict[str, str | bytes]], Tree], text: str
) -> None:
    Runner(make_tree({"CMakeLists.txt": text}), {}).run(".")
