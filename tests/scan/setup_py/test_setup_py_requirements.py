from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

REQUIREMENTS = "# tools\nrequests>=2\n\nattrs==1  # pinned\n-r other.txt\n  click ; python_version < '3.9'\n"
PLAIN = "requests>=2\nattrs\n"

IDIOMS = {
    "read splitlines": "r = open('plain.txt').read().splitlines()",
    "read split": "r = open('plain.txt').read().split('\\n')",
    "strip split": "r = open('plain.txt').read().strip().split('\\n')",
    "readlines": "r = open('plain.txt').readlines()",
    "list of file": "r = list(open('plain.txt'))",
    "comprehension": "r = [line.strip() for line in open('plain.txt')]",
    "binary": "r = [line.decode('utf-8').lstrip().rstrip() for line in open('plain.txt', 'rb')]",
    "binary readlines": "r = [line.decode().strip() for line in open('plain.txt', 'rb').readlines()]",
    "with": "with open('plain.txt') as f:\n    r = [line.strip() for line in f if line.strip()]",
    "loop": (
        "r = []\n"
        "for line in open('plain.txt'):\n"
        "    line = line.strip()\n"
        "    if not line or line.startswith('#'):\n"
        "        continue\n"
        "    r.append(line)"
    ),
    "helper": (
        "import os\n"
        "def load(name):\n"
        "    here = os.path.dirname(os.path.abspath(__file__))\n"
        "    with open(os.path.join(here, name)) as f:\n"
        "        return [l.strip() for l in f.readlines()]\n"
        "r = load('plain.txt')"
    ),
    "Path": "from pathlib import Path\nr = Path(__file__).with_name('plain.txt').read_text().splitlines()",
    "filter lambda": "r = list(filter(lambda l: l and not l.startswith('#'), open('plain.txt').read().splitlines()))",
    "filter None": "r = filter(None, open('plain.txt').read().split('\\n'))",
    "map strip": "r = list(map(str.strip, open('plain.txt')))",
    "text": "r = open('plain.txt').read()",
    "text literal": "r = '''\n    requests>=2\n    # a comment\n    attrs\n'''",
    "sum": "r = ['requests>=2'] + ['attrs']",
    "augmented": "r = ['requests>=2']\nr += ['attrs']",
    "append": "r = []\nr.append('requests>=2')\nr.extend(['attrs'])",
    "tuple": "r = ('requests>=2', 'attrs')",
    "star": "base = ['requests>=2']\nr = [*base, 'attrs']",
    "formatted": "pin = '2'\nr = [f'requests>={pin}', 'attrs']",
    "dict of pins": "pins = {'requests': '>=2', 'attrs': ''}\nr = [name + pin for name, pin in pins.items()]",
    "sorted set": "r = sorted({'requests>=2', 'attrs'}, reverse=True)",
    "chain": "import itertools\nr = list(itertools.chain(['requests>=2'], ['attrs']))",
}


@pytest.mark.parametrize("script", IDIOMS.values(), ids=IDIOMS.keys())
def test_idioms(read: Callable[..., Any], script: str) -> None:
    found = read(f"{script}\nsetup(install_requires=r)", {"plain.txt": PLAIN})
    assert found.declared.dependencies.unknown is None
    assert [text.value for text in found.declared.dependencies.value] == ["requests>=2", "attrs"]


def test_comments_blank_lines_and_continuations_are_those_of_setuptools(read: Callable[..., Any]) -> None:
    text = "a  # why\n\n# b\nc>=1, \\\n  <2\n"
    found = read("setup(install_requires=open('r.txt').read())", {"r.txt": text})
    assert [one.value for one in found.declared.dependencies.value] == ["a", "c>=1,<2"]


def test_each_requirement_knows_its_line(read: Callable[..., Any]) -> None:
    found = read("setup(install_requires=[l.strip() for l in open('r.txt') if l[0] != '-'])", {"r.txt": REQUIREMENTS})
    lines = {text.value: (text.at.path, text.at.line, text.at.column) for text in found.declared.dependencies.value}
    assert lines == {
        "requests>=2": ("r.txt", 2, 1),
        "attrs==1": ("r.txt", 4, 1),
        "click ; python_version < '3.9'": ("r.txt", 6, 3),
    }


def test_place_in_a_list_counts_code_points(read: Callable[..., Any]) -> None:
    found = read('setup(install_requires=[\n    "é",  "attrs"])')
    (_, second) = found.declared.dependencies.value
    assert (second.at.line, second.at.column, second.at.end_line, second.at.end_column) == (3, 12, 3, 17)


def test_line_of_a_triple_quoted_block(read: Callable[..., Any]) -> None:
    found = read('setup(install_requires="""\n  requests\n  attrs\n""")')
    assert [(text.value, text.at.line, text.at.column) for text in found.declared.dependencies.value] == [
        ("requests", 3, 3),
        ("attrs", 4, 3),
    ]


def test_dynamic_item_makes_the_list_unknown_at_its_place(read: Callable[..., Any]) -> None:
    found = read("import other\nsetup(install_requires=['a',\n  other.pin('b')])")
    unknown = found.declared.dependencies.unknown
    assert unknown.reason == "dynamic-expression"
    assert unknown.at.line == 4


def test_extras(read: Callable[..., Any]) -> None:
    script = (
        "e = {'a': ['x'], 'b': 'y\\nz', 'none': []}\ne['all'] = [i for v in e.values() for i in v if i != 'y\\nz']\n"
    )
    found = read(f"{script}setup(extras_require=e)").declared.optional_dependencies.value
    assert {name: [text.value for text in texts] for name, texts in found.items()} == {
        "a": ["x"],
        "b": ["y", "z"],
        "none": [],
        "all": ["x", "y", "z"],
    }


def test_extras_by_sum(read: Callable[..., Any]) -> None:
    script = "e = {'a': ['x'], 'b': ['y']}\ne['all'] = sum(e.values(), [])\ne['dev'] = list(set(e['a'] + ['w']))\n"
    found = read(f"{script}setup(extras_require=e)").declared.optional_dependencies.value
    assert [text.value for text in found["all"]] == ["x", "y"]
    assert [text.value for text in found["dev"]] == ["x", "w"]


def test_conditional_extras_become_markers(read: Callable[..., Any]) -> None:
    extras = "{'a:python_version<\"3\"': ['x; os_name == \"nt\"'], ':sys_platform==\"win32\"': ['w'], 'a': ['v']}"
    found = read(f"setup(install_requires=['u'], extras_require={extras})").declared
    assert [text.value for text in found.dependencies.value] == ["u", 'w ; sys_platform=="win32"']
    assert {name: [text.value for text in texts] for name, texts in found.optional_dependencies.value.items()} == {
        "a": ['x ; (os_name == "nt") and (python_version<"3")', "v"]
    }


def test_marker_alone_declares_dependencies(read: Callable[..., Any]) -> None:
    found = read("setup(extras_require={':os_name == \"nt\"': ['w']})").declared
    assert [text.value for text in found.dependencies.value] == ['w ; os_name == "nt"']


def test_extra_with_a_dynamic_name_makes_extras_unknown(read: Callable[..., Any]) -> None:
    found = read("import o\nsetup(install_requires=['a'], extras_require={o.name: ['x']})").declared
    assert found.optional_dependencies.unknown.reason == "dynamic-expression"
    assert found.dependencies.value is not None


def test_extras_of_a_directory(read: Callable[..., Any]) -> None:
    script = "import os\ne = {f.split('.')[0]: open(os.path.join('req', f)).readlines() for f in os.listdir('req')}\n"
    found = read(f"{script}setup(extras_require=e)", {"req/a.txt": "x\n", "req/b.txt": "y\n"})
    assert {k: [t.value for t in v] for k, v in found.declared.optional_dependencies.value.items()} == {
        "a": ["x"],
        "b": ["y"],
    }


def test_entry_points_dict_of_lists(read: Callable[..., Any]) -> None:
    found = read("setup(entry_points={'console_scripts': [\n 'acme = acme.cli:main',\n 'b=c'], 'x': None})")
    (first, second) = found.declared.entry_points.value
    assert (first.group, first.name, first.value) == ("console_scripts", "acme", "acme.cli:main")
    assert (first.name_at.line, first.name_at.column, first.name_at.end_column) == (3, 3, 7)
    assert (first.at.column, first.at.end_column) == (10, 23)
    assert (second.name, second.value) == ("b", "c")


def test_entry_points_text(read: Callable[..., Any]) -> None:
    text = "\n    [console_scripts]\n    acme = acme.cli:main\n    # no\n    [group.x]\n    y = z:q [extra]\n"
    found = read(f'setup(entry_points="""{text}""")').declared.entry_points.value
    assert [(one.group, one.name, one.value) for one in found] == [
        ("console_scripts", "acme", "acme.cli:main"),
        ("group.x", "y", "z:q [extra]"),
    ]
    assert found[0].name_at.line == 4
    assert found[0].name_at.column == 5


def test_entry_points_from_a_list_of_commands(read: Callable[..., Any]) -> None:
    script = "names = ['a', 'b']\nep = {'console_scripts': ['%s = acme.%s:main' % (n, n) for n in names]}\n"
    found = read(f"{script}setup(entry_points=ep)").declared.entry_points.value
    assert [(one.name, one.value) for one in found] == [("a", "acme.a:main"), ("b", "acme.b:main")]


def test_dynamic_entry_point_is_unknown(read: Callable[..., Any]) -> None:
    found = read("import o\nsetup(entry_points={'console_scripts': ['a = ' + o.f()]})")
    assert found.declared.entry_points.unknown is not None
