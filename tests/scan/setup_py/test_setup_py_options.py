from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pkg_audit.facts.setuptools_options import FindPackages

TREE = {
    "acme/__init__.py": "",
    "acme/sub/__init__.py": "",
    "acme/data/a.txt": "",
    "acme/data/deep/b.txt": "",
    "tests/__init__.py": "",
    "src/lib/__init__.py": "",
}


@pytest.mark.parametrize(
    ("call", "search"),
    [
        ("find_packages()", FindPackages()),
        ("find_packages('src')", FindPackages(where=("src",))),
        ("find_packages(where='src')", FindPackages(where=("src",))),
        ("find_packages(exclude=['tests', 'tests.*'])", FindPackages(exclude=("tests", "tests.*"))),
        ("find_packages('.', ['tests'])", FindPackages(exclude=("tests",))),
        ("find_packages(include=('acme', 'acme.*'))", FindPackages(include=("acme", "acme.*"))),
        ("find_namespace_packages(include=['acme*'])", FindPackages(include=("acme*",), namespaces=True)),
        ("find_packages(os.path.join(os.path.dirname(__file__), 'src'))", FindPackages(where=("src",))),
    ],
)
def test_searches_stay_searches(read: Callable[..., Any], call: str, search: FindPackages) -> None:
    assert read(f"import os\nsetup(packages={call})", TREE).setuptools.packages.value == (search,)


def test_search_beside_names(read: Callable[..., Any]) -> None:
    found = read("setup(packages=find_packages('src') + ['extra'])").setuptools.packages.value
    assert found == (FindPackages(where=("src",)), "extra")


def test_search_that_is_filtered_is_run(read: Callable[..., Any]) -> None:
    found = read("setup(packages=[p for p in find_packages() if p.startswith('acme')])", TREE)
    assert found.setuptools.packages.value == ("acme", "acme.sub")


def test_search_with_something_removed(read: Callable[..., Any]) -> None:
    found = read("p = find_packages()\np.remove('tests')\nsetup(packages=p)", TREE)
    assert found.setuptools.packages.value == ("acme", "acme.sub")


def test_namespace_search_that_is_run(read: Callable[..., Any]) -> None:
    found = read("setup(packages=['x.' + p for p in find_namespace_packages(exclude=['tests*', 'src*'])])", TREE)
    assert found.setuptools.packages.value == ("x.acme", "x.acme.data", "x.acme.data.deep", "x.acme.sub")


def test_dynamic_search_is_unknown(read: Callable[..., Any]) -> None:
    assert read("import o\nsetup(packages=find_packages(o.where))").setuptools.packages.unknown is not None


def test_plain_options(read: Callable[..., Any]) -> None:
    found = read(
        "setup(py_modules=['a'], package_dir={'': 'src'}, include_package_data=True, zip_safe=False,\n"
        " package_data={'acme': ['*.txt'], '': 'py.typed'}, exclude_package_data={'': ['x']},\n"
        " namespace_packages=['acme'], data_files=[('share', ['a', 'b']), 'c'], scripts=['bin/x'],\n"
        " cmdclass={'build_ext': object, 'sdist': object}, setup_requires='wheel\\ncffi>=1',\n"
        " options={'bdist_wheel': {'py_limited_api': 'cp38'}}, use_scm_version=True, test_suite='x')"
    )
    options = found.setuptools
    assert options.py_modules.value == ("a",)
    assert options.package_dir.value == {"": "src"}
    assert options.include_package_data.value is True
    assert options.package_data.value == {"acme": ("*.txt",), "": ("py.typed",)}
    assert options.exclude_package_data.value == {"": ("x",)}
    assert options.namespace_packages.value == ("acme",)
    assert options.data_files.value == (("share", ("a", "b")), ("", ("c",)))
    assert options.scripts.value == ("bin/x",)
    assert options.cmdclass.value == ("build_ext", "sdist")
    assert options.setup_requires.value == ("wheel", "cffi>=1")
    assert options.py_limited_api.value == "cp38"
    assert options.packages is None
    assert {"zip_safe", "use_scm_version", "test_suite"} <= options.setup_keywords.keys()
    spot = options.setup_keywords["zip_safe"]
    assert (spot.line, spot.column, spot.end_column) == (2, 77, 85)
    assert found.declared.version.unknown.reason == "needs-build"


def test_other_keywords_are_named(read: Callable[..., Any]) -> None:
    found = read("setup(name='a', zip_safe=False, tests_require=['x'])").declared
    assert set(found.other) == {"zip_safe", "tests_require"}


def test_data_by_walking(read: Callable[..., Any]) -> None:
    script = (
        "import os\nfiles = []\nfor root, dirs, names in os.walk('acme/data'):\n"
        "    for name in names:\n        files.append(os.path.relpath(os.path.join(root, name), 'acme'))\n"
    )
    found = read(f"{script}setup(package_data={{'acme': files}})", TREE)
    assert found.setuptools.package_data.value == {"acme": ("data/a.txt", "data/deep/b.txt")}


def test_data_by_glob(read: Callable[..., Any]) -> None:
    found = read("from glob import glob\nsetup(data_files=[('d', glob('acme/data/*.txt'))])", TREE)
    assert found.setuptools.data_files.value == (("d", ("acme/data/a.txt",)),)


def test_recursive_glob(read: Callable[..., Any]) -> None:
    found = read("import glob\nsetup(scripts=sorted(glob.glob('acme/**/*.txt', recursive=True)))", TREE)
    assert found.setuptools.scripts.value == ("acme/data/a.txt", "acme/data/deep/b.txt")


def test_the_root_leaves_no_trace(read: Callable[..., Any]) -> None:
    script = "import os\nhere = os.path.abspath(os.path.dirname(__file__))\n"
    found = read(f"{script}setup(name=here, package_dir={{'': os.path.join(here, 'src')}}, scripts=[here + '/bin/x'])")
    assert found.setuptools.package_dir.value == {"": "src"}
    assert found.setuptools.scripts.value == ("bin/x",)
    assert found.declared.name.unknown is not None


def test_limited_api_under_a_condition(read: Callable[..., Any]) -> None:
    script = "import os\no = {}\nif os.environ.get('X'):\n    o['bdist_wheel'] = {'py_limited_api': 'cp38'}\n"
    assert read(f"{script}setup(options=o)").setuptools.py_limited_api.unknown.reason == "conditional"


def test_metadata(read: Callable[..., Any]) -> None:
    found = read(
        "setup(name='acme', description='d', python_requires='>=3.8', license='MIT', license_files=['LIC*'],\n"
        " classifiers='''A\nB\n'''.strip().splitlines(), keywords='x, y', url='https://a', author='Me',\n"
        " project_urls={'Docs': 'https://b'}, long_description=open('README.md').read(),\n"
        " long_description_content_type='text/markdown')",
        {"README.md": "# Hello\n"},
    ).declared
    assert found.description.value == "d"
    assert found.requires_python.value == ">=3.8"
    assert found.license_text.value == "MIT"
    assert [text.value for text in found.license_files.value] == ["LIC*"]
    assert [text.value for text in found.classifiers.value] == ["A", "B"]
    assert [text.value for text in found.keywords.value] == ["x", "y"]
    assert {name: text.value for name, text in found.urls.value.items()} == {
        "Homepage": "https://a",
        "Docs": "https://b",
    }
    assert found.readme.value == "README.md"
    assert found.readme_content_type.value == "text/markdown"
    assert [(one.role, one.name.value) for one in found.people] == [("author", "Me")]


def test_long_description_in_place(read: Callable[..., Any]) -> None:
    found = read('"""About."""\nsetup(long_description=__doc__)', header=False)
    assert found.declared is None or found.declared.readme is None
    found = read("setup(long_description='About.')").declared
    assert found.readme is None
    assert found.readme_text.value == "About."


def test_long_description_of_two_files_is_unknown_or_text(read: Callable[..., Any]) -> None:
    found = read("setup(name='a', long_description=open('A').read() + open('B').read())", {"A": "a", "B": "b"}).declared
    assert found.name.value == "a"


@pytest.mark.parametrize(
    ("script", "choices"),
    [
        ("p = ['a']\nif os.environ.get('X'):\n    p.append('b')\n", (("a",), ("a", "b"))),
        ("p = ['a', 'b'] if os.environ.get('X') else ['a']\n", (("a", "b"), ("a",))),
        ("p = os.environ.get('X')\n", None),
        ("p = ['a'] if os.environ.get('X') else [os.environ.get('Y')]\n", None),
    ],
)
def test_what_packages_may_be(read: Callable[..., Any], script: str, choices: object) -> None:
    found = read(f"import os\n{script}setup(packages=p)").setuptools
    assert found is not None
    assert found.packages is not None
    assert found.packages.unknown is not None
    assert found.package_choices is not None
    assert found.package_choices.value == choices
