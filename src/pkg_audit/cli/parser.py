"""Say what can be asked on the command line, and read it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from pkg_audit import __version__
from pkg_audit.config.names import nearest, quote
from pkg_audit.config.settings import KEYS
from pkg_audit.errors import ConfigError
from pkg_audit.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "explain": "say what a rule finds, why it matters and what to do",
    "rules": "list the rules",
    "technologies": "list the packaging technologies and what they demand",
    "files": "print which files the wheel and the sdist would hold, and why; or compare with built ones",
    "recipe": "print the commands that build one technology's form of a project",
    "facts": "print the facts of a project, or what facts there are",
    "schema": "print the JSON Schema of the JSON report",
}

DESCRIPTION = "Say how a Python project can be shipped, what stands in the way and where, without running it."

EPILOG = """\
commands (the first word; `pkg-audit COMMAND --help` says more):
{commands}
  A folder named like a command is audited as ./rules.

exit codes:
  0  no open finding at or above the fail level
  1  there are some
  2  wrong usage or configuration
  3  the audit could not be done, or not written

configuration: [tool.pkg-audit] in the project's pyproject.toml, or pkg-audit.toml beside it; your own
  {user}; PKG_AUDIT_* in the environment. The command line comes first.
  The project's configuration selects, ignores, sets severities and answers questions, nothing else.

examples:
  pkg-audit                               audit the current folder
  pkg-audit dist/acme-1.0.tar.gz          audit an sdist or a wheel
  pkg-audit --target zipapp,pex           judge two technologies
  pkg-audit --output json=report.json     write the JSON report beside the text
  pkg-audit explain entry-point-target-missing
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours and whose texts go through our writers."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}\nhint: see `{self.prog} --help`")

    def _print_message(self, message: str, file: Any = None) -> None:
        from pkg_audit.cli import streams

        if message and file is not sys.stderr:
            streams.write_out(message)


def parse(argv: Sequence[str]) -> argparse.Namespace | int:
    """Read the command line; an integer is the exit code of a run that is over (`--help`, `--version`).

    Raises ConfigError for what is not understood, with the nearest option.
    """
    argv = list(argv)
    command = argv[0] if argv and argv[0] in COMMANDS else ""
    parser = command_parser(command, argv) if command else audit_parser(argv)
    try:
        arguments, rest = parser.parse_known_args(argv[1:] if command else argv)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    if rest:
        raise ConfigError("\n".join(_unknown(parser, word) for word in rest))
    arguments.command = command
    return arguments


def _unknown(parser: Parser, word: str) -> str:
    if not word.startswith("-"):
        return f"unexpected argument {quote(word)}; quote a path that holds spaces, and audit one project at a time"
    name = word.split("=", 1)[0]
    close = nearest(name, [option for option in _options(parser) if option.startswith("--")])
    return f"unknown option {quote(name)}" + (f"; did you mean `{close[0]}`?" if close else "")


def _options(parser: Parser) -> list[str]:
    return [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001 - no public way


def _formatter(argv: Sequence[str]) -> Any:
    """Return the help formatter: coloured only when help will really be printed to somebody."""
    from pkg_audit.cli import streams

    if ("-h" in argv or "--help" in argv) and streams.wants_color("auto", os.environ):
        from rich_argparse import RawDescriptionRichHelpFormatter

        class Formatter(RawDescriptionRichHelpFormatter):
            help_markup = False
            text_markup = False

        return Formatter
    return argparse.RawDescriptionHelpFormatter


def _new(prog: str, description: str, argv: Sequence[str], epilog: str | None = None) -> Parser:
    return Parser(
        prog=prog, description=description, epilog=epilog, allow_abbrev=False, formatter_class=_formatter(argv)
    )


def audit_parser(argv: Sequence[str]) -> Parser:
    """Return the parser of `pkg-audit [PATH]`."""
    user = "%APPDATA%\\pkg-audit\\config.toml" if sys.platform == "win32" else "~/.config/pkg-audit/config.toml"
    commands = "\n".join(f"  {name:<14}{text}" for name, text in COMMANDS.items())
    parser = _new("pkg-audit", DESCRIPTION, argv, EPILOG.format(commands=commands, user=user))
    parser.usage = "pkg-audit [PATH] [OPTION ...]\n       pkg-audit COMMAND [OPTION ...]"
    parser.add_argument("--version", action="version", version=f"pkg-audit {__version__}")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="folder, sdist or wheel; default `.`")
    _add_output_options(parser)
    _add_rule_options(parser)
    _add_question_options(parser)
    return parser


def _add_output_options(parser: Parser) -> None:
    group = parser.add_argument_group("report")
    formats = "; ".join(f"{name}: {entry.summary}" for name, entry in FORMATS.items())
    group.add_argument("--format", metavar="FORMAT", help=f"what to print. {formats}".replace("%", "%%"))
    group.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="also write a report to a file; repeatable"
    )
    group.add_argument("--show", metavar="all|top", help="all findings, or the most important (default) in text")
    group.add_argument("-q", "--quiet", action="count", default=0, help="findings only; -qq: nothing but the exit code")
    group.add_argument("--color", metavar="auto|always|never", help="colour; NO_COLOR and FORCE_COLOR are honoured")
    group.add_argument("--facts", action="store_true", help="put the facts that rules select from into the JSON report")


def _add_rule_options(parser: Parser) -> None:
    group = parser.add_argument_group("rules")
    group.add_argument("--select", action="append", metavar="RULE", help="run only these rules or families")
    group.add_argument("--ignore", action="append", metavar="RULE", help="ignore these rules or families as well")
    group.add_argument(
        "--severity", action="append", metavar="RULE=LEVEL", help="take a rule's findings as error, warning or info"
    )
    group.add_argument(
        "--fail-on", metavar="LEVEL", help="exit with 1 from this severity on: error (default), warning, info or never"
    )
    group.add_argument("--persona", metavar="PERSONA", help="default, or pedantic: rules of taste as well")
    _add_rules_dir(group)
    group.add_argument(
        "--isolated", action="store_const", const=True, help="leave the audited project's configuration out"
    )


def _add_rules_dir(group: Any) -> None:
    group.add_argument("--rules", action="append", metavar="DIR", help="add the rules of a folder; repeatable")


def _add_question_options(parser: Parser) -> None:
    group = parser.add_argument_group(
        "verdicts", "What is not answered is inferred, and the report says from what. Lists may be given with commas."
    )
    group.add_argument("--target", action="append", dest="targets", metavar="TECHNOLOGY", help="judge only these")
    questions = {
        "kind": "what the project is",
        "audience": "who uses it",
        "environment": "the folder of its installed dependencies (a virtual environment, or what pip install --target"
        " made), which are read as well; or where it runs",
        "deployment": "installed one by one or in batches",
        "assume": "what the target has; repeatable",
    }
    for name, text in questions.items():
        many = "append" if KEYS[name].shape == "texts" or name == "environment" else "store"
        group.add_argument(
            f"--{name}", action=many, metavar=name.upper(), help=f"{text}: {', '.join(KEYS[name].choices)}"
        )
    group.add_argument("--platforms", action="append", metavar="SYSTEM", help="systems, as linux or linux-x86_64")
    group.add_argument(
        "--public-index",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether it is uploaded to a public package index",
    )


def command_parser(command: str, argv: Sequence[str]) -> Parser:
    """Return the parser of one of `COMMANDS`."""
    parser = _new(f"pkg-audit {command}", COMMANDS[command].capitalize() + ".", argv)
    if command == "explain":
        parser.add_argument("rule", metavar="RULE", help="the rule's name")
    if command == "recipe":
        from pkg_audit.recipe import TECHNOLOGIES

        parser.add_argument("technology", metavar="TECHNOLOGY", help=", ".join(TECHNOLOGIES))
        parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the project; default `.`")
        parser.add_argument("--script", metavar="NAME", default="", help="the script to start; default the main one")
        parser.add_argument(
            "--environment", action="append", metavar="DIR", help="the folder of its installed dependencies"
        )
    if command == "files":
        parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the project; default `.`")
        parser.add_argument("--wheel", metavar="FILE", help="compare with this wheel; exit 1 on a difference")
        parser.add_argument("--sdist", metavar="FILE", help="compare with this sdist; exit 1 on a difference")
    if command == "facts":
        parser.add_argument("path", nargs="?", metavar="PATH", help="the project; without it: what facts there are")
    if command in ("explain", "rules", "technologies"):
        choices = "text, markdown or json" if command == "explain" else "text or json"
        parser.add_argument("--format", metavar="FORMAT", help=f"{choices}; default text")
    if command in ("explain", "rules", "facts"):
        _add_rules_dir(parser)
    if command in ("facts", "recipe"):
        parser.add_argument(
            "--isolated", action="store_const", const=True, help="leave the project's configuration out"
        )
    return parser
