"""What setuptools would ship and write, from options that its three files give."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.backends import predict
from pkg_audit.facts.declared import Declared, EntryPointDeclaration
from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.facts.scanned import FileError, Scanned, SetupPy
from pkg_audit.facts.setuptools_options import FindPackages, SetuptoolsOptions
from pkg_audit.scan.manifest_in import read_manifest_in
from pkg_audit.scan.pyproject import read_pyproject
from pkg_audit.scan.setup_cfg import read_setup_cfg
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.tree import Tree

    MakeTree = Callable[[dict[str, str | bytes]], Tree]

AT = Place("setup.py", 3)
SETUP = Place("setup.py")
UNKNOWN: Value[Any] = Value(None, AT, Unknown("dynamic-expression", AT))
PROJECT = '[project]\nname = "acme"\nversion = "1.0"\n'


def known(value: Any) -> Value[Any]:
    return Value(value, AT)


def setup_py(options: dict[str, Any] | None = None, declared: dict[str, Any] | None = None) -> SetupPy:
    """A setup.py as the evaluator would tell it; plain values become known ones."""

    def values(given: dict[str, Any] | None) -> dict[str, Any]:
        return {key: value if isinstance(value, Value) else known(value) for key, value in (given or {}).items()}

    return SetupPy(SETUP, AT, Declared("setup.py", AT, **values(declared)), SetuptoolsOptions(AT, **values(options)))


def predicted(tree: Tree, setup: SetupPy | None = None, source: str = "directory") -> Distribution:
    scanned = Scanned(
        source,
        tree.files(),
        tree.links(),
        pyproject=read_pyproject(tree),
        setup_cfg=read_setup_cfg(tree),
        setup_py=setup,
        manifest_in=read_manifest_in(tree),
    )
    return predict(tree, scanned)


def shipped(found: Distribution) -> list[str]:
    assert found.wheel.files is not None
    return [file.path for file in found.wheel.files]


def unknown_fields(found: Distribution) -> set[str]:
    return {doubt.field for doubt in found.metadata.unknown}


class TestPackages:
    def test_unknown_packages_make_files_unknown(self, make_tree: MakeTree) -> None:
        found = predicted(make_tree({"setup.py": "", "a/__init__.py": ""}), setup_py({"packages": UNKNOWN}))
        assert found.wheel.files is None
        assert found.wheel.unknown[0].unknown.at == AT
        assert found.sdist.files is None

    def test_packages_that_only_a_condition_keeps_open_tell_names(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": "", "a/b/__init__.py": "", "c/__init__.py": ""})
        search = FindPackages(include=("a*",), exclude=("a.b",))
        found = predicted(tree, setup_py({"packages": UNKNOWN, "package_choices": ((search,), ("a", "a.b"))}))
        assert shipped(found) == ["a/__init__.py"]
        assert found.wheel.import_names == ("a",)
        assert not found.wheel.complete
        assert found.wheel.unknown[0].unknown.at == AT
        for choices in ((("a",), ("a", "c")), (("a",), ()), ((), ())):
            found = predicted(tree, setup_py({"packages": UNKNOWN, "package_choices": choices}))
            assert found.wheel.files is None

    def test_pyproject_wins_over_an_unknown_setup_py(self, make_tree: MakeTree) -> None:
        files: dict[str, str | bytes] = {
            "setup.py": "",
            "pyproject.toml": PROJECT + '[tool.setuptools]\npackages = ["a"]\npy-modules = []\n',
            "a/__init__.py": "",
        }
        found = predicted(make_tree(files), setup_py({"packages": UNKNOWN, "py_modules": UNKNOWN}))
        assert shipped(found) == ["a/__init__.py"]

    def test_an_unreadable_setup_py_hides_what_only_it_can_say(self, make_tree: MakeTree) -> None:
        broken = SetupPy(SETUP, error=FileError(Place("setup.py", 2), "invalid syntax"))
        found = predicted(make_tree({"setup.py": "print 1", "a/__init__.py": ""}), broken)
        assert found.wheel.files is None
        assert {doubt.unknown.reason for doubt in found.metadata.unknown} == {"not-parseable"}

    def test_find_packages_of_setup_py_knows_no_package_dir(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "src/a/__init__.py": ""})
        search = FindPackages(where=("src",))
        assert predicted(tree, setup_py({"packages": (search,)})).discovery_error is not None
        mapped = predicted(tree, setup_py({"packages": (search,), "package_dir": {"": "src"}}))
        assert shipped(mapped) == ["a/__init__.py"]

    def test_declared_extensions_switch_discovery_off_in_setup_py(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": ""})
        assert shipped(predicted(tree, setup_py({"ext_modules": ()}))) == []
        assert shipped(predicted(tree, setup_py())) == ["a/__init__.py"]

    def test_a_project_table_keeps_discovery_on_beside_extensions(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": "", "pyproject.toml": PROJECT})
        assert shipped(predicted(tree, setup_py({"ext_modules": ()}))) == ["a/__init__.py"]

    def test_empty_lists_switch_discovery_off(self, make_tree: MakeTree) -> None:
        assert shipped(predicted(make_tree({"setup.py": "", "a.py": ""}), setup_py({"packages": ()}))) == []

    def test_setup_cfg_fills_what_setup_py_leaves_empty(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.cfg": "[options]\npackages = a\n", "setup.py": "", "a/__init__.py": "", "b.py": ""})
        assert shipped(predicted(tree, setup_py({"packages": ()}))) == ["a/__init__.py"]

    def test_the_root_as_a_package_leaves_setup_py_out(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "__init__.py": "", "x.py": "", "sub/y.py": ""})
        found = predicted(tree, setup_py({"packages": ("acme",), "package_dir": {"acme": ""}}))
        assert shipped(found) == ["acme/__init__.py", "acme/x.py"]

    def test_a_discovery_error_names_what_is_in_the_way(self, make_tree: MakeTree) -> None:
        tree = make_tree({"pyproject.toml": PROJECT, "a/__init__.py": "", "assets/x.png": ""})
        error = predicted(tree).discovery_error
        assert error is not None
        assert (error.kind, error.names) == ("multiple-packages", ("a", "assets"))

    @pytest.mark.parametrize(
        ("cmdclass", "stops"), [((), True), (("test",), True), (("build_py",), False), (UNKNOWN, False)]
    )
    def test_a_command_may_make_a_package_that_is_not_there(
        self, make_tree: MakeTree, cmdclass: Any, stops: bool
    ) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": ""})
        found = predicted(tree, setup_py({"packages": ("a", "a.gen"), "cmdclass": cmdclass}))
        assert (found.discovery_error is not None) is stops
        assert found.wheel.complete is False

    def test_every_file_says_why(self, make_tree: MakeTree) -> None:
        files: dict[str, str | bytes] = {
            "pyproject.toml": PROJECT + '[tool.setuptools.package-data]\n"*" = ["*.json"]\n',
            "src/a/__init__.py": "",
            "src/a/x.json": "",
            "src/a/py.typed": "",
            "src/a/y.txt": "",
            "MANIFEST.in": "include src/a/y.txt\n",
        }
        found = predicted(make_tree(files))
        why = {file.path: file.why for file in found.wheel.files or ()}
        assert "discovered in src/" in why["a/__init__.py"]
        assert "`*.json`" in why["a/x.json"]
        assert "always" in why["a/py.typed"]
        assert "sdist" in why["a/y.txt"]


class TestCompleteness:
    @pytest.mark.parametrize(
        "options",
        [
            {"cmdclass": UNKNOWN},
            {"cmdclass": ("build_py",)},
            {"package_data": UNKNOWN},
            {"include_package_data": UNKNOWN},
            {"data_files": UNKNOWN},
        ],
    )
    def test_what_code_decides_leaves_files_incomplete(self, make_tree: MakeTree, options: dict[str, Any]) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": ""})
        found = predicted(tree, setup_py({"packages": ("a",), **options}, {"name": "a", "version": "1"}))
        assert shipped(found) == ["a/__init__.py"]
        assert found.wheel.complete is False
        assert found.wheel.import_names == ("a",)
        assert "files" in {doubt.field for doubt in found.wheel.unknown}

    def test_a_command_that_ships_nothing_leaves_them_complete(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "a/__init__.py": ""})
        found = predicted(tree, setup_py({"packages": ("a",), "cmdclass": ("test",)}))
        assert found.wheel.complete is True


TRACKED: dict[str, str | bytes] = {"src/a/__init__.py": "", "src/a/data.json": "", "notes/x.txt": ""}


class TestVersionControl:
    def test_a_file_finder_puts_every_tracked_file_into_the_sdist(self, make_tree: MakeTree) -> None:
        system = '[build-system]\nrequires = ["setuptools", "Setuptools_SCM[toml]>=8"]\n'
        system += 'build-backend = "setuptools.build_meta"\n[project]\nname = "a"\ndynamic = ["version"]\n'
        system += '[tool.setuptools_scm]\nversion_file = "src/a/_version.py"\n'
        found = predicted(make_tree({**TRACKED, "pyproject.toml": system}))
        assert shipped(found) == ["a/__init__.py", "a/_version.py", "a/data.json"]
        assert [file.source for file in found.wheel.files or () if file.path == "a/_version.py"] == [""]
        assert found.sdist.files is not None
        assert "notes/x.txt" in found.sdist.files
        assert unknown_fields(found) == {"version"}
        assert found.metadata.unknown[0].unknown.reason == "generated"

    def test_without_one_it_takes_the_defaults(self, make_tree: MakeTree) -> None:
        found = predicted(make_tree({**TRACKED, "pyproject.toml": PROJECT}))
        assert shipped(found) == ["a/__init__.py"]
        assert found.sdist.files == ("pyproject.toml", "setup.cfg", "src/a/__init__.py")

    def test_an_unpacked_sdist_keeps_its_earlier_list(self, make_tree: MakeTree) -> None:
        sources = "src/a/__init__.py\nsrc/a/data.json\nnot/there.py\n"
        files = {**TRACKED, "pyproject.toml": PROJECT, "src/a.egg-info/SOURCES.txt": sources}
        assert shipped(predicted(make_tree(files))) == ["a/__init__.py", "a/data.json"]


class TestMetadata:
    def test_setup_py_over_setup_cfg(self, make_tree: MakeTree) -> None:
        cfg = "[metadata]\nname = b\nversion = 2\n[options]\npython_requires = >=3.8\ninstall_requires = x\n"
        tree = make_tree({"setup.cfg": cfg, "setup.py": ""})
        declared = {"name": "a", "dependencies": (Text("y"), Text("# no"), Text("z  # why"))}
        metadata = predicted(tree, setup_py(declared=declared)).metadata
        assert metadata.name == Text("a", AT)
        assert metadata.version is not None
        assert metadata.version.value == "2"
        assert metadata.requires_python is not None
        assert metadata.requires_python.value == ">=3.8"
        assert [text.value for text in metadata.dependencies] == ["y", "z"]

    def test_fields_that_are_not_dynamic_are_dropped_beside_a_project_table(self, make_tree: MakeTree) -> None:
        tree = make_tree({"pyproject.toml": PROJECT, "setup.py": ""})
        declared = {"dependencies": (Text("x"),), "optional_dependencies": {"e": (Text("y"),)}, "name": "other"}
        metadata = predicted(tree, setup_py(declared=declared)).metadata
        assert metadata.name is not None
        assert metadata.name.value == "acme"
        assert metadata.dependencies == ()
        assert metadata.optional_dependencies == {}
        assert metadata.unknown == ()

    def test_dynamic_fields_come_from_setup_py(self, make_tree: MakeTree) -> None:
        text = '[project]\nname = "a"\ndynamic = ["version", "dependencies", "optional-dependencies"]\n'
        tree = make_tree({"pyproject.toml": text, "setup.py": ""})
        declared = {"version": "1", "dependencies": (Text("x"),), "optional_dependencies": UNKNOWN}
        found = predicted(tree, setup_py(declared=declared))
        assert [text.value for text in found.metadata.dependencies] == ["x"]
        assert unknown_fields(found) == {"optional_dependencies"}

    @pytest.mark.parametrize(
        ("dynamic", "table", "names"),
        [
            ("[]", "", []),
            ('["scripts"]', "", ["c", "p"]),
            ('["scripts"]', '[project.gui-scripts]\ng = "a:g"\n', ["g"]),
            ('["scripts"]', "[project.gui-scripts]\n", []),
        ],
    )
    def test_entry_points_are_replaced_all_or_none(
        self, make_tree: MakeTree, dynamic: str, table: str, names: list[str]
    ) -> None:
        text = f'[project]\nname = "a"\nversion = "1"\ndynamic = {dynamic}\n{table}'
        entries = (
            EntryPointDeclaration("console_scripts", "c", "a:c", AT),
            EntryPointDeclaration("plugins", "p", "a:p", AT),
        )
        tree = make_tree({"pyproject.toml": text, "setup.py": ""})
        metadata = predicted(tree, setup_py(declared={"entry_points": entries})).metadata
        assert [entry.name for entry in metadata.entry_points] == names

    def test_dynamic_values_from_files(self, make_tree: MakeTree) -> None:
        text = (
            '[project]\nname = "a"\ndynamic = ["version", "dependencies", "optional-dependencies", "entry-points",'
            ' "scripts", "classifiers"]\n[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n'
            'dependencies = {file = ["r1.txt", "r2.txt", "gone.txt"]}\nclassifiers = {file = "c.txt"}\n'
            'optional-dependencies.dev = {file = "r2.txt"}\nentry-points = {file = "e.txt"}\n'
        )
        files: dict[str, str | bytes] = {
            "pyproject.toml": text,
            "VERSION": "1.0rc1\n",
            "r1.txt": "x\n\n# no\n",
            "r2.txt": "y>=1",
            "c.txt": "Topic :: Utilities\n",
            "e.txt": "[console_scripts]\na = a:main\n[other]\nx = a:x\n",
        }
        metadata = predicted(make_tree(files)).metadata
        assert metadata.unknown == ()
        assert metadata.version == Text("1.0rc1", Place("VERSION", 1))
        assert [(text.value, text.at) for text in metadata.dependencies] == [
            ("x", Place("r1.txt", 1)),
            ("y>=1", Place("r2.txt", 1)),
        ]
        assert [text.value for text in metadata.optional_dependencies["dev"]] == ["y>=1"]
        assert {(entry.group, entry.name) for entry in metadata.entry_points} == {
            ("console_scripts", "a"),
            ("other", "x"),
        }
        assert [text.value for text in metadata.classifiers] == ["Topic :: Utilities"]

    @pytest.mark.parametrize(
        ("module", "version"),
        [
            ("__version__ = '1.2'\n", "1.2"),
            ("__version__ = (1, 2)\n", "1.2"),
            ("info = 1, 2, 'rc1'\n__version__ = '.'.join(map(str, info))\n", "1.2rc1"),
            ("major = 3\n__version__ = f'{major}.0'\n", "3.0"),
            ("from a._v import version as __version__\n", "9"),
            ("import os\n__version__ = os.environ['V']\n", None),
            ("__version__ = (\n", None),
        ],
    )
    @pytest.mark.parametrize("file", ["pyproject.toml", "setup.cfg"])
    def test_version_from_an_attribute(self, make_tree: MakeTree, module: str, version: str | None, file: str) -> None:
        dynamic = (
            '[project]\nname = "a"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion.attr = "a.__version__"\n'
        )
        text = dynamic if file == "pyproject.toml" else "[metadata]\nname = a\nversion = attr: a.__version__\n"
        found = predicted(make_tree({file: text, "src/a/__init__.py": module, "src/a/_v.py": "version = '9'\n"}))
        assert (found.metadata.version.value if found.metadata.version else None) == version
        assert ("version" in unknown_fields(found)) is (version is None)

    def test_a_missing_file_is_unknown(self, make_tree: MakeTree) -> None:
        text = '[project]\nname = "a"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {file = "gone"}\n'
        found = predicted(make_tree({"pyproject.toml": text}))
        assert [doubt.unknown.reason for doubt in found.metadata.unknown] == ["file-missing"]

    @pytest.mark.parametrize(
        ("declared", "cfg", "version"),
        [
            ({"version": "1.0-Alpha.1"}, "", "1.0a1"),
            ({"version": "1"}, "[egg_info]\ntag_build = dev7\n", "1.dev7"),
            ({"version": "1"}, "[egg_info]\ntag_date = 1\n", None),
            ({}, "", "0.0.0"),
            ({"version": UNKNOWN}, "", None),
            ({"version": "not a version"}, "", "not a version"),
            ({"version": "1" * 5000}, "", "1" * 5000),
        ],
    )
    def test_version(self, make_tree: MakeTree, declared: dict[str, Any], cfg: str, version: str | None) -> None:
        found = predicted(make_tree({"setup.py": "", "setup.cfg": cfg}), setup_py(declared=declared))
        assert (found.metadata.version.value if found.metadata.version else None) == version
        assert ("version" in unknown_fields(found)) is (version is None)

    @pytest.mark.parametrize(
        ("declared", "found"),
        [
            ({}, ("LICENSE", "LICENSE-MIT", "COPYING", "NOTICE.txt", "AUTHORS.md")),
            ({"license_files": (Text("lic/*"), Text("NOTICE*"))}, ("lic/a.txt", "NOTICE.txt")),
            ({"license_file": "lic/a.txt"}, ("lic/a.txt",)),
            ({"license_files": ()}, ()),
        ],
    )
    def test_license_files(self, make_tree: MakeTree, declared: dict[str, Any], found: tuple[str, ...]) -> None:
        names = ["LICENSE", "LICENSE-MIT", "COPYING", "NOTICE.txt", "AUTHORS.md", "LICENSE~", "lic/a.txt", "setup.py"]
        tree = make_tree(dict.fromkeys(names, ""))
        assert predicted(tree, setup_py(declared=declared)).metadata.license_files == found

    def test_the_only_package_names_the_project(self, make_tree: MakeTree) -> None:
        found = predicted(make_tree({"setup.py": "", "a/__init__.py": "", "a/b/__init__.py": ""}), setup_py())
        assert found.metadata.name is not None
        assert found.metadata.name.value == "a"


class TestOutsideOfPackages:
    def test_data_files_and_scripts_need_name_and_version(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "conf/a.ini": "", "bin/run": ""})
        options = {"packages": (), "data_files": (("etc", ("conf/a.ini", "gone")),), "scripts": ("bin/run",)}
        found = predicted(tree, setup_py(options, {"name": "A.b-C", "version": "1.0-1"}))
        assert shipped(found) == ["a_b_c-1.0.post1.data/data/etc/a.ini", "a_b_c-1.0.post1.data/scripts/run"]
        doubtful = predicted(tree, setup_py(options, {"name": "a", "version": UNKNOWN}))
        assert (shipped(doubtful), doubtful.wheel.complete) == ([], False)

    def test_namespace_inits_are_not_installed(self, make_tree: MakeTree) -> None:
        tree = make_tree({"setup.py": "", "n/__init__.py": "", "n/m/__init__.py": "", "n/m/a/__init__.py": ""})
        options = {"packages": ("n", "n.m", "n.m.a"), "namespace_packages": ("n.m",)}
        found = predicted(tree, setup_py(options))
        assert shipped(found) == ["n/m/a/__init__.py"]
        assert (found.wheel.import_names, found.wheel.import_namespaces) == (("n.m.a",), ("n", "n.m"))


def test_a_prediction_is_quick_and_survives_a_large_tree(make_tree: MakeTree) -> None:
    names = [f"p{i % 20}/s{i % 7}/m{i}.py" for i in range(1500)]
    scanned = Scanned(
        "directory",
        tuple(sorted([*names, "setup.py"])),
        setup_py=setup_py(
            {
                "packages": (FindPackages(namespaces=True),),
                "package_data": MappingProxyType({"": ("**/*.json", "*.txt")}),
            }
        ),
    )
    found = predict(make_tree({"setup.py": ""}), scanned)
    assert len(shipped(found)) == 1500


def test_pbr_names_packages_and_ships_every_tracked_file(make_tree: MakeTree) -> None:
    cfg = (
        "[metadata]\nname = a\npython_requires = >=3.9\n[files]\npackages =\n    a\n"
        "[entry_points]\nconsole_scripts =\n    a = a.cli:main\n[extras]\ntest =\n    pytest\n"
    )
    files: dict[str, str | bytes] = {
        "setup.py": "",
        "setup.cfg": cfg,
        "requirements.txt": "x>=1 # why\n\ny;python_version<'3.11'\n",
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/data.json": "",
        "b/__init__.py": "",
    }
    setup = setup_py({"setup_requires": ("pbr>=2",)})
    assert setup.setuptools is not None
    setup = replace(setup, setuptools=replace(setup.setuptools, setup_keywords={"pbr": AT}))
    found = predicted(make_tree(files), setup)
    assert shipped(found) == ["a/__init__.py", "a/b/__init__.py", "a/b/data.json"]
    assert [text.value for text in found.metadata.dependencies] == ["x>=1", "y;python_version<'3.11'"]
    assert list(found.metadata.optional_dependencies) == ["test"]
    assert [entry.value for entry in found.metadata.entry_points] == ["a.cli:main"]
    assert unknown_fields(found) == {"version"}


@pytest.mark.parametrize("package", ["acme", "acme.config", "acme.config.deep"])
def test_a_package_behind_a_link_is_not_known(make_tree: MakeTree, tmp_path: Path, package: str) -> None:
    make_tree({"base/config/__init__.py": "", "real/__init__.py": ""})
    root = tmp_path / "project"
    if package == "acme":
        (root / "acme").symlink_to("real")
    else:
        (root / "acme").mkdir()
        (root / "acme/__init__.py").touch()
        (root / "acme/config").symlink_to("../base/config")
    found = predicted(open_tree(str(root)), setup_py({"packages": (package,)}))
    assert found.discovery_error is None
    assert not found.wheel.complete


@pytest.mark.parametrize(
    "options",
    [
        {"packages": ("a." * 100_000 + "a",)},
        {"py_modules": ("a." * 100_000 + "a",)},
        {"package_dir": {"a." * 100_000: "x"}},
        {"packages": ("a",), "package_data": {"": ("*x*",) * 200_000}},
        {"packages": (FindPackages(where=("a",) * 2000, include=("*b*",) * 2000),)},
        {
            "packages": UNKNOWN,
            "package_choices": ((FindPackages(where=("a",) * 2000, include=("*b*",) * 2000),), ("a",)),
        },
    ],
)
def test_absurd_options_are_refused(make_tree: MakeTree, options: dict[str, Any]) -> None:
    scanned = Scanned("directory", tuple(f"a/m{i}.py" for i in range(1000)), setup_py=setup_py(options))
    found = predict(make_tree({}), scanned)
    assert found.wheel.files is None
    assert [doubt.unknown.reason for doubt in found.wheel.unknown if doubt.field == "files"] == ["too-large"]
