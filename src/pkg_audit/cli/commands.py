"""Carry out one command: gather the settings, do the work, write the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkg_audit.cli import streams
from pkg_audit.errors import ConfigError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pkg_audit.config import Config
    from pkg_audit.model import Report

LISTS = ("select", "ignore", "targets", "assume", "platforms")
PLAIN = (
    "format",
    "show",
    "color",
    "fail-on",
    "persona",
    "isolated",
    "kind",
    "audience",
    "environment",
    "deployment",
    "public-index",
)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    command: str = arguments.command
    if command == "schema":
        return _schema()
    if command == "facts":
        return _facts(arguments)
    if command in ("explain", "rules", "technologies"):
        return _lists(arguments)
    if command == "recipe":
        return _recipe(arguments)
    if command == "files":
        return _files(arguments)
    return _audit(arguments)


def _audit(arguments: argparse.Namespace) -> int:
    from pkg_audit.report import FORMATS, render

    given = settings_of(arguments)
    config, report = _report(given)
    style = streams.style_for(config.color, config.show, config.quiet, _again(config))
    for name, path in config.outputs:
        _write_output(report, name, path)
    if config.quiet < 2 or FORMATS[config.format].machine:
        streams.write_out(render(report, config.format, style), FORMATS[config.format].machine)
    return report.exit_code


def _report(given: Mapping[str, Any]) -> tuple[Config, Report]:
    """Audit the project that the settings name."""
    from pkg_audit.config import load_config

    check_format(load_config(None, given))  # a wrong command line is said before a missing project
    from pkg_audit.tree import open_tree

    tree = open_tree(given["path"])
    config = load_config(tree, given)
    from pkg_audit.audit import audit

    return config, audit(tree, config)


def _write_output(report: Report, name: str, path: str) -> None:
    from pkg_audit.cli.files import write_file
    from pkg_audit.report import Style, render

    write_file(path, render(report, name, Style(show_all=True)))


def check_format(config: Config) -> None:
    """Check that the format exists. Raises ConfigError."""
    from pkg_audit.config import unknown_name
    from pkg_audit.report import FORMATS

    if config.format not in FORMATS:
        origin = config.origins.get("format", "--format")
        raise ConfigError(f"{origin}: {unknown_name('format', config.format, FORMATS)}")


def settings_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the command line gives, by key; what it leaves out is absent."""
    from pkg_audit.cli.files import parse_outputs
    from pkg_audit.report import FORMATS

    options = vars(arguments)
    given: dict[str, Any] = {}
    for key in PLAIN:
        value = options.get(key.replace("-", "_"))
        if value is not None:
            given[key] = value
    _split_environment(given)
    for key in LISTS:
        values = options.get(key)
        if values is not None:
            given[key] = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if options.get("rules") is not None:
        given["rules"] = options["rules"]
    if options.get("severity") is not None:
        given["severity"] = _severities(options["severity"])
    given["path"] = options.get("path") or "."
    given["outputs"] = parse_outputs(options.get("output") or [], list(FORMATS))
    given["facts"] = bool(options.get("facts"))
    given["quiet"] = options.get("quiet") or 0
    return given


def _split_environment(given: dict[str, Any]) -> None:
    """Tell the two meanings of `--environment` apart: an answer to where it runs, else a folder to read."""
    import os

    from pkg_audit.config.settings import ENVIRONMENTS

    for value in given.pop("environment", ()):
        if value in ENVIRONMENTS:
            given["environment"] = value
        elif os.path.isdir(value):
            given["installed"] = value
        elif os.sep in value or "/" in value:
            from pkg_audit.config.names import quote

            raise ConfigError(f"--environment: {quote(value)} is no folder")
        else:
            given["environment"] = value


def _severities(values: list[str]) -> dict[str, str]:
    from pkg_audit.config.names import quote

    read = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or not rule:
            raise ConfigError(f"--severity: {quote(value)} is not RULE=LEVEL")
        read[rule] = level
    return read


def _again(config: Config) -> str:
    """Return the command that audits the same project again, for hints."""
    from pkg_audit.report.words import printable

    path = printable(config.path)
    plain = path and all(character.isalnum() or character in "._-/~+:\\" for character in path)
    return "pkg-audit" if config.path == "." else f"pkg-audit {path}" if plain else f'pkg-audit "{path}"'


def _schema() -> int:
    from pkg_audit.report.json import dumps
    from pkg_audit.report.schema import report_schema

    streams.write_out(dumps(report_schema()) + "\n", machine=True)
    return 0


def _facts(arguments: argparse.Namespace) -> int:
    from pkg_audit.report.json import dumps

    if arguments.path is None:
        from pkg_audit.cli.facts import describe_facts

        streams.write_out(describe_facts())
        return 0
    given = {**settings_of(arguments), "facts": True}
    _, report = _report(given)
    streams.write_out(dumps(report.facts) + "\n", machine=True)
    return 3 if report.exit_code == 3 else 0


def _recipe(arguments: argparse.Namespace) -> int:
    from pkg_audit.config import unknown_name
    from pkg_audit.recipe import TECHNOLOGIES, recipe

    if arguments.technology not in TECHNOLOGIES:
        raise ConfigError(unknown_name("recipe", arguments.technology, TECHNOLOGIES))
    _, report = _report({**settings_of(arguments), "facts": True})
    streams.write_out(recipe(report, arguments.technology, arguments.script))
    return 3 if report.exit_code == 3 else 0


def _files(arguments: argparse.Namespace) -> int:
    from pkg_audit.files import answer
    from pkg_audit.tree import open_tree

    wheel = open_tree(arguments.wheel) if arguments.wheel else None
    sdist = open_tree(arguments.sdist) if arguments.sdist else None
    text, agrees = answer(open_tree(arguments.path), wheel, sdist)
    streams.write_out(text)
    return 0 if agrees else 1


def _lists(arguments: argparse.Namespace) -> int:
    from pkg_audit import explain
    from pkg_audit.config import load_config, unknown_name

    formats = explain.FORMATS[arguments.command]
    name = arguments.format or "text"
    if name not in formats:
        raise ConfigError(f"--format: {unknown_name('format', name, formats)}")
    rules = getattr(arguments, "rules", None)
    config = load_config(None, {} if rules is None else {"rules": rules})
    text = explain.answer(arguments.command, getattr(arguments, "rule", None), name, config.rules_dirs)
    streams.write_out(text, machine=name == "json")
    return 0
