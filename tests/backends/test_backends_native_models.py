"""What is told of the files of maturin, scikit-build-core, meson-python, py-build-cmake, sip and theme projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.tree.port import Tree

    MakeTree = Callable[..., Tree]


def predicted(make_tree: MakeTree, files: dict[str, str], backend: str, table: str) -> Distribution:
    system = f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'
    tree = make_tree({"pyproject.toml": system + table, **files})
    return predict(tree, scan(tree))


def paths(distribution: Distribution) -> list[str]:
    assert distribution.wheel.files is not None
    return [file.path for file in distribution.wheel.files]


PROJECT = '[project]\nname = "acme-tool"\nversion = "1"\n'
CRATE = '[package]\nname = "acme-tool"\nversion = "1.0.0-rc.2"\n[lib]\nname = "acme_tool"\ncrate-type = ["cdylib"]\n'
CARGO = CRATE + '[dependencies]\npyo3 = "0.27"\n'


class TestMaturin:
    def test_version_comes_from_the_workspace(self, make_tree: MakeTree) -> None:
        files = {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.package]\nversion = "1.2.0-alpha.3+x1"\n',
            "a/Cargo.toml": '[package]\nname = "a"\nversion.workspace = true\n[dependencies]\npyo3 = "0.27"\n',
        }
        table = '[project]\nname = "a"\ndynamic = ["version"]\n[tool.maturin]\nmanifest-path = "a/Cargo.toml"\n'
        found = predicted(make_tree, files, "maturin", table)
        assert found.metadata.version is not None
        assert found.metadata.version.value == "1.2.0a3+x1"
        assert found.metadata.version.at.path == "Cargo.toml"

    def test_version_without_a_counterpart_is_unknown(self, make_tree: MakeTree) -> None:
        files = {"Cargo.toml": CARGO.replace("rc.2", "x.y.z")}
        found = predicted(make_tree, files, "maturin", '[project]\nname = "a"\ndynamic = ["version"]\n')
        assert found.metadata.version is None
        assert [doubt.field for doubt in found.metadata.unknown] == ["version"]

    def test_without_a_package_one_is_made(self, make_tree: MakeTree) -> None:
        found = predicted(make_tree, {"Cargo.toml": CARGO, "acme_tool.pyi": ""}, "maturin", PROJECT)
        assert paths(found) == ["acme_tool/__init__.py", "acme_tool/__init__.pyi", "acme_tool/py.typed"]
        assert found.wheel.import_names == ("acme_tool",)
        assert found.wheel.complete

    def test_exclude_reaches_no_further_than_its_words(self, make_tree: MakeTree) -> None:
        names = ("__init__.py", "a.tmp", "sub/b.tmp", "sub/deep/c.txt", "d.js", "e.css")
        files = {"Cargo.toml": CARGO, **{f"acme_tool/{name}": "" for name in names}}
        table = (
            PROJECT
            + '[tool.maturin]\nexclude = ["acme_tool/*.tmp", "sub", "acme_tool/sub/**", "*.{js,css}", "!e.css"]\n'
        )
        found = predicted(make_tree, files, "maturin", table)
        assert paths(found) == ["acme_tool/__init__.py", "acme_tool/e.css"]

    def test_files_of_a_build_script_leave_a_doubt(self, make_tree: MakeTree) -> None:
        table = PROJECT + '[tool.maturin]\ninclude = [{path = "*.h", from = "out-dir", to = "acme_tool"}]\n'
        found = predicted(make_tree, {"Cargo.toml": CARGO}, "maturin", table)
        assert not found.wheel.complete

    def test_a_program_alone_makes_nothing_importable(self, make_tree: MakeTree) -> None:
        files = {"Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n', "src/main.rs": "fn main() {}"}
        found = predicted(make_tree, files, "maturin", PROJECT + '[tool.maturin]\nbindings = "bin"\n')
        assert found.wheel.import_names == ()
        assert found.wheel.kind == "platform-no-abi"

    def test_a_compiled_program_in_the_package_is_no_data(self, make_tree: MakeTree) -> None:
        files = {"Cargo.toml": CARGO, "acme_tool/__init__.py": "", "acme_tool/run": "\x7fELF" + "\0" * 200}
        found = predicted(make_tree, files, "maturin", PROJECT)
        assert paths(found) == ["acme_tool/__init__.py"]
        assert not found.wheel.complete


class TestScikitBuildCore:
    BACKEND = "scikit_build_core.build"
    CMAKE = (
        "project(a)\nPython_add_library(_core MODULE core.c WITH_SOABI)\ninstall(TARGETS _core DESTINATION acme_tool)\n"
    )

    def test_packages_are_searched(self, make_tree: MakeTree) -> None:
        files = {"CMakeLists.txt": self.CMAKE, "python/acme_tool/__init__.py": "", "acme_tool/__init__.py": ""}
        found = predicted(make_tree, files, self.BACKEND, PROJECT)
        assert [file.source for file in found.wheel.files or ()] == ["python/acme_tool/__init__.py"]
        assert found.wheel.extension_modules == ("acme_tool._core",)

    @pytest.mark.parametrize(
        ("settings", "version"),
        [
            ("input = \"v.txt\"\nregex = '(?P<value>\\S+)'", "1.2.3"),
            ('input = "v.txt"\nregex = "(?P<a>[0-9]+)[.](?P<b>[0-9]+)"\nresult = "{b}.{a}.dev0"', "2.1.dev0"),
            ('input = "v.txt"\nregex = "(x)"', None),
            ('input = "gone.txt"', None),
            ('input = "v.txt"\nregex = "(?P<value>.)"\nresult = "{value!r:>9}"', None),
        ],
    )
    def test_versions_by_regular_expression(self, make_tree: MakeTree, settings: str, version: str | None) -> None:
        table = (
            '[project]\nname = "a"\ndynamic = ["version"]\n[tool.scikit-build.metadata.version]\n'
            f'provider = "scikit_build_core.metadata.regex"\n{settings}\n'
        )
        found = predicted(make_tree, {"v.txt": "1.2.3\n", "CMakeLists.txt": self.CMAKE}, self.BACKEND, table)
        assert (found.metadata.version.value if found.metadata.version else None) == version

    def test_versions_by_the_standard_table(self, make_tree: MakeTree) -> None:
        table = (
            '[project]\nname = "a"\ndynamic = ["version"]\n[[tool.dynamic-metadata]]\n'
            'provider = "scikit_build_core.metadata.regex"\nfield = "version"\ninput = "a.py"\n'
        )
        files = {"a.py": '__version__: str = "v2.0"\n', "CMakeLists.txt": self.CMAKE}
        found = predicted(make_tree, files, self.BACKEND, table)
        assert found.metadata.version is not None
        assert found.metadata.version.value == "2.0"

    def test_a_fetched_project_leaves_a_doubt(self, make_tree: MakeTree) -> None:
        cmake = self.CMAKE + "include(FetchContent)\nFetchContent_Declare(x URL u)\nFetchContent_MakeAvailable(x)\n"
        files = {"CMakeLists.txt": cmake, "acme_tool/__init__.py": ""}
        found = predicted(make_tree, files, self.BACKEND, PROJECT)
        assert not found.wheel.complete
        assert found.wheel.import_names == ("acme_tool",)
        quiet = cmake.replace("URL u", "URL u EXCLUDE_FROM_ALL")
        assert predicted(make_tree, {**files, "CMakeLists.txt": quiet}, self.BACKEND, PROJECT).wheel.complete

    def test_chosen_components_leave_none(self, make_tree: MakeTree) -> None:
        cmake = self.CMAKE.replace("DESTINATION", "COMPONENT py DESTINATION") + "add_subdirectory(${UNKNOWN})\n"
        files = {"CMakeLists.txt": cmake, "acme_tool/__init__.py": ""}
        table = PROJECT + '[tool.scikit-build]\ninstall.components = ["py"]\n'
        assert predicted(make_tree, files, self.BACKEND, table).wheel.complete

    def test_an_override_leaves_a_doubt(self, make_tree: MakeTree) -> None:
        files = {"CMakeLists.txt": self.CMAKE, "acme_tool/__init__.py": ""}
        override = '[[tool.scikit-build.overrides]]\nif.{}\nwheel.exclude = ["*.c"]\n'
        doubtful = predicted(make_tree, files, self.BACKEND, PROJECT + override.format('python-version = ">=3.12"'))
        assert not doubtful.wheel.complete
        elsewhere = predicted(make_tree, files, self.BACKEND, PROJECT + override.format('platform-system = "win32"'))
        assert elsewhere.wheel.complete

    def test_nothing_found_is_not_nothing_to_import(self, make_tree: MakeTree) -> None:
        files = {"CMakeLists.txt": "install(FILES ${SOURCES} DESTINATION ${WHERE})\n"}
        assert predicted(make_tree, files, self.BACKEND, PROJECT).wheel.import_names is None


class TestMesonPython:
    def test_computed_versions_are_unknown(self, make_tree: MakeTree) -> None:
        meson = "project('a', version: run_command('v.py').stdout().strip())\n"
        table = '[project]\nname = "a"\ndynamic = ["version"]\n'
        found = predicted(make_tree, {"meson.build": meson}, "mesonpy", table)
        assert found.metadata.version is None
        assert [doubt.field for doubt in found.metadata.unknown] == ["version"]

    @pytest.mark.parametrize(
        ("script", "version"),
        [
            ("import os\nhere = os.path.dirname(__file__)\nprint(open(os.path.join(here, 'V')).read())\n", "4.5"),
            ("def f():\n    return '1.' + '2'\nif __name__ == '__main__':\n    print(f())\n", "1.2"),
            ("v = '1'\nif __name__ == '__main__':\n    v = g()\n    print(v)\n", None),
            ("print('1')\nprint('2')\n", None),
            ("if x():\n    print('1')\nprint('2')\n", None),
            ("import subprocess\nprint(subprocess.check_output(['git', 'describe']))\n", None),
        ],
    )
    def test_versions_that_a_script_prints(self, make_tree: MakeTree, script: str, version: str | None) -> None:
        meson = "project('a', version: run_command('tools/v.py', check: true).stdout().strip())\n"
        files = {"meson.build": meson, "tools/v.py": script, "tools/V": "4.5\n"}
        found = predicted(make_tree, files, "mesonpy", '[project]\nname = "a"\ndynamic = ["version"]\n')
        assert (found.metadata.version.value if found.metadata.version else None) == version

    def test_undecided_conditions_leave_a_doubt(self, make_tree: MakeTree) -> None:
        meson = (
            "project('a', version: '1')\npy = import('python').find_installation(pure: false)\n"
            "py.install_sources('a/__init__.py', subdir: 'a')\n"
            "if dependency('z').found()\n  py.install_sources('a/z.py', subdir: 'a')\nendif\n"
        )
        files = {"meson.build": meson, "a/__init__.py": "", "a/z.py": ""}
        found = predicted(make_tree, files, "mesonpy", '[project]\nname = "a"\nversion = "1"\n')
        assert paths(found) == ["a/__init__.py"]
        assert not found.wheel.complete

    def test_files_for_purelib_of_a_native_wheel_are_importable(self, make_tree: MakeTree) -> None:
        meson = (
            "project('a', 'c', version: '1')\npy = import('python').find_installation()\n"
            "py.install_sources('plain.py')\npy.extension_module('fast', 'fast.c', install: true)\n"
        )
        files = {"meson.build": meson, "plain.py": "", "fast.c": ""}
        found = predicted(make_tree, files, "mesonpy", '[project]\nname = "a"\nversion = "1"\n')
        assert paths(found) == ["a-1.data/purelib/plain.py"]
        assert found.wheel.import_names == ("fast", "plain")

    def test_a_subproject_leaves_a_doubt(self, make_tree: MakeTree) -> None:
        meson = (
            "project('a', version: '1')\npy = import('python').find_installation()\n"
            "py.install_sources('plain.py')\nsubproject('b')\n"
        )
        files = {"meson.build": meson, "plain.py": ""}
        assert not predicted(make_tree, files, "mesonpy", '[project]\nname = "a"\nversion = "1"\n').wheel.complete


class TestOthers:
    def test_py_build_cmake_refuses_two_candidates(self, make_tree: MakeTree) -> None:
        files = {"acme/__init__.py": "", "acme.py": ""}
        found = predicted(make_tree, files, "py_build_cmake.build", '[project]\nname = "acme"\nversion = "1"\n')
        assert found.discovery_error is not None
        assert found.discovery_error.kind == "multiple-packages"

    def test_sip_with_a_script_of_its_own_is_unknown(self, make_tree: MakeTree) -> None:
        found = predicted(make_tree, {"project.py": "", "a.sip": "%Module(name=a)"}, "sipbuild.api", PROJECT)
        assert found.wheel.files is None
        assert found.wheel.import_names is None
        assert found.metadata.version is not None
        assert {doubt.field for doubt in found.metadata.unknown} == {"dependencies", "entry_points"}

    def test_sip_without_one_ships_what_it_is_told(self, make_tree: MakeTree) -> None:
        table = PROJECT + (
            '[tool.sip.project]\nsip-module = "acme.sip"\ndunder-init = true\nwheel-includes = [["lib/*.py", "acme"]]\n'
            "[tool.sip.bindings.core]\n"
        )
        files = {"lib/a.py": "", "core.sip": "%Module(name=acme.core)\n"}
        found = predicted(make_tree, files, "sipbuild.api", table)
        assert paths(found) == ["acme/__init__.py", "acme/a.py"]
        assert found.wheel.import_names == ("acme",)

    def test_a_backend_around_setuptools_is_never_complete(self, make_tree: MakeTree) -> None:
        files = {"setup.py": "from setuptools import setup\nsetup()\n", "src/acme/__init__.py": "", "acme.txt": ""}
        cmake = "install(FILES acme.txt DESTINATION acme)\n"
        backend = "scikit_build_core.setuptools.build_meta"
        found = predicted(make_tree, {**files, "CMakeLists.txt": cmake}, backend, PROJECT)
        assert sorted(paths(found)) == ["acme/__init__.py", "acme/acme.txt"]
        assert not found.wheel.complete

    def test_a_theme_is_everything_below_src(self, make_tree: MakeTree) -> None:
        files = {"src/acme_tool/__init__.py": '__version__ = "3"', "src/acme_tool/theme/t/theme.conf": "", "x.py": ""}
        table = '[project]\nname = "acme-tool"\ndynamic = ["version"]\n'
        found = predicted(make_tree, files, "sphinx_theme_builder", table)
        assert paths(found) == ["acme_tool/__init__.py", "acme_tool/theme/t/theme.conf"]
        assert found.metadata.version is not None
        assert found.metadata.version.value == "3"
        assert not found.wheel.complete
