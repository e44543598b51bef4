"""Names that went from the C API, in the code that a project compiles, against the Pythons that it admits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.native.c_api import c_api_uses
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.native_records import CApiUse
    from pkg_audit.tree import Tree

    Files = dict[str, str | bytes]
    Judge = Callable[..., dict[str, CApiUse]]

INIT = "PyMODINIT_FUNC PyInit__x(void) { return NULL; }\n"
OLD = "#include <Python.h>\nPyObject *f(PyObject *o) { return PyEval_CallObject(o, NULL); }\n" + INIT
EXT = '[[tool.setuptools.ext-modules]]\nname = "demo._x"\nsources = ["demo/_x.c"]\n'


def project(python: str = ">=3.9", *, requires: str = "", more: str = "", extension: str = EXT) -> str:
    line = f'requires-python = "{python}"\n' if python else ""
    return (
        f'[build-system]\nrequires = ["setuptools"{requires}]\nbuild-backend = "setuptools.build_meta"\n'
        f'[project]\nname = "demo"\nversion = "1"\n{line}{more}\n{extension}'
    )


@pytest.fixture
def judge(make_tree: Callable[[Files], Tree]) -> Judge:
    def run(source: str = OLD, pyproject: str = "", **more: str) -> dict[str, CApiUse]:
        files: Files = {"demo/__init__.py": "", "demo/_x.c": source, "pyproject.toml": pyproject or project()}
        files |= {name.replace("__", "/").replace("_dot_", "."): text for name, text in more.items()}
        tree = make_tree(files)
        scanned = scan(tree)
        return {use.subject: use for use in c_api_uses(tree, scanned, predict(tree, scanned))}

    return run


def test_a_use_that_an_admitted_python_compiles(judge: Judge) -> None:
    (use,) = judge().values()
    assert (use.at.path, use.at.line) == ("demo/_x.c", 2)
    assert (use.gone, use.admitted, use.state, use.sure) == ("3.13", "3.13, 3.14, 3.15", "gone", "yes")
    assert use.promise == "requires-python `>=3.9`"
    assert use.instead == "PyObject_CallObject"
    assert use.related[0].path == "pyproject.toml"


@pytest.mark.parametrize("python", [">=3.9,<3.13", ">=3.9,!=3.13.*,!=3.14.*,!=3.15.*", "==3.12.*", "~=3.9, <3.12"])
def test_the_promise_may_leave_it_out(judge: Judge, python: str) -> None:
    assert judge(pyproject=project(python)) == {}


def test_a_guard_for_some_pythons(judge: Judge) -> None:
    text = "#include <Python.h>\n#if PY_VERSION_HEX {0}\nint i = PyEval_CallObject(o, NULL);\n#endif\n" + INIT
    assert judge(text.replace("{0}", "< 0x030D0000")) == {}
    assert judge(text.replace("{0}", "< 0x030E0000"))["PyEval_CallObject"].admitted == "3.13"
    assert judge(text.replace("{0}", ">= 0x030E0000"))["PyEval_CallObject"].admitted == "3.14, 3.15"


@pytest.mark.parametrize(
    "pyproject",
    [
        project(more='classifiers = ["Programming Language :: Python :: 3.9"]'),
        project(python=""),
        project(extension=EXT + "optional = true\n"),
    ],
    ids=["classifiers end before", "no requires-python", "optional"],
)
def test_less_sure(judge: Judge, pyproject: str) -> None:
    assert judge(pyproject=pyproject)["PyEval_CallObject"].sure == "no"


def test_classifiers_that_name_a_later_python_confirm(judge: Judge) -> None:
    text = project(more='classifiers = ["Programming Language :: Python :: 3.13"]')
    assert judge(pyproject=text)["PyEval_CallObject"].sure == "yes"


def test_the_newest_removals_are_never_sure(judge: Judge) -> None:
    text = OLD.replace("PyEval_CallObject(o, NULL)", 'PyImport_ImportModuleNoBlock("x")')
    use = judge(text)["PyImport_ImportModuleNoBlock"]
    assert (use.state, use.admitted, use.sure) == ("gone", "3.15", "no")


def test_planned_removals(judge: Judge) -> None:
    text = OLD.replace("PyEval_CallObject(o, NULL)", "_PyUnicode_AsString(o)")
    assert judge(text)["_PyUnicode_AsString"].state == "planned"
    assert judge(text, project(">=3.9,<3.16")) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"demo__compat_dot_h": "#define PyEval_CallObject PyObject_CallObject\n"},
        {"demo__compat_dot_c": "PyObject *\nPyEval_CallObject(PyObject *f, PyObject *a)\n{\n}\n"},
    ],
)
def test_a_fallback_anywhere_in_the_tree(judge: Judge, more: dict[str, str]) -> None:
    assert judge(**more) == {}


def test_files_that_nothing_compiles(judge: Judge) -> None:
    assert judge(INIT, demo__other_dot_c=OLD, tests__t_dot_c=OLD) == {}


def test_headers_that_are_included(judge: Judge) -> None:
    header = OLD.replace(INIT, "")
    found = judge('#include <Python.h>\n#include "deep.h"\n' + INIT, demo__deep_dot_h=header)
    assert found["PyEval_CallObject"].sure == "no"
    assert found["PyEval_CallObject"].at.path == "demo/deep.h"


def test_headers_that_are_not(judge: Judge) -> None:
    header = OLD.replace(INIT, "")
    old = '#include <Python.h>\n#if PY_VERSION_HEX < 0x030C0000\n#include "deep.h"\n#endif\n' + INIT
    assert judge(old, demo__deep_dot_h=header) == {}
    assert judge('#include "vendor/deep.h"\n' + INIT, vendor__deep_dot_h=header) == {}
    assert judge('#include "pythoncapi_compat.h"\n' + INIT, demo__pythoncapi_compat_dot_h=header) == {}


def test_a_header_of_that_name_in_the_tree(judge: Judge) -> None:
    text = '#include "longintrepr.h"\n' + INIT
    assert set(judge(text)) == {"longintrepr.h"}
    assert judge(text, demo__longintrepr_dot_h="") == {}


def test_the_interpreters_own_headers_keep_private_names(judge: Judge) -> None:
    text = OLD.replace("PyEval_CallObject(o, NULL)", "_PyLong_AsInt(o)")
    assert set(judge(text)) == {"_PyLong_AsInt"}
    assert judge("#define Py_BUILD_CORE\n#include <internal/pycore_long.h>\n" + text) == {}


def test_one_record_for_all_files(judge: Judge) -> None:
    sources = EXT.replace('"demo/_x.c"', '"demo/_x.c", "demo/y.c"')
    use = judge(pyproject=project(extension=sources), demo__y_dot_c=OLD.replace(INIT, ""))["PyEval_CallObject"]
    assert use.files == 2
    assert use.related[-1].path == "demo/y.c"


def test_cython_sources(judge: Judge) -> None:
    text = "from cpython.unicode cimport PyUnicode_GetSize\nx = PyUnicode_GetSize('')\n"
    found = judge(INIT, project(extension=EXT.replace("_x.c", "y.pyx")), demo__y_dot_pyx=text)
    assert found["PyUnicode_GetSize"].sure == "no"


ARRAY = "#include <numpy/arrayobject.h>\nint f(PyArrayObject *a) { return PyArray_MoveInto(a, a); }\n" + INIT


@pytest.mark.parametrize(
    ("requires", "admitted"),
    [
        (', "numpy"', "2.0, 2.1, 2.2, 2.3, 2.4"),
        (', "numpy>=1.20,<2.2"', "2.0, 2.1"),
        (', "numpy<2"', None),
        (', "oldest-supported-numpy"', None),
        (", \"numpy; python_version >= '3.12'\"", None),
        ("", None),
    ],
)
def test_numpy(judge: Judge, requires: str, admitted: str | None) -> None:
    found = judge(ARRAY, project(requires=requires))
    assert (found["PyArray_MoveInto"].admitted if found else None) == admitted


def test_numpy_guards(judge: Judge) -> None:
    text = ARRAY.replace("int f", "#if NPY_ABI_VERSION < 0x02000000\nint f").replace(INIT, "#endif\n" + INIT)
    assert judge(text, project(requires=', "numpy"')) == {}


def test_projects_without_compiled_code(make_tree: Callable[[Files], Tree]) -> None:
    tree = make_tree({"pyproject.toml": project(extension=""), "demo/__init__.py": "", "demo/_x.c": OLD})
    scanned = scan(tree)
    assert c_api_uses(tree, scanned, predict(tree, scanned)) == ()
