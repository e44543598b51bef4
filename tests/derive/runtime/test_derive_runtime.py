"""Native imports, data, child interpreters and names in strings, from the sources to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.runtime import runtime_derivations
from pkg_audit.scan import scan
from pkg_audit.tree import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pkg_audit.tree import Tree

    Make = Callable[[dict[str, str | bytes]], Tree]

METADATA = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1.0"
dependencies = ["lxml", "requests"]

[project.scripts]
acme = "acme.cli:main"
"""


def facts(make: Make, files: dict[str, str], environment: Path | None = None) -> dict[str, tuple[Any, ...]]:
    named: dict[str, str | bytes] = {f"src/acme/{name}": text for name, text in files.items()}
    tree = make({"pyproject.toml": METADATA, "src/acme/__init__.py": "", **named})
    scanned = scan(tree)
    installed = DirectoryTree(str(environment)) if environment is not None else None
    derivations = runtime_derivations(tree, scanned, predict(tree, scanned), installed)
    return {name: fill() for name, fill in derivations.items()}


def install(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for top in {name.split("/")[0] for name in files}:
        info = folder / f"{top}-1.0.dist-info"
        info.mkdir()
        lines = [f"{name},," for name in files if name.split("/")[0] == top]
        (info / "RECORD").write_text("\n".join(lines), encoding="utf-8")
    return folder


MAIN = "\n\ndef main():\n    return 0\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from lxml import etree" + MAIN, ["lxml"]),
        ("import acme.deep" + MAIN, ["lxml"]),
        ("def main():\n    from lxml import etree\n", ["lxml"]),
        ("def other():\n    from lxml import etree" + MAIN, []),
        ("try:\n    from lxml import etree\nexcept ImportError:\n    etree = None" + MAIN, []),
        ("try:\n    from lxml import etree\nexcept ImportError:\n    raise SystemExit" + MAIN, ["lxml"]),
        ("import sys\nif sys.platform == 'win32':\n    import lxml" + MAIN, []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lxml" + MAIN, []),
        ("import requests" + MAIN, []),
    ],
)
def test_compiled_dependencies_count_where_a_start_must_import_them(
    make_tree: Make, source: str, expected: list[str]
) -> None:
    found = facts(make_tree, {"cli.py": source, "deep.py": "import lxml.etree\n"})["native_imports"]
    assert [item.owner for item in found] == expected


def test_with_an_environment_the_files_decide_not_the_table(make_tree: Make, tmp_path: Path) -> None:
    installed = install(
        tmp_path / "env",
        {"lxml/__init__.py": "", "requests/__init__.py": "from requests import fast\n", "requests/fast.abi3.so": ""},
    )
    (found,) = facts(make_tree, {"cli.py": "import lxml\nimport requests" + MAIN}, installed)["native_imports"]
    assert (found.owner, found.module, found.basis) == ("requests", "requests.fast", "read")
    assert (found.at.path, found.at.line) == ("src/acme/cli.py", 2)


def test_a_python_twin_beside_the_compiled_module_is_what_an_archive_imports(make_tree: Make, tmp_path: Path) -> None:
    files = {"requests/__init__.py": "from . import fast\n", "requests/fast.cpython-312-x86_64-linux-gnu.so": ""}
    installed = install(tmp_path / "env", {**files, "requests/fast.py": ""})
    assert facts(make_tree, {"cli.py": "import requests" + MAIN}, installed)["native_imports"] == ()


def test_data_of_a_dependency_is_named_with_its_line_and_placed_at_the_own_import(
    make_tree: Make, tmp_path: Path
) -> None:
    reader = "import os\n\ndef load():\n    return open(os.path.join(os.path.dirname(__file__), 'data.bin'))\n"
    installed = install(
        tmp_path / "env",
        {"requests/__init__.py": "import requests.core\n", "requests/core.py": reader, "requests/data.bin": "x"},
    )
    (use,) = facts(make_tree, {"cli.py": "import requests" + MAIN}, installed)["data_uses"]
    assert (use.owner, use.place, use.target) == ("requests", "requests/core.py:4", "requests/data.bin")
    assert (use.at.path, use.at.line, use.sure) == ("src/acme/cli.py", 1, "yes")
    assert facts(make_tree, {"cli.py": "def late():\n    import requests" + MAIN}, installed)["data_uses"] == ()


READ = "import os\nHERE = os.path.dirname(__file__)\n"


@pytest.mark.parametrize(
    ("code", "kind", "sure"),
    [
        ("open(os.path.join(HERE, 'words.txt'))", "file", "yes"),
        ("os.listdir(os.path.join(HERE, 'data'))", "folder", "yes"),
        ("open(os.path.join(HERE, 'words.txt')) if os.path.exists(HERE) else None", "file", "yes"),
        ("open(os.path.join(HERE, 'missing.txt'))", None, None),
        ("open(os.path.join(HERE, '..', '..', '..', 'README.md'))", None, None),
        ("print(os.path.join(HERE, 'words.txt'))", None, None),
        ("run(HERE)", "folder", "no"),
    ],
)
def test_data_that_is_shipped_and_used_by_path(make_tree: Make, code: str, kind: str | None, sure: str | None) -> None:
    files = {"cli.py": f"{READ}\ndef main():\n    {code}\n", "words.txt": "x", "data/a.json": "{}"}
    found = [(use.kind, use.sure) for use in facts(make_tree, files)["data_uses"]]
    assert found == ([] if kind is None else [(kind, sure)])


def test_a_constant_of_another_module_is_followed(make_tree: Make) -> None:
    files = {
        "cli.py": "from acme.conf import TEMPLATES\nfrom acme import conf\n\n"
        "def main():\n    open(TEMPLATES / 'a.html')\n    return conf.WORDS.read_text()\n",
        "conf.py": "from pathlib import Path\nTEMPLATES = Path(__file__).parent / 'templates'\n"
        "WORDS = Path(__file__).parent / 'words.txt'\n",
        "templates/a.html": "x",
        "words.txt": "x",
    }
    found = {use.target for use in facts(make_tree, files)["data_uses"]}
    assert found == {"acme/templates/a.html", "acme/words.txt"}


def test_a_handler_for_any_error_makes_it_unsure_one_for_files_only_where_the_version_is_read(make_tree: Make) -> None:
    body = "def main():\n    try:\n        return open(os.path.join(HERE, '{}'))\n    except {}:\n        return 0\n"
    found = {}
    for name, error in (("words.txt", "OSError"), ("words.txt", "Exception"), ("VERSION", "OSError")):
        files = {"cli.py": f"{READ}\n{body.format(name, error)}", "words.txt": "x", "VERSION": "1"}
        (use,) = facts(make_tree, files)["data_uses"]
        found[name, error] = use.sure
    assert found == {("words.txt", "OSError"): "yes", ("words.txt", "Exception"): "no", ("VERSION", "OSError"): "no"}


def test_a_package_is_listed_by_a_function_that_is_given_its_folder(make_tree: Make) -> None:
    files = {
        "cli.py": "from acme.load import load_all\nimport acme\n\ndef main():\n    load_all(1, acme.__path__[0])\n",
        "load.py": "import os\n\ndef load_all(app, path):\n    for name in os.listdir(path):\n        print(name)\n",
    }
    (found,) = facts(make_tree, files)["module_listings"]
    assert (found.package, found.at.line) == ("acme", 5)


def test_a_resource_stays_one_when_another_module_names_it(make_tree: Make) -> None:
    files = {
        "cli.py": "from acme.conf import folder\n\ndef main():\n    return load(folder())\n",
        "conf.py": "from importlib.resources import files\nfrom pathlib import Path\n\ndef folder():\n"
        "    if x:\n        return files('acme') / 'data'\n    return Path(__file__).parent / 'data'\n",
        "data/a.json": "{}",
    }
    found = facts(make_tree, files)
    assert [use.sure for use in found["data_uses"]] == ["no"]
    assert found["resource_names"] == ()


def test_code_that_no_program_loads_and_code_that_knows_archives_is_not_sure(make_tree: Make) -> None:
    read = f"{READ}\ndef load():\n    return open(os.path.join(HERE, 'words.txt'))\n"
    files = {
        "cli.py": "import acme.aware" + MAIN,
        "lost.py": read,
        "aware.py": read + "\nIS_ZIPAPP = not os.path.isdir(HERE)\n",
        "words.txt": "x",
    }
    found = {use.at.path: use.sure for use in facts(make_tree, files)["data_uses"]}
    assert found == {"src/acme/lost.py": "no", "src/acme/aware.py": "no"}


@pytest.mark.parametrize(
    ("module", "owner"),
    [("acme.worker", "own"), ("requests", "dependency"), ("venv", "stdlib"), ("pip", "pip"), ("black", "unknown")],
)
def test_it_is_known_whose_module_a_child_runs(make_tree: Make, module: str, owner: str) -> None:
    source = f'import sys, subprocess\n\ndef main():\n    subprocess.run([sys.executable, "-m", "{module}"])\n'
    (found,) = facts(make_tree, {"cli.py": source, "worker.py": ""})["started_interpreters"]
    assert (found.owner, found.sure) == (owner, "yes")


def test_modules_that_only_strings_name(make_tree: Make) -> None:
    files = {
        "cli.py": "import importlib\nTABLE = {'a': 'acme.a:run', 'b': 'acme.used'}\nimport acme.used\n\n"
        "def main(name):\n    return importlib.import_module(TABLE[name])\n",
        "a.py": "",
        "used.py": "",
    }
    found = facts(make_tree, files)
    assert [item.module for item in found["named_modules"]] == ["acme.a"]
    assert found["computed_imports"] == ()


def test_the_hidden_modules_of_a_computed_import(make_tree: Make) -> None:
    files = {
        "cli.py": "import importlib\n\ndef main(name):\n    return importlib.import_module(f'acme.plugins.{name}')\n",
        "plugins/__init__.py": "",
        "plugins/one.py": "",
        "plugins/two.py": "",
    }
    (found,) = facts(make_tree, files)["computed_imports"]
    assert (found.package, found.modules, found.own) == ("acme.plugins", "acme.plugins.one, acme.plugins.two", "yes")


def test_nothing_is_found_in_a_program_that_does_none_of_it(make_tree: Make) -> None:
    files = {
        "cli.py": '"""Use sys.executable -m acme, open(__file__)."""\n'
        "from importlib.resources import files\nimport sys\n"
        "\n\ndef main():\n    print(sys.executable, __file__)\n    return 0\n",
    }
    assert {name: records for name, records in facts(make_tree, files).items() if records} == {}


def test_shipped_knowledge_is_never_asked_for_the_projects_own_name(make_tree: Make) -> None:
    text = METADATA.replace('name = "acme"', 'name = "lxml"')
    tree = make_tree({"pyproject.toml": text, "src/acme/__init__.py": "", "src/acme/cli.py": "import lxml" + MAIN})
    scanned = scan(tree)
    found = runtime_derivations(tree, scanned, predict(tree, scanned))["native_imports"]()
    assert found == ()


@pytest.mark.parametrize(("code", "count"), [('sysconfig.get_path("scripts")', 1), ("sysconfig.get_paths()", 0)])
def test_a_compiled_program_among_the_scripts_is_no_file_of_an_archive(make_tree: Make, code: str, count: int) -> None:
    build = (
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n[project]\nname = "acme"\nversion = "1"\n'
    )
    files: dict[str, str | bytes] = {
        "pyproject.toml": build + '[tool.maturin]\nbindings = "bin"\n',
        "Cargo.toml": '[package]\nname = "acme"\nversion = "1.0.0"\n',
        "src/main.rs": "fn main() {}\n",
        "acme/__init__.py": "",
        "acme/__main__.py": f"import os, sysconfig\nos.execv(os.path.join({code}, 'acme'), [])\n",
    }
    tree = make_tree(files)
    scanned = scan(tree)
    found = runtime_derivations(tree, scanned, predict(tree, scanned))["installed_files"]()
    assert [(file.at.path, file.at.line) for file in found] == [("acme/__main__.py", 2)] * count
