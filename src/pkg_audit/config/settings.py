"""Hold the settings of one run, and the table of keys: what each may be, who may set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from pkg_audit.config.ignores import Ignore
from pkg_audit.facts.answers import Assumption, Audience, Deployment, Environment, Kind
from pkg_audit.model import SEVERITIES, Persona, Severity

if TYPE_CHECKING:
    from pkg_audit.ruleset.selection import Selection

FailOn = Literal["error", "warning", "info", "never"]

Shape = Literal["text", "texts", "flag", "ignores", "severities"]


@dataclass(frozen=True, slots=True)
class Key:
    """One setting by its kebab-case name. `choices` empty: any text. `project`: the audited project may set it."""

    shape: Shape
    choices: tuple[str, ...] = ()
    project: bool = True


def _answers(literal: Any) -> tuple[str, ...]:
    """Return what a user may answer: every answer but that nobody knows."""
    return tuple(answer for answer in get_args(literal) if answer != "unknown")


KINDS = _answers(Kind)
AUDIENCES = _answers(Audience)
ENVIRONMENTS = _answers(Environment)
DEPLOYMENTS = _answers(Deployment)
ASSUMPTIONS = _answers(Assumption)
SYSTEMS = ("linux", "macos", "windows", "android", "ios", "wasm", "mcu")
FAIL_LEVELS = (*SEVERITIES, "never")

KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "select": Key("texts"),
        "ignore": Key("ignores"),
        "severity": Key("severities"),
        "fail-on": Key("text", FAIL_LEVELS),
        "targets": Key("texts"),
        "persona": Key("text", ("default", "pedantic")),
        "kind": Key("text", KINDS),
        "audience": Key("text", AUDIENCES),
        "environment": Key("text", ENVIRONMENTS),
        "deployment": Key("text", DEPLOYMENTS),
        "assume": Key("texts", ASSUMPTIONS),
        "platforms": Key("texts"),
        "public-index": Key("flag"),
        "format": Key("text", project=False),
        "color": Key("text", ("auto", "always", "never"), project=False),
        "show": Key("text", ("top", "all"), project=False),
        "rules": Key("texts", project=False),
        "isolated": Key("flag", project=False),
    }
)
"""Every key of `[tool.pkg-audit]`, pkg-audit.toml, the user's file and, as `PKG_AUDIT_*`, the environment."""

NEVER_IN_A_FILE = ("output", "facts", "quiet")
"""Settings of one command only; named here so that the refusal in a file can say so."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The user's answers to the questions of the decision tree; None or empty: to be inferred.

    `platforms` are systems with an optional architecture: `linux`, `linux-x86_64`.
    """

    kind: str | None = None
    audience: str | None = None
    environment: str | None = None
    deployment: str | None = None
    assume: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one run.

    `select` empty: every rule. `select`, `Ignore.rule` and `severities` name rules, families, or beginnings with `*`.
    `targets` empty: every technology.
    `public_index` None: to be inferred. `installed` is the folder of the dependencies, "" for none. `origins` says
    where a key was set ("pyproject.toml:12", "--select", "PKG_AUDIT_SELECT"); a key that nobody set is absent; one
    rule's severity is `severity.<rule>`.
    """

    path: str = "."
    select: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    fail_on: FailOn = "error"
    targets: tuple[str, ...] = ()
    persona: Persona = "default"
    answers: Answers = field(default_factory=Answers)
    public_index: bool | None = None
    rules_dirs: tuple[str, ...] = ()
    isolated: bool = False
    facts: bool = False
    format: str = "text"
    outputs: tuple[tuple[str, str], ...] = ()
    color: Literal["auto", "always", "never"] = "auto"
    show: Literal["top", "all"] = "top"
    quiet: int = 0
    installed: str = ""
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def selection(self) -> Selection:
        """Return what the ruleset needs to know of this; ignores for paths are not part of it."""
        from pkg_audit.ruleset.selection import Selection

        everywhere = tuple(ignore.rule for ignore in self.ignores if not ignore.path)
        return Selection(self.select, everywhere, self.persona, self.severities)

    def ignore_for(self, rule: str, family: str, path: str | None) -> Ignore | None:
        """Return the ignore that takes out a finding of the rule at the path, the one with a reason first."""
        matching = [ignore for ignore in self.ignores if ignore.matches(rule, family, path)]
        return max(matching, key=lambda ignore: bool(ignore.reason), default=None)
