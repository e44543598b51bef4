"""O: text of the project is data in every report."""

from __future__ import annotations

import os

from hostile_case import PYPROJECT, Box, case

ESCAPES = "\x1b[31m\x1b]0;title\x07\x1b]8;;file:/etc/passwd\x1b\\\x9b2J\x1bP1$q\x1b\\\x08\x08\r\x7f\u202e\u2066\u2028\u2029\ufeff\u00ad"
MARKUP = "[/] [bold]x[/nothing] [link=file:/etc/passwd]y[/link] :smiley: [red on blue] [@click=app.bell]z"
HTML = "</script><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>&lt;&#x27;\"'"
MARKDOWN = (
    "`a` ``b`` ```c``` [x](javascript:alert(1)) ![y](http://127.0.0.1/z) <b> | pipe | @everyone #1 <!-- --> \\` ~~~"
)
COMMANDS = ("\n::error file=x::y", "\r\n::add-mask::x", "\n##vso[task.setvariable variable=x]y", "\n##teamcity[message text='x']", "\n::set-output name=x::y",
            "%0A::stop-commands::x")  # fmt: skip
FORMULA = "=cmd|' /C calc'!A0"


def _toml(text: str) -> str:
    pieces = ['"']
    for character in text:
        code = ord(character)
        plain = character.isprintable() and character not in '"\\'
        pieces.append(character if plain else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return "".join(pieces) + '"'


def _everywhere(box: Box, *texts: str) -> None:
    """Put the texts wherever a report quotes the project."""
    joined = " ".join(texts)
    values = {
        "name": joined, "version": joined, "description": joined, "readme": joined, "requires-python": joined, "license": joined,
    }  # fmt: skip
    lists = ("keywords", "classifiers", "dependencies", "license-files", "dynamic", "import-names")
    every = ", ".join(map(_toml, texts))
    tables = "".join(
        f"[project.{table}]\n" + "".join(f"{_toml(text)} = {_toml(text)}\n" for text in texts)
        for table in ("urls", "scripts", "gui-scripts", "entry-points.x")
    )
    box.project(
        pyproject="[build-system]\nrequires = [" + every + f"]\nbuild-backend = {_toml(joined)}\n[project]\n"
        + "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
        + "".join(f"{key} = [{every}]\n" for key in lists)
        + f"authors = [{{name = {_toml(joined)}, email = {_toml(joined)}}}]\n"
        + tables
        + "[project.optional-dependencies]\n" + "".join(f"{_toml(text)} = [{every}]\n" for text in texts)
        + "[dependency-groups]\n" + "".join(f"{_toml(text)} = [{{include-group = {_toml(text)}}}, {every}]\n" for text in texts)
        + f'[tool.setuptools.packages.find]\nwhere = [{every}]\n[tool.setuptools.dynamic]\nversion = {{attr = {_toml(joined)}}}\n'
    )  # fmt: skip
    for index, text in enumerate(texts):
        for name in (text, text.replace("/", "_")):
            raw = os.fsencode(name.replace("\0", ""))[:200]
            box.write_raw(b"src/demo/" + raw + b".py", b"import (\n")
            box.write_raw(b"src/" + raw.replace(b"/", b"_") + b"%d/__init__.py" % index, b"import imp\n")
        literal = repr(text)
        box.write(
            f"src/demo/q{index}.py",
            f"import imp, cgi\nopen(__file__ + {literal})\nopen({literal})\n__import__({literal})\nimport subprocess\nsubprocess.run([{literal}])\n"
            f"# pkg-audit: ignore[{text}] -- {text}\n# {text}\nx = (\n",
        )
    box.write(
        "setup.cfg",
        "[metadata]\nname = "
        + joined.replace("\n", " ")
        + "\n["
        + joined.replace("\n", " ").replace("]", "")
        + "]\nx = y\n",
    )
    box.write(
        "setup.py",
        f"from setuptools import setup\nsetup(name={joined!r}, packages=[{joined!r}], **{{{joined!r}: {joined!r}}})\n",
    )
    box.write("MANIFEST.in", "".join(f"include {text}\n{text}\n" for text in texts))
    box.write(".gitignore", "")


@case("O1")
def terminal_escapes(box: Box) -> None:
    _everywhere(box, ESCAPES)
    box.arguments = ("--color", "never")


@case("O1")
def terminal_escapes_in_the_path(box: Box) -> None:
    box.target, box.exits = "input/" + ESCAPES.replace("/", ""), frozenset({3})


@case("O1")
def terminal_escapes_on_the_command_line(box: Box) -> None:
    box.project()
    box.arguments, box.exits = ("--select", ESCAPES, f"--nothing={ESCAPES}"), frozenset({2})


@case("O1")
def terminal_escapes_in_a_choice(box: Box) -> None:
    box.project()
    box.arguments, box.exits = ("--fail-on", ESCAPES), frozenset({2})


@case("O1")
def terminal_escapes_in_configuration(box: Box) -> None:
    box.project(f"[tool.pkg-audit]\nselect = [{_toml(ESCAPES)}]\n{_toml(ESCAPES)} = 1\n")
    box.exits = frozenset({2})


@case("O2")
def markup_of_terminals(box: Box) -> None:
    _everywhere(box, MARKUP, "[/]", "[", "]", "\\[")


@case("O3")
def workflow_commands(box: Box) -> None:
    _everywhere(box, *COMMANDS)


@case("O4")
def html_and_scripts(box: Box) -> None:
    _everywhere(box, HTML, "javascript:alert(1)", "data:text/html,x")


@case("O5")
def markdown(box: Box) -> None:
    _everywhere(box, MARKDOWN, "````", "|", "a\n\n# b")


@case("O6")
def characters_that_formats_forbid(box: Box) -> None:
    _everywhere(box, "\x01\x0b\x1f\ufffe\uffff]]>", "\U000e0041\u0300\u200b", "nul\x00")
    box.write_raw(b"src/demo/\xff\xfe]]>.py", b"x = (\n")


@case("O7")
def formulas(box: Box) -> None:
    _everywhere(box, FORMULA, "+1", "-1", "@x", "\t=1", "\r=1")


@case("O8")
def passwords_in_addresses(box: Box) -> None:
    address = "https://user:hunter2hunter2@example.org/simple"
    box.project(
        pyproject=PYPROJECT.replace("dependencies = []", f'dependencies = ["x @ {address}"]')
        + f'[project.urls]\nHome = "{address}"\n[tool.uv]\nindex-url = "{address}"\n'
    )


@case("O9")
def a_flood_of_findings(box: Box) -> None:
    box.project()
    for index in range(400):
        box.write(f"src/demo/m{index}.py", "import imp, cgi, asyncore\nopen(__file__ + 'x')\n" * 50)
    requirements = ", ".join(f'"=={i}"' for i in range(5000))
    box.write("pyproject.toml", PYPROJECT.replace("dependencies = []", f"dependencies = [{requirements}]"))
    box.seconds = 60


@case("O9")
def names_of_megabytes(box: Box) -> None:
    long = "x" * 400_000
    box.project(
        pyproject=f'[project]\nname = "{long}"\nversion = "{long[:99_999]}"\n[project.scripts]\n{long[:99_999]} = "{long[:99_999]}"\n'
    )
    box.write("src/demo/y.py", f"import {'a' * 400_000}\nopen('{'b' * 400_000}')\n")


@case("O9")
def one_line_of_a_megabyte(box: Box) -> None:
    box.module("x = 1;" * 50_000 + "import imp; open('" + "a" * 500_000 + "')\n")


@case("O10")
def report_file_is_a_link(box: Box) -> None:
    victim = box.outside("victim.txt", "untouched\n")
    box.project()
    target = box.folder / "reports" / "link"
    target.parent.mkdir()
    target.symlink_to(victim)
    box.arguments = ("--output", f"json={target}")

    def after() -> None:
        assert victim.read_text() == "untouched\n"
        assert not target.is_symlink()

    box.after = after


@case("O10")
def report_file_is_a_fifo(box: Box) -> None:
    box.project()
    target = box.folder / "reports" / "pipe"
    target.parent.mkdir()
    os.mkfifo(target)
    box.arguments, box.exits = ("--output", f"json={target}"), frozenset({2})


@case("O10")
def report_file_is_a_folder_or_nowhere(box: Box) -> None:
    box.project()
    box.arguments = (
        "--output",
        f"json={box.folder}",
        "--output",
        f"concise={box.folder}/nowhere/x",
        "--output",
        "json=/dev/full",
    )
    box.exits = frozenset({2})
