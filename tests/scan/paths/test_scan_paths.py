"""What is done with a package's own place: found however it is spelt, and never mistaken for a mere mention."""

from __future__ import annotations

import pytest

from pkg_audit.facts.path_uses import PathUse
from pkg_audit.scan.paths import scan_runtime


def uses(text: str, wanted: frozenset[str] = frozenset()) -> list[PathUse]:
    return list(scan_runtime(text.encode(), "acme/cli.py", wanted).uses)


def said(text: str) -> list[tuple[str, str, int, bool]]:
    """(use, parts, steps up, open) of each use that needs a file."""
    harmless = ("tested", "shown")
    return [
        (use.use, "/".join(use.value.parts), use.value.up, use.value.open)
        for use in uses(text)
        if use.use not in harmless
    ]


IMPORTS = "import os\nimport os.path\nfrom pathlib import Path\nimport glob\nimport acme\n"


@pytest.mark.parametrize(
    "expression",
    [
        "os.path.join(os.path.dirname(__file__), 'a', 'b.txt')",
        "os.path.join(os.path.abspath(os.path.dirname(__file__)), 'a/b.txt')",
        "os.path.dirname(os.path.realpath(__file__)) + '/a/b.txt'",
        "'%s/a/b.txt' % os.path.dirname(__file__)",
        "f'{os.path.dirname(__file__)}/a/b.txt'",
        "Path(__file__).parent / 'a' / 'b.txt'",
        "Path(__file__).resolve().parent.joinpath('a', 'b.txt')",
        "Path(__file__).with_name('a') / 'b.txt'",
        "Path(__file__).parents[0] / 'a/b.txt'",
        "os.path.split(__file__)[0] + '/a/b.txt'",
        "str(Path(__file__).absolute().parent / 'x' / '..' / 'a' / 'b.txt')",
    ],
)
def test_a_path_is_followed_however_it_is_built(expression: str) -> None:
    assert said(f"{IMPORTS}\ndef f():\n    return open({expression})\n") == [("read", "a/b.txt", 1, False)]


@pytest.mark.parametrize(("expression", "start"), [("acme.__file__", "file"), ("acme.__path__[0]", "package")])
def test_the_place_of_another_module_counts(expression: str, start: str) -> None:
    (use,) = uses(f"{IMPORTS}\nos.listdir(os.path.join({expression}, 'a'))\n")
    assert (use.use, use.value.start, use.value.module) == ("listed", start, "acme")


def test_an_imported_dunder_file_counts() -> None:
    (use,) = uses("from acme import __file__ as here\nimport os\nopen(os.path.dirname(here) + '/x')\n")
    assert (use.value.start, use.value.module, use.value.parts) == ("file", "acme", ("x",))


def test_constants_attributes_functions_and_defaults_are_followed() -> None:
    text = f"""{IMPORTS}
HERE = os.path.dirname(__file__)
def data(name):
    return os.path.join(HERE, 'data', name)
class A:
    folder = Path(HERE) / 'themes'
    def run(self):
        return [p.read_text() for p in self.folder.glob('*.json')]
def load(path=os.path.join(HERE, 'x.ini')):
    return open(path)
open(data('x'))
"""
    assert sorted(said(text)) == [
        ("globbed", "themes", 1, False),
        ("read", "data", 1, True),
        ("read", "themes", 1, True),
        ("read", "x.ini", 1, False),
    ]


def test_the_first_part_that_is_no_literal_ends_the_path_and_its_ending_is_kept() -> None:
    (use,) = uses(
        f"{IMPORTS}\ndef f(name):\n    open(os.path.join(os.path.dirname(__file__), 'conf', name + '.yaml'))\n"
    )
    assert (use.value.parts, use.value.open, use.value.suffix) == (("conf",), True, ".yaml")


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("os.walk({})", "walked"),
        ("glob.glob({} + '/*.txt')", "globbed"),
        ("__import__('sys').path and sys.path.insert(0, {})", "sys-path"),
        ("subprocess.run([{}, '--version'])", "run"),
        ("ctypes.CDLL({})", "loaded"),
        ("shutil.copytree({}, 'target')", "copied"),
        ("open({}, 'w')", "written"),
        ("Environment(loader=FileSystemLoader({}))", "read"),
        ("print('lives in', {})", "shown"),
        ("log.info('in %s', {})", "shown"),
        ("raise RuntimeError({})", "shown"),
        ("os.path.exists({})", "tested"),
        ("{} == 'x'", "tested"),
        ("parse({})", "passed"),
    ],
)
def test_a_use_is_classified(statement: str, use: str) -> None:
    path = "os.path.join(os.path.dirname(__file__), 'a')"
    text = f"{IMPORTS}import sys, subprocess, ctypes, shutil\n{statement.format(path)}\n"
    assert [found.use for found in uses(text)] == [use]


def test_a_mere_mention_is_nothing() -> None:
    text = f'{IMPORTS}\nHERE = os.path.dirname(__file__)\nDOC = "see __file__"\n# open(__file__)\nHERE\n'
    assert uses(text) == []


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("try:\n    open({0})\nexcept OSError:\n    x = 1\n", "os-error"),
        ("try:\n    open({0})\nexcept Exception:\n    x = 1\n", "handler"),
        ("try:\n    open({0})\nexcept OSError:\n    raise\n", ""),
        ("try:\n    open({0})\nexcept ValueError:\n    x = 1\n", ""),
        ("if os.path.isfile({0}):\n    open({0})\n", "test"),
        ("if getattr(sys, 'frozen', False):\n    x = 1\nelse:\n    open({0})\n", "frozen"),
    ],
)
def test_guards_are_seen(text: str, guard: str) -> None:
    path = "os.path.join(os.path.dirname(__file__), 'a')"
    found = [use for use in uses(IMPORTS + text.format(path)) if use.use == "read"]
    assert [use.guarded for use in found] == [guard]


@pytest.mark.parametrize(
    "text", ["if False:\n    open(__file__ + 'x')\n", "if __name__ == '__main__':\n    open(__file__)\n"]
)
def test_what_no_importer_runs_is_nothing(text: str) -> None:
    assert uses(text) == []


def test_resources_are_told_from_file_names() -> None:
    text = """
from importlib.resources import as_file, files
def f():
    files("acme").joinpath("a").read_text()
    (files("acme") / "a").open()
    with as_file(files("acme") / "a") as path:
        open(path)
    open(str(files("acme") / "a"))
"""
    found = [(use.use, use.by, use.value.by) for use in uses(text) if use.value.start == "resource"]
    assert ("read", "open", "str") in found
    assert [item for item in found if item[2]] == [("read", "open", "str")]


def test_names_of_other_modules_count_where_they_are_known_to_be_paths() -> None:
    text = "from .conf import HERE\nfrom . import paths\nopen(HERE / 'a')\nopen(paths.DATA)\n"
    assert uses(text) == []
    found = uses(text, frozenset({".conf.HERE", ".paths.DATA"}))
    assert [(use.value.start, use.value.module, use.value.name) for use in found] == [
        ("name", ".conf", "HERE"),
        ("name", ".paths", "DATA"),
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('[sys.executable, "-m", "acme.worker"]', ("module", "acme.worker")),
        ('(sys.executable, "-u", "-m", "venv", path)', ("module", "venv")),
        ('[python, "-m", __package__]', ("module", ".")),
        ('[sys.executable, "-c", code]', ("code", "")),
        ('f"{shlex.quote(sys.executable)} -m acme.hook"', ("module", "acme.hook")),
        ("venv.EnvBuilder(with_pip=True)", ("environment", "venv")),
    ],
)
def test_commands_that_start_the_interpreter(command: str, expected: tuple[str, str]) -> None:
    text = f"import shlex, sys, venv\npython = sys.executable\ndef f(path, code):\n    return run({command})\n"
    assert [(child.kind, child.module) for child in scan_runtime(text.encode(), "a.py").children] == [expected]


@pytest.mark.parametrize(
    "text", ["print(sys.executable)", "x = [sys.executable]", 'print(f"{sys.executable} -m acme")']
)
def test_the_interpreters_name_alone_is_nothing(text: str) -> None:
    assert scan_runtime(f"import sys\n{text}\n".encode(), "a.py").children == ()


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("'acme.' + name", ("acme.", False)),
        ("f'acme.{name}'", ("acme.", False)),
        ("'acme.%s' % name", ("acme.", False)),
        ("'acme.{}'.format(name)", ("acme.", False)),
        ("f'{__package__}.plugins.{name}'", (".plugins.", True)),
        ("'.' + name", (".", True)),
        ("name", ("", False)),
    ],
)
def test_computed_imports_keep_what_is_known(argument: str, expected: tuple[str, bool]) -> None:
    text = f"import importlib\ndef f(name):\n    return importlib.import_module({argument})\n"
    assert [(d.prefix, d.own_package) for d in scan_runtime(text.encode(), "a.py").dynamic] == [expected]


def test_literal_imports_are_none_of_its_business() -> None:
    assert scan_runtime(b"import importlib\nimportlib.import_module('acme.x')\n", "a.py").dynamic == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"def f(:\n",
        b"x = " + b"(" * 300 + b")" * 300,
        b"x = __file__" + b" + __file__" * 5000,
        b"x = os" + b".dirname" * 3000,
        b"\n".join(b" " * n + b"if __file__:" for n in range(95)) + b"\n" + b" " * 95 + b"pass",
        b"x = [" + b"[__file__, " * 80 + b"]" * 81,
        b"lambda: " * 500 + b"__file__",
    ],
)
def test_no_input_raises_or_takes_long(data: bytes) -> None:
    scan_runtime(data, "a.py")
